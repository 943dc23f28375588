"""What agents approve leaves from the mask, once, and its fate is known."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.mail.smtp import MaybeSent, Refused, TryAgain
from app.relay.compose import composed
from app.relay.inbound import Envelope, read_waiting, receive
from app.relay.models import StoredMail
from app.relay.outbound import deliver_due
from app.tickets.models import DeliveryState
from app.tickets.present import delivery_sign
from tests.factories import KIM, Cast, answer, mail_in, mask_of
from tests.fakes import MemorySmtp, SteppedClock

DSN = """\
From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

The mailbox {kim} does not exist.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {kim}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{kim}> unknown

--b--
"""


def parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def test_an_answer_leaves_from_the_mask_to_the_buyer_alone(cast: Cast, post: MemorySmtp) -> None:
    ticket = mail_in(cast.lavande)
    answer(ticket, cast.ana)
    deliver_due()
    sent = post.sent[0]
    mail = parsed(sent.content)
    assert sent.recipient == KIM
    assert mail["From"].addresses[0].addr_spec == mask_of(ticket)
    assert mail["Subject"] == "Re: My order"
    body = mail.get_body(("plain",))
    assert body is not None
    assert "Your order arrives tomorrow." in body.get_content()
    assert (b"ana" in sent.content.lower(), b"desk.example" in sent.content) == (False, False)


def test_a_sent_message_is_not_sent_again(cast: Cast, post: MemorySmtp) -> None:
    answer(mail_in(cast.lavande), cast.ana)
    deliver_due()
    deliver_due()
    assert len(post.sent) == 1


def test_trouble_on_the_way_is_tried_again_with_the_same_bytes(
    cast: Cast, post: MemorySmtp, clock: SteppedClock
) -> None:
    message = answer(mail_in(cast.lavande), cast.ana)
    post.failures = [TryAgain(451, "RCPT TO"), MaybeSent(0, "the final dot")]
    deliver_due()
    assert (message.delivery, message.failure) == (DeliveryState.QUEUED, "delayed 451")
    first = composed(message, KIM)
    for _ in range(2):
        clock.advance(hours=1)
        deliver_due()
    assert message.delivery == DeliveryState.SENT
    assert post.sent[0].content == first


def test_a_message_left_in_sending_by_a_dead_worker_is_sent(
    cast: Cast, post: MemorySmtp, clock: SteppedClock
) -> None:
    message = answer(mail_in(cast.lavande), cast.ana)
    message.delivery, message.claimed_at = DeliveryState.SENDING, clock()
    db.session.commit()
    deliver_due()
    assert post.sent == []
    clock.advance(minutes=6)
    deliver_due()
    assert len(post.sent) == 1


def test_a_refusal_fails_the_message_and_puts_the_clock_back(
    cast: Cast, post: MemorySmtp, clock: SteppedClock
) -> None:
    ticket = mail_in(cast.lavande)
    due_at = ticket.due_at
    clock.advance(hours=2)
    message = answer(ticket, cast.ana)
    post.failures = [Refused(550, "RCPT TO")]
    deliver_due()
    assert message.delivery == DeliveryState.FAILED
    assert (ticket.due_at, ticket.undeliverable) == (due_at, True)


def test_after_three_days_of_trouble_the_answer_has_failed(
    cast: Cast, post: MemorySmtp, clock: SteppedClock
) -> None:
    ticket = mail_in(cast.lavande)
    message = answer(ticket, cast.ana)
    post.failures = [TryAgain(0, "the greeting")] * 200
    for _ in range(200):
        clock.advance(hours=1)
        deliver_due()
        if message.delivery == DeliveryState.FAILED:
            break
    assert message.failure == "gave_up"
    assert clock() - message.created_at <= timedelta(days=3, hours=5)
    assert ticket.unanswered_since is not None


def test_a_bounce_puts_the_clock_back_and_shows_no_address(
    cast: Cast, post: MemorySmtp, clock: SteppedClock
) -> None:
    ticket = mail_in(cast.lavande)
    due_at = ticket.due_at
    message = answer(ticket, cast.ana)
    deliver_due()
    way_back = post.sent[0].sender
    dsn = DSN.format(to=way_back, kim=KIM).replace("\n", "\r\n").encode()
    receive(dsn, Envelope(way_back, ""))
    read_waiting()
    stored = db.session.scalars(select(StoredMail).order_by(StoredMail.id.desc())).first()
    assert stored is not None
    assert stored.reason == "bounced"
    assert (message.delivery, message.failure) == (DeliveryState.FAILED, "bounced 5.1.1")
    assert ticket.due_at == due_at


def test_a_report_of_a_delay_is_shown_and_changes_no_clock(
    desk: Flask, cast: Cast, post: MemorySmtp
) -> None:
    ticket = mail_in(cast.lavande)
    message = answer(ticket, cast.ana)
    deliver_due()
    way_back = post.sent[0].sender
    late = DSN.format(to=way_back, kim=KIM).replace("failed", "delayed").replace("5.1.1", "4.4.7")
    receive(late.encode(), Envelope(way_back, ""))
    read_waiting()
    assert (message.delivery, message.failure) == (DeliveryState.SENT, "delayed 4.4.7")
    with desk.test_request_context():
        shown = delivery_sign(message)
    assert shown is not None
    assert shown.words == "Sent, the buyer’s server delays it"
    assert ticket.unanswered_since is None


def test_the_same_way_back_bounces_once(cast: Cast, post: MemorySmtp) -> None:
    ticket = mail_in(cast.lavande)
    answer(ticket, cast.ana)
    deliver_due()
    way_back = post.sent[0].sender
    for number in range(2):
        dsn = DSN.format(to=way_back, kim=KIM).replace("mx.example", f"mx{number}.example")
        receive(dsn.encode(), Envelope(way_back, ""))
    read_waiting()
    reasons = db.session.scalars(
        select(StoredMail.reason).where(StoredMail.way_back_id.is_not(None))
    )
    assert sorted(reasons) == ["bounced", "bounced_before"]


@pytest.mark.parametrize("text", [f"Write to {KIM}", f"Write to {KIM.upper()}"])
def test_an_answer_that_would_show_the_buyers_address_is_held(
    cast: Cast, post: MemorySmtp, text: str
) -> None:
    message = answer(mail_in(cast.lavande), cast.ana, text)
    deliver_due()
    assert post.sent == []
    assert (message.delivery, message.failure) == (DeliveryState.HELD, "leak:secret")


def test_the_second_answer_refers_to_the_first(cast: Cast, post: MemorySmtp) -> None:
    ticket = mail_in(cast.lavande)
    for text in ("First.", "Second."):
        answer(ticket, cast.ana, text)
        deliver_due()
    first, second = (parsed(sent.content) for sent in post.sent)
    assert second["In-Reply-To"] == first["Message-ID"]
    assert first["In-Reply-To"] is None
