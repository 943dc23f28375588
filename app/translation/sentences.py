"""Cuts a text into sentences and layout, so that putting them together again gives the same text.

Layout (spaces, blank lines, bullets, quote marks, rules) never reaches the engine. Pure; it must
never lose, add or move a character: `join(split(text))` is `text`, whatever the text.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sentencex

LONGEST = 320  # characters; longer sentences are cut at a comma or a space
HARD_LIMIT = 1000  # where there is neither
WRAPPED_FROM = 50  # a line at least this long that ends in the air goes on in the next one

_LINE_START = re.compile(
    r"(?:[ \t]*[>|])*[ \t]*(?:(?:[-*+•·–—▪◦‣]|\(?\d{1,3}[.)]|[a-zA-Z]\))[ \t]+)?"
)
_END = re.compile(r"[.!?…:;,。！？؟:)\]]\s*$")
_SPACES = re.compile(r"\s+")
_BREAKS = (
    re.compile(r"[;:,،、；：，](?=\s|$)\s*|[、；：，。]"),
    re.compile(r"\s+"),
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of the text as it stands there; `layout` when there is nothing to translate."""

    text: str
    layout: bool

    @property
    def spoken(self) -> str:
        """What the engine gets: wrapped lines joined, no runs of spaces."""
        return _SPACES.sub(" ", self.text).strip()


def split(text: str, language: str) -> list[Chunk]:
    """The chunks of `text` in order. `language` (ISO 639-1) decides on abbreviations."""
    chunks: list[Chunk] = []
    for block in _blocks(text):
        start = _LINE_START.match(block)
        margin = start.end() if start else 0
        chunks += _layout(block[:margin])
        for sentence in _sentences(block[margin:], language):
            for part in _shortened(sentence):
                chunks += _framed(part)
    return chunks


def join(chunks: Iterable[Chunk]) -> str:
    """The text again."""
    return "".join(chunk.text for chunk in chunks)


def _blocks(text: str) -> Iterator[str]:
    """Lines, with the lines that a mail program wrapped put together."""
    held = ""
    for line in text.splitlines(keepends=True):
        if held and not _goes_on(held, line):
            yield held
            held = ""
        held += line
    if held:
        yield held


def _goes_on(before: str, line: str) -> bool:
    last = before.splitlines()[-1].rstrip()
    return len(last) >= WRAPPED_FROM and not _END.search(last) and line[:1].islower()


def _sentences(block: str, language: str) -> list[str]:
    if not block.strip():
        return [block]
    try:
        found: list[str] = sentencex.segment(language, block)
    except (ValueError, TypeError):
        return [block]
    return found if "".join(found) == block else [block]


def _shortened(sentence: str) -> Iterator[str]:
    rest = sentence
    while len(rest) > LONGEST:
        cut = _cut(rest)
        yield rest[:cut]
        rest = rest[cut:]
    yield rest


def _cut(text: str) -> int:
    for pattern in _BREAKS:
        ends = [found.end() for found in pattern.finditer(text, 0, LONGEST)]
        if ends and ends[-1] > LONGEST // 4:
            return ends[-1]
    later = _BREAKS[1].search(text, LONGEST, HARD_LIMIT)
    return later.end() if later else min(len(text), HARD_LIMIT)


def _framed(part: str) -> Iterator[Chunk]:
    """Spaces around a sentence are layout, and so is what holds no letter."""
    body = part.strip()
    if not any(map(str.isalpha, body)):
        yield from _layout(part)
        return
    start = part.index(body)
    yield from _layout(part[:start])
    yield Chunk(body, layout=False)
    yield from _layout(part[start + len(body) :])


def _layout(text: str) -> Iterator[Chunk]:
    if text:
        yield Chunk(text, layout=True)
