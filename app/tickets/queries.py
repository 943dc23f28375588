"""The reading door: the lists that people work from, each narrowed to what they may see.

The queue's own lists are `queue`'s. Every list is paged by keyset on an indexed column.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.orm import aliased, joinedload, lazyload

from app.accounts.models import Agent, Vendor
from app.extensions import db
from app.tickets.access import visible_to, works_for
from app.tickets.languages.scope import scope
from app.tickets.models import (
    Buyer,
    DeliveryState,
    Message,
    MessageKind,
    Ticket,
    TicketEvent,
)
from app.translation.models import Draft
from app.web.paging import PAGE_SIZE, Cursor, Page


class View(StrEnum):
    """The tabs of the queue. The first four list what waits for us, the nearest deadline first."""

    MINE = "mine"
    TEAM = "team"
    UNASSIGNED = "unassigned"
    OVERDUE = "overdue"
    WAITING = "waiting"
    CLOSED = "closed"
    ALL = "all"


DUE_VIEWS = frozenset({View.MINE, View.TEAM, View.UNASSIGNED, View.OVERDUE})


@dataclass(frozen=True)
class Filters:
    """What a queue is narrowed to, as it stands in the address bar. `agent_id` 0 is nobody,
    `days` how old a ticket is at least."""

    level: int | None = None
    lang: str | None = None
    vendor_id: int | None = None
    state: str | None = None
    intent: str | None = None
    agent_id: int | None = None
    tag: str | None = None
    days: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether everything is shown."""
        return self == Filters()


@dataclass(frozen=True)
class QueueRow:
    """What one line of the queue shows."""

    id: int
    subject: str
    snippet: str
    pseudonym: str
    vendor: str
    assignee: str | None
    order_ref: str | None
    level: int
    lang: str
    state: str
    exchanges: int
    clock: str | None
    clock_started_at: datetime | None
    due_at: datetime | None
    active_at: datetime
    undeliverable: bool


R = TypeVar("R", bound=QueueRow)


def in_order(
    query: Select[*tuple[Any, ...]], *, by_due: bool, after: Cursor | None
) -> Select[*tuple[Any, ...]]:
    """A page's rows of `query` and one more: the nearest deadline first, or the latest words."""
    key = Ticket.due_at if by_due else Ticket.active_at
    place = tuple_(key, Ticket.id)
    query = query.limit(PAGE_SIZE + 1)
    if by_due:
        query = query.where(Ticket.due_at.is_not(None)).order_by(key, Ticket.id)
        return query.where(place > (after.at, after.row_id)) if after else query
    query = query.order_by(key.desc(), Ticket.id.desc())
    return query.where(place < (after.at, after.row_id)) if after else query


def cut(found: Sequence[R], *, by_due: bool) -> Page[R]:
    """The page of what `in_order` found, with the cursor of the next one."""
    page = found[:PAGE_SIZE]
    if len(found) <= PAGE_SIZE:
        return Page(page, None)
    last = page[-1]
    at = last.due_at if by_due and last.due_at else last.active_at
    return Page(page, str(Cursor(at, last.id)))


def rows(*more: Any) -> Select[*tuple[Any, ...]]:
    """The columns of `QueueRow`, and `more` behind them."""
    assignee = aliased(Agent)
    return (
        select(
            Ticket.id, Ticket.subject, Ticket.snippet, Buyer.pseudonym, Vendor.name,
            assignee.name, Ticket.order_ref, Ticket.level, Ticket.lang, Ticket.state,
            Ticket.exchanges, Ticket.clock, Ticket.clock_started_at, Ticket.due_at,
            Ticket.active_at, Ticket.undeliverable, *more,
        )
        .join(Buyer, Buyer.id == Ticket.buyer_id)
        .join(Vendor, Vendor.id == Ticket.vendor_id)
        .outerjoin(assignee, assignee.id == Ticket.assignee_id)
    )  # fmt: skip


def thread_of(ticket: Ticket) -> Sequence[Message]:
    """The ticket's messages, oldest first, with authors, drafts and files. What another vendor's
    people noted among themselves before the ticket was moved stays with them."""
    moved_at = (
        select(func.max(TicketEvent.at))
        .where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind == "moved")
        .scalar_subquery()
    )
    query = (
        select(Message)
        .where(Message.ticket_id == ticket.id)
        .where(
            or_(Message.kind != MessageKind.NOTE, moved_at.is_(None), Message.created_at > moved_at)
        )
        .order_by(Message.id)
        .options(
            joinedload(Message.author).options(lazyload(Agent.languages), lazyload(Agent.vendor)),
            joinedload(Message.draft),
            joinedload(Message.files),
        )
    )
    return db.session.scalars(query).unique().all()


def scope_of(ticket: Ticket) -> str:
    """What a ticket's drafts are filed under."""
    return scope(ticket.id)


def verbatim(ticket: Ticket) -> list[str]:
    """What a draft must carry over letter by letter besides what it recognises itself."""
    return [ticket.order_ref] if ticket.order_ref else []


def drafts_of(ticket: Ticket) -> Sequence[Draft]:
    """Every draft that was made for this ticket, in either direction."""
    return db.session.scalars(select(Draft).where(Draft.scope == scope_of(ticket))).all()


def translation_of(ticket: Ticket, message: Message, lang: str) -> Draft | None:
    """The draft of one message in `lang`, None when nobody asked for it."""
    query = select(Draft).where(
        Draft.scope == scope_of(ticket),
        Draft.source_lang == message.lang,
        Draft.target_lang == lang,
        Draft.source_text == message.body,
    )
    return db.session.scalars(query.order_by(Draft.id.desc())).first()


def last_answer(ticket: Ticket) -> Message | None:
    """The last message that stopped the reply clock."""
    query = select(Message).where(Message.ticket_id == ticket.id, Message.clock_was.is_not(None))
    return db.session.scalars(query.order_by(Message.id.desc()).limit(1)).first()


def last_words(ticket: Ticket) -> Message | None:
    """The newest message of the buyer."""
    query = select(Message).where(Message.ticket_id == ticket.id, Message.kind == MessageKind.BUYER)
    return db.session.scalars(query.order_by(Message.id.desc()).limit(1)).first()


def words_since(ticket: Ticket, seen: int) -> Sequence[Message]:
    """What the buyer or a colleague wrote to the other after message `seen`, oldest first.

    Locks the ticket on PostgreSQL until the commit, so that of two answers written at the same
    time the second one learns of the first.
    """
    db.session.execute(select(Ticket.id).where(Ticket.id == ticket.id).with_for_update())
    return _newer(ticket, seen)


def news_since(ticket: Ticket, seen: int) -> Sequence[Message]:
    """The same as `words_since` for a page that only looks."""
    return _newer(ticket, seen)


def _newer(ticket: Ticket, seen: int) -> Sequence[Message]:
    query = (
        select(Message)
        .where(
            Message.ticket_id == ticket.id,
            Message.id > seen,
            Message.kind != MessageKind.NOTE,
            Message.delivery.is_distinct_from(DeliveryState.UNDONE),
        )
        .order_by(Message.id)
    )
    return db.session.scalars(query).all()


def message_of(ticket: Ticket, message_id: int) -> Message | None:
    """One message of this ticket, None when it is another's."""
    query = select(Message).where(Message.ticket_id == ticket.id, Message.id == message_id)
    return db.session.scalar(query)


def history_of(ticket: Ticket) -> Sequence[tuple[TicketEvent, str | None]]:
    """The ticket's events, oldest first, each with the name of who did it."""
    query = (
        select(TicketEvent, Agent.name)
        .outerjoin(Agent, Agent.id == TicketEvent.agent_id)
        .where(TicketEvent.ticket_id == ticket.id)
        .order_by(TicketEvent.id)
    )
    return [(event, name) for event, name in db.session.execute(query)]


def earlier_tickets(ticket: Ticket, *, limit: int = 5) -> Sequence[Ticket]:
    """The same buyer's other tickets with this vendor, the newest first."""
    query = (
        select(Ticket)
        .where(Ticket.buyer_id == ticket.buyer_id, Ticket.id != ticket.id)
        .order_by(Ticket.id.desc())
        .limit(limit)
    )
    return db.session.scalars(query).all()


def next_due_at(agent: Agent) -> datetime | None:
    """The nearest deadline that `agent` may see, for the empty queue's sentence."""
    return db.session.scalar(
        select(func.min(Ticket.due_at)).where(visible_to(agent), Ticket.due_at.is_not(None))
    )


def team_of(ticket: Ticket) -> Sequence[Agent]:
    """The people who may be given this ticket, by name."""
    query = (
        select(Agent)
        .where(works_for(ticket.vendor_id), Agent.disabled_at.is_(None))
        .order_by(Agent.name)
        .options(lazyload(Agent.languages), lazyload(Agent.vendor))
    )
    return db.session.scalars(query).all()
