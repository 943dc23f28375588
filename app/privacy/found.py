"""What the detectors hand to each other: a span with its kind, and the text with spans blanked."""

from collections.abc import Iterable
from dataclasses import dataclass

BLANK = "\x00"  # never in a plain text: controls are dropped there


@dataclass(frozen=True, slots=True, order=True)
class Hidden:
    """`[start:end]` holds a contact detail of this kind."""

    start: int
    end: int
    kind: str


def blank(text: str, spans: Iterable[Hidden]) -> str:
    """The text with each span's characters replaced by BLANK, offsets unchanged."""
    pieces: list[str] = []
    done = 0
    for span in sorted(spans):
        if span.end <= done:
            continue
        start = max(span.start, done)
        pieces += (text[done:start], BLANK * (span.end - start))
        done = span.end
    pieces.append(text[done:])
    return "".join(pieces)


def merged(spans: Iterable[Hidden]) -> tuple[Hidden, ...]:
    """In order, those that overlap joined; the first one's kind stays."""
    joined: list[Hidden] = []
    for span in sorted(spans):
        if joined and span.start < joined[-1].end:
            last = joined[-1]
            joined[-1] = Hidden(last.start, max(last.end, span.end), last.kind)
        else:
            joined.append(span)
    return tuple(joined)
