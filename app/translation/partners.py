"""Whether a translation says what its source says, word for word, as far as a package can tell.

A small package may carry `partners.txt`: for words of either side, the words of the other that
stand for them. Models drop, swap and repeat words while sounding sure; that shows here. Pure but
for reading the file; a word that the file does not have is never judged.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

FILE = "partners.txt"
_WORD = re.compile(r"[^\W\d_]+")
_MARK = re.compile(r"\bXZ\d\b")

Table = dict[str, frozenset[str]]


class Partners(NamedTuple):
    """For a source word its words in the target, and for a target word those in the source."""

    onward: Table
    back: Table


def read_partners(folder: Path) -> Partners | None:
    """What `folder` carries; None when it carries nothing."""
    path = folder / FILE
    if not path.is_file():
        return None
    tables: dict[str, Table] = {">": {}, "<": {}}
    for line in path.read_text(encoding="utf-8").splitlines():
        word, others = line[1:].split("\t")
        tables[line[0]][word] = frozenset(others.split())
    return Partners(tables[">"], tables["<"])


def folded_words(text: str) -> list[str]:
    """The words without case, accents and marks."""
    parts = unicodedata.normalize("NFD", _MARK.sub(" ", text).casefold().replace("ß", "ss"))
    return _WORD.findall("".join(part for part in parts if not unicodedata.combining(part)))


def is_faithful(partners: Partners, source: str, output: str) -> bool:
    """Whether no word was left out, added or said more often than the source has it."""
    asked, told = folded_words(source), folded_words(output)
    return not (unmet(asked, told, partners.onward) or unmet(told, asked, partners.back))


def unmet(words: Sequence[str], others: Sequence[str], table: Table) -> list[str]:
    """Those of `words` that stand there more often than their partners among `others`."""
    beside = Counter(others)
    return [
        word
        for word, times in Counter(words).items()
        if word in table and sum(beside[other] for other in table[word]) < times
    ]
