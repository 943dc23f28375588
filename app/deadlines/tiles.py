"""The questions that a supervisor asks first, and the parts of a day's work, as conditions. Pure.

Every condition is one that an index answers; the words are the views'.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false, literal_column

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
    """When a row is due, in the words of a day's work; the last one is of rows that have another
    order."""

    OVERDUE = "overdue"
    NEAR = "near"
    TODAY = "today"
    TOMORROW = "tomorrow"
    LATER = "later"
    UNDELIVERABLE = "undeliverable"


# These have an index of their own; to ask for a deadline too would lead past it.
BY_ANOTHER_INDEX = {Tile.UNACKNOWLEDGED, Tile.PROMISES, Tile.UNDELIVERABLE}
BY_DUE = (Group.OVERDUE, Group.NEAR, Group.TODAY, Group.TOMORROW, Group.LATER)


@dataclass(frozen=True)
class Window:
    """Deadlines after one moment and up to another, each where there is one. A window is one range
    of an index: two of them are put together here, as a database would read one and drop rows."""

    after: datetime | None = None
    until: datetime | None = None

    def __and__(self, other: "Window") -> "Window":
        """What lies in both."""
        return Window(
            max(filter(None, (self.after, other.after)), default=None),
            min(filter(None, (self.until, other.until)), default=None),
        )

    @property
    def is_empty(self) -> bool:
        """Whether no moment can lie in it."""
        return self.after is not None and self.until is not None and self.after >= self.until

    def conditions(self) -> list[ColumnElement[bool]]:
        """Of the tickets whose deadline lies in it."""
        if self.after is None and self.until is None:
            return [Ticket.due_at.is_not(None)]
        after = [] if self.after is None else [Ticket.due_at > self.after]
        return after if self.until is None else [*after, Ticket.due_at <= self.until]


@dataclass(frozen=True)
class Day:
    """The present, and where it lies in the supervisor's own day."""

    now: datetime
    zone: ZoneInfo

    def midnight(self, days: int) -> datetime:
        """The beginning of the local day that is so many days ahead."""
        day = self.now.astimezone(self.zone).date() + timedelta(days=days)
        return datetime.combine(day, time(), self.zone)

    @cached_property
    def ends(self) -> Sequence[datetime]:
        """The last moments of the groups by deadline, but of the latest, which has none."""
        near = self.now + NEAR
        evenings = (self.midnight(days) - datetime.resolution for days in (1, 2))
        return [self.now, near, *(max(near, evening) for evening in evenings)]

    def group_of(self, due_at: datetime) -> Group:
        """The group of a deadline."""
        return BY_DUE[bisect_left(self.ends, due_at)]

    def window_of(self, group: Group) -> Window:
        """The deadlines of one group by deadline, as `group_of` puts them."""
        ends = [None, *self.ends, None]
        place = BY_DUE.index(group)
        return Window(ends[place], ends[place + 1])


def window_of(tile: Tile, day: Day) -> Window:
    """The deadlines to which a tile keeps."""
    match tile:
        case Tile.OVERDUE:
            return Window(until=day.now)
        case Tile.NEAR:
            return Window(day.now, day.now + NEAR)
        case Tile.SHIFT:
            return Window(day.now, day.now + SHIFT)
        case Tile.PROMISES:  # a ticket's deadline is never later than its promise
            return Window(until=day.ends[2])
        case _:
            return Window()


def besides(tile: Tile, day: Day) -> list[ColumnElement[bool]]:
    """What a tile asks besides the deadline. What is written as a literal lets a partial index
    answer."""
    match tile:
        case Tile.UNACKNOWLEDGED:
            return [
                Ticket.level == literal_column("2"),
                Ticket.acknowledged_at.is_(None),
                Ticket.unanswered_since.is_not(None),
            ]
        case Tile.PROMISES:
            return [Ticket.promised_for < day.midnight(1)]
        case Tile.UNASSIGNED:
            return [Ticket.assignee_id.is_(None)]
        case Tile.UNDELIVERABLE:
            return [and_(Ticket.undeliverable, Ticket.state != TicketState.CLOSED)]
        case _:
            return []


def in_tile(tile: Tile, day: Day) -> ColumnElement[bool]:
    """The tickets of one tile."""
    window = [] if tile in BY_ANOTHER_INDEX else window_of(tile, day).conditions()
    return and_(*besides(tile, day), *window)


def in_group(group: Group, day: Day, only: Tile | None = None) -> ColumnElement[bool]:
    """The tickets of one group by deadline, of one tile or of all. False where none can be."""
    window = day.window_of(group)
    if only is not None:
        window &= window_of(only, day)
    if window.is_empty:
        return false()
    return and_(*(besides(only, day) if only else []), *window.conditions())
