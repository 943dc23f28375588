"""The words around a number that say what it is, per language, from `cues.yaml`.

Knows how to look one word up (contact, reference, link, mine) in a buyer's language, in English
and among the words that every language uses. It must never decide anything itself.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

CONTACT, REFERENCE, LINK, MINE = "contact", "reference", "link", "mine"
NUMBER, WEAK = "number", "weak"
KINDS = (LINK, NUMBER, WEAK, REFERENCE, MINE, CONTACT)
UNSPACED = ("ja", "zh")
_SHORTEST_STEM = 2

_SOURCE: dict[str, dict[str, list[str]]] = yaml.safe_load(
    (Path(__file__).parent / "cues.yaml").read_text(encoding="utf-8")
)
LANGUAGES = tuple(name for name in _SOURCE if name != "any")

_LETTERS = str.maketrans({"ł": "l", "ı": "i", "ø": "o", "đ": "d", "أ": "ا", "إ": "ا", "آ": "ا",
                          "ة": "ه", "ى": "ي", "’": "'"})  # fmt: skip


@lru_cache(maxsize=8192)
def fold(word: str) -> str:
    """The word without case and accents, as words are compared. å stays: år is no är."""
    text = word.casefold().translate(_LETTERS)
    parts = (c if c == "å" else unicodedata.normalize("NFKD", c) for c in text)
    return "".join(c for c in "".join(parts) if not unicodedata.combining(c)).translate(_LETTERS)


@dataclass(frozen=True)
class Lexicon:
    """The words of one language, of English and of all, folded. The longest fit wins."""

    exact: dict[str, str]
    stems: dict[str, str]
    endings: dict[str, str]
    unspaced: re.Pattern[str]

    def kind(self, word: str) -> str | None:
        """contact, reference, link, mine, or None for a word that says nothing."""
        return self._kind(fold(word))

    def _kind(self, word: str) -> str | None:
        if word in self.exact:
            return self.exact[word]
        for length in range(len(word), _SHORTEST_STEM - 1, -1):
            if word[:length] in self.stems:
                return self.stems[word[:length]]
        for length in range(len(word), _SHORTEST_STEM - 1, -1):
            if word[-length:] in self.endings:
                return self.endings[word[-length:]]
        return self._without_prefix(word)

    def _without_prefix(self, word: str) -> str | None:
        """Arabic writes "and", "with" and "the" on the word: والسعر is و + ال + سعر."""
        if not word or not "\u0621" <= word[0] <= "\u064a":
            return None
        for prefix in ("وال", "بال", "فال", "كال", "ال", "لل", "و", "ب", "ف", "ل"):
            if word.startswith(prefix) and len(word) > len(prefix) + 2:
                return self._kind(word[len(prefix) :])
        return None


@lru_cache(maxsize=64)
def lexicon(lang: str | None) -> Lexicon:
    """The lexicon of a language code; of all languages when it is None or not known."""
    names = ("any", "en", lang) if lang in _SOURCE and lang else tuple(_SOURCE)
    exact: dict[str, str] = {}
    stems: dict[str, str] = {}
    endings: dict[str, str] = {}
    # Later words overwrite earlier ones: the buyer's own language comes last, and within a
    # language a contact overwrites the weaker kinds.
    for name in names:
        for kind in KINDS:
            for entry in _SOURCE[name].get(kind, ()):
                _file_entry(fold(str(entry)), kind, (exact, stems, endings))
    return Lexicon(exact, stems, endings, _unspaced())


def _file_entry(entry: str, kind: str, tables: tuple[dict[str, str], ...]) -> None:
    exact, stems, endings = tables
    if entry.startswith("*"):
        endings[entry[1:]] = kind
    elif entry.endswith("*"):
        stems[entry[:-1]] = kind
        exact.pop(entry[:-1], None)
    else:
        exact[entry] = kind


@lru_cache(maxsize=1)
def _unspaced() -> re.Pattern[str]:
    """Words of the languages that write no spaces, longest first: 製造番号090 has no border
    between the word and the number."""
    words = {
        fold(str(entry))
        for name in UNSPACED
        for kind in KINDS
        for entry in _SOURCE[name].get(kind, ())
    }
    return alternation(words)


def alternation(words: Iterable[str]) -> re.Pattern[str]:
    """One expression for all of the words, the longest first."""
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))


def spelled(sign: str) -> tuple[str, ...]:
    """How all languages spell a sign out: `at`, `weak_at` or `dot`, or say `instead`."""
    words = {str(word) for name in _SOURCE for word in _SOURCE[name].get(sign, ())}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))
