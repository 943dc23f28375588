"""What became of a text: its sentences as they were and as they are shown.

Values only. A sentence that was not translated must carry its source and the reason.
"""

from dataclasses import dataclass

from app.translation.house import Offer


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a text as it was and as it is shown.

    Where `translated` is False, `text` is the source and `reason` says why, as a sentence.
    `confidence` is 0 to 1: how likely the engine found the text. Where it is not `sure`, a reader
    should compare. `origin` says that it came from the vendor's memory; `offer` is an earlier
    answer that is only like it.
    """

    source: str
    text: str
    confidence: float
    translated: bool
    sure: bool = True
    reason: str = ""
    origin: str = ""
    offer: Offer | None = None


@dataclass(frozen=True, slots=True)
class Translation:
    """A whole text. `warnings` are sentences about all of it."""

    text: str
    sentences: tuple[Sentence, ...]
    warnings: tuple[str, ...] = ()


def untranslated(sentence: str, reason: str) -> Sentence:
    """The sentence as it is, with why."""
    return Sentence(sentence, sentence, 0.0, translated=False, reason=reason)
