"""Whether a text may leave as it stands: what an agent must still look at. Pure.

A translation is a draft, so the text that leaves is the one the agent sees in the buyer's
language. Two things are easy to overlook, and are said before the text goes: words of our own
that changed after the draft was made, and sentences that nobody translated. A slot of a macro that
nobody filled in never goes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

# Wider than the phrasebook's own slots: a translation may have changed the word in the braces.
_BLANK = re.compile(r"\{[^\W\d_][^{}\n]{0,29}\}")


class Objection(StrEnum):
    """Why a text does not leave yet."""

    EMPTY = "empty"
    UNFILLED = "unfilled"
    STALE = "stale"
    UNTRANSLATED = "untranslated"


FIRM = frozenset({Objection.EMPTY, Objection.UNFILLED})


@dataclass(frozen=True)
class Candidate:
    """The text to be sent, and what is known of the draft behind it (None: written by hand)."""

    text: str
    own_text: str
    draft_text: str | None = None
    draft_source: str = ""
    untranslated: Sequence[str] = ()


def objections(candidate: Candidate, *, sure: bool) -> list[Objection]:
    """What stands against sending. `sure` is the agent's "send it as it stands", which nobody can
    say of what is FIRM."""
    if not candidate.text:
        return [Objection.EMPTY]
    if blanks(candidate.text):
        return [Objection.UNFILLED]
    if sure or candidate.draft_text is None:
        return []
    found = []
    if candidate.text == candidate.draft_text and candidate.own_text != candidate.draft_source:
        found.append(Objection.STALE)
    if left_over(candidate):
        found.append(Objection.UNTRANSLATED)
    return found


def blanks(text: str) -> list[str]:
    """The slots that still stand in `text`, each once: `{date}`."""
    return list(dict.fromkeys(_BLANK.findall(text)))


def left_over(candidate: Candidate) -> list[str]:
    """The sentences that stand in the text to be sent exactly as they were not translated."""
    return [sentence for sentence in candidate.untranslated if sentence in candidate.text]
