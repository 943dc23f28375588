"""Digests: one mail a person in a quarter of an hour, in their language, through a real server."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import Envelope
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Agent
from app.deadlines.digest import make_digests, send_digests
from app.deadlines.sweep import sweep
from app.deadlines.telling import tell_due
from app.deadlines.telling_models import Digest, Telling, TellingHabit
from app.extensions import db
from app.mail.smtp import Refused, SmtpTransport, TryAgain
from app.tickets.models import DeliveryState, Ticket
from tests.doors import receiving
from tests.factories import KIM, Cast, answer, make_ticket
from tests.fakes import MemorySmtp, SteppedClock


class Box:
    """What a mail server was given."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802
        self.taken.append(envelope)
        return "250 taken"


def anas_ticket(cast: Cast, sender: str = KIM) -> Ticket:
    ticket = make_ticket(cast.lavande, sender=sender)
    ticket.assignee_id = cast.ana.id
    db.session.commit()
    return ticket


def told(clock: SteppedClock, **span: float) -> None:
    sweep(clock.advance(**span))
    tell_due()
    make_digests()
    send_digests()


def mails(post: MemorySmtp, person: Agent) -> list[EmailMessage]:
    return [
        message_from_bytes(sent.content, policy=policy.default)
        for sent in post.sent
        if sent.recipient == person.email
    ]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(preferencelist=("plain",))
    assert body is not None
    return str(body.get_content())


def test_many_lines_make_one_mail_that_holds_nothing_of_a_buyer(
    cast: Cast, clock: SteppedClock, post: MemorySmtp
) -> None:
    tickets = [anas_ticket(cast, f"kim{number}@mailbox.example") for number in range(30)]
    told(clock, hours=12)
    (mail,) = mails(post, cast.ana)
    text = text_of(mail)
    assert mail["Subject"] == "30 deadlines need you"
    assert f"#{tickets[0].id}, Maison Lavande, level 1, English" in text
    assert "and 10 more." in text
    assert mail["Auto-Submitted"] == "auto-generated"
    assert post.sent[0].sender == ""
    raw = post.sent[0].content.decode()
    assert "mailbox.example" not in raw
    assert "where is my order" not in text


def test_the_next_mail_waits_a_quarter_of_an_hour(
    cast: Cast, clock: SteppedClock, post: MemorySmtp
) -> None:
    anas_ticket(cast)
    clock.advance(minutes=5)
    anas_ticket(cast, "jo@mailbox.example")
    told(clock, hours=11, minutes=55)
    told(clock, minutes=5)
    assert len(mails(post, cast.ana)) == 1
    told(clock, minutes=9, seconds=59)
    assert len(mails(post, cast.ana)) == 1
    told(clock, seconds=2)
    assert len(mails(post, cast.ana)) == 2


def test_it_speaks_the_reader_s_language_in_the_reader_s_time(
    cast: Cast, clock: SteppedClock, post: MemorySmtp
) -> None:
    anas_ticket(cast)
    cast.ana.ui_lang, cast.ana.timezone = "fr", "Europe/Paris"
    db.session.commit()
    told(clock, hours=12)
    (mail,) = mails(post, cast.ana)
    assert "Bonjour Ana" in text_of(mail)
    assert "22:00" in text_of(mail)
    assert mail["Content-Language"] == "fr"


def test_quiet_hours_and_mute_hold_the_mail_and_not_the_clock(
    cast: Cast, clock: SteppedClock, post: MemorySmtp
) -> None:
    anas_ticket(cast)
    db.session.add(TellingHabit(agent_id=cast.ana.id, quiet_from="20:00", quiet_to="07:00"))
    db.session.commit()
    told(clock, hours=12)
    assert mails(post, cast.ana) == []
    assert db.session.scalars(select(Telling.stage).filter_by(agent_id=cast.ana.id)).all()
    told(clock, hours=10, minutes=1)
    assert len(mails(post, cast.ana)) == 1


def test_what_was_answered_meanwhile_is_not_mailed(
    cast: Cast, clock: SteppedClock, post: MemorySmtp
) -> None:
    ticket = anas_ticket(cast)
    sweep(clock.advance(hours=12))
    tell_due()
    db.session.refresh(ticket)
    answer(ticket, cast.ana)
    assert make_digests() == 0
    assert make_digests() == 0
    assert db.session.scalars(select(Telling.mail_at)).all() == [None]


def test_a_failing_server_is_tried_again_with_the_same_mail(
    cast: Cast, clock: SteppedClock, post: MemorySmtp
) -> None:
    anas_ticket(cast)
    post.failures = [TryAgain(451, "RCPT TO")]
    told(clock, hours=12)
    first = db.session.scalars(select(Digest.mail_id)).one()
    assert send_digests() == 0
    clock.advance(minutes=1)
    assert send_digests() == 1
    (mail,) = mails(post, cast.ana)
    assert mail["Message-ID"] == f"<{first}@reply.dragoman.test>"


def test_a_refused_mail_stops_neither_the_sweep_nor_the_bell(
    cast: Cast, clock: SteppedClock, post: MemorySmtp
) -> None:
    anas_ticket(cast)
    post.failures = [Refused(550, "RCPT TO")]
    told(clock, hours=12)
    digest = db.session.scalars(select(Digest)).one()
    assert (digest.delivery, digest.failure) == (DeliveryState.FAILED, "refused 550")
    told(clock, hours=11)
    assert len(mails(post, cast.ana)) == 1
    assert len(db.session.scalars(select(Telling).filter_by(agent_id=cast.ana.id)).all()) == 2


def test_what_a_dead_worker_left_is_sent_after_all(
    cast: Cast, clock: SteppedClock, post: MemorySmtp
) -> None:
    anas_ticket(cast)
    sweep(clock.advance(hours=12))
    tell_due()
    make_digests()
    digest = db.session.scalars(select(Digest)).one()
    digest.delivery, digest.claimed_at = DeliveryState.SENDING, clock()
    db.session.commit()
    assert send_digests() == 0
    clock.advance(minutes=6)
    assert send_digests() == 1
    assert clock() - digest.created_at > timedelta(minutes=5)


def test_a_digest_reaches_a_real_server(cast: Cast, clock: SteppedClock, desk: Flask) -> None:
    box = Box()
    with receiving(box) as port:
        desk.extensions["transport"] = SmtpTransport(f"smtp://127.0.0.1:{port}")
        anas_ticket(cast)
        told(clock, hours=12)
    (envelope,) = box.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == ("<>", [cast.ana.email])
    assert b"1 deadline needs you" in envelope.content
