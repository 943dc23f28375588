"""One MIME part, read through the library's parser but with every access made safe.

Knows content types, transfer encodings and file names. Never raises on any bytes; judges nothing.
"""

import re
from email.feedparser import BytesFeedParser
from email.message import Message
from email.policy import compat32
from typing import Any, cast

from app.mail import charsets, headers
from app.mail.flowed import uuencoded_bytes
from app.mail.limits import MOST_READ

# The library reads parameters in quadratic time; no honest field is longer.
_FIELD_LIMIT = 4_000
_POLICY = cast(Any, compat32)
_PIECE = 64 * 1024
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(rb"[!-9;-~]{1,200}[ \t]{0,20}:")
_GOOD_LINE = re.compile(rb"[!-9;-~]{1,200}:|[ \t]")
_OLD_COLON = re.compile(rb"^([!-9;-~]{1,200})[ \t]{1,20}:")
_TOKEN = re.compile(r"[\w.+-]+/[\w.+-]+")


class Part(Message):
    """The library's message, whose fields come short and as text without surrogates."""

    stored = ""

    def get(self, name: str, failobj: Any = None) -> Any:
        """The first field called `name`, at most 4,000 letters of it."""
        wanted = name.lower()
        for key, value in self.raw_items():
            if key.lower() == wanted:
                return headers.letters(str(value)[:_FIELD_LIMIT])
        return failobj

    def set_payload(self, payload: Any, charset: Any = None) -> None:
        """Keep the text as stored: the library decodes it on the way out in its own way."""
        super().set_payload(payload, charset)
        self.stored = payload if isinstance(payload, str) else ""


def parsed(raw: bytes) -> Part:
    """`raw` split into parts. Call `limits.check` first."""
    raw = repaired(raw)
    head = _HEADER_END.search(raw)
    if head and len(raw) > head.end() + MOST_READ and _is_text(_fed(raw, head.end())):
        return _fed(raw, head.end() + MOST_READ)
    return _fed(raw, len(raw))


def _fed(raw: bytes, end: int) -> Part:
    parser: BytesFeedParser[Part] = BytesFeedParser(Part, policy=_POLICY)
    # In pieces: given the whole, the library keeps a copy with four bytes for each letter.
    for start in range(0, end, _PIECE):
        parser.feed(raw[start : min(end, start + _PIECE)])
    return parser.close()


def _is_text(root: Part) -> bool:
    """Whether a mail is one text and no file, so that nobody reads what lies far behind."""
    kind = content_type(root)
    return kind in ("text/plain", "text/html") and not (disposition(root) or file_name(root))


def without_mbox_line(raw: bytes) -> bytes:
    """Some stored mails begin with blank lines or with mbox's "From " line."""
    raw = raw.lstrip(b"\r\n")
    if raw.startswith((b"From ", b">From ")):
        return raw.partition(b"\n")[2]
    return raw


def repaired(raw: bytes) -> bytes:
    """Header lines that the library would take for the beginning of the text: "Name :" of old
    programs, and a broken line with good ones after it, which is taken for a continuation."""
    end = _HEADER_END.search(raw)
    head = raw[: end.start()] if end else raw
    lines = head.split(b"\n")
    if all(_GOOD_LINE.match(line) for line in lines):
        return raw
    last_good = max((i for i, line in enumerate(lines) if _FIELD.match(line)), default=-1)
    if last_good < 0 or len(lines) > 2_000:
        return raw
    mended = [
        _mended(line, first=i == 0) if i < last_good else line for i, line in enumerate(lines)
    ]
    return b"\n".join(_OLD_COLON.sub(rb"\1:", line) for line in mended) + raw[len(head) :]


def _mended(line: bytes, *, first: bool) -> bytes:
    if _GOOD_LINE.match(line) or _OLD_COLON.match(line):
        return line
    return (b"X-Broken: " if first else b" ") + line


def children(part: Part) -> list[Part]:
    """The parts inside a multipart or a message; none for a leaf."""
    return cast(list[Part], part.get_payload()) if part.is_multipart() else []


def content_type(part: Part) -> str:
    """`type/subtype`, lower case; text/plain where the mail says nothing sensible."""
    declared = str(part.get("content-type", "")).strip().lower()
    match = _TOKEN.match(declared)
    if match:
        return match[0]
    bare = re.match(r"[a-z]+", declared)
    if bare and bare[0] in ("text", "html"):
        return "text/html" if bare[0] == "html" else "text/plain"
    return part.get_default_type()


def parameter(part: Part, name: str, *, field: str = "content-type") -> str:
    """A parameter of a field, decoded; empty where there is none or it cannot be read."""
    try:
        value: Any = part.get_param(name, "", field)
    except (ValueError, IndexError, TypeError, AttributeError, LookupError):
        return ""
    if isinstance(value, tuple):
        return _extended(value)
    return headers.readable(str(value))


def _extended(value: tuple[Any, ...]) -> str:
    """RFC 2231: (charset, language, text whose letters stand for bytes)."""
    charset, _language, text = value
    content = str(text).encode("latin-1", "replace")
    return headers.readable(charsets.decode(content, charset or "utf-8"))


def disposition(part: Part) -> str:
    """`attachment`, `inline` or empty."""
    declared = str(part.get("content-disposition", "")).strip().lower()
    match = re.match(r"[a-z]+", declared)
    return match[0] if match else ""


def file_name(part: Part) -> str:
    """The name that the mail gives the part, decoded; empty if none."""
    for field, name in (("content-disposition", "filename"), ("content-type", "name")):
        found = parameter(part, name, field=field)
        if found:
            return found
    location = headers.readable(str(part.get("content-location", "")))
    return location.rsplit("/", 1)[-1]


def content(part: Part, *, most: int | None = None) -> bytes:
    """The part's bytes, the transfer encoding undone as far as it can be. `most`: of how many
    signs, as they are stored; a text is not read further than that."""
    stored = part.stored[:most].encode("utf-8", "surrogateescape")
    return _undone(stored, str(part.get("content-transfer-encoding", "")).lower())


def _undone(stored: bytes, encoding: str) -> bytes:
    """Programs write "quoted-printable;", "qp " or "8-bits": look for what is meant."""
    name = encoding.strip().strip("\"';").strip()
    if name.startswith("base64"):
        return headers.lenient_base64(stored)
    if "uue" in name or name == "uuencode":
        return uuencoded_bytes(stored)
    if name.startswith("quoted"):
        return headers.lenient_quoted_printable(stored)
    return stored


def flattened(part: Part) -> bytes:
    """The part written out again, about as it came; for keeping, never for sending."""
    lines = [f"{name}: {value}" for name, value in part.raw_items()]
    head = "\n".join(lines).encode("utf-8", "surrogateescape") + b"\n\n"
    inside = children(part)
    if not inside:
        return head + part.stored.encode("utf-8", "surrogateescape")
    boundary = parameter(part, "boundary").encode("utf-8", "replace")
    between = b"\n--" + boundary + b"\n" if boundary else b""
    end = b"\n--" + boundary + b"--\n" if boundary else b""
    return head + b"".join(between + flattened(child) for child in inside) + end
