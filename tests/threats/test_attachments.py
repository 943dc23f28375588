"""Files as a way to the buyer, through the whole intake and out at the page (rows V13-V15, X12)."""

import io
import time

import pytest
from flask import Flask
from PIL import Image

from app.attachments.cleaning import MOST_FILES
from app.extensions import db
from app.relay.models import MailState
from app.tickets.models import Attachment, Ticket
from tests.attachments import pictures
from tests.browser import Browser
from tests.factories import KIM, Cast, mail_in, mask_of
from tests.threats.mails import PHONE, arrive, letter
from tests.threats.oracle import Marks, found_everywhere, found_in

MARKS = Marks(KIM, phones=(PHONE,), words=("Kim-Phone", "jane@real.png"))


def with_files(cast: Cast, *files: tuple[bytes, str, str]) -> Ticket:
    """A mail with files: content, type and the name that the buyer's program gave."""
    ticket = mail_in(cast.lavande)
    mail = letter(mask_of(ticket), "Here it is.")
    for content, kind, name in files:
        main, _, sub = kind.partition("/")
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    assert arrive(mask_of(ticket), mail).state == MailState.DONE
    return ticket


def rows() -> list[Attachment]:
    return list(db.session.scalars(db.select(Attachment).order_by(Attachment.id)))


def test_v13_a_photo_shows_its_pixels_and_nothing_of_where_it_was_taken(
    desk: Flask, cast: Cast, browser: Browser
) -> None:
    ticket = with_files(
        cast,
        (pictures.photo(), "image/jpeg", "IMG_1.jpg"),
        (pictures.png(), "image/png", "IMG_2.png"),
        (pictures.gif(), "image/gif", "IMG_3.gif"),
        (pictures.webp(), "image/webp", "IMG_4.webp"),
    )
    assert [row.withheld for row in rows()] == [None] * 4
    for row in rows():
        answer = browser.be(cast.ana).get(f"/tickets/{ticket.id}/files/{row.key}")
        assert answer.status_code == 200
        assert [mark for mark in (b"Exif", b"GPS", b"xmp", b"ICC_") if mark in answer.data] == []
        with Image.open(io.BytesIO(answer.data)) as picture:
            assert answer.content_type == f"image/{(picture.format or '').lower()}"
            assert not picture.getexif()
    assert found_everywhere(desk, cast, MARKS) == []


def test_v14_names_are_neutral_and_office_files_are_withheld_with_a_reason(
    desk: Flask, cast: Cast, browser: Browser
) -> None:
    docx = b"PK\x03\x04\x14\x00\x00\x00" + b"word/document.xml docProps/core.xml" + KIM.encode()
    ticket = with_files(
        cast,
        (pictures.png(), "image/png", "jane@real.png"),
        (docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "a.docx"),
        (pictures.PDF, "application/pdf", f"{KIM}.pdf"),
        (pictures.packed_text(b"for " + KIM.encode()), "application/pdf", "invoice.pdf"),
        (f"me: {KIM} {PHONE}".encode(), "text/plain", "note.txt"),
    )
    assert [(row.name, row.withheld) for row in rows()] == [
        ("attachment-1.png", None),
        ("attachment-2", "office"),
        ("attachment-3.pdf", None),
        ("attachment-4", "names-the-buyer"),
        ("attachment-5.txt", None),
    ]
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    assert "withheld: an office document" in page
    assert found_everywhere(desk, cast, MARKS) == []


def test_v15_what_holds_a_mail_or_a_card_is_dropped_and_said(
    desk: Flask, cast: Cast, browser: Browser
) -> None:
    forwarded = bytes(letter("x@y.example", f"From {KIM}, {PHONE}"))
    ticket = with_files(
        cast,
        (forwarded, "application/octet-stream", "forwarded.eml"),
        (b"\x78\x9f\x3e\x22" + KIM.encode(), "application/ms-tnef", "winmail.dat"),
        (f"BEGIN:VCARD\nEMAIL:{KIM}\n".encode(), "text/vcard", "kim.vcf"),
        (f"BEGIN:VCALENDAR\nORGANIZER:mailto:{KIM}\n".encode(), "text/calendar", "kim.ics"),
    )
    assert [row.key for row in rows()] == [None] * 4
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    assert page.count("withheld: ") == 4
    assert found_everywhere(desk, cast, MARKS) == []


def test_v15_a_whole_mail_inside_the_mail_is_no_part_of_the_words(desk: Flask, cast: Cast) -> None:
    ticket = mail_in(cast.lavande)
    mail = letter(mask_of(ticket), "See below.")
    mail.add_attachment(letter("x@y.example", f"I am {KIM}, call {PHONE}"))
    arrive(mask_of(ticket), mail)
    assert found_everywhere(desk, cast, MARKS) == []


def test_x12_bombs_end_quickly_in_a_withheld_file(cast: Cast) -> None:
    started = time.perf_counter()
    with_files(
        cast,
        (pictures.pixel_bomb(), "image/png", "a.png"),
        (pictures.pixel_bomb(4_900, 5_000), "image/png", "b.png"),
        (pictures.packed_text(bytes(60_000_000)), "application/pdf", "c.pdf"),
    )
    assert time.perf_counter() - started < 8
    assert [row.withheld for row in rows()] == ["picture-size", "picture-broken", None]


def test_x12_a_hundred_files_are_ten(cast: Cast) -> None:
    with_files(cast, *[(b"note", "text/plain", f"{number}.txt") for number in range(40)])
    assert [row.withheld for row in rows()] == [None] * MOST_FILES + ["too-many"] * 30


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "text/plain", "image/png"])
def test_x13_a_page_dressed_as_a_file_is_never_handed_out(
    cast: Cast, browser: Browser, kind: str
) -> None:
    script = b"<html><script>alert(1)</script></html>"
    ticket = with_files(cast, (script, kind, '"><script>alert(1)</script>.png'))
    assert rows()[0].key is None
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    assert "alert(1)" not in page


def test_x13_what_is_handed_out_cannot_run(cast: Cast, browser: Browser) -> None:
    ticket = with_files(
        cast, (b"hello", "text/plain", "a.txt"), (pictures.PDF, "application/pdf", "b.pdf")
    )
    for row in rows():
        answer = browser.be(cast.ana).get(f"/tickets/{ticket.id}/files/{row.key}")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{row.name}"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "no-store" in answer.headers["Cache-Control"]


def test_a_file_opens_for_its_ticket_s_people_alone(cast: Cast, browser: Browser) -> None:
    ticket = with_files(cast, (b"hello", "text/plain", "a.txt"))
    own = mail_in(cast.nordlicht)
    key = rows()[0].key
    assert browser.be(cast.omar).get(f"/tickets/{ticket.id}/files/{key}").status_code == 404
    assert browser.get(f"/tickets/{own.id}/files/{key}").status_code == 404
    assert browser.be(cast.ana).get(f"/tickets/{ticket.id}/files/{'0' * 32}").status_code == 404


def test_the_files_of_a_mail_are_sealed_on_the_disk(desk: Flask, cast: Cast) -> None:
    with_files(cast, (f"I am {KIM}".encode(), "text/plain", "a.txt"))
    for path in desk.extensions["settings"].files_dir.rglob("*"):
        if path.is_file():
            assert found_in(path.name, path.read_bytes(), MARKS) == []
