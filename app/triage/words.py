"""A buyer's text as words: folded so that "Reçu", "RECU" and "recu" are one, with their places.

Pure. Knows scripts and spelling, no languages and no meaning; it must never change the original,
and every word says where in the original it stands.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

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
_QUESTION, _SHOUT = "?？؟", "!！"
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th", "ـ": ""}
)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True, slots=True)
class Word:
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
    return _CJK.search(text) is not None


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _form(raw: str) -> str:
    if raw in _QUESTION:
        return "?"
    if raw in _SHOUT:
        return "!"
    return fold(raw)


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
    plain = _LEVEL_TALK.sub(_blank, _ADDRESS.sub(_blank, text))
    words = (Word(_form(m[0]), m.start(), m.end()) for m in _WORD.finditer(plain))
    return [word for word in words if word.form]
