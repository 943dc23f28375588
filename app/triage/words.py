"""A buyer's text as words: folded so that "Reçu", "RECU" and "recu" are one, with their places.

Pure. Knows scripts and spelling, no languages and no meaning; it must never change the original,
and every word says where in the original it stands.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

# A rant says what it wants at its beginning or its end; the middle of 50 kB adds time, not sense.
HEAD, TAIL = 6000, 2000

_ADDRESS = re.compile(
    r"https?://\S+|www\.\S+|[^\s@]+@[^\s@]+\.\S+|\[[a-z ]{1,40} hidden\]", re.IGNORECASE
)
# What a buyer says about our own levels is no evidence of anything.
_LEVEL_TALK = re.compile(
    r"(?:\b(?:level|niveau|stufe|nivel|nível|livello|poziom\w*|nivå|úroveň|úrovně|seviye|р[іi]вень|"
    r"уров[а-я]+|urgency|priority|prioridad|priorit[àéä]t?)\s*[:=-]?\s*(?:[12]\b|one\b|two\b|eins\b|zwei\b|"
    r"un\b|uno\b|deux\b|dos\b|due\b))|(?:レベル|级别|級別|المستوى)\s*[:：]?\s*[12一二١٢]",
    re.IGNORECASE,
)
# Accents written as signs of their own, as some mail programs do, and Arabic's vowel signs.
_LETTER = r"[\w\u0300-\u036f\u064b-\u065f\u0670\u3099\u309a]"
_WORD = re.compile(rf"\w{_LETTER}*(?:['’](?:t|s|re|ll|ve|m|d)(?!\w))?|[?？؟!！]")
_SIGNS = dict.fromkeys("?？؟", "?") | dict.fromkeys("!！", "!")
# Both searches try every letter: what must stand in a text for one to find anything.
_ADDRESS_SIGNS = ("@", "://", "www.", " hidden]")
_LEVEL_SIGNS = (
    "level", "niveau", "stufe", "nivel", "nível", "livello", "poziom", "nivå", "úrov", "seviye",
    "рівень", "рiвень", "уров", "urgency", "priorit", "prioridad", "レベル", "级别", "級別",
    "المستوى",
)  # fmt: skip
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th", "ـ": ""}
)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


class Word(NamedTuple):
    """One folded word and its place in the original text, `start` to `end` (exclusive)."""

    form: str
    start: int
    end: int


@lru_cache(maxsize=1 << 14)
def fold(word: str) -> str:
    """`word` in small letters, without accents, apostrophes and vowel signs."""
    if word.isascii():
        return word.lower().replace("'", "")
    letters = unicodedata.normalize("NFKD", word.casefold().translate(_LETTERS))
    return "".join(c for c in letters if c.isalnum() or c in "?!_" or _keeps(c))


def _keeps(letter: str) -> bool:
    return unicodedata.category(letter)[0] not in "MPZSC"


def is_cjk(text: str) -> bool:
    """Whether `text` has Chinese or Japanese writing, which puts no spaces between words."""
    return not text.isascii() and _CJK.search(text) is not None


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _plain(text: str) -> str:
    """`text` with what is no evidence blanked."""
    small = text.lower()
    if any(sign in small for sign in _ADDRESS_SIGNS):
        text = _ADDRESS.sub(_blank, text)
    if any(sign in small for sign in _LEVEL_SIGNS):
        text = _LEVEL_TALK.sub(_blank, text)
    return text


def read_words(text: str) -> list[Word]:
    """The words of `text` in order. Links, addresses and what `privacy.redact`
    put in their place are left out, the middle of a text of
    more than 8,000 characters too.
    """
    if len(text) > HEAD + TAIL:
        head, tail = text[:HEAD], text[-TAIL:]
        shift = len(text) - TAIL
        late = [Word(w.form, w.start + shift, w.end + shift) for w in read_words(tail)]
        return read_words(head) + late
    found = ((match[0], *match.span()) for match in _WORD.finditer(_plain(text)))
    words = [Word(_SIGNS.get(raw) or fold(raw), start, end) for raw, start, end in found]
    return [word for word in words if word.form]
