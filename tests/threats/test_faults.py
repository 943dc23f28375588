"""Faults, and honest mail that must not be lost on the way. Each test carries its row's name."""

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask, current_app
from sqlalchemy import delete, select, text

from app.config import Settings, SettingsError, complete
from app.extensions import db
from app.factory import create_app
from app.health import state_of_desk
from app.lib.clock import now
from app.mail.smtp import MaybeSent, Refused, SendingFailed, TryAgain
from app.privacy.keys import check_canary
from app.privacy.vault import KeyRing, Vault, new_key_ring_text
from app.relay.examining import Delivery, rates_of
from app.relay.inbound import read_waiting
from app.relay.masks import UnknownRecipient, door_address, find_recipient, give_way_back
from app.relay.models import Mask, StoredMail
from app.relay.outbound import deliver_due
from app.relay.taking import TRY_AGAIN, look_up, take
from app.tickets.clocks.due import reply_due_at
from app.tickets.models import DeliveryState, Message
from tests.doors import deliver, free_port, open_doors
from tests.factories import KIM, Cast, answer, mail_in, make_cast, make_ticket, mask_of, write_mail
from tests.fakes import MemorySmtp, SteppedClock, WordClassifier
from tests.relay import test_kill

ROOT = Path(__file__).parent.parent.parent


def bring(to: str, raw: bytes) -> str:
    """What the door says to a mail; then the worker reads what there is."""
    said = take(raw, Delivery(to, KIM), rates_of(current_app.extensions["settings"]))
    read_waiting()
    return said


def buyers_messages() -> list[Message]:
    query = select(Message).where(Message.kind == "buyer").order_by(Message.id)
    return list(db.session.scalars(query))


def test_F1_the_same_bytes_over_two_connections_are_one_message(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        make_cast()
    with open_doors(fresh_app) as settings:
        to = f"lavande@{settings.relay_domain}"
        raw, said = write_mail(to), list[str]()
        threads = [
            threading.Thread(target=lambda: said.append(deliver(settings, to, raw, sender=KIM)))
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [answer[:3] for answer in said] == ["250", "250"]
    with fresh_app.app_context():
        read_waiting()
        assert len(buyers_messages()) == 1


def test_F2_one_message_id_with_two_texts_is_two_messages(cast: Cast) -> None:
    mask = mask_of(mail_in(cast.lavande))
    for words in ("The parcel is here.", "No, it was the neighbour's."):
        assert (
            bring(mask, write_mail(mask, words, Message_ID="<same@carrier.example>"))[:3] == "250"
        )
    assert [message.body for message in buyers_messages()][1:] == [
        "The parcel is here.",
        "No, it was the neighbour's.",
    ]


@pytest.mark.parametrize(
    "header",
    [b"", b"Message-ID: \r\n", b"Message-ID: <a@b.example>\r\nMessage-ID: <c@d.example>\r\n"],
)
def test_F3_no_empty_or_two_message_ids_are_taken(cast: Cast, header: bytes) -> None:
    door = door_address(cast.lavande)
    assert bring(door, header + write_mail(door))[:3] == "250"
    assert len(buyers_messages()) == 1


def test_F4_kill_9_at_any_point_loses_nothing(tmp_path: Path) -> None:
    test_kill.test_nothing_is_lost_and_nothing_is_said_twice(tmp_path, run=99)


@pytest.mark.parametrize("table", ["stored_mail", "vendor"])
def test_F5_a_database_that_fails_puts_mail_off_with_a_constant_text(
    fresh_app: Flask, table: str
) -> None:
    with fresh_app.app_context():
        door = door_address(make_cast().lavande)
        db.session.execute(text(f"ALTER TABLE {table} RENAME TO gone"))
        db.session.commit()
        assert bring_only(door) == TRY_AGAIN
        db.session.execute(text(f"ALTER TABLE gone RENAME TO {table}"))
        db.session.commit()
        assert bring(door, write_mail(door))[:3] == "250"
        assert len(buyers_messages()) == 1


def bring_only(to: str) -> str:
    settings = current_app.extensions["settings"]
    return take(write_mail(to), Delivery(to, KIM), rates_of(settings))


@pytest.mark.parametrize(
    ("trouble", "tries", "state"),
    [
        (TryAgain(0, "the greeting"), 2, DeliveryState.SENT),
        (TryAgain(451, "RCPT TO"), 2, DeliveryState.SENT),
        (MaybeSent(0, "the final dot"), 2, DeliveryState.SENT),
        (Refused(550, "RCPT TO"), 1, DeliveryState.FAILED),
    ],
)
def test_F6_what_the_smart_host_does_decides(
    cast: Cast,
    post: MemorySmtp,
    clock: SteppedClock,
    trouble: SendingFailed,
    tries: int,
    state: str,
) -> None:
    message = answer(mail_in(cast.lavande), cast.ana)
    post.failures = [trouble]
    for _ in range(3):
        deliver_due()
        clock.advance(days=1)
    assert (message.delivery, message.tries) == (state, tries)
    assert len(post.sent) == (state == DeliveryState.SENT)


def test_F7_a_wrong_key_refuses_to_start_and_puts_mail_off(desk: Flask, cast: Cast) -> None:
    mask = mask_of(mail_in(cast.lavande))
    check_canary()
    right = desk.extensions["vault"]
    desk.extensions["vault"] = Vault(KeyRing.from_text(new_key_ring_text("other")))
    try:
        with pytest.raises(SettingsError, match="ADDRESS_KEYS"):
            check_canary()
    finally:
        desk.extensions["vault"] = right
    assert bring(mask, write_mail(mask, "Still there?"))[:3] == "250"


def test_F7_a_pipe_with_another_ring_is_told_to_try_again_and_seals_nothing(
    desk: Flask, cast: Cast
) -> None:
    door = door_address(cast.lavande)
    check_canary()
    right = desk.extensions["vault"]
    run, words = desk.test_cli_runner(), ["relay", "deliver", "--to", door, "--from", KIM]
    desk.extensions["vault"] = Vault(KeyRing.from_text(new_key_ring_text("other")))
    try:
        assert run.invoke(args=words, input=write_mail(door)).exit_code == 75
    finally:
        desk.extensions["vault"] = right
    assert db.session.scalars(select(StoredMail)).all() == []
    assert run.invoke(args=words, input=write_mail(door)).exit_code == 0


def test_F7_a_ring_that_is_gone_is_not_made_anew_for_a_database_that_has_one(
    tmp_path: Path,
) -> None:
    settings = complete(Settings(data_dir=tmp_path))
    for number in range(2):
        app = create_app(settings, classifier=WordClassifier)
        with app.app_context():
            if number == 0:
                db.create_all()
                check_canary()
                (tmp_path / "address_keys").unlink()
            else:
                with pytest.raises(SettingsError, match="ADDRESS_KEYS"):
                    check_canary()
            db.session.remove()
            db.engine.dispose()


def test_F7_a_web_process_with_another_ring_refuses_to_start(tmp_path: Path) -> None:
    app = create_app(complete(Settings(data_dir=tmp_path)), classifier=WordClassifier)
    with app.app_context():
        db.create_all()
        check_canary()
        db.session.remove()
        db.engine.dispose()
    environ = os.environ | {
        "DATA_DIR": str(tmp_path), "DATABASE_URL": "", "ADDRESS_KEYS": new_key_ring_text("other"),
        "PORT": str(free_port()), "WEB_PROCESSES": "1", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "wsgi:app"]
    done = subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode != 0
    assert "Dragoman cannot start: ADDRESS_KEYS is not the key ring" in done.stderr
    assert "Traceback" not in done.stderr


def test_F8_mail_to_a_mask_that_an_older_backup_lacks_is_put_off_and_told(
    cast: Cast, clock: SteppedClock
) -> None:
    mask = mask_of(mail_in(cast.lavande))
    db.session.execute(delete(Mask))
    db.session.commit()
    assert state_of_desk(now())["alarms"] == []
    assert [look_up(mask)[0] for _ in range(2)] == [TRY_AGAIN] * 2
    [alarm] = state_of_desk(now())["alarms"]
    assert alarm.startswith("Mail came 2 times lately to masks")
    clock.advance(days=1, minutes=1)
    assert state_of_desk(now())["alarms"] == []


def test_F9_a_way_back_ends_after_thirty_days_whatever_the_wall_clock_does(
    cast: Cast, clock: SteppedClock
) -> None:
    message = answer(make_ticket(cast.lavande), cast.ana)
    way_back = give_way_back(message)
    db.session.commit()
    clock.advance(days=-1)
    assert find_recipient(way_back).way_back_id is not None
    clock.advance(days=31)
    assert find_recipient(way_back).way_back_id is not None
    clock.advance(minutes=1)
    with pytest.raises(UnknownRecipient):
        find_recipient(way_back)


@pytest.mark.parametrize(
    "day", [datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 10, 24, 23, tzinfo=UTC)]
)
def test_F9_the_24_hours_are_24_hours_when_summer_time_changes(day: datetime) -> None:
    assert reply_due_at(day, 24) - day == timedelta(hours=24)


def test_F10_two_workers_send_one_answer_once(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        cast = make_cast()
        answer(mail_in(cast.lavande), cast.ana)

    def work() -> None:
        with fresh_app.app_context():
            deliver_due()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(fresh_app.extensions["transport"].sent) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: " + "Größe".encode("latin-1") + b"\r\n\r\n" + b"x" * 5_000 + b" broken\r\n",
        b"Subject: a\rb\r\n\r\nbare\rreturns broken\r\n",
        b'Content-Type: text/plain; charset="no-such"\r\n\r\nbroken \xff\xfe\r\n',
        b"Content-Transfer-Encoding: base64\r\n\r\nSXQgaXMgYnJva2Vu!!!=\r\n",
    ],
)
def test_X15_broken_mail_is_taken_and_readable(cast: Cast, raw: bytes) -> None:
    door = door_address(cast.lavande)
    assert bring(door, f"From: {KIM}\r\nTo: {door}\r\n".encode() + raw)[:3] == "250"
    assert "broken" in buyers_messages()[0].body


@pytest.mark.parametrize(
    ("text_", "expected"),
    [
        ("", ""),
        ("> We are sorry.\n> It comes tomorrow.", "It comes tomorrow."),
        ("On Monday we wrote:\n> We are sorry.\n\nIt never came.", "It never came."),
        ("> When did it break?\nOn Sunday.\n> Which colour?\nBlue.", "On Sunday."),
    ],
)
def test_B2_empty_quoted_and_inline_answers_lose_nothing(
    cast: Cast, text_: str, expected: str
) -> None:
    mask = mask_of(mail_in(cast.lavande))
    assert bring(mask, write_mail(mask, text_))[:3] == "250"
    newest = buyers_messages()[-1]
    assert expected in newest.body
    for line in filter(None, (line.strip("> ") for line in text_.splitlines())):
        assert line in newest.body + newest.quoted


def test_B3_the_orders_own_number_stays_though_it_looks_like_a_telephone(cast: Cast) -> None:
    ticket = mail_in(cast.lavande)
    ticket.order_ref = "0171 2345678"
    db.session.commit()
    mask = mask_of(ticket)
    bring(mask, write_mail(mask, "It is about 0171 2345678. Call me on 0160 9876543."))
    body = buyers_messages()[-1].body
    assert "0171 2345678" in body
    assert "9876543" not in body
