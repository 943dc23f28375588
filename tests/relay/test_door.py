"""The doors, spoken to over real sockets."""

import asyncio
import smtplib
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from app.config import Settings
from app.extensions import db
from app.lib.heartbeat import last_beat
from app.relay.door import serve
from app.relay.masks import MaskKind, mint, relay_domain
from app.relay.models import StoredMail
from tests.factories import KIM, make_cast, write_mail


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def doors(fresh_app: Flask) -> Iterator[Settings]:
    """Both doors of a desk of its own, open until the test ends."""
    settings: Settings = replace(
        fresh_app.extensions["settings"], smtp_port=free_port(), lmtp_port=free_port(),
        mail_max_bytes=100_000,
    )  # fmt: skip
    fresh_app.extensions["settings"] = settings
    with fresh_app.app_context():
        make_cast()
    loop = asyncio.new_event_loop()
    task = loop.create_task(serve(fresh_app))
    thread = threading.Thread(target=_run, args=(loop, task))
    thread.start()
    _wait_for(settings.lmtp_port)
    yield settings
    loop.call_soon_threadsafe(task.cancel)
    thread.join()
    loop.close()


def _run(loop: asyncio.AbstractEventLoop, task: "asyncio.Task[None]") -> None:
    try:
        loop.run_until_complete(task)
    except asyncio.CancelledError:
        loop.run_until_complete(loop.shutdown_asyncgens())


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            threading.Event().wait(0.02)
        else:
            return
    raise TimeoutError("The door did not open.")


@pytest.fixture
def smtp(doors: Settings) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", doors.smtp_port) as client:
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
    with smtplib.LMTP("127.0.0.1", doors.lmtp_port) as client:
        client.sendmail(KIM, [lavande], write_mail(lavande))
    assert kept(fresh_app) == 1


def test_an_open_door_gives_signs_of_life(fresh_app: Flask, doors: Settings) -> None:
    with fresh_app.app_context():
        assert last_beat("door") is not None


@pytest.mark.parametrize(
    ("address", "code", "words"),
    [
        ("nobody@{domain}", 550, b"5.1.1"),
        ("c" * 23 + "@{domain}", 550, b"5.1.1"),
        ("lavande@elsewhere.example", 550, b"5.1.1"),
        ("postmaster@{domain}", 250, b"2.1.5"),
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
    assert refusal.value.smtp_code == 552
    assert kept(fresh_app) == 0


def test_a_database_that_is_gone_puts_the_mail_off_with_a_constant_text(
    fresh_app: Flask, smtp: smtplib.SMTP, lavande: str
) -> None:
    smtp.mail(KIM)
    assert smtp.rcpt(lavande)[0] == 250
    with fresh_app.app_context():
        StoredMail.__table__.drop(db.engine)  # type: ignore[attr-defined]
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
        with smtplib.SMTP("127.0.0.1", doors.smtp_port) as client:
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
