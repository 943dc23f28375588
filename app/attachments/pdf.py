"""What a PDF says of who made it: blanked where it stands, and searched for the buyer.

A PDF is handed out as it came, for nobody can redraw one and keep it a document. So its policy is
explicit: the fields that name an author, and the metadata packet, are overwritten with spaces
(same length, the offsets hold); one that is encrypted, runs scripts, carries files, or holds the
buyer's address in anything that can be unpacked stays with the operator. What is drawn as a picture
or with an own font cannot be searched. Pure; unpacks at most UNPACKED bytes.
"""

import re
import zlib
from collections.abc import Iterator, Sequence

UNPACKED = 20_000_000
STREAMS = 2_000
_NAMED = (
    rb"/(?:Author|Creator|Producer|Company|Manager|Title|Subject|Keywords|SourceModified|LastSaved"
    rb"By)\s*"
)
_FIELD = re.compile(_NAMED + rb"(\((?:[^()\\]|\\.){0,2000}\)|<[0-9A-Fa-f\s]{0,4000}>)", re.DOTALL)
_PACKET = re.compile(rb"<\?xpacket begin.{0,200}?\?>(.{0,400000}?)<\?xpacket end", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n")
_UNSAFE = re.compile(
    rb"/(?:Encrypt|JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|OpenAction|SubmitForm)\b"
)


def blanked(content: bytes) -> bytes:
    """The same document without the names of its author and its tools, where they are in clear."""
    content = _FIELD.sub(_spaces_in_value, content)
    return _PACKET.sub(lambda found: _blank_span(found, 1), content)


def _spaces_in_value(found: re.Match[bytes]) -> bytes:
    return _blank_span(found, 1, keep=1)


def _blank_span(found: re.Match[bytes], group: int, keep: int = 0) -> bytes:
    """The match with the inside of a group overwritten; `keep` signs stay at both its ends."""
    start, end = (place - found.start() for place in found.span(group))
    whole = found.group()
    return whole[: start + keep] + b" " * (end - start - 2 * keep) + whole[end - keep :]


def reason_to_withhold(content: bytes, secrets: Sequence[str]) -> str | None:
    """Why this document stays with the operator; None when it may be offered."""
    wanted = [form for secret in secrets for form in _forms(secret)]
    for piece in _pieces(content):
        if _UNSAFE.search(piece):
            return "active-document"
        small = piece.lower()
        if any(form in small for form in wanted):
            return "names-the-buyer"
    return None


def _forms(secret: str) -> tuple[bytes, ...]:
    text = secret.lower()
    plain, wide = text.encode(), text.encode("utf-16-be")
    return plain, wide, wide.hex().encode(), plain.hex().encode(), text.encode("utf-16-le")


def _pieces(content: bytes) -> Iterator[bytes]:
    """The document, and each of its packed streams."""
    yield content
    left = UNPACKED
    for number, found in enumerate(_STREAM.finditer(content)):
        if number >= STREAMS or left <= 0:
            return
        piece = _unpacked(content[found.end() : found.end() + UNPACKED], left)
        left -= len(piece)
        yield piece


def _unpacked(packed: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, most)
    except zlib.error:
        return b""
