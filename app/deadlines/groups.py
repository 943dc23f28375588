"""The board by vendor, agent, language or level: what waits, the worst of it, and how well these
were answered in the last 30 days.

One query. What waits is counted from an index and obeys everything that the board is narrowed to;
the share comes from the days' sums of the scorecards and obeys the vendor alone, so that both pages
say the same. Reads only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, null, select

from app.accounts.models import Agent, Vendor
from app.deadlines.board import Selection
from app.deadlines.tiles import Day, in_tile
from app.extensions import db
from app.quality.measures import Measure
from app.quality.score_models import ALL, ScoreDay, ScoreLang
from app.tickets.access import may_see, visible_to
from app.tickets.clocks.dial import Dial, Face, running
from app.tickets.models import Ticket

LOOKED_BACK = timedelta(days=30)
LINES = 300


class By(StrEnum):
    """What the board can be grouped by, in the names of its filters."""

    VENDOR = "vendor"
    AGENT = "agent"
    LANG = "lang"
    LEVEL = "level"


@dataclass(frozen=True)
class GroupLine:
    """One group. `key` is a number or a language, None for tickets that nobody has; `due_at` is
    its nearest deadline, or the one that is over the longest. `hits` of the `counted` waits of
    30 days were answered in time."""

    key: Any
    name: str | None
    count: int
    due_at: datetime | None
    counted: int
    hits: int

    @property
    def share(self) -> float | None:
        """What was answered in time, None where nothing was counted."""
        return self.hits / self.counted if self.counted else None

    def face(self, now: datetime) -> Face | None:
        """The worst deadline as a clock, None where none runs."""
        if self.due_at is None:
            return None
        return running(Dial.REPLY, self.due_at, self.due_at, now=now)


COLUMNS = {
    By.VENDOR: Ticket.vendor_id,
    By.AGENT: Ticket.assignee_id,
    By.LANG: Ticket.lang,
    By.LEVEL: Ticket.level,
}


def group_lines(agent: Agent, chosen: Selection, by: By, day: Day) -> Sequence[GroupLine]:
    """The groups of what the board shows, the worst one first, at most LINES."""
    waits = _waiting(agent, chosen, by, day).cte("waits")
    # Of the groups that are shown alone: an agent's sums lie among everybody's.
    shown = select(waits.c.key)
    shares = _shares(agent, chosen, by, day, shown=shown).subquery()
    name, names = _names(by)
    query = (
        select(
            waits.c.key, name, waits.c.count, waits.c.due_at,
            func.coalesce(shares.c.counted, 0), func.coalesce(shares.c.hits, 0),
        )
        .select_from(waits)
        .outerjoin(shares, shares.c.key == waits.c.key)
        .order_by(waits.c.due_at, waits.c.count.desc(), waits.c.key)
    )  # fmt: skip
    if names is not None:
        query = query.outerjoin(names, names.id == waits.c.key)
    return [GroupLine(*row) for row in db.session.execute(query)]


def _waiting(agent: Agent, chosen: Selection, by: By, day: Day) -> Select[Any]:
    conditions = [visible_to(agent), *chosen.conditions()]
    if chosen.only:
        conditions.append(in_tile(chosen.only, day))
    if chosen.by_due:
        conditions.append(Ticket.due_at.is_not(None))
    key: Any = COLUMNS[by]
    numbers = func.count().label("count"), func.min(Ticket.due_at).label("due_at")
    return (
        select(key.label("key"), *numbers)
        .where(*conditions)
        .group_by(key)
        .order_by(func.min(Ticket.due_at), func.count().desc(), key)
        .limit(LINES)
    )


def _shares(
    agent: Agent, chosen: Selection, by: By, day: Day, *, shown: Select[Any]
) -> Select[Any]:
    """The sums of 30 days and today. Days are UTC's, as on the scorecards."""
    table: Any = ScoreLang if by is By.LANG else ScoreDay
    key: Any = {
        By.VENDOR: ScoreDay.vendor_id, By.AGENT: ScoreDay.agent_id, By.LANG: ScoreLang.lang,
        By.LEVEL: ScoreDay.level,
    }[by]  # fmt: skip
    conditions = [may_see(agent, table.vendor_id), table.day > (day.now - LOOKED_BACK).date()]
    if chosen.vendor is not None:
        conditions.append(table.vendor_id == chosen.vendor)
    return (
        select(
            key.label("key"),
            func.sum(table.counted).label("counted"),
            func.sum(table.hits).label("hits"),
        )
        .where(*conditions, *_kind_of_sum(by), key.in_(shown))
        .group_by(key)
    )


def _kind_of_sum(by: By) -> list[ColumnElement[bool]]:
    """Which of a day's sums are wanted: of everybody, of each agent, of each level."""
    if by is By.LANG:
        return []
    return [
        ScoreDay.measure == Measure.ANSWER,
        ScoreDay.agent_id != ALL if by is By.AGENT else ScoreDay.agent_id == ALL,
        ScoreDay.level != ALL if by is By.LEVEL else ScoreDay.level == ALL,
    ]


def _names(by: By) -> tuple[Any, Any]:
    """The column with a group's name and the table that has it, where a table does."""
    match by:
        case By.VENDOR:
            return Vendor.name, Vendor
        case By.AGENT:
            return Agent.name, Agent
        case _:
            return null().label("name"), None
