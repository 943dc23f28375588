"""The desk behind a real Postfix, in both directions."""

import smtplib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from sqlalchemy import select

from app.config import Settings
from app.extensions import db
from app.mail.smtp import SmtpTransport
from app.relay.inbound import read_waiting
from app.relay.models import StoredMail
from app.relay.outbound import deliver_due
from app.tickets.models import DeliveryState, Message, Ticket
from tests.doors import free_port, receiving, serving
from tests.factories import Cast, answer, make_cast, make_ticket, write_mail
from tests.relay import postfix

KIM = "kim@buyers.example"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(postfix.why_not() is not None, reason=str(postfix.why_not())),
]


@dataclass
class Sink:
    """The buyers' mail server: keeps what comes, or refuses for good."""

    taken: list[bytes] = field(default_factory=list)
    refuses: bool = False

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refuses:
            return "550 5.1.1 <kim@buyers.example> does not live here"
        self.taken.append(envelope.original_content or b"")
        return "250 Taken"


@dataclass
class Stage:
    """A desk, its Postfix and the buyers' server."""

    app: Flask
    settings: Settings
    postfix: postfix.Postfix
    sink: Sink


@pytest.fixture
def stage(fresh_app: Flask, tmp_path: Path) -> Iterator[Stage]:
    settings = replace(
        fresh_app.extensions["settings"], smtp_port=free_port(), lmtp_port=free_port()
    )
    fresh_app.extensions["settings"] = settings
    sink = Sink()
    port = free_port()
    with (
        receiving(sink) as sink_port,
        postfix.running(
            tmp_path / "postfix", relay=settings.relay_domain, lmtp=settings.lmtp_port,
            sink=sink_port, port=port,
        ) as running,
    ):  # fmt: skip
        fresh_app.extensions["transport"] = SmtpTransport(f"smtp://127.0.0.1:{port}?starttls=never")
        yield Stage(fresh_app, settings, running, sink)


def wait_until(fact: Callable[[], bool], *, seconds: float = 20) -> bool:
    """Whether `fact` comes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if fact():
            return True
        time.sleep(0.1)
    return False


def kept(stage: Stage) -> int:
    with stage.app.app_context():
        return len(db.session.scalars(select(StoredMail.id)).all())


def send(stage: Stage, to: str) -> None:
    with smtplib.SMTP("127.0.0.1", stage.postfix.port, timeout=10) as client:
        client.sendmail(KIM, [to], write_mail(to, sender=KIM))


def test_a_buyers_mail_comes_through_postfix(stage: Stage) -> None:
    with stage.app.app_context():
        make_cast()
    with serving(stage.app):
        send(stage, f"lavande@{stage.settings.relay_domain}")
        assert wait_until(lambda: kept(stage) == 1), stage.postfix.log()
    with stage.app.app_context():
        read_waiting()
        assert db.session.scalars(select(Ticket)).one().unanswered_since is not None


def test_postfix_keeps_the_mail_while_the_door_is_closed(stage: Stage) -> None:
    with stage.app.app_context():
        make_cast()
    send(stage, f"lavande@{stage.settings.relay_domain}")
    assert wait_until(lambda: "status=deferred" in stage.postfix.log())
    with serving(stage.app):
        assert wait_until(lambda: kept(stage) == 1), stage.postfix.log()


def test_an_unknown_address_is_bounced_by_postfix_and_not_kept(stage: Stage) -> None:
    with stage.app.app_context():
        make_cast()
    with serving(stage.app):
        send(stage, f"nobody@{stage.settings.relay_domain}")
        assert wait_until(lambda: "status=bounced" in stage.postfix.log())
    assert kept(stage) == 0


def answered(cast: Cast, buyer: str) -> Message:
    ticket = make_ticket(cast.lavande, sender=buyer)
    return answer(ticket, cast.ana)


def test_an_answer_reaches_the_buyer_through_postfix(stage: Stage) -> None:
    with stage.app.app_context():
        message = answered(make_cast(), KIM)
        deliver_due()
        assert message.delivery == DeliveryState.SENT
    assert wait_until(lambda: len(stage.sink.taken) == 1), stage.postfix.log()
    assert b"Your order arrives tomorrow." in stage.sink.taken[0]


@pytest.mark.parametrize(
    ("buyer", "delivery", "failure"),
    [
        ("later@buyers.example", DeliveryState.QUEUED, "delayed 450"),
        ("never@buyers.example", DeliveryState.FAILED, "refused 550"),
    ],
)
def test_what_the_smart_host_says_decides(
    stage: Stage, buyer: str, delivery: str, failure: str
) -> None:
    with stage.app.app_context():
        message = answered(make_cast(), buyer)
        deliver_due()
        assert (message.delivery, message.failure) == (delivery, failure)


def test_a_smart_host_that_is_down_is_tried_again(stage: Stage) -> None:
    stage.app.extensions["transport"] = SmtpTransport(f"smtp://127.0.0.1:{free_port()}")
    with stage.app.app_context():
        message = answered(make_cast(), KIM)
        deliver_due()
        assert (message.delivery, message.failure) == (DeliveryState.QUEUED, "delayed 0")


def test_a_bounce_comes_back_through_postfix_and_restores_the_clock(stage: Stage) -> None:
    stage.sink.refuses = True
    with stage.app.app_context():
        message = answered(make_cast(), KIM)
        message_id, ticket_id = message.id, message.ticket_id
        deliver_due()
    with serving(stage.app):
        assert wait_until(lambda: kept(stage) == 1), stage.postfix.log()
    with stage.app.app_context():
        read_waiting()
        message = db.session.get_one(Message, message_id)
        assert (message.delivery, message.failure) == (DeliveryState.FAILED, "bounced 5.1.1")
        assert db.session.get_one(Ticket, ticket_id).unanswered_since is not None
