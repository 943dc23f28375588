"""Decides about each file of a mail and makes the copy that a vendor may have.

Pictures and the first pages of PDF files are drawn in a child process, texts have their contact
data hidden, PDF files follow `pdf`'s policy; everything else is withheld with a reason. Names never
come from the mail. Writes nothing; takes time, so it runs before any transaction begins.
"""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.attachments import pdf
from app.mail.attachments import Attachment
from app.privacy.own import Secrets
from app.privacy.redact import redact

MOST_FILES = 10
MOST_BYTES = 10 * 1024 * 1024
MOST_TEXT = 200_000
REDRAW = Path(__file__).with_name("redraw.py")
FIRST_PAGE = Path(__file__).with_name("first_page.py")
SECONDS = 12
ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf", "text/plain": "txt",
}  # fmt: skip


@dataclass(frozen=True)
class CleanFile:
    """One file as the desk keeps it. Without `content` it is withheld, and `withheld` says why."""

    name: str
    type: str
    size: int  # bytes of what is kept, of the original where nothing is
    content: bytes | None = None
    withheld: str | None = None
    preview: bytes | None = None  # a JPEG of a document's first page


class Withheld(Exception):
    """The file stays with the operator. Its text is the reason, as a code."""


def clean(files: Sequence[Attachment], secrets: Secrets) -> list[CleanFile]:
    """The copies of a mail's files that may be shown, in their order, at most MOST_BYTES of them.

    `secrets` is what is known of the buyer: hidden in texts, and a PDF that holds it is withheld.
    """
    cleaned: list[CleanFile] = []
    left = MOST_BYTES
    for position, file in enumerate(files, start=1):
        done = _clean_one(file, position, left=left, secrets=secrets)
        cleaned.append(done)
        left -= 0 if done.withheld else file.size
    return cleaned


def _clean_one(file: Attachment, position: int, *, left: int, secrets: Secrets) -> CleanFile:
    try:
        if file.withheld:
            raise Withheld(file.withheld)
        if position > MOST_FILES:
            raise Withheld("too-many")
        if file.size > left:
            raise Withheld("too-big")
        kind, content = _copy(file, secrets)
    except Withheld as reason:
        name, size = f"attachment-{position}", file.size
        return CleanFile(name, "application/octet-stream", size, withheld=str(reason))
    name, preview = f"attachment-{position}.{ENDINGS[kind]}", None
    if kind == "application/pdf":
        preview = first_page(content)
    return CleanFile(name, kind, len(content), content, preview=preview)


def _copy(file: Attachment, secrets: Secrets) -> tuple[str, bytes]:
    if file.sniffed.startswith("image/"):
        return redrawn(file.content)
    if file.sniffed == "application/pdf":
        content = pdf.blanked(file.content)
        reason = pdf.reason_to_withhold(content, secrets.addresses)
        if reason:
            raise Withheld(reason)
        return file.sniffed, content
    return "text/plain", _readable(file.content, secrets)


def _readable(content: bytes, secrets: Secrets) -> bytes:
    """A text as UTF-8 with its contact data hidden."""
    if len(content) > MOST_TEXT:
        raise Withheld("too-big")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    return redact(text, secrets=secrets).text.encode("utf-8", "replace")


def redrawn(content: bytes) -> tuple[str, bytes]:
    """The picture from a new canvas, drawn by a child with little memory. Raises Withheld."""
    try:
        child = _child(REDRAW, content)
    except subprocess.TimeoutExpired:
        raise Withheld("picture-size") from None
    if child.returncode == 0:
        kind, _, drawn = child.stdout.partition(b"\n")
        return kind.decode(), drawn
    # A child that was killed wanted too much memory or time.
    raise Withheld(child.stdout.decode() if child.returncode == 3 else "picture-size")


def first_page(content: bytes) -> bytes | None:
    """A picture of a document's first page, drawn by such a child; None where it cannot."""
    try:
        child = _child(FIRST_PAGE, content)
    except subprocess.TimeoutExpired:
        return None
    return child.stdout if child.returncode == 0 else None


def _child(program: Path, content: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - our own program, nothing of the mail in its arguments
        [sys.executable, "-I", str(program)],
        input=content, capture_output=True, timeout=SECONDS, check=False,
    )  # fmt: skip
