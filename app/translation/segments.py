"""Sentences as the memory keeps them: facts taken out, so that one answer serves many orders.

Pure. It must never let a fact of one conversation into another: a sentence is kept only if both
sides carry the same facts, and what is kept has numbered marks, `{1}`, in their places. No text can
hold such a mark by itself, because every number in it is a fact.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.translation.check import is_unchanged
from app.translation.protect import Fact, between, find_facts, is_capitalised
from app.translation.sentences import split

MARK = re.compile(r"\{(\d+)\}")
LONGEST = 1000  # characters of a side
KEYWORDS = 5
GREETING = 4  # words
_SPACES = re.compile(r"\s+")
_WRAPS = re.compile(r"[ \t\r\n]+")  # the narrow spaces of a language's typography stay
_WORD = re.compile(r"[^\W\d_]+")
_WIDE = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sentence with marks in place of its facts, and the facts in the order of the marks."""

    text: str
    facts: tuple[str, ...] = ()


def pattern_of(sentence: str, keep: Sequence[str] = ()) -> Pattern:
    """The sentence without its facts."""
    return _pattern(sentence, tuple(keep))


@lru_cache(maxsize=64)  # of the text at hand, which is asked about twice
def _pattern(sentence: str, keep: tuple[str, ...]) -> Pattern:
    found = find_facts(sentence, keep)
    return Pattern(_marked(sentence, found, range(1, len(found) + 1)), _texts(found))


def spelt(pattern: str) -> str:
    """`pattern` as it is looked up: apostrophes and spaces of one kind."""
    return _SPACES.sub(" ", pattern.replace("’", "'"))


def paired(source: str, target: str, keep: Sequence[str] = ()) -> tuple[str, str] | None:
    """The two sides of a sentence with marks, the same number for the same fact.

    None for what must not be remembered: sides with different facts, nothing but facts, a side that
    was not translated.
    """
    first, found = pattern_of(source, keep), find_facts(target, keep)
    if Counter(first.facts) != Counter(_texts(found)) or _is_same(source, target):
        return None
    second = _marked(target, found, _numbers(first.facts, _texts(found)))
    sides = first.text, second
    return sides if all(map(_is_worth_it, sides)) else None


def aligned(
    source: str, target: str, *, languages: tuple[str, str], keep: Sequence[str] = ()
) -> list[tuple[str, str]]:
    """The sentences of two texts that say the same, in pairs; [] unless both have as many."""
    sides = [
        [chunk.text for chunk in split(text, language) if not chunk.layout]
        for text, language in zip((source, target), languages, strict=True)
    ]
    if len(sides[0]) != len(sides[1]):
        return []
    both = [(a, b) for a, b in zip(*sides, strict=True) if not _greets_by_name(a, b)]
    return [pair for a, b in both if (pair := paired(a, b, keep))]


def filled(pattern: str, facts: Sequence[str]) -> str | None:
    """`pattern` with facts in place of its marks; None unless it has each of them once."""
    marks = [int(mark) for mark in MARK.findall(pattern)]
    if sorted(marks) != list(range(1, len(facts) + 1)):
        return None
    return MARK.sub(lambda mark: facts[int(mark[1]) - 1], pattern)


def keywords(pattern: str) -> list[str]:
    """The few words by which sentences like this one are found: the longest, so mostly the rarest.

    Where words are not parted by spaces, pairs of characters stand for them.
    """
    bare = unicodedata.normalize("NFD", MARK.sub(" ", pattern).casefold())
    plain = "".join(letter for letter in bare if not unicodedata.combining(letter))
    words = {part for word in _WORD.findall(plain) for part in _parts(word)}
    return sorted(words, key=lambda word: (-len(word), word))[:KEYWORDS]


def _parts(word: str) -> list[str]:
    if not _WIDE.search(word):
        return [word[:24]]
    return [word[i : i + 2] for i in range(max(1, len(word) - 1))]


def _marked(sentence: str, facts: Sequence[Fact], numbers: Sequence[int]) -> str:
    pieces = iter(numbers)
    text = "".join(
        f"{{{next(pieces)}}}" if is_fact else piece for piece, is_fact in between(sentence, facts)
    )
    return _WRAPS.sub(" ", unicodedata.normalize("NFC", text)).strip()


def _greets_by_name(source: str, target: str) -> bool:
    """Whether both sides of a short line have the same capitalised word: a person is spoken to."""
    first, second = _WORD.findall(source), _WORD.findall(target)
    shared = {word for word in first[1:] if is_capitalised(word)} & set(second[1:])
    return len(first) <= GREETING and bool(shared)


def _is_same(source: str, target: str) -> bool:
    return source.casefold() == target.casefold() or is_unchanged(source, target)


def _texts(facts: Sequence[Fact]) -> tuple[str, ...]:
    return tuple(fact.text for fact in facts)


def _numbers(first: Sequence[str], second: Sequence[str]) -> list[int]:
    """For each fact of the second side its number on the first. Equal facts go in order."""
    left = list(enumerate(first, start=1))
    numbers = []
    for text in second:
        place = next(i for i, (_, fact) in enumerate(left) if fact == text)
        numbers.append(left.pop(place)[0])
    return numbers


def _is_worth_it(side: str) -> bool:
    words = MARK.sub(" ", side)
    return len(side) <= LONGEST and any(map(str.isalpha, words))
