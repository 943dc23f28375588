"""Draws a picture anew: the pixels and nothing else reach the vendor.

Run as a program of its own (`python -I redraw.py < picture`), because a picture is the one thing
of a mail that a library decodes in C: the child has little memory, few seconds and no way to
write. What comes out was saved from a new canvas, so no place, camera, comment, preview, profile
or trailer of the original is in it. Imports nothing of the desk.
"""

import io
import resource
import sys
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
# Phones take 50 million pixels; a JPEG of that size is read at half or a quarter of its scale.
MOST_PIXELS, MOST_PIXELS_JPEG = 25_000_000, 60_000_000
LONGEST_SIDE = 16_384
SHOWN_SIDE = 2_048
MEMORY = 768 * 1024 * 1024
SECONDS = 10
QUALITY = 85


class NotDrawable(ValueError):
    """The picture stays with the operator. Its text is the reason, as a code."""


def redraw(content: bytes) -> tuple[str, bytes]:
    """The type ("image/jpeg" or "image/png") and the bytes of the new picture.

    The first frame, turned upright, at most SHOWN_SIDE pixels a side. Raises NotDrawable.
    """
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            _check(picture)
            return _saved(_canvas(picture))
    except NotDrawable:
        raise
    except (Image.DecompressionBombError, MemoryError):
        raise NotDrawable("picture-size") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        raise NotDrawable("picture-broken") from None


def _check(picture: Image.Image) -> None:
    width, height = picture.size
    most = MOST_PIXELS_JPEG if picture.format == "JPEG" else MOST_PIXELS
    if width * height > most or max(width, height) > LONGEST_SIDE:
        raise NotDrawable("picture-size")


def _canvas(picture: Image.Image) -> Image.Image:
    """A new picture with the old one's pixels; it has none of what else the file held."""
    if picture.format == "JPEG":
        picture.draft("RGB", (SHOWN_SIDE, SHOWN_SIDE))
    see_through = picture.has_transparency_data
    seen = picture.convert("RGBA" if see_through else "RGB")
    seen.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    seen = ImageOps.exif_transpose(_with_orientation(seen, picture))
    canvas = Image.new(seen.mode, seen.size)
    canvas.paste(seen)
    return canvas


def _with_orientation(seen: Image.Image, picture: Image.Image) -> Image.Image:
    """A converted copy may have lost which way is up; that one number is carried over."""
    seen.getexif()[0x0112] = picture.getexif().get(0x0112, 1)
    return seen


def _saved(canvas: Image.Image) -> tuple[str, bytes]:
    out = io.BytesIO()
    if canvas.mode == "RGBA":
        canvas.save(out, "PNG")
        return "image/png", out.getvalue()
    canvas.save(out, "JPEG", quality=QUALITY)
    return "image/jpeg", out.getvalue()


def main(source: BinaryIO, target: BinaryIO) -> int:
    """The child's work: the type on a line, then the bytes; status 3 and a reason otherwise."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        kind, content = redraw(source.read())
    except NotDrawable as reason:
        target.write(str(reason).encode())
        return 3
    target.write(kind.encode() + b"\n" + content)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.stdin.buffer, sys.stdout.buffer))
