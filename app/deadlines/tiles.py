"""The questions that a supervisor asks first, and the parts of a day's work, as conditions. Pure.

Every condition is one that an index answers; the words are the views'.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, literal_column

from app.tickets.models import Ticket, TicketState

NEAR = timedelta(hours=2)
SHIFT = timedelta(hours=8)


class Tile(StrEnum):
    """What a supervisor asks first; each is a filter."""

    OVERDUE = "overdue"
    UNACKNOWLEDGED = "unacknowledged"
    PROMISES = "promises"
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
class Day:
    """The present, and where it lies in the supervisor's own day."""

    now: datetime
    zone: ZoneInfo

    def midnight(self, days: int) -> datetime:
        """The beginning of the local day that is so many days ahead."""
        day = self.now.astimezone(self.zone).date() + timedelta(days=days)
        return datetime.combine(day, time(), self.zone)

    def group_of(self, due_at: datetime | None) -> Group:
        """The group of a deadline."""
        if due_at is None:
            return Group.STOPPED
        if due_at <= self.now:
            return Group.OVERDUE
        if due_at <= self.now + NEAR:
            return Group.NEAR
        if due_at < self.midnight(1):
            return Group.TODAY
        return Group.TOMORROW if due_at < self.midnight(2) else Group.LATER


def in_tile(tile: Tile, day: Day) -> ColumnElement[bool]:
    """The tickets of one tile. What is written as a literal lets a partial index answer."""
    now = day.now
    match tile:
        case Tile.OVERDUE:
            return Ticket.due_at <= now
        case Tile.UNACKNOWLEDGED:
            return and_(
                Ticket.level == literal_column("2"),
                Ticket.acknowledged_at.is_(None),
                Ticket.unanswered_since.is_not(None),
            )
        case Tile.PROMISES:
            return Ticket.promised_for < day.midnight(1)
        case Tile.NEAR:
            return and_(Ticket.due_at > now, Ticket.due_at <= now + NEAR)
        case Tile.SHIFT:
            return and_(Ticket.due_at > now, Ticket.due_at <= now + SHIFT)
        case Tile.UNASSIGNED:
            return and_(Ticket.assignee_id.is_(None), Ticket.due_at.is_not(None))
        case Tile.UNDELIVERABLE:
            return and_(Ticket.undeliverable, Ticket.state != TicketState.CLOSED)


def in_group(group: Group, day: Day) -> ColumnElement[bool]:
    """The tickets of one group, as `Day.group_of` puts them."""
    due, near = Ticket.due_at, day.now + NEAR
    match group:
        case Group.OVERDUE:
            return due <= day.now
        case Group.NEAR:
            return and_(due > day.now, due <= near)
        case Group.TODAY:
            return and_(due > near, due < day.midnight(1))
        case Group.TOMORROW:
            return and_(due > near, due >= day.midnight(1), due < day.midnight(2))
        case Group.LATER:
            return and_(due > near, due >= day.midnight(2))
        case Group.STOPPED:
            return Ticket.due_at.is_(None)
