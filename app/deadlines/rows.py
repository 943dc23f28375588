"""The board's rows: a page of tickets with everything that a supervisor decides by.

Reads only: one query for the page, one for the translations. A page is cut by keyset, so that it
costs the same at any number of tickets.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from app.accounts.models import Agent
from app.deadlines.models import Alert, Excuse, Manner
from app.extensions import db
from app.tickets.access import visible_to
from app.tickets.clocks.dial import Dial, Face, running
from app.tickets.languages.scope import scope, scope_column
from app.tickets.models import Message, MessageKind, Ticket, TicketEvent
from app.tickets.queries import QueueRow, cut, in_order, rows
from app.translation.models import Draft, DraftState
from app.web.paging import Cursor, Page


@dataclass(frozen=True)
class BoardRow(QueueRow):
    """One line of the board. `worked_at` is the assignee's last deed anywhere, `deed_at` the last
    one of a person on this ticket."""

    acknowledged_at: datetime | None
    unanswered_since: datetime | None
    told: int
    deed_at: datetime | None
    worked_at: datetime | None
    excused: bool
    translation: str = ""

    def face(self, now: datetime) -> Face | None:
        """The clock of this line, None when nobody waits."""
        if self.due_at is None or self.clock_started_at is None:
            return None
        return running(self._dial(), self.clock_started_at, self.due_at, now=now)

    def _dial(self) -> Dial:
        if self.clock == Dial.PROMISE:
            return Dial.PROMISE
        owed = self.level == 2 and self.acknowledged_at is None
        return Dial.ACKNOWLEDGE if owed else Dial.REPLY


def page_of(
    agent: Agent,
    conditions: Sequence[ColumnElement[bool]],
    *,
    by_due: bool,
    after: Cursor | None = None,
    with_words: bool = True,
) -> Page[BoardRow]:
    """One page of what `agent` may see: the worst first, or where no clock runs the latest.

    `with_words`: whether the buyers' words are wanted in the reader's language.
    """
    query = rows(*_board_columns()).where(visible_to(agent), *conditions)
    found = db.session.execute(in_order(query, by_due=by_due, after=after))
    page = cut([BoardRow(*row) for row in found], by_due=by_due)
    if not with_words:
        return page
    return Page(_translated(page.rows, agent.reads), page.next_cursor)


def _board_columns() -> tuple[Any, ...]:
    return (
        Ticket.acknowledged_at, Ticket.unanswered_since, _times_told(), _last_deed(), _last_work(),
        _is_excused(),
    )  # fmt: skip


def _times_told() -> Any:
    counted = select(func.count()).where(
        Alert.ticket_id == Ticket.id, Alert.manner != Manner.PASSED
    )
    return counted.correlate(Ticket).scalar_subquery()


def _last_deed() -> Any:
    deeds = select(func.max(TicketEvent.at)).where(
        TicketEvent.ticket_id == Ticket.id, TicketEvent.agent_id.is_not(None)
    )
    return deeds.correlate(Ticket).scalar_subquery()


def _last_work() -> Any:
    """When the assignee last did anything: the sign of whether somebody sits there."""
    work = select(func.max(TicketEvent.at)).where(TicketEvent.agent_id == Ticket.assignee_id)
    return work.correlate(Ticket).scalar_subquery()


def _is_excused() -> Any:
    return (
        select(Excuse.id)
        .where(
            Excuse.ticket_id == Ticket.id, Excuse.clock == Ticket.clock,
            Excuse.clock_started_at == Ticket.clock_started_at,
        )
        .correlate(Ticket)
        .exists()
    )  # fmt: skip


def _translated(rows: Sequence[BoardRow], reads: Sequence[str]) -> list[BoardRow]:
    """The rows with the buyers' last words in the reader's language, where a draft has them."""
    foreign = [row.id for row in rows if row.lang not in reads]
    drafts = _drafts(foreign, reads[0]) if foreign else {}
    return [replace(row, translation=drafts.get(row.id, "")) for row in rows]


def _drafts(ticket_ids: Sequence[int], lang: str) -> dict[int, str]:
    newest = (
        select(func.max(Message.id))
        .where(Message.ticket_id.in_(ticket_ids), Message.kind == MessageKind.BUYER)
        .group_by(Message.ticket_id)
    )
    query = (
        select(Message.ticket_id, Draft.text)
        .join(Draft, (Draft.source_text == Message.body) & (Draft.source_lang == Message.lang))
        .where(
            Message.id.in_(newest),
            Draft.scope.in_([scope(ticket_id) for ticket_id in ticket_ids]),
            Draft.scope == scope_column(Message.ticket_id),
            Draft.target_lang == lang,
            Draft.state == DraftState.DONE,
        )
    )
    return {row.ticket_id: row.text for row in db.session.execute(query)}
