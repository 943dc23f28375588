"""Header fields as a person reads them: encoded words, raw 8-bit letters, addresses, dates, ids.

Works on the raw fields because the library's own header objects raise on some real mails and take
quadratic time on hostile ones. Must never raise.
"""

import binascii
import re
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from io import BytesIO

from app.mail.charsets import decode

# Longer lists than this are no sender's address; the library's parser would crawl over them.
ADDRESS_FIELD_LIMIT = 8_000
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,5000}?)\?=")
_WORDS_APART = re.compile(r"(\?=)\s+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_FOLD = re.compile(r"[\r\n]+[ \t]*")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,900})>")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_B64_JUNK = re.compile(rb"[^A-Za-z0-9+/]")
_PIECE = 1_000_000

Fields = tuple[tuple[str, str], ...]


def raw_fields(part: Message) -> Fields:
    """The part's fields, in order: lower-case name and raw value (bytes as surrogates)."""
    return tuple((str(name).lower(), str(value)) for name, value in part.raw_items())


def first(fields: Fields, name: str) -> str:
    """The raw value of the first field called `name` (lower case); empty if there is none."""
    return next((value for key, value in fields if key == name), "")


def readable(raw: str) -> str:
    """A raw value on one line, encoded words and 8-bit letters decoded, controls gone."""
    text = _FOLD.sub(" ", letters(raw))
    if "=?" in text:
        text = decode_words(text)
    return _CONTROL.sub("", text).strip()


def letters(raw: str) -> str:
    """The field with its 8-bit bytes (which the parser keeps as surrogates) as letters."""
    if raw.isascii():
        return raw
    return decode(raw.encode("utf-8", "surrogateescape"), None)


def decode_words(text: str) -> str:
    """RFC 2047 words decoded; neighbours of one charset are joined first (letters span words)."""
    text = _WORDS_APART.sub(r"\1", text)
    out: list[str] = []
    held: tuple[str, bytes] | None = None
    end = 0
    for match in _WORD.finditer(text):
        charset, content = match[1].split("*")[0].lower(), _word_bytes(match[2], match[3])
        if held and held[0] == charset and match.start() == end:
            held = (charset, held[1] + content)
        else:
            out += _flush(held)
            out.append(text[end : match.start()])
            held = (charset, content)
        end = match.end()
    return "".join([*out, *_flush(held), text[end:]])


def _flush(held: tuple[str, bytes] | None) -> list[str]:
    return [decode(held[1], held[0])] if held else []


def _word_bytes(encoding: str, text: str) -> bytes:
    content = text.encode("utf-8", "surrogateescape")
    if encoding in "bB":
        return lenient_base64(content)
    return binascii.a2b_qp(content, header=True)


def lenient_base64(content: bytes) -> bytes:
    """Whatever can be read of broken base64; never raises. In pieces, as it may be 25 MB."""
    out, rest = BytesIO(), b""
    for start in range(0, len(content), _PIECE):
        letters = rest + _B64_JUNK.sub(b"", content[start : start + _PIECE])
        whole = len(letters) - len(letters) % 4
        out.write(binascii.a2b_base64(letters[:whole]))
        rest = letters[whole:]
    if len(rest) > 1:
        out.write(binascii.a2b_base64(rest + b"=" * (4 - len(rest))))
    return out.getvalue()


def lenient_quoted_printable(content: bytes) -> bytes:
    """Quoted-printable undone; what is no escape stays as it is."""
    return binascii.a2b_qp(content)


def addresses(raw_values: list[str]) -> tuple[tuple[str, str], ...]:
    """(display name, bare address) of every mailbox in these raw fields, in order.

    A field that cannot be understood gives nothing: a caller that needs exactly one sees zero.
    """
    found: list[tuple[str, str]] = []
    for raw in raw_values:
        text = _FOLD.sub(" ", letters(raw))
        if len(text) <= ADDRESS_FIELD_LIMIT and "\x00" not in text:
            found += _pairs(text)
    return tuple((readable(name), address) for name, address in found)


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        pairs = getaddresses([text])
    except (ValueError, IndexError, TypeError, AttributeError, RecursionError):
        return []
    return [(name, bare.strip()) for name, bare in pairs if _is_address(bare.strip())]


def _is_address(bare: str) -> bool:
    local, at, domain = bare.rpartition("@")
    return bool(at and local and domain) and not re.search(r"[\s<>,;:\x00-\x1f]", bare)


def date(raw: str) -> datetime | None:
    """An aware instant in UTC, or None where the field names no moment."""
    try:
        parsed = parsedate_to_datetime(readable(raw))
        # "-0000" and a missing zone both come back naive: the sender gave UTC, or nothing.
        aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def message_ids(raw_values: list[str]) -> tuple[str, ...]:
    """The ids between angle brackets, without them, in order, at most 200."""
    joined = _FOLD.sub(" ", " ".join(raw_values))[:64_000]
    return tuple(_MESSAGE_ID.findall(joined)[:200])
