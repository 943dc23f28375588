"""What the detectors hand to each other: a span with its kind, and the text with spans blanked.

Knows also how to look cheaply for the few places where a costly search is worth running.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

_WORD = re.compile(r"\w+")
# Runs of digits with what may stand between the groups of one number, and before its first.
_APART = 12
_FIGURES = re.compile(rf"\d++(?:\D{{1,{_APART}}}+\d++)*+")

BLANK = "\x00"  # never in a plain text: controls are dropped there


@dataclass(frozen=True, slots=True, order=True)
class Hidden:
    """`[start:end]` holds a contact detail of this kind."""

    start: int
    end: int
    kind: str


# In their order; far quicker than asking each for its place among the others.
_PLACE = attrgetter("start", "end", "kind")


def blank(text: str, spans: Iterable[Hidden]) -> str:
    """The text with each span's characters replaced by BLANK, offsets unchanged."""
    pieces: list[str] = []
    done = 0
    for span in sorted(spans, key=_PLACE):
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
    for span in sorted(spans, key=_PLACE):
        if joined and span.start < joined[-1].end:
            last = joined[-1]
            joined[-1] = Hidden(last.start, max(last.end, span.end), last.kind)
        else:
            joined.append(span)
    return tuple(joined)


def listed(text: str) -> tuple[str, ...]:
    """The words of a list kept as one text, which reads better than a hundred quotes."""
    return tuple(text.split())


@lru_cache(maxsize=16)
def lowered(text: str) -> str:
    """In small letters, offsets unchanged: İ alone would grow."""
    small = text.lower()
    return small if len(small) == len(text) else text.replace("İ", "i").lower()


@lru_cache(maxsize=16)
def words_of(text: str) -> frozenset[str]:
    """The text's words in small letters."""
    return frozenset(_WORD.findall(lowered(text)))


def said_in(text: str, words: tuple[str, ...]) -> list[str]:
    """Those of the words that the text has, by their first part where they have several."""
    said = words_of(text)
    begun, every = _beginnings(words)
    if said.isdisjoint(every):
        return []
    return [word for word, first in begun if word in said or first in said]


@lru_cache(maxsize=16)
def _beginnings(words: tuple[str, ...]) -> tuple[tuple[tuple[str, str], ...], frozenset[str]]:
    """Each word with its first part, and all of both: texts are many, the lists always the same."""
    begun = tuple((word, re.split(r"[ .-]", word, maxsplit=1)[0]) for word in words)
    return begun, frozenset(words).union(first for _, first in begun)


@lru_cache(maxsize=16)
def figures(text: str) -> tuple[tuple[int, int], ...]:
    """The stretches in which a number may stand: digits, and a little on either side. Looked for
    once, while each of those who search numbers would have to read all of the text."""
    found = _FIGURES.finditer(text)
    return tuple((max(0, run.start() - _APART), run.end() + _APART) for run in found)


def in_figures(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """All that `pattern`, which needs a digit, finds in the text."""
    for low, high in figures(text):
        yield from pattern.finditer(text, low, high)


def places(text: str, signs: Iterable[str]) -> list[int]:
    """Where any of the signs stands. Plain searches: far cheaper than one expression for all."""
    found: list[int] = []
    for sign in signs:
        at = text.find(sign)
        while at >= 0:
            found.append(at)
            at = text.find(sign, at + len(sign))
    return sorted(found)


def windows(
    positions: Iterable[int], *, before: int, after: int, length: int
) -> list[tuple[int, int]]:
    """The stretches around sorted positions, those that touch joined."""
    joined: list[tuple[int, int]] = []
    for position in positions:
        low, high = max(0, position - before), min(length, position + after)
        if joined and low <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], high)
        else:
            joined.append((low, high))
    return joined
