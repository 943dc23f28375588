"""Row F5 where the ground itself gives way: no room on the disk, a database that only reads,
connections that are cut. Nothing is said to be taken that was not, and all of it comes later.
"""

import os
import resource
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, text

from app.attachments import store
from app.config import Settings, complete
from app.extensions import db
from app.factory import create_app
from app.relay.inbound import read_waiting
from app.relay.models import StoredMail
from app.relay.taking import TRY_AGAIN
from app.tickets.models import Attachment, Message
from tests.doors import deliver, open_doors
from tests.factories import KIM, make_cast, write_mail
from tests.fakes import MemorySmtp, SteppedClock, UpperCaseEngine, WordClassifier

MEGABYTE = 1_048_576
NOTE = b"The seal was broken when it came.\n" * 400


@contextmanager
def no_room() -> Iterator[None]:
    """This process can make no file longer, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def with_a_file(to: str, words: str) -> bytes:
    mail = message_from_bytes(write_mail(to, words), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    mail.add_attachment(NOTE, maintype="text", subtype="plain", filename="note.txt")
    return bytes(mail)


def kept_files(app: Flask) -> list[Path]:
    return [path for path in app.extensions["settings"].files_dir.rglob("*") if path.is_file()]


def words() -> list[str]:
    query = select(Message.body).where(Message.kind == "buyer").order_by(Message.id)
    return list(db.session.scalars(query))


def test_F5_a_full_disk_puts_mail_off_and_what_was_taken_is_read_when_there_is_room(
    fresh_app: Flask, clock: SteppedClock
) -> None:
    with fresh_app.app_context():
        make_cast()
        keeps_here = db.engine.dialect.name == "sqlite"
    with open_doors(fresh_app) as settings:
        to = f"lavande@{settings.relay_domain}"
        assert deliver(settings, to, with_a_file(to, "Taken before."), sender=KIM)[:3] == "250"
        with no_room():
            said = deliver(settings, to, with_a_file(to, "Put off."), sender=KIM)
            # PostgreSQL is a process of its own and has its own disk.
            assert said == (TRY_AGAIN if keeps_here else "250 2.0.0 Taken")
            with fresh_app.app_context():
                read_in_spite_of_everything()
        assert kept_files(fresh_app) == []
        if keeps_here:
            again = deliver(settings, to, with_a_file(to, "Put off."), sender=KIM)
            assert again[:3] == "250"
    clock.advance(minutes=30)
    with fresh_app.app_context():
        read_waiting()
        assert sorted(words()) == ["Put off.", "Taken before."]
        for file in db.session.scalars(select(Attachment)):
            assert store.get(file.key or "").split(b"\n") == NOTE.split(b"\n")
    assert len(kept_files(fresh_app)) == 2


def test_F5_a_file_that_finds_no_room_leaves_no_half_of_itself(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        with no_room(), pytest.raises(OSError, match="File too large"):
            store.put(NOTE)
        assert kept_files(fresh_app) == []


def read_in_spite_of_everything() -> None:
    """The worker's round: it may fail, as a job may; what it leaves is looked at afterwards."""
    try:
        read_waiting()
    except Exception:
        db.session.rollback()
    assert words() == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of eight megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("Only root may mount a file system; the test above needs no mount.")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_F5_a_file_system_without_a_free_block_loses_nothing(
    small_disk: Path, clock: SteppedClock
) -> None:
    app = create_app(
        complete(Settings(data_dir=small_disk)), classifier=WordClassifier, engine=UpperCaseEngine,
        transport=MemorySmtp(),
    )  # fmt: skip
    with app.app_context():
        db.create_all()
        make_cast()
    ballast = small_disk / "ballast"
    with open_doors(app) as settings:
        to = f"lavande@{settings.relay_domain}"
        answers = [deliver(settings, to, with_a_file(to, "Number 0."), sender=KIM)]
        fill(ballast)
        for number in range(1, 12):
            raw = with_a_file(to, f"Number {number}.")
            answers.append(deliver(settings, to, raw, sender=KIM))
        assert answers[-1] == TRY_AGAIN
        with app.app_context():
            read_in_spite_of_everything()
        ballast.unlink()
        for number, said in enumerate(answers):
            if said == TRY_AGAIN:
                raw = with_a_file(to, f"Number {number}.")
                assert deliver(settings, to, raw, sender=KIM)[:3] == "250"
    clock.advance(minutes=30)
    with app.app_context():
        read_waiting()
        assert sorted(words()) == sorted(f"Number {number}." for number in range(12))
        assert len(kept_files(app)) == 12
        assert db.session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        db.session.remove()
        db.engine.dispose()


def fill(ballast: Path) -> None:
    """Write until the disk takes no byte more."""
    with ballast.open("wb", buffering=0) as file:
        for piece in (MEGABYTE, 4096, 1):
            try:
                while file.write(b"x" * piece):
                    pass
            except OSError:
                continue


@contextmanager
def only_reading(app: Flask) -> Iterator[None]:
    """Every connection refuses to write, as one to a replica does.

    None is thrown away: one that a door holds just now would be forgotten without being closed.
    """
    with app.app_context():
        engine = db.engine
    event.listen(engine, "checkout", _forbid)
    try:
        yield
    finally:
        event.remove(engine, "checkout", _forbid)
        event.listen(engine, "checkout", _allow)


def _forbid(connection: Any, _record: Any, _holder: Any) -> None:
    _say(connection, "on")


def _allow(connection: Any, _record: Any, _holder: Any) -> None:
    _say(connection, "off")


def _say(connection: Any, switch: str) -> None:
    is_sqlite = isinstance(connection, sqlite3.Connection)
    setting = "PRAGMA query_only =" if is_sqlite else "SET default_transaction_read_only ="
    cursor = connection.cursor()
    cursor.execute(f"{setting} {switch}")
    cursor.close()
    if not is_sqlite:
        connection.commit()


def test_F5_a_database_that_only_reads_puts_mail_off(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        make_cast()
        db.session.remove()
    with open_doors(fresh_app) as settings:
        to = f"lavande@{settings.relay_domain}"
        with only_reading(fresh_app):
            assert deliver(settings, to, write_mail(to), sender=KIM) == TRY_AGAIN
        assert deliver(settings, to, write_mail(to), sender=KIM)[:3] == "250"
    with fresh_app.app_context():
        read_waiting()
        assert len(words()) == 1


def test_F5_cut_connections_put_a_mail_off_and_the_next_try_is_taken(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        make_cast()
        if db.engine.dialect.name == "sqlite":
            pytest.skip("SQLite has no connection that could be cut.")
    with open_doors(fresh_app) as settings:
        to = f"lavande@{settings.relay_domain}"
        assert deliver(settings, to, write_mail(to, "One."), sender=KIM)[:3] == "250"
        with fresh_app.app_context():
            cut_all_others()
        answers = [deliver(settings, to, write_mail(to, "Two."), sender=KIM) for _ in range(30)]
    assert set(answers) <= {TRY_AGAIN, "250 2.0.0 Taken"}
    assert answers[-1] == "250 2.0.0 Taken"
    with fresh_app.app_context():
        assert db.session.query(StoredMail).count() == 2


def cut_all_others() -> None:
    db.session.execute(
        text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    )
    db.session.commit()
