"""Mails that were made to hang a reader: deep, wide, long, or written against patterns."""

import io
import zipfile
from collections.abc import Callable

HEAD = "From: kim@mail.example\r\nTo: {door}\r\nSubject: x\r\nMIME-Version: 1.0\r\n"


def _mail(door: str, fields: str, body: str) -> bytes:
    return f"{HEAD.format(door=door)}{fields}\r\n{body}".encode()


def _plain(text: str) -> Callable[[str], bytes]:
    return lambda door: _mail(door, "Content-Type: text/plain; charset=utf-8\r\n", text)


def _page(text: str) -> Callable[[str], bytes]:
    return lambda door: _mail(door, "Content-Type: text/html; charset=utf-8\r\n", text)


def _many_parts(door: str) -> bytes:
    part = "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n"
    return _mail(door, "Content-Type: multipart/mixed; boundary=b\r\n", part * 10_000 + "--b--\r\n")


def _deep(door: str) -> bytes:
    opening = "".join(
        f"Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n"
        for level in range(500)
    )
    return _mail(door, opening, "\r\nx\r\n")


def _many_headers(door: str) -> bytes:
    fields = "".join(f"X-{number}: x\r\n" for number in range(100_000))
    return _mail(door, fields, "Where is my order?\r\n")


def _bomb(door: str) -> bytes:
    """A file of 50 MB of nothing, packed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("photo.bmp", bytes(50_000_000))
    body = "--b\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    head = _mail(door, "Content-Type: multipart/mixed; boundary=b\r\n", body)
    return head + packed.getvalue() + b"\r\n--b--\r\n"


HOSTILE: dict[str, Callable[[str], bytes]] = {
    "10,000 parts": _many_parts,
    "500 deep": _deep,
    "100,000 header fields": _many_headers,
    "60,000 paragraphs": _page("<p>x" * 60_000),
    "100,000 open tags": _page("<div>" * 100_000),
    "500,000 angles": _page("<" * 500_000),
    "a zip of nothing": _bomb,
    "attribution lines without an end": _plain(("On Monday " * 40 + ", Kim <\r\n") * 2_000),
    "a line of 1,000,000 letters": _plain("a" * 1_000_000),
    "addresses that are none": _plain("a.b." * 200_000 + "@"),
    "numbers without an end": _plain("+33 1 23 45 67 " * 60_000),
    "quote marks": _plain("> " * 400_000),
    "at signs": _plain("@" * 500_000),
}
