"""The supervisors' board: what is late, what will be, and what stands in the way.

Reads only: one query for the tiles, one for the rows. Narrowed by `tickets/access` like every
other list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, select

from app.accounts.models import Agent
from app.extensions import db
from app.tickets.access import visible_to
from app.tickets.models import Ticket, TicketState
from app.tickets.queries import QueueRow, listed
from app.web.paging import Cursor, Page

NEAR = timedelta(hours=2)
SHIFT = timedelta(hours=8)


class Tile(StrEnum):
    """The six questions that a supervisor asks first; each is a filter."""

    OVERDUE = "overdue"
    UNACKNOWLEDGED = "unacknowledged"
    NEAR = "near"
    SHIFT = "shift"
    UNASSIGNED = "unassigned"
    UNDELIVERABLE = "undeliverable"


class Group(StrEnum):
    """When a row is due, in the words of a day's work."""

    OVERDUE = "overdue"
    NEAR = "near"
    TODAY = "today"
    TOMORROW = "tomorrow"
    LATER = "later"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Board:
    """The tiles' numbers and one page of rows in groups, the worst first."""

    tiles: dict[str, int]
    groups: Sequence[tuple[Group, Sequence[QueueRow]]]
    next_cursor: str | None


def board(agent: Agent, only: Tile | None, *, now: datetime, after: Cursor | None = None) -> Board:
    """What the deadlines page shows to this supervisor at this moment."""
    conditions = [_condition(only, now)] if only else []
    page: Page[QueueRow] = listed(
        agent, conditions, by_due=only is not Tile.UNDELIVERABLE, after=after
    )
    zone = ZoneInfo(agent.timezone)
    return Board(_tiles(agent, now), grouped(page.rows, now=now, zone=zone), page.next_cursor)


def _tiles(agent: Agent, now: datetime) -> dict[str, int]:
    waits = Ticket.due_at.is_not(None) | Ticket.undeliverable
    counts = [
        func.coalesce(func.sum(case((_condition(tile, now), 1), else_=0)), 0).label(tile.value)
        for tile in Tile
    ]
    row = db.session.execute(select(*counts).where(visible_to(agent), waits)).one()
    return {name: int(count) for name, count in row._mapping.items()}


def _condition(tile: Tile, now: datetime) -> ColumnElement[bool]:
    match tile:
        case Tile.OVERDUE:
            return Ticket.due_at <= now
        case Tile.UNACKNOWLEDGED:
            return and_(
                Ticket.level == 2,
                Ticket.acknowledged_at.is_(None),
                Ticket.unanswered_since.is_not(None),
            )
        case Tile.NEAR:
            return and_(Ticket.due_at > now, Ticket.due_at <= now + NEAR)
        case Tile.SHIFT:
            return and_(Ticket.due_at > now, Ticket.due_at <= now + SHIFT)
        case Tile.UNASSIGNED:
            return and_(Ticket.due_at.is_not(None), Ticket.assignee_id.is_(None))
        case Tile.UNDELIVERABLE:
            return and_(Ticket.undeliverable, Ticket.state != TicketState.CLOSED)


def group_of(due_at: datetime | None, *, now: datetime, zone: ZoneInfo) -> Group:
    """The group of a deadline. Days are the supervisor's own, in their zone."""
    if due_at is None:
        return Group.STOPPED
    if due_at <= now:
        return Group.OVERDUE
    if due_at <= now + NEAR:
        return Group.NEAR
    days = (due_at.astimezone(zone).date() - now.astimezone(zone).date()).days
    return {0: Group.TODAY, 1: Group.TOMORROW}.get(days, Group.LATER)


def grouped(
    rows: Sequence[QueueRow], *, now: datetime, zone: ZoneInfo
) -> list[tuple[Group, Sequence[QueueRow]]]:
    """Rows in their order, cut where the group changes."""
    return [
        (group, list(found))
        for group, found in groupby(rows, lambda row: group_of(row.due_at, now=now, zone=zone))
    ]
