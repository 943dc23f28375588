"""The words of a text as the search knows them: one rule for what is kept and what is asked.

Pure. "Reçu", "RECU" and "recu" are one word. Chinese, Japanese, Korean and Thai, which put no
spaces where a searcher would, become overlapping pairs of signs. Knows no language and no meaning.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 40  # signs of a word that count

_ALPHABETS = r"\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_PIECE = re.compile(rf"[{_ALPHABETS}]+|[^\W_{_ALPHABETS}]+")
_UNSPACED = re.compile(rf"[{_ALPHABETS}]")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_CHIP = re.compile(r"\[[a-z ]{1,40} hidden\]")  # what stands for hidden contact data is no word
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th", "ـ": ""}
)
_VOICED = "\u3099\u309a"  # が is another letter than か, not か with an accent


class _WithoutMarks(dict[int, int | None]):
    """A table for `str.translate` that drops accents; it learns each sign when it meets it."""

    def __missing__(self, code: int) -> int | None:
        is_mark = unicodedata.category(chr(code)) == "Mn" and chr(code) not in _VOICED
        self[code] = None if is_mark else code
        return self[code]


_WITHOUT_MARKS = _WithoutMarks()


@dataclass(frozen=True, slots=True)
class Found:
    """A word of a text and where it stands there, `start` to `end` (exclusive)."""

    form: str
    start: int
    end: int


def words_of(text: str) -> list[str]:
    """The folded words of `text` in their order."""
    text = _CHIP.sub(" ", text)
    if text.isascii():
        return [word[:LONGEST] for word in _ASCII_WORD.findall(text.lower())]
    return [word for piece in _PIECE.findall(fold(text)) for word in _split(piece)]


def words_asked(text: str) -> list[str]:
    """The same for a piece of a question: a run of pairs without the lone sign at its end, after
    which the kept text may go on."""
    return [word for piece in _PIECE.findall(fold(text)) for word in _split(piece, ends=False)]


def is_unspaced(word: str) -> bool:
    """Whether `word` is of a script that is cut into pairs."""
    return _UNSPACED.match(word) is not None


def fold(text: str) -> str:
    """`text` in small letters without accents; its length may be another."""
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return unicodedata.normalize("NFC", letters.translate(_WITHOUT_MARKS))


def places(text: str) -> Iterator[Found]:
    """The folded words of `text` with their places, pairs included, for showing what was found."""
    for piece in _PIECE.finditer(text):
        start = piece.start()
        if not is_unspaced(piece.group()):
            yield Found(fold(piece.group())[:LONGEST], start, piece.end())
            continue
        for at in range(len(piece.group()) - 1):
            yield Found(fold(piece.group()[at : at + 2]), start + at, start + at + 2)


def _split(piece: str, *, ends: bool = True) -> list[str]:
    if not is_unspaced(piece):
        return [piece[:LONGEST]]
    last = len(piece) if ends or len(piece) == 1 else len(piece) - 1
    return [piece[at : at + 2] for at in range(last)]
