"""Held mail: the buyer is asked, and nothing is passed on or lost in silence."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes, policy

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.relay.binding import rebind
from app.relay.erasure import erase_buyer
from app.relay.holds import discard, release
from app.relay.inbound import Envelope, read_waiting, receive, sweep_holds
from app.relay.masks import ConversationOver, door_address, find_recipient, make_mask, relay_domain
from app.relay.models import KnownSender, MailState, Notice, NoticeKind, StoredMail
from app.relay.outbound import deliver_due
from app.tickets.models import Buyer, Message, NotAllowed, Ticket, TicketEvent
from tests.factories import KIM, Cast, answer, mail_in, make_ticket, mask_of, write_mail
from tests.fakes import MemorySmtp, SteppedClock

WORK = "kim@work.example"
STRANGER = "stranger@else.example"


@pytest.fixture
def enforced(desk: Flask) -> None:
    """A desk on which senders prove who they are."""
    usual = desk.extensions["settings"]
    desk.extensions["settings"] = replace(usual, sender_auth="enforce")


def write_in_ticket(cast: Cast) -> Ticket:
    """A ticket of Kim's with its mask, however senders are checked."""
    ticket = make_ticket(cast.lavande)
    make_mask(ticket)
    db.session.commit()
    return ticket


def arrive(to: str, text: str, *, sender: str = KIM, check: str = "", **headers: str) -> StoredMail:
    raw = write_mail(to, text, sender=sender, **headers)
    stored_id = receive(raw, Envelope(to, sender, check))
    read_waiting()
    return db.session.get_one(StoredMail, stored_id)


def questions(post: MemorySmtp) -> Sequence[str]:
    """The addresses at which the questions that left are answered; each went to Kim."""
    deliver_due()
    asked = [sent for sent in post.sent if b"Auto-Submitted" in sent.content]
    assert {sent.recipient for sent in asked} <= {KIM}
    mails = [message_from_bytes(sent.content, policy=policy.default) for sent in asked]
    return [mail["From"].addresses[0].addr_spec for mail in mails]


def state(stored: StoredMail) -> tuple[str, str]:
    db.session.refresh(stored)
    return stored.state, stored.reason


@pytest.mark.parametrize(("check", "knows"), [("pass", True), ("fail", False), ("none", False)])
def test_a_confirmed_second_address_is_known_from_then_on_if_it_proves_itself(
    enforced: None, cast: Cast, post: MemorySmtp, clock: SteppedClock, check: str, knows: bool
) -> None:
    mask = mask_of(ticket := write_in_ticket(cast))
    arrive(mask, "From work.", sender=WORK, check=check)
    [question] = questions(post)
    arrive(question, "Yes", check="pass")
    clock.advance(days=2)
    again = arrive(mask, "From work again.", sender=WORK, check=check)
    assert state(again) == (("done", "buyer") if knows else ("held", "other_sender"))
    assert state(arrive(mask, "Forged.", sender=WORK, check="fail"))[0] == "held"
    assert state(arrive(mask, "Somebody.", sender=STRANGER, check="pass"))[0] == "held"
    kinds = db.session.scalars(select(TicketEvent.kind).filter_by(ticket_id=ticket.id)).all()
    assert kinds.count("confirmed") == 1


def test_what_one_conversation_knows_no_other_does(
    cast: Cast, post: MemorySmtp, clock: SteppedClock
) -> None:
    ticket, other = mail_in(cast.lavande), mail_in(cast.nordlicht)
    arrive(mask_of(ticket), "From work.", sender=WORK)
    [question] = questions(post)
    arrive(question, "Yes")
    assert state(arrive(mask_of(ticket), "Again.", sender=WORK))[0] == "done"
    assert state(arrive(mask_of(other), "To the other shop.", sender=WORK))[0] == "held"


@pytest.mark.parametrize("how", ["rebound", "erased"])
def test_a_second_address_is_forgotten_with_the_first(
    cast: Cast, post: MemorySmtp, clock: SteppedClock, how: str
) -> None:
    ticket = mail_in(cast.lavande)
    arrive(mask_of(ticket), "From work.", sender=WORK)
    [question] = questions(post)
    arrive(question, "Yes")
    assert count(KnownSender) == 1
    buyer = db.session.get_one(Buyer, ticket.buyer_id)
    if how == "rebound":
        rebind(buyer, "kim.new@mailbox.example")
    else:
        erase_buyer(buyer)
    db.session.commit()
    assert count(KnownSender) == 0


def test_an_operator_who_releases_vouches_for_one_mail_alone(
    cast: Cast, clock: SteppedClock
) -> None:
    ticket = mail_in(cast.lavande)
    release(arrive(mask_of(ticket), "From work.", sender=WORK), at=clock())
    assert count(KnownSender) == 0


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_yes_passes_the_mail_on_with_its_own_time_and_the_clock_runs_from_now(
    cast: Cast, post: MemorySmtp, clock: SteppedClock
) -> None:
    ticket = mail_in(cast.lavande)
    answer(ticket, cast.ana)
    clock.advance(hours=1)
    wrote_at = clock()
    held = arrive(mask_of(ticket), "It is me, from work.", sender=WORK)
    [question] = questions(post)
    confirmed_at = clock.advance(hours=5)
    arrive(question, "Yes")
    assert state(held) == (MailState.DONE, "released")
    message = db.session.get_one(Message, held.message_id)
    assert (message.body, message.created_at) == ("It is me, from work.", wrote_at)
    assert ticket.unanswered_since == confirmed_at


def test_a_no_lets_the_mail_go(cast: Cast, post: MemorySmtp) -> None:
    ticket = mail_in(cast.lavande)
    held = arrive(mask_of(ticket), "Let me in.", sender=STRANGER)
    arrive(questions(post)[0], "NO")
    assert state(held) == (MailState.IGNORED, "discarded")
    assert count(Message) == 1


def test_an_answer_that_says_neither_waits_for_a_person_and_the_question_stays_open(
    cast: Cast, post: MemorySmtp
) -> None:
    ticket = mail_in(cast.lavande)
    held = arrive(mask_of(ticket), "It is me.", sender=WORK)
    [question] = questions(post)
    unclear = arrive(question, "What do you mean?")
    assert state(unclear) == (MailState.HELD, "answer:unclear")
    assert state(held)[0] == MailState.HELD
    arrive(question, "Yes!")
    assert state(held)[0] == MailState.DONE


def test_a_question_is_answered_once(cast: Cast, post: MemorySmtp) -> None:
    arrive(mask_of(mail_in(cast.lavande)), "It is me.", sender=WORK)
    [question] = questions(post)
    arrive(question, "Yes")
    with pytest.raises(ConversationOver):
        find_recipient(question)


@pytest.mark.parametrize(
    ("sender", "headers", "reason"),
    [
        (STRANGER, {}, "answer_of:other_sender"),
        (KIM, {"Auto_Submitted": "auto-replied"}, "automatic:auto-submitted"),
    ],
)
def test_nobody_else_and_no_machine_answers_the_question(
    cast: Cast, post: MemorySmtp, sender: str, headers: dict[str, str], reason: str
) -> None:
    held = arrive(mask_of(mail_in(cast.lavande)), "It is me.", sender=STRANGER)
    [question] = questions(post)
    said = arrive(question, "Yes", sender=sender, **headers)
    assert state(said) == (MailState.IGNORED, reason)
    assert state(held)[0] == MailState.HELD
    assert len(questions(post)) == 1


def test_a_yes_lets_one_senders_mails_through_and_no_others(
    cast: Cast, post: MemorySmtp, clock: SteppedClock
) -> None:
    mask = mask_of(mail_in(cast.lavande))
    mine = [arrive(mask, f"Number {number}", sender=WORK) for number in range(2)]
    other = arrive(mask, "Let me in.", sender=STRANGER)
    sweep_holds()
    [question] = questions(post)
    arrive(question, "yes")
    assert [state(mail)[0] for mail in (*mine, other)] == ["done", "done", "held"]
    clock.advance(hours=25)
    sweep_holds()
    arrive(questions(post)[1], "no")
    assert state(other) == (MailState.IGNORED, "discarded")


def test_where_nothing_is_proven_each_mail_is_asked_about_by_itself(
    desk: Flask, cast: Cast, post: MemorySmtp, clock: SteppedClock, enforced: None
) -> None:
    mask = mask_of(write_in_ticket(cast))
    forged = [arrive(mask, f"Number {number}") for number in range(2)]
    assert {state(mail) for mail in forged} == {(MailState.HELD, "unproven_sender")}
    arrive(questions(post)[0], "yes", check="pass")
    assert [state(mail)[0] for mail in forged] == ["done", "held"]


def test_a_first_mail_that_is_doubted_waits_for_the_operator_and_asks_nobody(
    cast: Cast, post: MemorySmtp, enforced: None
) -> None:
    stored = arrive(door_address(cast.lavande), "Hello.")
    assert state(stored) == (MailState.HELD, "unproven_sender")
    sweep_holds()
    assert questions(post) == []


@pytest.mark.parametrize(("check", "found"), [("pass", "done"), ("fail", "held"), ("", "held")])
def test_only_a_proven_sender_is_heard(cast: Cast, enforced: None, check: str, found: str) -> None:
    mask = mask_of(write_in_ticket(cast))
    assert state(arrive(mask, "Hello.", check=check))[0] == found


def test_a_hundred_mails_ask_one_question_a_day(cast: Cast, post: MemorySmtp) -> None:
    mask = mask_of(mail_in(cast.lavande))
    for number in range(100):
        arrive(mask, f"Number {number}", sender=f"s{number}@else.example")
    sweep_holds()
    assert len(questions(post)) == 1


def test_after_seven_days_a_held_mail_goes_and_the_buyer_is_told_once(
    cast: Cast, post: MemorySmtp, clock: SteppedClock
) -> None:
    mask = mask_of(mail_in(cast.lavande))
    held = [arrive(mask, f"Number {number}", sender=WORK) for number in range(2)]
    clock.advance(days=6)
    sweep_holds()
    assert [state(mail)[0] for mail in held] == ["held", "held"]
    clock.advance(days=1, minutes=1)
    sweep_holds()
    sweep_holds()
    assert [state(mail) for mail in held] == [("expired", "other_sender")] * 2
    kinds = db.session.scalars(select(Notice.kind).order_by(Notice.id)).all()
    assert kinds == ["confirm", "expired"]
    assert count(Message) == 1


def test_an_encrypted_mail_is_explained_to_the_buyer_once_and_goes_after_seven_days(
    cast: Cast, post: MemorySmtp, clock: SteppedClock
) -> None:
    mask = mask_of(mail_in(cast.lavande))
    body = "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----"
    held = [arrive(mask, f"{body}\n{number}") for number in range(2)]
    assert [state(mail) for mail in held] == [(MailState.HELD, "encrypted")] * 2
    assert db.session.scalars(select(Notice.kind)).all() == [NoticeKind.ENCRYPTED]
    clock.advance(days=7, minutes=1)
    sweep_holds()
    assert [state(mail)[0] for mail in held] == ["expired"] * 2
    assert count(Notice) == 1


def test_the_operator_passes_a_first_mail_on_and_it_becomes_a_ticket(cast: Cast) -> None:
    door = door_address(cast.lavande)
    stored = arrive(door, "Where is it?", X_Note="x")
    stored.state = MailState.HELD
    db.session.commit()
    tickets = count(Ticket)
    message = release(stored, at=datetime.fromisoformat("2026-03-02T12:00:00+00:00"))
    db.session.commit()
    assert count(Ticket) == tickets + 1
    assert mask_of(message.ticket).endswith(relay_domain())


def test_what_is_held_no_longer_is_neither_passed_on_nor_let_go(
    cast: Cast, clock: SteppedClock
) -> None:
    held = arrive(mask_of(mail_in(cast.lavande)), "It is me.", sender=WORK)
    release(held, at=clock())
    db.session.commit()
    with pytest.raises(NotAllowed):
        release(held, at=clock())
    with pytest.raises(NotAllowed):
        discard(held, at=clock())
    assert count(Message) == 2


@pytest.mark.parametrize("raw", [b"\xff\x00 no mail at all", b"X: y\r\n" * 30_000])
def test_what_cannot_become_words_is_not_passed_on(
    cast: Cast, clock: SteppedClock, raw: bytes
) -> None:
    door = door_address(cast.lavande)
    stored = db.session.get_one(StoredMail, receive(raw, Envelope(door, KIM)))
    read_waiting()
    with pytest.raises(NotAllowed):
        release(stored, at=clock())
    assert state(stored)[0] == MailState.HELD


def test_the_postmasters_mail_belongs_to_no_conversation(cast: Cast, clock: SteppedClock) -> None:
    stored = arrive(f"postmaster@{relay_domain()}", "Hello, is anybody there?")
    with pytest.raises(NotAllowed):
        release(stored, at=clock())
