"""Files that came with a mail: what they really are, and which of them are kept from the vendor.

Looks at the bytes first and at the name and the declared type second. Never opens a file further
than its first kilobytes and never unpacks one; re-drawing pictures is not done here.
"""

import re
from dataclasses import dataclass

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\x78\x9f\x3e\x22", "application/ms-tnef"),
    (b"{\\rtf", "application/rtf"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
    (b"\xca\xfe\xba\xbe", "application/x-executable"),
    (b"\xcf\xfa\xed\xfe", "application/x-executable"),
    (b"#!", "text/x-script"),
    (b"Rar!\x1a\x07", "application/x-rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"PK\x03\x04", "application/zip"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"-----BEGIN PGP MESSAGE", "application/pgp-encrypted"),
    (b"-----BEGIN PGP", "application/pgp-keys"),
)
# Programs write these words in letters of either size (RFC 6350, 3.3).
_CARD = re.compile(rb"BEGIN:(VCARD|VCALENDAR)", re.IGNORECASE)
_OFFERED = {
    "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp",
    "application/pdf": "pdf", "text/plain": "txt",
}  # fmt: skip
_REASONS = {
    "text/vcard": "contact-card", "text/x-vcard": "contact-card", "text/directory": "contact-card",
    "text/calendar": "calendar", "application/ics": "calendar",
    "application/ms-tnef": "outlook-container", "application/vnd.ms-tnef": "outlook-container",
    "application/pgp-signature": "signature", "application/pkcs7-signature": "signature",
    "application/x-pkcs7-signature": "signature", "application/pgp-keys": "signature",
    "application/pgp-encrypted": "encrypted", "application/pkcs7-mime": "encrypted",
    "application/x-pkcs7-mime": "encrypted",
    "message/rfc822": "message", "message/global": "message", "text/rfc822-headers": "message",
    "message/partial": "message", "message/external-body": "message",
    "message/delivery-status": "report", "message/disposition-notification": "report",
    "message/feedback-report": "report",
    "text/html": "web-page", "application/xhtml+xml": "web-page", "image/svg+xml": "web-page",
    "text/xml": "web-page", "application/xml": "web-page",
    "application/x-msdownload": "executable", "application/x-executable": "executable",
    "text/x-script": "executable", "application/x-ole-storage": "office",
    "application/rtf": "office", "application/msword": "office",
    "image/heic": "picture-format", "image/heif": "picture-format", "image/tiff": "picture-format",
    "image/bmp": "picture-format", "image/avif": "picture-format",
    "application/zip": "archive", "application/x-rar": "archive", "application/gzip": "archive",
    "application/x-7z-compressed": "archive", "application/x-zip-compressed": "archive",
}  # fmt: skip
_BY_ENDING = {
    "vcf": "contact-card", "ics": "calendar", "p7s": "signature", "asc": "signature",
    "p7m": "encrypted", "eml": "message", "msg": "message", "html": "web-page", "htm": "web-page",
    "svg": "web-page", "xml": "web-page", "exe": "executable", "js": "executable",
    "jar": "executable", "scr": "executable", "bat": "executable", "cmd": "executable",
    "com": "executable", "ps1": "executable", "vbs": "executable", "lnk": "executable",
    "msi": "executable", "hta": "executable", "apk": "executable", "doc": "office",
    "docx": "office", "docm": "office", "xls": "office", "xlsx": "office", "xlsm": "office",
    "ppt": "office", "pptx": "office", "odt": "office", "ods": "office", "rtf": "office",
    "heic": "picture-format", "heif": "picture-format", "zip": "archive", "rar": "archive",
    "7z": "archive", "gz": "archive",
}  # fmt: skip
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|svg|\?xml|iframe)\b", re.IGNORECASE)
_UNSAFE_NAME = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\u200e\u200f]")


@dataclass(frozen=True)
class Attachment:
    """One file of a mail. `withheld` names why a vendor does not get it; None: may be offered."""

    name: str  # as the mail gave it, decoded; may hold anything, also an address
    type: str  # as the mail declared it, lower case
    size: int  # bytes
    content: bytes
    inline: bool
    withheld: str | None
    sniffed: str  # what the bytes are; the declared type where they say nothing


def attachment(content: bytes, *, name: str, declared: str, inline: bool = False) -> Attachment:
    """Look at one file and judge it."""
    sniffed = sniff(content, declared)
    return Attachment(
        name=_UNSAFE_NAME.sub("", name).strip()[:255],
        type=declared,
        size=len(content),
        content=content,
        inline=inline,
        withheld=reason_to_withhold(sniffed, declared=declared, name=name, content=content),
        sniffed=sniffed,
    )


def sniff(content: bytes, declared: str) -> str:
    """The type that the first bytes show, else text/plain for text, else `declared`."""
    head = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if card := _CARD.match(head):
        return "text/vcard" if card[1].upper() == b"VCARD" else "text/calendar"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return "image/avif" if head[8:12] == b"avif" else "image/heic"
    if _MARKUP.search(head):
        return "image/svg+xml" if b"<svg" in head.lower() else "text/html"
    if declared.startswith("text/") and b"\x00" not in head:
        return declared
    return "application/octet-stream" if declared in _OFFERED else declared


def reason_to_withhold(sniffed: str, *, declared: str, name: str, content: bytes) -> str | None:
    """Why this file stays with the operator; None if it may be shown. Bytes, type, name: the
    strictest of the three decides, so a program called photo.jpg stays where it is."""
    if sniffed == "application/zip":
        return _zip_reason(content)
    ending = name.rsplit(".", 1)[-1].lower().strip() if "." in name else ""
    known = _REASONS.get(sniffed) or _REASONS.get(declared) or _BY_ENDING.get(ending)
    if known:
        return known
    if declared.startswith(("application/vnd.", "application/x-ms")):
        return "office"
    return None if sniffed in _OFFERED else "unsupported"


def _zip_reason(content: bytes) -> str:
    """Office files are archives inside; bit 0 of the flags says that a file is encrypted."""
    if content[6:7] and content[6] & 1:
        return "encrypted"
    head = content[:4096]
    office = (b"[Content_Types].xml", b"word/", b"xl/", b"ppt/", b"opendocument")
    return "office" if any(mark in head for mark in office) else "archive"


def neutral_name(position: int, file: Attachment) -> str:
    """The name a vendor sees, e.g. `attachment-1.jpg`: a name given by a buyer may say who it is.

    `position` counts from 1. The ending follows from the bytes, not from the name.
    """
    return f"attachment-{position}.{_OFFERED.get(file.sniffed, 'bin')}"
