"""The writing door: every word that enters or leaves a conversation passes here.

Knows tickets and messages. Never commits, never sends, and is given words in which privacy has
already hidden what must be hidden.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from app.accounts.models import Agent, Vendor
from app.config import Settings
from app.extensions import db, part
from app.lib.ids import random_id
from app.tickets.access import lock
from app.tickets.clocks.promises import Acknowledgement, Promise, Silence, SilenceReason, Wording
from app.tickets.composer.seats import forget
from app.tickets.languages.lessons import note_lesson
from app.tickets.macros.prepared import count_use, take_back_use
from app.tickets.models import (
    Addressee,
    Buyer,
    DeliveryState,
    Message,
    MessageKind,
    NotAllowed,
    Ticket,
    TicketState,
)

SNIPPET_LENGTH = 140
STANDING = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.SENT)


@dataclass(frozen=True)
class Words:
    """What a buyer newly wrote, with contact data already hidden."""

    subject: str
    body: str
    quoted: str = ""
    hidden: int = 0
    lang: str = "und"


@dataclass(frozen=True)
class Heard:
    """A buyer's words that joined a conversation, and what its history is to say of them."""

    ticket: Ticket
    message: Message
    kind: str
    within: int


@dataclass(frozen=True)
class Answer:
    """What an agent approved: the text that leaves, and the own-language text behind it.

    `macro_id` is the macro that it began with.
    """

    text: str
    lang: str
    own_text: str = ""
    own_lang: str | None = None
    draft_id: int | None = None
    macro_id: int | None = None


@dataclass(frozen=True)
class Word:
    """What a buyer is promised: that `agent` looks after it, and news by `until`."""

    agent: Agent
    until: datetime


def open_ticket(
    vendor: Vendor, buyer: Buyer, words: Words, *, at: datetime, order_ref: str | None = None
) -> Heard:
    """A buyer's first words to a vendor become a ticket. Its clock starts at `at`.

    To be written down with `write_down`, as further words are.
    """
    ticket = Ticket(
        vendor=vendor,
        buyer=buyer,
        order_ref=order_ref,
        subject=words.subject[:200],
        lang=words.lang,
        opened_at=at,
        active_at=at,
    )
    db.session.add(ticket)
    return _hear(ticket, words, at=at, kind="opened", within=hours_of(vendor))


def continue_ticket(ticket: Ticket, words: Words, *, at: datetime) -> Heard:
    """A buyer's further words join the ticket, or the one that it was merged into. A closed one
    opens again."""
    ticket = heir_of(ticket)
    kind = "reopened" if ticket.state == TicketState.CLOSED else "wrote"
    within = hours_of(db.session.get_one(Vendor, ticket.vendor_id))
    return _hear(ticket, words, at=at, kind=kind, within=within)


def _hear(ticket: Ticket, words: Words, *, at: datetime, kind: str, within: int) -> Heard:
    message = Message(
        ticket=ticket,
        kind=MessageKind.BUYER,
        lang=words.lang,
        body=words.body,
        quoted=words.quoted,
        hidden=words.hidden,
        created_at=at,
    )
    db.session.add(message)
    if words.lang != "und":
        ticket.lang = words.lang
    ticket.snippet = shorten(words.body)
    ticket.snoozed_until = None
    ticket.receive(at, within=within)
    return Heard(ticket, message, kind, within)


def write_down(words: Sequence[Heard]) -> list[Message]:
    """Give what was heard its numbers, in one go for all of it, and note it in the histories."""
    db.session.flush()
    for one in words:
        message = one.message
        one.ticket.log(one.kind, at=message.created_at, message=message.id, within=one.within)
    return [one.message for one in words]


def hours_of(vendor: Vendor) -> int:
    """Within how many hours a clock that starts now is to be answered."""
    settings: Settings = part("settings")
    return vendor.answer_within_hours or settings.answer_within_hours


def heir_of(ticket: Ticket) -> Ticket:
    """The ticket in which this one goes on, locked: itself, unless it was merged."""
    while ticket.continued_in_id is not None:
        ticket = db.session.get_one(Ticket, ticket.continued_in_id)
        lock(ticket)
    return ticket


def reply(ticket: Ticket, agent: Agent, answer: Answer, *, at: datetime) -> Message:
    """Queue an agent's approved answer. The buyer's clock stops; an open promise is settled.

    Nothing leaves before the time is over in which it can be undone.
    """
    if not answer.text.strip():
        raise NotAllowed("There is no text to send.")
    message = Message(
        ticket=ticket,
        kind=MessageKind.REPLY,
        lang=answer.lang,
        body=answer.text.strip(),
        own_text=answer.own_text.strip(),
        own_lang=answer.own_lang,
        draft_id=answer.draft_id,
        author_id=agent.id,
        created_at=at,
        delivery=DeliveryState.QUEUED,
        mail_id=random_id(32),
        next_try_at=at + undo_span(),
    )
    db.session.add(message)
    db.session.flush()
    if answer.macro_id is not None and count_use(ticket, answer.macro_id):
        message.macro_id = answer.macro_id
    note_lesson(message)
    ticket.answer(message, at)
    ticket.snoozed_until = None
    forget(ticket.id, agent.id)
    return message


def undo_span() -> timedelta:
    """How long an answer can be taken back."""
    settings: Settings = part("settings")
    return timedelta(seconds=settings.undo_seconds)


def acknowledge(
    ticket: Ticket, agent: Agent, answer: Answer, *, until: datetime, at: datetime
) -> Acknowledgement:
    """Tell the buyer who looks after the ticket, `agent`, and when the next news comes."""
    return acknowledge_for(ticket, agent, answer, word=Word(agent, until), at=at)


def acknowledge_for(
    ticket: Ticket, by: Agent, answer: Answer, *, word: Word, at: datetime
) -> Acknowledgement:
    """The same, sent by one person on the behalf of another, whom the text names."""
    message = reply(ticket, by, answer, at=at)
    promise = give_word(ticket, word, at=at, message=message)
    acknowledgement = Acknowledgement(
        ticket_id=ticket.id,
        message_id=message.id,
        promise_id=promise.id,
        agent_id=word.agent.id,
        by_id=by.id,
        at=at,
        lang=answer.lang,
        wording=_wording(answer),
    )
    db.session.add(acknowledgement)
    ticket.acknowledged_at = ticket.acknowledged_at or at
    ticket.log("acknowledged", at=at, agent_id=by.id, message=message.id, named=word.agent.id)
    return acknowledgement


def _wording(answer: Answer) -> Wording:
    if answer.macro_id is not None:
        return Wording.MACRO
    return Wording.DRAFT if answer.draft_id is not None else Wording.HAND


def give_word(
    ticket: Ticket, word: Word, *, at: datetime, message: Message | None = None
) -> Promise:
    """Promise the buyer news: with a message, or in a way that the desk did not see."""
    promise = Promise(
        agent_id=word.agent.id,
        message_id=message.id if message else None,
        made_at=at,
        due_at=word.until,
    )
    ticket.promise(promise, at=at)
    db.session.flush()
    ticket.log(
        "promised", at=at, agent_id=word.agent.id, until=word.until.isoformat(),
        promise=promise.id, message=promise.message_id,
    )  # fmt: skip
    return promise


# --- answers that never arrived ------------------------------------------------------------


def undo(ticket: Ticket, message: Message, agent: Agent, *, at: datetime) -> None:
    """Take an answer back before it left. All clocks are where they were, as if it had not been."""
    if message.author_id != agent.id:
        raise NotAllowed("Only the person who sent an answer can take it back.")
    still_here = update(Message).where(
        Message.id == message.id, Message.delivery == DeliveryState.QUEUED, Message.tries == 0
    )
    undone = still_here.values(delivery=DeliveryState.UNDONE, next_try_at=None)
    if db.session.execute(undone.returning(Message.id)).first() is None:
        raise NotAllowed("This answer has left already.")
    _put_back(ticket, message, at)
    if message.macro_id is not None:
        take_back_use(message.macro_id)
    ticket.log("undone", at=at, agent_id=agent.id, message=message.id)


def not_delivered(
    message: Message, *, at: datetime, reason: str, kind: str = "undelivered"
) -> None:
    """An answer will not reach the buyer: what it had stopped runs on from where it was.

    `kind` is the history's word: `undelivered`, or `held` for what the desk itself stopped.
    """
    ticket = db.session.get_one(Ticket, message.ticket_id)
    lock(ticket)
    _put_back(ticket, message, at)
    ticket.undeliverable = True
    ticket.log(kind, at=at, message=message.id, reason=reason)


def _put_back(ticket: Ticket, message: Message, at: datetime) -> None:
    ticket.put_back(message, at)
    mine = Acknowledgement.ticket_id == ticket.id, Acknowledgement.withdrawn_at.is_(None)
    db.session.execute(
        update(Acknowledgement)
        .where(*mine, Acknowledgement.message_id == message.id)
        .values(withdrawn_at=at)
    )
    ticket.acknowledged_at = db.session.scalar(select(func.min(Acknowledgement.at)).where(*mine))
    ticket.answered_at = db.session.scalar(
        select(func.max(Message.created_at)).where(
            Message.ticket_id == ticket.id,
            Message.id != message.id,
            Message.kind == MessageKind.REPLY,
            Message.delivery.in_(STANDING),
        )
    )


# --- no reply needed -----------------------------------------------------------------------


def be_silent(
    ticket: Ticket, agent: Agent, reason: SilenceReason, *, at: datetime, note: str = ""
) -> Silence:
    """No reply is needed: the reply clock stops, and the reason is kept and counted."""
    silence = Silence(
        ticket_id=ticket.id, vendor_id=ticket.vendor_id, agent_id=agent.id, at=at,
        reason=reason, note=note.strip()[:200],
    )  # fmt: skip
    ticket.be_silent(silence)
    db.session.add(silence)
    db.session.flush()
    ticket.log("silenced", at=at, agent_id=agent.id, silence=silence.id, reason=reason)
    return silence


def break_silence(ticket: Ticket, silence: Silence, agent: Agent, *, at: datetime) -> None:
    """A supervisor says that a reply was needed: the clock runs on from where it was."""
    ticket.break_silence(silence, at=at)
    silence.reviewed_at, silence.reviewed_by_id = at, agent.id
    ticket.log("silence_overruled", at=at, agent_id=agent.id, silence=silence.id)


def note(
    ticket: Ticket, agent: Agent, text: str, *, at: datetime, to: Addressee | None = None
) -> Message:
    """Write something for the desk alone, or for the vendor's or the operator's side of it. No
    clock stops."""
    if not text.strip():
        raise NotAllowed("The note is empty.")
    message = Message(
        ticket=ticket, kind=MessageKind.NOTE, body=text.strip(), addressee=to,
        author_id=agent.id, created_at=at,
    )  # fmt: skip
    db.session.add(message)
    forget(ticket.id, agent.id, note_only=True)
    ticket.log(f"told_{to}" if to else "noted", at=at, agent_id=agent.id)
    return message


def reply_and_close(ticket: Ticket, agent: Agent, answer: Answer, *, at: datetime) -> Message:
    """Answer and end the conversation in one go."""
    message = reply(ticket, agent, answer, at=at)
    ticket.close(at=at, agent_id=agent.id)
    return message


def shorten(text: str) -> str:
    """The first words of `text` on one line, for lists."""
    line = " ".join(text.split())
    return line if len(line) <= SNIPPET_LENGTH else line[: SNIPPET_LENGTH - 1].rstrip() + "…"
