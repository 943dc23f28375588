"""Files lie sealed under names that say nothing, and orphans go."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.attachments import store
from app.attachments.cleaning import CleanFile
from app.extensions import db
from app.lib.clock import now
from app.privacy.vault import Tampered
from app.tickets.files import ORPHAN_AFTER, attach, find_file, forget_files, sweep_orphans
from app.tickets.models import Attachment, Message, Ticket
from tests.browser import Browser
from tests.factories import Cast, make_ticket


@pytest.fixture
def folder(desk: Flask, tmp_path: Path) -> Path:
    usual = desk.extensions["settings"]
    desk.extensions["settings"] = replace(usual, data_dir=tmp_path)
    return tmp_path / "files"


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def first_message(ticket: Ticket) -> Message:
    return db.session.scalars(db.select(Message).filter_by(ticket_id=ticket.id)).one()


def test_a_file_comes_back_as_it_was_put_and_lies_sealed(folder: Path) -> None:
    key = store.put(b"the very pixels")
    (path,) = files_in(folder)
    assert store.get(key) == b"the very pixels"
    assert path.name == key
    assert b"pixels" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_a_file_under_another_s_name_does_not_open(folder: Path) -> None:
    one, other = store.put(b"one"), store.put(b"other")
    paths = {path.name: path for path in files_in(folder)}
    paths[one].write_bytes(paths[other].read_bytes())
    with pytest.raises(Tampered):
        store.get(one)


@pytest.mark.parametrize("key", ["../../etc/passwd", "", "x" * 31, "A" * 32, "0" * 32])
def test_what_is_no_key_or_no_file_is_missing(folder: Path, key: str) -> None:
    with pytest.raises(store.FileMissing):
        store.get(key)


def test_a_file_belongs_to_its_ticket_alone(cast: Cast, folder: Path) -> None:
    ticket, other = make_ticket(cast.lavande), make_ticket(cast.nordlicht)
    attach(first_message(ticket), [CleanFile("attachment-1.txt", "text/plain", 2, b"hi")])
    key = db.session.scalars(db.select(Attachment.key)).one() or ""
    assert find_file(ticket, key) is not None
    assert find_file(other, key) is None


def test_old_files_without_a_row_go_and_all_others_stay(cast: Cast, folder: Path) -> None:
    ticket = make_ticket(cast.lavande)
    attach(first_message(ticket), [CleanFile("attachment-1.txt", "text/plain", 2, b"hi")])
    kept = db.session.scalars(db.select(Attachment.key)).one()
    orphan, young = store.put(b"orphan"), store.put(b"young")
    (folder / kept[:2] / f"{kept}.broken").write_bytes(b"half a write")
    long_ago = (now() - ORPHAN_AFTER - timedelta(minutes=1)).timestamp()
    for path in files_in(folder):
        os.utime(path, (long_ago, now().timestamp() if path.name == young else long_ago))
    assert sweep_orphans(now()) == 1
    assert {path.name for path in files_in(folder)} == {kept, young}
    assert orphan not in {kept, young}


def test_forgetting_takes_the_files_and_leaves_their_rows(cast: Cast, folder: Path) -> None:
    ticket = make_ticket(cast.lavande)
    attach(first_message(ticket), [CleanFile("attachment-1.txt", "text/plain", 2, b"hi")])
    assert forget_files(ticket) == 1
    row = db.session.scalars(db.select(Attachment)).one()
    assert (row.key, row.withheld, files_in(folder)) == (None, "erased", [])


def test_a_first_page_is_shown_swept_and_erased_with_its_document(
    cast: Cast, browser: Browser, folder: Path
) -> None:
    ticket = make_ticket(cast.lavande)
    document = CleanFile("attachment-1.pdf", "application/pdf", 4, b"%PDF", preview=b"drawn")
    attach(first_message(ticket), [document])
    db.session.commit()
    file = db.session.scalars(db.select(Attachment)).one()
    key, preview = file.key or "", file.preview_key or ""
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    assert f"/files/{preview}" in page
    shown = browser.get(f"/tickets/{ticket.id}/files/{preview}")
    assert (shown.data, shown.content_type) == (b"drawn", "image/jpeg")
    assert shown.headers["Content-Disposition"].startswith("inline")
    whole = browser.get(f"/tickets/{ticket.id}/files/{key}")
    assert whole.headers["Content-Disposition"].startswith("attachment")
    assert browser.be(cast.omar).get(f"/tickets/{ticket.id}/files/{preview}").status_code == 404
    assert sweep_orphans(now() + timedelta(days=400)) == 0
    assert forget_files(ticket) == 1
    for gone in (key, preview):
        with pytest.raises(store.FileMissing):
            store.get(gone)
