"""Draws the first page of a PDF as a small picture, for a look before anybody downloads it.

Run as a program of its own (`python -I first_page.py < document`), as `redraw` is and for the same
reason: a library reads a stranger's file in C. The child has little memory, few seconds and no way
to write; forms and scripts are not begun. Imports nothing of the desk.
"""

import io
import resource
import sys
from typing import BinaryIO

import pypdfium2

LONGEST_SIDE = 1_000  # pixels of the picture
LONGEST_PAGE = 14_400  # points: 200 inches, the format's own limit
MEMORY = 512 * 1024 * 1024
SECONDS = 5
QUALITY = 80


class NotDrawable(ValueError):
    """There is no picture of this document."""


def first_page(content: bytes) -> bytes:
    """A JPEG of the first page on white, at most LONGEST_SIDE pixels a side. Raises NotDrawable."""
    try:
        with pypdfium2.PdfDocument(content) as document:
            return _drawn(document)
    except (pypdfium2.PdfiumError, ValueError, OSError, MemoryError, IndexError):
        raise NotDrawable from None


def _drawn(document: pypdfium2.PdfDocument) -> bytes:
    page = document[0]
    width, height = page.get_size()
    if not (min(width, height) >= 1 and max(width, height) <= LONGEST_PAGE):
        raise NotDrawable
    scale = min(2.0, LONGEST_SIDE / max(width, height))
    picture = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def main(source: BinaryIO, target: BinaryIO) -> int:
    """The child's work: the picture, or nothing and status 3."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        target.write(first_page(source.read()))
    except NotDrawable:
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.stdin.buffer, sys.stdout.buffer))
