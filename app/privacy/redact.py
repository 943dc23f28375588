"""Hides contact details in a buyer's words, for the copy that a vendor sees.

Knows the order in which the detectors run, what is exempt, and the words put in place. Pure: no
clock, no database, no setting. It must never raise on any text, never change anything but what it
hides, and never be the only guard: free words ("my name at the big mail house") pass it, see
docs/privacy.md.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.privacy.bank import find_accounts, find_cards
from app.privacy.emails import find_emails
from app.privacy.found import BLANK, Hidden, blank, merged, windows
from app.privacy.handles import find_handles
from app.privacy.links import find_links
from app.privacy.numbers import find_phones
from app.privacy.own import Secrets, find_own
from app.privacy.plain import plain_of
from app.privacy.surroundings import Surroundings

CHIPS = {
    "email": "[email address hidden]",
    "phone": "[phone number hidden]",
    "handle": "[contact name hidden]",
    "url": "[link hidden]",
    "iban": "[bank account hidden]",
    "card": "[card number hidden]",
    "detail": "[personal detail hidden]",
}
NO_SECRETS = Secrets()

_CHIP = re.compile("|".join(re.escape(chip) for chip in CHIPS.values()))
# What follows a right-to-left override is drawn from its end.
_DRAWN_BACKWARDS = re.compile(r"\u202e([^\u202c\u202e\n]{1,200})\u202c?")
_ROUNDS = 4  # hiding one thing may uncover another; in practice the second round finds nothing
_SIGHT, _EDGE = 200, 100  # no detector looks further than 100 characters from what it finds

Detector = Callable[[str], Iterable[Hidden]]


@dataclass(frozen=True, slots=True)
class Redaction:
    """`text` may be shown; `hidden` says what stood where in the original."""

    text: str
    hidden: tuple[Hidden, ...] = ()


def redact(
    text: str,
    *,
    lang: str | None = None,
    exempt: frozenset[str] = frozenset(),
    secrets: Secrets = NO_SECRETS,
) -> Redaction:
    """The text with a chip (`[phone number hidden]`) for each contact detail.

    lang     the language it is written in, where known: decides whose telephone formats and which
             words around a number count. None: all languages.
    exempt   exact values to leave alone: this order's own numbers, the vendor's published data,
             hosts that may be linked. A value inside a longer detail exempts nothing.
    secrets  what is known of the buyer; hidden wherever it stands, exempt or not.
    """
    hidden = find_contacts(text, lang=lang, exempt=exempt, secrets=secrets)
    pieces: list[str] = []
    done = 0
    for span in hidden:
        pieces += (text[done : span.start], CHIPS[span.kind])
        done = span.end
    pieces.append(text[done:])
    return Redaction("".join(pieces), hidden)


def find_contacts(
    text: str,
    *,
    lang: str | None = None,
    exempt: frozenset[str] = frozenset(),
    secrets: Secrets = NO_SECRETS,
) -> tuple[Hidden, ...]:
    """What `redact` would hide, in order and apart, as spans of `text`; nothing is rewritten."""
    plain = plain_of(text)
    view = plain.text
    if "hidden]" in view:
        view = _CHIP.sub(lambda chip: BLANK * len(chip.group()), view)
    spared = _exempt_spans(view, exempt)
    detectors = _detectors(lang, exempt, secrets)
    fresh = _run(view, detectors, spared=spared)
    found = list(fresh)
    for _ in range(_ROUNDS):
        if not fresh:
            break
        view = blank(view, fresh)
        fresh = _run_beside(view, fresh, detectors, spared=spared)
        found += fresh
    spans = [Hidden(*plain.span(span.start, span.end), span.kind) for span in merged(found)]
    for run in _DRAWN_BACKWARDS.finditer(text):
        read = find_contacts(run[1][::-1], lang=lang, exempt=exempt, secrets=secrets)
        spans += [Hidden(*run.span(), one.kind) for one in read[:1]]
    return merged(spans)


def _detectors(lang: str | None, exempt: frozenset[str], secrets: Secrets) -> list[Detector]:
    return [
        lambda text: find_own(text, secrets) if secrets != NO_SECRETS else (),
        find_emails,
        lambda text: find_links(text, exempt=exempt),
        find_accounts,
        lambda text: find_cards(text, Surroundings(text, lang)),
        find_handles,
        lambda text: find_phones(text, lang, around=Surroundings(text, lang)),
    ]


def _run(view: str, detectors: list[Detector], *, spared: tuple[Hidden, ...]) -> list[Hidden]:
    found: list[Hidden] = []
    for at, detect in enumerate(detectors):
        spans = [span for span in detect(view) if at == 0 or not _is_spared(span, spared)]
        if spans:
            found += spans
            view = blank(view, spans)
    return found


def _run_beside(
    view: str, fresh: list[Hidden], detectors: list[Detector], *, spared: tuple[Hidden, ...]
) -> list[Hidden]:
    """What shows up beside spans just hidden; further away nothing has changed."""
    found: list[Hidden] = []
    starts = sorted(span.start for span in fresh)
    longest = max(span.end - span.start for span in fresh)
    for low, high in windows(starts, before=_SIGHT, after=longest + _SIGHT, length=len(view)):
        moved = tuple(Hidden(kept.start - low, kept.end - low, "") for kept in spared)
        for span in _run(view[low:high], detectors, spared=moved):
            if (low == 0 or span.start > _EDGE) and (
                high == len(view) or span.end < high - low - _EDGE
            ):
                found.append(Hidden(span.start + low, span.end + low, span.kind))
    return found


def _is_spared(span: Hidden, spared: tuple[Hidden, ...]) -> bool:
    return any(kept.start <= span.start and span.end <= kept.end for kept in spared)


def _exempt_spans(text: str, exempt: frozenset[str]) -> tuple[Hidden, ...]:
    spans: list[Hidden] = []
    lowered = text.lower() if exempt else ""
    for value in exempt:
        wanted = plain_of(value).text.lower().strip()
        at = lowered.find(wanted) if len(wanted) > 2 and len(lowered) == len(text) else -1
        while at >= 0:
            spans.append(Hidden(at, at + len(wanted), "exempt"))
            at = lowered.find(wanted, at + 1)
    return tuple(spans)
