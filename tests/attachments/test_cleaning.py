"""Which copy of each file a vendor gets, and why not of the others."""

import pytest

from app.attachments import pdf
from app.attachments.cleaning import MOST_BYTES, MOST_FILES, MOST_TEXT, clean
from app.mail.attachments import Attachment, attachment
from app.privacy.own import Secrets
from tests.attachments import pictures
from tests.factories import KIM

SECRETS = Secrets(addresses=(KIM,))


def text_file(text: str | bytes = "hello") -> Attachment:
    content = text.encode() if isinstance(text, str) else text
    return attachment(content, name="note.txt", declared="text/plain")


def withheld(*files: Attachment) -> list[str | None]:
    return [file.withheld for file in clean(files, SECRETS)]


def test_names_and_types_are_the_desk_s_own() -> None:
    photo = attachment(pictures.photo(), name=f"{KIM}.png", declared="application/pdf")
    moving = attachment(pictures.gif(), name="x.gif", declared="image/gif")
    files = clean([photo, moving, text_file()], SECRETS)
    assert [(file.name, file.type) for file in files] == [
        ("attachment-1.jpg", "image/jpeg"),
        ("attachment-2.jpg", "image/jpeg"),
        ("attachment-3.txt", "text/plain"),
    ]
    assert all(file.content and KIM.encode() not in file.content for file in files)


def test_a_text_has_its_contact_data_hidden_whatever_its_letters() -> None:
    latin = f"Größe: 40\nwrite to {KIM} or +33 6 39 98 44 10".encode("latin-1")
    (file,) = clean([text_file(latin)], SECRETS)
    assert file.content is not None
    shown = file.content.decode()
    assert "Größe: 40" in shown
    assert KIM not in shown
    assert "98 44 10" not in shown


@pytest.mark.parametrize(
    ("name", "declared", "content", "reason"),
    [
        ("kim.vcf", "text/vcard", b"BEGIN:VCARD\nEMAIL:x\n", "contact-card"),
        ("invite.ics", "text/calendar", b"BEGIN:VCALENDAR\nMETHOD:REQUEST\n", "calendar"),
        ("winmail.dat", "application/ms-tnef", b"\x78\x9f\x3e\x22", "outlook-container"),
        ("smime.p7s", "application/pkcs7-signature", b"x", "signature"),
        ("mail.eml", "message/rfc822", b"From: x\n\nx", "message"),
        ("page.html", "text/html", b"<html><script>x</script>", "web-page"),
        ("drawing.svg", "image/svg+xml", b"<svg onload='x'>", "web-page"),
        ("letter.docx", "application/zip", b"PK\x03\x04" + b"word/" * 9, "office"),
        ("photo.jpg", "image/jpeg", b"MZ\x90\x00", "executable"),
        ("photo.heic", "image/heic", b"\0\0\0\x18ftypheic", "picture-format"),
        ("bomb.png", "image/png", pictures.pixel_bomb(), "picture-size"),
        ("long.txt", "text/plain", b"x" * (MOST_TEXT + 1), "too-big"),
    ],
)
def test_what_is_withheld_says_why(name: str, declared: str, content: bytes, reason: str) -> None:
    (file,) = clean([attachment(content, name=name, declared=declared)], SECRETS)
    assert (file.withheld, file.content, file.name) == (reason, None, "attachment-1")


def test_ten_files_are_enough() -> None:
    reasons = withheld(*[text_file()] * (MOST_FILES + 2))
    assert reasons == [None] * MOST_FILES + ["too-many"] * 2


def test_ten_megabytes_are_enough_and_a_small_file_behind_a_big_one_waits_no_longer() -> None:
    big = text_file(b"x" * (MOST_BYTES + 1))
    assert withheld(text_file(), big) == [None, "too-big"]
    assert withheld(big, text_file()) == ["too-big", None]


def test_a_pdf_loses_its_author_and_keeps_its_length() -> None:
    (file,) = clean([attachment(pictures.PDF, name="x.pdf", declared="application/pdf")], SECRETS)
    assert file.content is not None
    assert b"Kim" not in file.content
    assert b"/Author (         )" in file.content
    assert len(file.content) == len(pictures.PDF)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.4 plain " + KIM.encode(), "names-the-buyer"),
        (b"%PDF-1.4 " + KIM.upper().encode("utf-16-be"), "names-the-buyer"),
        (b"%PDF-1.4 <" + KIM.encode().hex().upper().encode() + b">", "names-the-buyer"),
        (pictures.packed_text(b"Tj (" + KIM.encode() + b")"), "names-the-buyer"),
        (pictures.packed_text(b"harmless"), None),
        (b"%PDF-1.4 << /OpenAction << /JS (x) >> >>", "active-document"),
        (pictures.packed_text(b"<< /S /JavaScript >>"), "active-document"),
        (b"%PDF-1.4 << /Encrypt 3 0 R >>", "active-document"),
        (b"%PDF-1.4 << /EmbeddedFile >>", "active-document"),
        (b"%PDF-1.4 stream\r\nnot packed", None),
    ],
)
def test_a_pdf_is_searched_before_it_is_offered(content: bytes, reason: str | None) -> None:
    assert pdf.reason_to_withhold(content, [KIM]) == reason


def test_a_packed_bomb_in_a_pdf_is_not_unpacked_to_its_end() -> None:
    bomb = pictures.packed_text(bytes(60_000_000))
    assert pdf.reason_to_withhold(bomb, [KIM]) is None
