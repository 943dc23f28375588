"""What a file is, what is kept back, and what it is called."""

import pytest

from app.mail.attachments import attachment, neutral_name
from app.mail.parse import read
from tests.mail.cases import raw


@pytest.mark.parametrize(
    ("content", "name", "declared", "sniffed", "withheld"),
    [
        (b"\xff\xd8\xff\xe0", "a.jpg", "image/jpeg", "image/jpeg", None),
        (b"\x89PNG\r\n\x1a\n", "a.png", "application/octet-stream", "image/png", None),
        (b"RIFF1234WEBP", "a.webp", "image/webp", "image/webp", None),
        (b"%PDF-1.4", "a.pdf", "application/pdf", "application/pdf", None),
        (b"%PDF-1.4", "x", "text/calendar", "application/pdf", "calendar"),
        (b"hello", "a.txt", "text/plain", "text/plain", None),
        (b"MZ\x90", "photo.jpg", "image/jpeg", "application/x-msdownload", "executable"),
        (b"hello", "a.exe", "text/plain", "text/plain", "executable"),
        (b"not a picture", "a.jpg", "image/jpeg", "application/octet-stream", "unsupported"),
        (b"....ftypheic", "a.heic", "image/heic", "image/heic", "picture-format"),
        (b"<html>", "a.txt", "text/plain", "text/html", "web-page"),
        (b"<svg onload=x>", "a.png", "image/png", "image/svg+xml", "web-page"),
        (b"BEGIN:VCARD", "a.txt", "text/plain", "text/vcard", "contact-card"),
        (b"begin:vcard\r\n", "a.txt", "text/plain", "text/vcard", "contact-card"),
        (b"Begin:vCalendar", "a.txt", "text/plain", "text/calendar", "calendar"),
        (b"BEGIN:VCALENDAR", "x", "text/calendar", "text/calendar", "calendar"),
        (b"\x78\x9f\x3e\x22", "winmail.dat", "application/ms-tnef", "application/ms-tnef",
         "outlook-container"),
        (b"PK\x03\x04\x00\x00\x01\x00", "a.zip", "application/zip", "application/zip", "encrypted"),
        (b"PK\x03\x04\x00\x00\x00\x00 word/document.xml", "a.docx", "application/zip",
         "application/zip", "office"),
        (b"PK\x03\x04\x00\x00\x00\x00 x", "a.zip", "application/zip", "application/zip", "archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc", "application/msword",
         "application/x-ole-storage", "office"),
        (b"x", "smime.p7s", "application/pkcs7-signature", "application/pkcs7-signature",
         "signature"),
        (b"x", "m.eml", "message/rfc822", "message/rfc822", "message"),
        (b"x", "a.odt", "application/vnd.oasis.opendocument.text",
         "application/vnd.oasis.opendocument.text", "office"),
        (b"", "a.bin", "application/octet-stream", "application/octet-stream", "unsupported"),
    ],
)  # fmt: skip
def test_a_file_is_judged_by_bytes_type_and_name(
    content: bytes, name: str, declared: str, sniffed: str, withheld: str | None
) -> None:
    file = attachment(content, name=name, declared=declared)
    assert (file.sniffed, file.withheld) == (sniffed, withheld)


def test_a_vendor_sees_a_neutral_name() -> None:
    file = attachment(b"\xff\xd8\xff", name="jane@real.test.png", declared="image/png")
    assert neutral_name(1, file) == "attachment-1.jpg"
    other = attachment(b"x", name="jane@real.test.xyz", declared="application/x-y")
    assert neutral_name(2, other) == "attachment-2.bin"


def test_a_name_cannot_turn_its_ending_around() -> None:
    assert attachment(b"x", name="a\u202egpj.exe\r\n", declared="x/y").name == "agpj.exe"


def test_an_encoded_name_is_readable() -> None:
    (file,) = read(raw("photo-only-no-words")).attachments
    assert (file.name, file.type, file.withheld) == ("Tässe kaputt.png", "image/png", None)


def test_an_inline_picture_is_told() -> None:
    (file,) = read(raw("apple-text-image-text-de")).attachments
    assert file.inline
