"""The writing door: every word that enters or leaves a conversation passes here.

Knows tickets and messages. Never commits, never sends, and is given words in which privacy has
already hidden what must be hidden.
"""

from dataclasses import dataclass
from datetime import datetime

from app.accounts.models import Agent, Vendor
from app.extensions import db
from app.lib.ids import random_id
from app.tickets.macros import count_use
from app.tickets.models import (
    Buyer,
    DeliveryState,
    Message,
    MessageKind,
    NotAllowed,
    Ticket,
)

SNIPPET_LENGTH = 140


@dataclass(frozen=True)
class Words:
    """What a buyer newly wrote, with contact data already hidden."""

    subject: str
    body: str
    quoted: str = ""
    hidden: int = 0
    lang: str = "und"


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


def open_ticket(
    vendor: Vendor, buyer: Buyer, words: Words, *, at: datetime, order_ref: str | None = None
) -> tuple[Ticket, Message]:
    """A buyer's first words to a vendor become a ticket. Its clock starts at `at`."""
    ticket = Ticket(
        vendor=vendor,
        buyer=buyer,
        order_ref=order_ref,
        subject=words.subject[:200],
        lang=words.lang,
        opened_at=at,
        active_at=at,
        within_hours=vendor.answer_within_hours or 24,
    )
    db.session.add(ticket)
    ticket.log("opened", at=at)
    return ticket, continue_ticket(ticket, words, at=at)


def continue_ticket(ticket: Ticket, words: Words, *, at: datetime) -> Message:
    """A buyer's further words join the ticket. A closed one opens again."""
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
    ticket.receive(at)
    db.session.flush()
    return message


def reply(ticket: Ticket, agent: Agent, answer: Answer, *, at: datetime) -> Message:
    """Queue an agent's approved answer. The buyer's clock stops; an open promise is settled."""
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
        next_try_at=at,
    )
    db.session.add(message)
    db.session.flush()
    if answer.macro_id is not None:
        count_use(ticket, answer.macro_id)
    ticket.keep_promise(at)
    ticket.answer(message, at)
    return message


def acknowledge(
    ticket: Ticket, agent: Agent, answer: Answer, *, until: datetime, at: datetime
) -> Message:
    """Tell the buyer who looks after the ticket and when the next news comes."""
    if until <= at:
        raise NotAllowed("The date of the next news must still be to come.")
    message = reply(ticket, agent, answer, at=at)
    ticket.promise(until, at=at, agent_id=agent.id)
    return message


def note(ticket: Ticket, agent: Agent, text: str, *, at: datetime) -> Message:
    """Write something for the desk alone. No clock stops."""
    if not text.strip():
        raise NotAllowed("The note is empty.")
    message = Message(
        ticket=ticket,
        kind=MessageKind.NOTE,
        body=text.strip(),
        author_id=agent.id,
        created_at=at,
    )
    db.session.add(message)
    ticket.log("noted", at=at, agent_id=agent.id)
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
