"""Hides what is known of one buyer: the real address in all its forms, telephones, chosen words.

Knows hashes and encodings that a mail may carry of an address (avatar links, tracking links). Must
never keep a buyer's details longer than the call: the compiled search is cached by value in memory
only, and small.
"""

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.privacy.found import Hidden, listed
from app.privacy.plain import plain_of

EMAIL, PHONE, DETAIL = "email", "phone", "detail"
_DISTINCT = 5
_COMMON_LOCALS = frozenset(
    listed(
        """
    admin bestellung contact contacto einkauf email hallo hello info kontakt mail office order
    orders pedidos post privat sales service shop support team webmaster kunde customer
    """
    )
)
_BASE64 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_=-")
_GAP = r"[ .\-/()\u2010-\u2015·_]{0,3}"


@dataclass(frozen=True, slots=True)
class Secrets:
    """What must never show, however it is written.

    addresses  mail addresses: hidden as they are, as hashes, as base64 and hex, and their local
               part alone where it is long enough to be somebody's
    phones     telephone numbers in any writing; compared by their digits
    words      further exact texts (a name, a street), as policy says
    """

    addresses: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def find_own(text: str, secrets: Secrets) -> Iterator[Hidden]:
    """Spans of the buyer's own details in a plain text."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a few letters become two; the offsets would no longer hold
        lowered = "".join(letter.lower()[0] for letter in text)
    for address in filter(None, secrets.addresses):
        yield from _find_address(text, lowered, _forms_of(address))
    for search, kind in _searches(secrets):
        for match in search.finditer(text):
            if match.end() > match.start():
                yield Hidden(match.start(), match.end(), kind)


@lru_cache(maxsize=256)
def _searches(secrets: Secrets) -> tuple[tuple[re.Pattern[str], str], ...]:
    found: list[tuple[re.Pattern[str], str]] = []
    for phone in secrets.phones:
        digits = re.sub(r"\D", "", plain_of(phone).text)
        if len(digits) >= 7:
            found.append((_of_phone(digits), PHONE))
    for word in secrets.words:
        if len(word.strip()) >= 3:
            found.append((_loosely(plain_of(word).text.strip()), DETAIL))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Forms:
    """How one address may be written: exactly (in small letters), also from its end, as a word,
    inside base64."""

    exact: tuple[str, ...]
    word: str
    cores: tuple[str, ...]


@lru_cache(maxsize=256)
def _forms_of(address: str) -> _Forms:
    """Plain strings, not patterns: each mail brings another address, and compiling costs more
    than looking."""
    plain = plain_of(address).text.strip()
    local = plain.partition("@")[0].lower()
    raw = [
        spelling.encode("utf-8", "replace") for spelling in {plain, plain.lower(), plain.upper()}
    ]
    hashes = {digest(value).hexdigest() for value in raw for digest in _DIGESTS}
    hashes |= {value.hex() for value in raw}
    distinct = len(local) >= _DISTINCT and local not in _COMMON_LOCALS
    cores = {core for value in raw for core in _base64_cores(value)}
    written = (plain.lower(), plain.lower()[::-1])
    return _Forms((*written, *sorted(hashes)), local if distinct else "", tuple(sorted(cores)))


def _find_address(text: str, lowered: str, forms: _Forms) -> Iterator[Hidden]:
    for needle in forms.exact:
        for start in _places(needle, lowered):
            yield Hidden(start, start + len(needle), EMAIL)
    for start in _places(forms.word, lowered):
        end = start + len(forms.word)
        if (
            not lowered[max(0, start - 1) : start].isalnum()
            and not lowered[end : end + 1].isalnum()
        ):
            yield Hidden(start, end, EMAIL)
    for core in forms.cores:
        for start in _places(core, text):
            yield _whole_base64(text, start, start + len(core))


def _places(needle: str, text: str) -> Iterator[int]:
    """Where `needle` begins in `text`, without overlaps; nowhere for an empty one."""
    start = text.find(needle) if needle else -1
    while start >= 0:
        yield start
        start = text.find(needle, start + len(needle))


def _whole_base64(text: str, start: int, end: int) -> Hidden:
    """The run of base64 letters around the core."""
    while start and text[start - 1] in _BASE64:
        start -= 1
    while end < len(text) and text[end] in _BASE64:
        end += 1
    return Hidden(start, end, EMAIL)


_DIGESTS = (
    lambda value: hashlib.md5(value, usedforsecurity=False),
    lambda value: hashlib.sha1(value, usedforsecurity=False),
    hashlib.sha256,
)


def _base64_cores(value: bytes) -> Iterator[str]:
    """The characters that base64 gives these bytes wherever in a longer text they stand: each of
    the three alignments without the borders, which depend on the neighbours."""
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + value).decode().rstrip("=")
        core = encoded[-(-shift * 8 // 6) :]
        core = core if (shift + len(value)) % 3 == 0 else core[:-1]
        if len(core) >= 6:
            yield core
            yield core.translate(str.maketrans("+/", "-_"))


def _of_phone(digits: str) -> re.Pattern[str]:
    """The last nine digits or fewer, with any spacing, and whatever stands dialled before them."""
    core = digits.lstrip("0")[-9:]
    return re.compile(rf"(?<!\d)(?:\+?\d{_GAP}){{0,6}}" + _GAP.join(core) + r"(?!\d)")


def _loosely(word: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in word.split()]
    return re.compile(r"(?<![^\W_])" + r"\s+".join(parts) + r"(?![^\W_])", re.IGNORECASE)
