"""Sentences that a package knows by heart: people wrote them, in both of its languages.

Finds a sentence however it was typed: capitals, punctuation and spaces do not count, and accents
only where it has some. Pure but for reading the file. It must never answer with a sentence that is
only like the one at hand.
"""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

FILE = "phrases.tsv"
_WORD = re.compile(r"[^\W_]+")
_WORD_OR_COMMA = re.compile(r"[^\W_]+|,")
_MARK = re.compile(r"\bxz\d\b")


class Phrases:
    """Pairs of a sentence and its translation, marks in place of facts; the first of two counts."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._typed: dict[str, str] = {}
        self._plain: dict[str, str | None] = {}
        for source, target in pairs:
            said = self._typed.setdefault(spelt(source), target)
            plain = spelt(_without_accents(source))
            # Two that differ in nothing but accents ("paye", "payé") are none without them.
            self._plain[plain] = said if self._plain.get(plain, said) == said else None

    def find(self, sentence: str) -> str | None:
        """The translation of this very sentence."""
        found = self._typed.get(spelt(sentence))
        if found is None and sentence == _without_accents(sentence):
            return self._plain.get(spelt(sentence))
        return found


def read_phrases(folder: Path) -> Phrases:
    """What `folder` carries, which may be nothing."""
    path = folder / FILE
    if not path.is_file():
        return Phrases([])
    lines = path.read_text(encoding="utf-8").splitlines()
    return Phrases((source, target) for source, target in (line.split("\t") for line in lines))


def spelt(sentence: str) -> str:
    """The words of a sentence, by which it is found; beside a fact a comma counts ("order, 12")."""
    folded = unicodedata.normalize("NFC", sentence).casefold()
    return " ".join((_WORD_OR_COMMA if _MARK.search(folded) else _WORD).findall(folded))


def _without_accents(text: str) -> str:
    parts = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(p for p in parts if not unicodedata.combining(p)))
