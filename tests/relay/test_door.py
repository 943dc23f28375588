"""The doors, spoken to over real sockets."""

import gc
import smtplib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.accounts.models import Vendor
from app.config import Settings
from app.extensions import db
from app.lib.heartbeat import last_beat
from app.relay.inbound import read_waiting
from app.relay.masks import MaskKind, mint, relay_domain
from app.relay.models import MailState, Mask, MaskState, StoredMail
from app.relay.threshold import Refusal
from tests.doors import deliver, open_doors, receiving
from tests.factories import KIM, mail_in, make_cast, mask_of, write_mail


@pytest.fixture
def doors(fresh_app: Flask) -> Iterator[Settings]:
    """Both doors of a desk of its own, open until the test ends."""
    with fresh_app.app_context():
        make_cast()
    with open_doors(fresh_app, mail_max_bytes=100_000) as settings:
        yield settings


@pytest.fixture
def smtp(doors: Settings) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", doors.smtp_port, timeout=10) as client:
        client.ehlo()
        yield client


@pytest.fixture
def lavande(fresh_app: Flask, doors: Settings) -> str:
    return f"lavande@{doors.relay_domain}"


def kept(app: Flask) -> int:
    with app.app_context():
        return len(db.session.scalars(select(StoredMail.id)).all())


def test_a_mail_is_taken_over_smtp(fresh_app: Flask, smtp: smtplib.SMTP, lavande: str) -> None:
    smtp.sendmail(KIM, [lavande], write_mail(lavande))
    assert kept(fresh_app) == 1


def test_a_mail_is_taken_over_lmtp(fresh_app: Flask, doors: Settings, lavande: str) -> None:
    with smtplib.LMTP("127.0.0.1", doors.lmtp_port, timeout=10) as client:
        client.sendmail(KIM, [lavande], write_mail(lavande))
    assert kept(fresh_app) == 1


def test_an_open_door_gives_signs_of_life(fresh_app: Flask, doors: Settings) -> None:
    for _ in range(500):
        with fresh_app.app_context():
            if last_beat("door") is not None:
                return
        time.sleep(0.02)
    raise AssertionError("The door gave no sign of life.")


@pytest.mark.parametrize(
    ("address", "code", "words"),
    [
        ("nobody@{domain}", 550, b"5.1.1"),
        ("c" * 23 + "@{domain}", 550, b"5.1.1"),
        ("lavande@elsewhere.example", 550, b"5.1.1"),
        ("postmaster@{domain}", 250, b"2.1.5"),
        ("Postmaster", 250, b"2.1.5"),
        ("lavande@{domain}.", 250, b"2.1.5"),
    ],
)
def test_recipients(smtp: smtplib.SMTP, address: str, code: int, words: bytes) -> None:
    smtp.mail(KIM)
    answer = smtp.rcpt(address.format(domain=Settings().relay_domain))
    assert answer[0] == code
    assert words in answer[1]


def test_a_mask_whose_row_is_missing_is_put_off(fresh_app: Flask, smtp: smtplib.SMTP) -> None:
    with fresh_app.app_context():
        orphan = f"{mint(MaskKind.BUYER)}@{relay_domain()}"
    smtp.mail(KIM)
    assert smtp.rcpt(orphan)[0] == 451


def test_a_second_recipient_is_asked_to_come_alone(smtp: smtplib.SMTP, lavande: str) -> None:
    smtp.mail(KIM)
    assert smtp.rcpt(lavande)[0] == 250
    assert smtp.rcpt(lavande)[0] == 452


def test_a_letter_outside_ascii_is_refused(smtp: smtplib.SMTP, lavande: str) -> None:
    smtp.mail(KIM, ["SMTPUTF8"])
    code, _ = smtp.docmd("RCPT", "TO:<lävande@reply.dragoman.test>".encode().decode("latin-1"))
    assert code in {500, 501, 553}


def test_a_mail_over_the_limit_is_refused_before_and_after(
    fresh_app: Flask, smtp: smtplib.SMTP, lavande: str
) -> None:
    big = write_mail(lavande, "x" * 70 + "\n" + ("y" * 70 + "\n") * 2000)
    with pytest.raises(smtplib.SMTPResponseException) as refusal:
        smtp.sendmail(KIM, [lavande], big)
    said = refusal.value
    assert f"{said.smtp_code} {said.smtp_error.decode()}" == Refusal.TOO_BIG
    assert kept(fresh_app) == 0


def test_a_database_that_is_gone_puts_the_mail_off_with_a_constant_text(
    fresh_app: Flask, smtp: smtplib.SMTP, lavande: str
) -> None:
    smtp.mail(KIM)
    assert smtp.rcpt(lavande)[0] == 250
    with fresh_app.app_context():
        db.session.execute(text("ALTER TABLE stored_mail RENAME TO gone"))
        db.session.commit()
    code, words = smtp.data(write_mail(lavande))
    assert code == 451
    assert words == b"4.3.0 This mail cannot be taken right now, please try again later"


def test_who_exists_is_not_told(smtp: smtplib.SMTP) -> None:
    assert smtp.verify("lavande")[0] in {252, 502}
    assert smtp.expn("lavande")[0] in {502, 550}


def test_the_same_bytes_over_two_connections_are_one_mail(
    fresh_app: Flask, doors: Settings, lavande: str
) -> None:
    raw = write_mail(lavande)
    codes: list[int] = []

    def deliver() -> None:
        with smtplib.SMTP("127.0.0.1", doors.smtp_port, timeout=10) as client:
            client.ehlo()
            client.mail(KIM)
            client.rcpt(lavande)
            codes.append(client.data(raw)[0])

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [250] * 4
    assert kept(fresh_app) == 1


def test_a_line_of_many_thousand_letters_is_taken(
    fresh_app: Flask, doors: Settings, lavande: str
) -> None:
    raw = write_mail(lavande).rstrip() + b"\r\n" + b"x" * 50_000 + b"\r\n"
    assert deliver(doors, lavande, raw, sender=KIM).startswith("250")
    assert kept(fresh_app) == 1


def test_a_mail_without_a_return_address_is_known_as_such(
    fresh_app: Flask, doors: Settings, lavande: str
) -> None:
    assert deliver(doors, lavande, write_mail(lavande), sender="").startswith("250")
    with fresh_app.app_context():
        assert db.session.scalars(select(StoredMail.null_sender)).one() is True


@pytest.mark.parametrize(
    ("header", "answer"),
    [
        (b"X-Dragoman-Loop: {loop}\r\n", "550 5.4.6"),
        (b"Received: by a.example\r\n" * 26, "550 5.4.6"),
        (b"From: other@elsewhere.example\r\n", "550 5.6.0"),
        (b"Content-Type: message/partial; id=1; number=1; total=2\r\n", "550 5.6.1"),
        (b"Content-Type: message/external-body; access-type=URL\r\n", "550 5.6.1"),
    ],
)
def test_what_the_header_alone_refuses(
    fresh_app: Flask, doors: Settings, lavande: str, *, header: bytes, answer: str
) -> None:
    loop = fresh_app.extensions["instance_id"].encode()
    raw = header.replace(b"{loop}", loop) + write_mail(lavande)
    assert deliver(doors, lavande, raw, sender=KIM).startswith(answer)
    assert kept(fresh_app) == 0


def test_a_loop_without_a_return_address_is_taken_and_has_no_effect(
    fresh_app: Flask, doors: Settings, lavande: str
) -> None:
    raw = write_mail(lavande, X_Dragoman_Loop=fresh_app.extensions["instance_id"])
    assert deliver(doors, lavande, raw, sender="").startswith("250")
    with fresh_app.app_context():
        read_waiting()
        assert db.session.scalars(select(StoredMail.state)).one() == MailState.IGNORED


def test_a_mail_in_the_name_of_one_of_our_own_addresses_is_refused(
    doors: Settings, lavande: str
) -> None:
    raw = write_mail(lavande, sender=lavande)
    assert deliver(doors, lavande, raw, sender=KIM).startswith("550 5.4.6")


def test_the_size_is_refused_as_soon_as_it_is_said(doors: Settings) -> None:
    with smtplib.SMTP("127.0.0.1", doors.smtp_port, timeout=10) as client:
        client.ehlo()
        code, words = client.mail(KIM, ["SIZE=100001"])
    assert f"{code} {words.decode()}" == Refusal.TOO_BIG


def test_a_mask_takes_thirty_mails_an_hour_and_puts_the_next_off(
    fresh_app: Flask, doors: Settings
) -> None:
    with fresh_app.app_context():
        mask = mask_of(mail_in(db.session.scalars(select(Vendor)).first()))
    answers = [
        deliver(doors, mask, write_mail(mask, f"Number {number}"), sender=KIM)[:9]
        for number in range(31)
    ]
    assert answers == ["250 2.0.0"] * 30 + ["450 4.7.1"]


def test_a_stranger_who_guesses_recipients_is_put_off(fresh_app: Flask) -> None:
    with open_doors(fresh_app, trusted_fronts=(), rate_per_ip=50) as settings:
        address = f"nobody@{settings.relay_domain}"
        answers = [deliver(settings, address, b"", sender=KIM)[:9] for _ in range(6)]
    assert answers == ["550 5.1.1"] * 5 + ["450 4.7.1"]


@pytest.mark.parametrize("portal", ["", "https://shop.example/help"])
def test_a_conversation_that_is_over_says_where_to_write(
    fresh_app: Flask, doors: Settings, portal: str
) -> None:
    fresh_app.extensions["settings"] = replace(doors, portal_url=portal)
    with fresh_app.app_context():
        ticket = mail_in(db.session.scalars(select(Vendor)).first())
        mask = mask_of(ticket)
        db.session.scalars(select(Mask)).one().state = MaskState.REVOKED
        db.session.commit()
    answer = deliver(doors, mask, write_mail(mask), sender=KIM)
    assert answer.startswith("550 5.2.1 This conversation is over")
    assert answer.endswith(portal)


def knock_until(closed: threading.Event, port: int) -> None:
    while not closed.is_set():
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()


@contextmanager
def strangers_at(port: int) -> Iterator[None]:
    """One who is inside and stays, one who knocks and knocks; then look who was left."""
    closed = threading.Event()
    knocker = threading.Thread(target=knock_until, args=(closed, port))
    with socket.create_connection(("127.0.0.1", port), timeout=4) as guest:
        guest.recv(100)
        knocker.start()
        time.sleep(0.1)
        try:
            yield
        finally:
            closed.set()
            knocker.join()
    # A connection that was forgotten says so now, and fails the test.
    gc.collect()


def test_nobody_is_forgotten_at_a_door_that_closes(fresh_app: Flask) -> None:
    for _ in range(3):
        with ExitStack() as doors, ExitStack() as outside:
            settings = doors.enter_context(open_doors(fresh_app))
            outside.enter_context(strangers_at(settings.lmtp_port))
            doors.close()


def test_nobody_is_forgotten_at_the_tests_own_mail_server_that_closes() -> None:
    for _ in range(3):
        with ExitStack() as doors, ExitStack() as outside:
            outside.enter_context(strangers_at(doors.enter_context(receiving(object()))))
            doors.close()
