"""From a tree of MIME parts to what a person sees: one text, one page, the files.

Text parts are put together in their order; of alternatives the plain text is taken where it says
anything. Knows nothing of quotes, addresses or tickets.
"""

import re
from dataclasses import dataclass, field

from app.mail import headers
from app.mail import part as parts
from app.mail.attachments import Attachment, attachment
from app.mail.charsets import decode
from app.mail.errors import HeadersTooLong, TooDeep, TooManyParts
from app.mail.flowed import take_uuencoded, unflow
from app.mail.html import to_text
from app.mail.limits import MAX_DEPTH, MAX_HEADER, MAX_PARTS, MOST_READ, TEXT_LIMIT
from app.mail.part import Part

_PGP = re.compile(r"^[ \t]{0,20}-----BEGIN PGP MESSAGE-----", re.MULTILINE)
_PAGE = re.compile(rb"\s{0,100}<(?:!doctype html|html|head|body|div|p|table)[\s>]", re.IGNORECASE)
_ENCRYPTED_TYPES = ("application/pgp-encrypted", "application/pkcs7-mime")
_MACHINE_TEXTS = ("text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/xml")


@dataclass
class Body:
    """What has been found so far, in the order of the parts."""

    texts: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    encrypted: bool = False
    partial: bool = False
    part_count: int = 0

    def count(self, part: Part, depth: int) -> None:
        """Hold the limits of a mail: its parts, their depth, their headers."""
        self.part_count += 1
        if self.part_count > MAX_PARTS:
            raise TooManyParts("This mail has more than 100 parts.")
        if depth > MAX_DEPTH:
            raise TooDeep("This mail has parts inside parts, more than ten deep.")
        if sum(len(name) + len(str(value)) + 4 for name, value in part.raw_items()) > MAX_HEADER:
            raise HeadersTooLong("The header of a part of this mail is longer than 64 KB.")


def read_body(root: Part) -> Body:
    """Walk the tree. Raises TooManyParts, TooDeep or HeadersTooLong."""
    body = Body()
    _take(root, body, depth=0)
    body.encrypted = body.encrypted or any(
        "BEGIN PGP" in text and _PGP.search(text) for text in body.texts
    )
    return body


def _take(part: Part, body: Body, *, depth: int) -> None:
    body.count(part, depth)
    kind = parts.content_type(part)
    inside = parts.children(part)
    if kind in _ENCRYPTED_TYPES or kind == "multipart/encrypted":
        body.encrypted = body.encrypted or not _only_signed(part)
    if kind in ("message/partial", "message/external-body"):
        body.partial = True
    if kind.startswith("message/") and kind != "message/delivery-status":
        _take_message(part, body, depth=depth)
    elif kind == "multipart/alternative" and inside:
        _take_alternatives(inside, body, depth=depth)
    elif inside and kind != "message/delivery-status":
        for child in inside:
            _take(child, body, depth=depth + 1)
    else:
        _take_leaf(part, body, kind=kind)


def _only_signed(part: Part) -> bool:
    return "signed" in parts.parameter(part, "smime-type").lower()


def _take_alternatives(inside: list[Part], body: Body, *, depth: int) -> None:
    """Every alternative is read, so that pages and files are found; one text is kept: the first
    plain one that says anything, else the first of any kind."""
    found: list[tuple[str, Body]] = []
    for child in inside:
        side = Body(part_count=body.part_count)
        _take(child, side, depth=depth + 1)
        body.part_count = side.part_count
        found.append((parts.content_type(child), side))
        body.files += side.files
        body.defects += side.defects
        body.encrypted = body.encrypted or side.encrypted
        body.partial = body.partial or side.partial
    told = [(kind, side) for kind, side in found if any(t.strip() for t in side.texts)]
    plain = [side for kind, side in told if kind in ("text/plain", "text/enriched")]
    for side in [*plain, *(side for _, side in told)][:1]:
        body.texts += side.texts
    body.pages += [page for _, side in found for page in side.pages]


def _take_message(part: Part, body: Body, *, depth: int) -> None:
    """A forwarded mail is a file. Its parts are counted, its text is not read."""
    inside = parts.children(part)
    for child in inside:
        _count_all(child, body, depth=depth + 1)
    subject = headers.readable(str(inside[0].get("subject", ""))) if inside else ""
    name = parts.file_name(part) or (f"{subject}.eml" if subject else "message.eml")
    content = b"".join(parts.flattened(child) for child in inside) or parts.content(part)
    declared = parts.content_type(part)
    inline = parts.disposition(part) == "inline"
    body.files.append(attachment(content, name=name, declared=declared, inline=inline))


def _count_all(part: Part, body: Body, *, depth: int) -> None:
    body.count(part, depth)
    for child in parts.children(part):
        _count_all(child, body, depth=depth + 1)


def _take_leaf(part: Part, body: Body, *, kind: str) -> None:
    inside = parts.children(part)
    name = parts.file_name(part)
    if kind.startswith("multipart/"):
        body.defects.append("multipart-without-parts")
        kind = "text/plain"
    is_file = _is_file(part, kind=kind, name=name)
    most = None if is_file else MOST_READ
    content = b"".join(map(parts.flattened, inside)) or parts.content(part, most=most)
    if is_file:
        _take_file(part, body, content=content)
    elif kind == "text/html" or _is_undeclared_page(part, content):
        _take_page(part, body, content=content)
    else:
        _take_text(part, body, content=content)


def _is_file(part: Part, *, kind: str, name: str) -> bool:
    """A text without a name, or shown inline, is read; everything else is a file."""
    if not kind.startswith("text/") or kind in _MACHINE_TEXTS:
        return True
    wanted = parts.disposition(part)
    if wanted == "attachment":
        return True
    declared_name = parts.parameter(part, "filename", field="content-disposition")
    return bool(wanted != "inline" and name and declared_name)


def _take_file(part: Part, body: Body, *, content: bytes) -> None:
    kind = parts.content_type(part)
    inline = parts.disposition(part) == "inline" or bool(part.get("content-id"))
    name = parts.file_name(part)
    body.files.append(attachment(content, name=name, declared=kind, inline=inline))


def _is_undeclared_page(part: Part, content: bytes) -> bool:
    return part.get("content-type") is None and bool(_PAGE.match(content))


def _text_of(part: Part, body: Body, *, content: bytes) -> str:
    text = decode(content, parts.parameter(part, "charset"))
    if len(text) > TEXT_LIMIT:
        body.defects.append("text-cut-for-display")
    return text[:TEXT_LIMIT].replace("\r\n", "\n").replace("\r", "\n")


def _take_page(part: Part, body: Body, *, content: bytes) -> None:
    page = _text_of(part, body, content=content)
    body.pages.append(page)
    body.texts.append(to_text(page))


def _take_text(part: Part, body: Body, *, content: bytes) -> None:
    text = _text_of(part, body, content=content)
    if parts.parameter(part, "format").lower() == "flowed":
        text = unflow(text, delsp=parts.parameter(part, "delsp").lower() == "yes")
    text, files = take_uuencoded(text)
    body.texts.append(text)
    for name, inside in files:
        kind = "application/octet-stream"
        body.files.append(attachment(inside, name=headers.readable(name), declared=kind))
