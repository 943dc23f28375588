"""Pictures as phones and attackers make them, drawn here: nothing of anybody's."""

import io
import struct
import zlib

from PIL import Image, PngImagePlugin

SECRET = b"kim.buyer@mailbox.example"
# Orientation 6: the camera was turned; the picture is to be shown turned to the right.
GPS = {0x0001: "N", 0x0002: (48.0, 51.0, 30.0), 0x0003: "E", 0x0004: (2.0, 17.0, 40.0)}


def picture(size: tuple[int, int] = (60, 40), colour: str = "teal") -> Image.Image:
    """Two colours, so that a turn shows: the left half is red."""
    drawn = Image.new("RGB", size, colour)
    drawn.paste("red", (0, 0, size[0] // 2, size[1]))
    return drawn


def photo() -> bytes:
    """A JPEG with everything a phone and its owner may leave in one."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x013B] = 6, "Phone", SECRET.decode()
    exif.get_ifd(0x8825).update(GPS)
    out = io.BytesIO()
    picture().save(
        out, "JPEG", exif=exif, comment=SECRET, xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>",
        icc_profile=b"profile of " + SECRET,
    )  # fmt: skip
    return out.getvalue() + b"trailer " + SECRET


def png() -> bytes:
    """A PNG with texts, a see-through corner, and something behind its end."""
    drawn = picture().convert("RGBA")
    drawn.putpixel((0, 0), (0, 0, 0, 0))
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", SECRET.decode())
    texts.add_itxt("XML:com.adobe.xmp", SECRET.decode(), zip=True)
    out = io.BytesIO()
    drawn.save(out, "PNG", pnginfo=texts)
    return out.getvalue() + SECRET


def gif() -> bytes:
    """Two frames and a comment."""
    out = io.BytesIO()
    frames = [picture(), picture(colour="black")]
    frames[0].save(
        out, "GIF", save_all=True, append_images=frames[1:], comment=SECRET, duration=100
    )
    return out.getvalue()


def webp() -> bytes:
    """With EXIF and XMP."""
    exif = Image.Exif()
    exif[0x013B] = SECRET.decode()
    out = io.BytesIO()
    picture().save(out, "WEBP", exif=exif, xmp=SECRET)
    return out.getvalue()


def pixel_bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A few kilobytes of PNG that say that they are a giant."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(bytes(4_000_000), 9)) + _chunk(b"IEND", b"")
    )  # fmt: skip


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed_text(text: bytes) -> bytes:
    """A PDF of which one packed stream holds `text`."""
    stream = zlib.compress(text)
    return (
        b"%PDF-1.5\n1 0 obj\n<< /Length " + str(len(stream)).encode()
        + b" /Filter /FlateDecode >>\nstream\n" + stream + b"\nendstream\nendobj\n%%EOF\n"
    )  # fmt: skip


PDF = (
    b"%PDF-1.4\n1 0 obj\n<< /Author (Kim Buyer) /Producer <FEFF0041> /Title (a \\) b) >>\n"
    b"endobj\n2 0 obj\n<< /Type /Metadata >>\nstream\n<?xpacket begin='' id='x'?><dc:creator>"
    b"Kim</dc:creator><?xpacket end='w'?>\nendstream\nendobj\n%%EOF\n"
)
