"""A buyer's mail comes in, is kept, and becomes words in a ticket."""

from collections.abc import Sequence
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.extensions import db
from app.relay.inbound import AT_ONCE, Envelope, content_digest, raw_of, read_waiting, receive
from app.relay.masks import UnknownRecipient, door_address, relay_domain
from app.relay.models import MailState, Mask, StoredMail
from app.relay.reading import instance_id
from app.tickets.models import Buyer, Message, Ticket, TicketEvent
from app.triage.classify import Message as Question
from app.triage.verdict import Verdict
from tests.factories import KIM, Cast, answer, mail_in, mask_of, write_mail
from tests.fakes import SteppedClock, WordClassifier


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def arrive(to: str, raw: bytes, sender: str = KIM) -> StoredMail:
    stored_id = receive(raw, Envelope(to, sender))
    read_waiting()
    return db.session.get_one(StoredMail, stored_id)


def test_first_words_to_a_vendors_door_open_a_ticket(cast: Cast, clock: SteppedClock) -> None:
    arrived_at = clock()
    ticket = mail_in(cast.lavande)
    assert ticket.vendor_id == cast.lavande.id
    assert ticket.lang == "en"
    assert ticket.level == 1
    assert ticket.assignee_id == cast.ana.id
    assert ticket.unanswered_since == arrived_at


def test_the_clock_starts_when_the_mail_arrived_not_when_it_was_read(
    cast: Cast, clock: SteppedClock
) -> None:
    door = door_address(cast.lavande)
    arrived_at = clock()
    receive(write_mail(door), Envelope(door, KIM))
    clock.advance(hours=7)
    read_waiting()
    assert db.session.scalars(select(Ticket)).one().unanswered_since == arrived_at


def test_words_to_the_mask_continue_the_ticket_whatever_the_headers_say(cast: Cast) -> None:
    ticket = mail_in(cast.lavande)
    mask = mask_of(ticket)
    raw = write_mail(
        mask, "And still nothing.", In_Reply_To="<nonsense", References="<other@x> broken"
    )
    stored = arrive(mask, raw)
    assert (stored.state, stored.reason) == (MailState.DONE, "buyer")
    assert count(Ticket) == 1
    assert count(Message) == 2


def test_the_same_mail_twice_is_one_message(cast: Cast) -> None:
    door = door_address(cast.lavande)
    raw = write_mail(door)
    first = receive(raw, Envelope(door, KIM))
    again = receive(
        b"Received: from b.example by c.example;\r\n now\r\n" + raw, Envelope(door, KIM)
    )
    read_waiting()
    assert first == again
    assert count(Message) == 1


def test_the_same_words_in_another_mail_are_a_second_message(cast: Cast) -> None:
    ticket = mail_in(cast.lavande)
    mask = mask_of(ticket)
    for number in range(2):
        arrive(mask, write_mail(mask, "Hello?", Message_ID=f"<{number}@mailbox.example>"))
    assert count(Message) == 3


def test_the_raw_mail_is_kept_sealed_and_can_be_opened(cast: Cast) -> None:
    door = door_address(cast.lavande)
    raw = write_mail(door)
    stored = arrive(door, raw)
    assert raw_of(stored) == raw
    assert KIM.encode() not in stored.raw_sealed


def test_contact_data_is_hidden_from_body_and_subject(cast: Cast) -> None:
    door = door_address(cast.lavande)
    words = f"Please call me on +33 6 39 98 44 10 or write to {KIM}. Where is my order?"
    arrive(door, write_mail(door, words, subject=f"From {KIM}"))
    message, ticket = (
        db.session.scalars(select(Message)).one(),
        db.session.scalars(select(Ticket)).one(),
    )
    for text in (message.body, ticket.subject, ticket.snippet):
        assert KIM not in text
        assert "98 44 10" not in text
    assert message.hidden == 3


def test_an_automatic_answer_starts_no_clock(cast: Cast) -> None:
    ticket = mail_in(cast.lavande)
    answer(ticket, cast.ana)
    mask = mask_of(ticket)
    stored = arrive(mask, write_mail(mask, "I am away.", Auto_Submitted="auto-replied"))
    assert (stored.state, stored.reason) == (MailState.IGNORED, "automatic:auto-submitted")
    assert ticket.unanswered_since is None
    assert count(Message) == 2


def test_a_mail_from_another_address_is_held_and_leaves_no_trace_in_the_ticket(
    cast: Cast,
) -> None:
    ticket = mail_in(cast.lavande)
    mask = mask_of(ticket)
    stranger = "stranger@elsewhere.example"
    stored = arrive(mask, write_mail(mask, "It is me.", sender=stranger), stranger)
    assert (stored.state, stored.reason) == (MailState.HELD, "other_sender")
    assert count(Message) == 1


def test_our_own_mail_coming_back_is_a_loop(cast: Cast) -> None:
    door = door_address(cast.lavande)
    stored = arrive(door, write_mail(door, X_Dragoman_Loop=instance_id()))
    assert (stored.state, stored.reason) == (MailState.IGNORED, "loop")


def test_a_mail_to_nobody_is_refused_and_not_kept(cast: Cast) -> None:
    with pytest.raises(UnknownRecipient):
        receive(b"", Envelope(f"nobody@{relay_domain()}"))
    assert count(StoredMail) == 0


def test_bytes_that_are_no_mail_lose_nothing(cast: Cast) -> None:
    door = door_address(cast.lavande)
    stored = arrive(door, b"\xff\xfe\x00 garbage without headers")
    assert stored.state == MailState.HELD
    assert raw_of(stored) == b"\xff\xfe\x00 garbage without headers"


def test_a_mail_that_cannot_be_read_waits_and_is_tried_again(
    desk: Flask, cast: Cast, clock: SteppedClock, caplog: pytest.LogCaptureFixture
) -> None:
    door = door_address(cast.lavande)
    stored_id = receive(write_mail(door), Envelope(door, KIM))
    whole, desk.extensions["classifier"] = desk.extensions["classifier"], BrokenClassifier
    try:
        read_waiting()
    finally:
        desk.extensions["classifier"] = whole
    stored = db.session.get_one(StoredMail, stored_id)
    assert (stored.state, stored.reason) == (MailState.FAILED, "ZeroDivisionError")
    assert KIM not in caplog.text
    clock.advance(minutes=3)
    read_waiting()
    db.session.refresh(stored)
    assert stored.state == MailState.DONE
    assert count(Ticket) == 1


class BrokenClassifier:
    """Fails with the buyer's address in its mouth."""

    def classify_many(self, *_: object) -> None:
        raise ZeroDivisionError(KIM)


def test_trace_headers_do_not_change_what_a_mail_is() -> None:
    raw = b"From: a@b.example\r\nSubject: x\r\n\r\nReceived: in the body\r\n"
    traced = b"Received: from x\r\n\tby y\r\nDelivered-To: z\r\n" + raw
    assert content_digest(traced) == content_digest(raw)
    assert content_digest(raw) != content_digest(raw + b".")


def test_two_mails_under_one_id_are_two_messages_and_the_second_says_so(cast: Cast) -> None:
    mask, other = mask_of(mail_in(cast.lavande)), mask_of(mail_in(cast.nordlicht))
    reasons = [
        arrive(to, write_mail(to, words, Message_ID="<parcel@carrier.example>")).reason
        for to, words in ((mask, "One."), (mask, "Two."), (other, "One."))
    ]
    assert reasons == ["buyer", "buyer:same-id", "buyer"]


def test_the_history_says_once_a_day_that_a_machine_wrote(cast: Cast, clock: SteppedClock) -> None:
    mask = mask_of(mail_in(cast.lavande))
    for number in range(5):
        arrive(mask, write_mail(mask, f"Away {number}", Auto_Submitted="auto-replied"))
        arrive(mask, write_mail(mask, f"Report {number}"), sender="")
        clock.advance(hours=7)
    events = db.session.scalars(select(TicketEvent).filter_by(kind="automatic")).all()
    assert len(events) == 2
    assert {str(event.data) for event in events} == {"{}"}


class ChokesOn:
    """A classifier that fails at one word."""

    def __init__(self, inner: WordClassifier, word: str) -> None:
        self.inner, self.word = inner, word

    def classify_many(self, messages: Sequence[Question]) -> list[Verdict]:
        if any(self.word in text for text, _, _ in messages):
            raise ZeroDivisionError
        return self.inner.classify_many(messages)


def test_one_bad_mail_among_many_stops_no_other(desk: Flask, cast: Cast) -> None:
    door = door_address(cast.lavande)
    texts = [f"Where is order {number}?" for number in range(AT_ONCE)]
    texts[3] = "Where is the poison?"
    for number, text in enumerate(texts):
        receive(write_mail(door, text, sender=f"kim{number}@mailbox.example"), Envelope(door, KIM))
    whole = desk.extensions["classifier"]
    desk.extensions["classifier"] = lambda: ChokesOn(whole(), "poison")
    try:
        assert read_waiting() == AT_ONCE
    finally:
        desk.extensions["classifier"] = whole
    states = db.session.execute(select(StoredMail.state, func.count()).group_by("state")).all()
    assert dict(map(tuple, states)) == {MailState.DONE: AT_ONCE - 1, MailState.FAILED: 1}
    assert count(Ticket) == count(Message) == count(Mask) == AT_ONCE - 1


def test_mails_of_one_conversation_that_wait_together_are_read_in_their_order(cast: Cast) -> None:
    mask = mask_of(mail_in(cast.lavande))
    for text in ("First.", "Second.", "Third."):
        receive(write_mail(mask, text), Envelope(mask, KIM))
    assert read_waiting() == 3
    said = db.session.scalars(select(Message.body).order_by(Message.id)).all()
    assert said[1:] == ["First.", "Second.", "Third."]


def test_a_mail_that_another_worker_took_over_meanwhile_is_left_to_it(
    desk: Flask, cast: Cast
) -> None:
    door = door_address(cast.lavande)
    ids = [receive(write_mail(door, text), Envelope(door, KIM)) for text in ("One?", "Two?")]
    whole = desk.extensions["classifier"]

    def take_over() -> WordClassifier:
        taken = update(StoredMail).where(StoredMail.id == ids[0]).values(tries=StoredMail.tries + 1)
        db.session.execute(taken.execution_options(synchronize_session=False))
        db.session.commit()
        desk.extensions["classifier"] = whole
        found: WordClassifier = whole()
        return found

    desk.extensions["classifier"] = take_over
    read_waiting()
    states = db.session.scalars(select(StoredMail.state).order_by(StoredMail.id)).all()
    assert states == [MailState.WORKING, MailState.DONE]
    assert count(Message) == 1


def test_two_mails_of_a_new_buyer_that_are_read_together_are_one_buyers(cast: Cast) -> None:
    door = door_address(cast.lavande)
    for text in ("Where is it?", "And my invoice?"):
        receive(write_mail(door, text, Message_ID="<same@mailbox.example>"), Envelope(door, KIM))
    read_waiting()
    reasons = db.session.scalars(select(StoredMail.reason).order_by(StoredMail.id)).all()
    assert reasons == ["buyer", "buyer:same-id"]
    assert (count(Buyer), count(Ticket), count(Mask)) == (1, 2, 2)


@pytest.mark.parametrize(
    ("traced", "rest"),
    [
        (b"Received: by a;\r\n\tb\r\n c\r\nFrom: x\r\n\r\ny", b"From: x\r\n\r\ny"),
        (b"Return-Path:<x>\rX-Spam-Flag : NO\nFrom: x\n\ny", b"From: x\n\ny"),
        (b"From: x\nReceived: by a\n\ny", b"From: x\nReceived: by a\n\ny"),
        (b"Received\n: by a\n\ny", b"Received\n: by a\n\ny"),
        (b"Received: by a", b""),
        (b"", b""),
    ],
)
def test_the_digest_is_of_all_that_follows_the_traces(traced: bytes, rest: bytes) -> None:
    assert content_digest(traced) == sha256(rest).hexdigest()


def test_of_mails_that_are_read_together_only_those_of_the_blocked_buyer_are_ignored(
    cast: Cast, clock: SteppedClock
) -> None:
    mail_in(cast.lavande).buyer.blocked_at = clock()
    db.session.commit()
    for vendor, sender in (
        (cast.lavande, KIM), (cast.lavande, "lou@mail.example"), (cast.nordlicht, KIM),
    ):  # fmt: skip
        door = door_address(vendor)
        receive(write_mail(door, "Hello, is it there?", sender=sender), Envelope(door, sender))
    read_waiting()
    newest = select(StoredMail.reason).order_by(StoredMail.id.desc()).limit(3)
    assert list(db.session.scalars(newest)) == ["buyer", "buyer", "blocked"]
