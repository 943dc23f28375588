"""What the search knows of a ticket: its words, and what it can be narrowed to.

Reads what the ticket page shows and nothing else: subject, messages, notes that its vendor may
still see, the translations of buyers' messages. What privacy hid was never in these rows. A word
that begins with "=" stands for a fact of the ticket, so that "the word and the vendor" is one
question to the index. Writes nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from app.tickets.languages.scope import PREFIX, scope
from app.tickets.models import Buyer, Message, MessageKind, Ticket, TicketEvent
from app.tickets.search.words import words_of
from app.tickets.tags import TicketTag
from app.translation.models import Draft, DraftState

MOST_OF_TICKET, MOST_OF_MESSAGE = 12_000, 3_000  # words
GAP = "="  # stands between messages: no phrase reaches from one into the next
BUCKET = 1024  # tickets with numbers beside each other


@dataclass(frozen=True)
class Document:
    """One ticket for the index: its words in order, those of its facts in front."""

    ticket_id: int
    words: tuple[str, ...]

    @property
    def vocabulary(self) -> set[str]:
        """The words that a search may begin to type: of letters, no facts and no numbers."""
        return {word for word in self.words if word.isalpha()}


@dataclass(frozen=True)
class Spoken:
    """A text of a conversation, as the ticket page shows it, and its language."""

    text: str
    lang: str
    by_buyer: bool = False


def fact(letter: str, value: object) -> str:
    """The index's word for a fact: `v` vendor, `x` language, `l` level, `a` assignee, `i` intent,
    `s` state, `t` tag, `o` order, `p` pseudonym, `u` not delivered, `d` a clock runs, `b` bucket.
    """
    return f"={letter}{value}"


def documents(session: Session, ticket_ids: Sequence[int]) -> list[Document]:
    """The documents of these tickets as they are now. Locks them on PostgreSQL, so that of two
    writers the second one reads what the first one wrote."""
    query = (
        select(Ticket, Buyer.pseudonym)
        .join(Buyer, Buyer.id == Ticket.buyer_id)
        .where(Ticket.id.in_(ticket_ids))
        .order_by(Ticket.id)
        .with_for_update(of=Ticket)
    )
    rows = session.execute(query).all()
    said, tags = spoken(session, ticket_ids), _tags(session, ticket_ids)
    return [
        Document(
            ticket.id,
            (*_facts(ticket, pseudonym), *(fact("t", tag) for tag in tags[ticket.id]),
             *_words(ticket, said[ticket.id])),
        )
        for ticket, pseudonym in rows
    ]  # fmt: skip


def tickets_of_scopes(scopes: Sequence[str]) -> set[int]:
    """The tickets whose drafts are filed under these scopes."""
    numbers = (one.removeprefix(PREFIX) for one in scopes if one.startswith(PREFIX))
    return {int(number) for number in numbers if number.isdecimal()}


def _facts(ticket: Ticket, pseudonym: str) -> Iterator[str]:
    yield fact("b", ticket.id // BUCKET)
    yield fact("v", ticket.vendor_id)
    yield fact("x", ticket.lang)
    yield fact("l", ticket.level)
    yield fact("a", ticket.assignee_id or 0)
    yield fact("s", ticket.state)
    if ticket.intent:
        yield fact("i", ticket.intent)
    if ticket.order_ref:
        yield fact("o", "".join(words_of(ticket.order_ref)))
    if ticket.undeliverable:
        yield fact("u", 1)
    if ticket.due_at is not None:
        yield fact("d", 1)
    for word in words_of(pseudonym):
        yield fact("p", word)


def _words(ticket: Ticket, said: Sequence[Spoken]) -> list[str]:
    words = [GAP, *words_of(ticket.subject), GAP]
    if ticket.order_ref:
        parts = words_of(ticket.order_ref)
        words += [*parts, GAP, "".join(parts)]
    for one in said:
        if len(words) > MOST_OF_TICKET:
            break
        words += [GAP, *words_of(one.text)[:MOST_OF_MESSAGE]]
    return words[:MOST_OF_TICKET]


def spoken(session: Session, ticket_ids: Sequence[int]) -> Mapping[int, list[Spoken]]:
    """What was said in these tickets, the newest first, then the translations of it."""
    found: defaultdict[int, list[Spoken]] = defaultdict(list)
    bodies: set[tuple[int, str]] = set()
    for message in _messages(session, ticket_ids):
        by_buyer = message.kind == MessageKind.BUYER
        found[message.ticket_id].append(Spoken(message.body, message.lang, by_buyer))
        if message.own_text:
            found[message.ticket_id].append(Spoken(message.own_text, message.own_lang or "und"))
        if by_buyer:
            bodies.add((message.ticket_id, message.body))
    for filed, source, text, lang in session.execute(_drafts(ticket_ids)):
        ticket_id = int(filed.removeprefix(PREFIX))
        # What an agent had drafted and did not send is nobody's to find.
        if (ticket_id, source) in bodies:
            found[ticket_id].append(Spoken(text, lang, by_buyer=True))
    return found


def _drafts(ticket_ids: Sequence[int]) -> Select[str, str, str, str]:
    return (
        select(Draft.scope, Draft.source_text, Draft.text, Draft.target_lang)
        .where(
            Draft.scope.in_([scope(number) for number in ticket_ids]),
            Draft.state == DraftState.DONE,
        )
        .order_by(Draft.id)
    )


def _messages(session: Session, ticket_ids: Sequence[int]) -> Sequence[Any]:
    moved_at = (
        select(func.max(TicketEvent.at))
        .where(TicketEvent.ticket_id == Message.ticket_id, TicketEvent.kind == "moved")
        .correlate(Message)
        .scalar_subquery()
    )
    query = (
        select(
            Message.ticket_id, Message.kind, Message.body, Message.lang, Message.own_text,
            Message.own_lang,
        )
        .where(Message.ticket_id.in_(ticket_ids))
        .where(
            or_(Message.kind != MessageKind.NOTE, moved_at.is_(None), Message.created_at > moved_at)
        )
        .order_by(Message.id.desc())
    )  # fmt: skip
    return session.execute(query).all()


def _tags(session: Session, ticket_ids: Sequence[int]) -> Mapping[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    query = select(TicketTag.ticket_id, TicketTag.tag_id).where(TicketTag.ticket_id.in_(ticket_ids))
    for ticket_id, tag_id in session.execute(query):
        found[ticket_id].append(tag_id)
    return found
