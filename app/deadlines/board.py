"""The supervisors' board: what is late, what will be, and what stands in the way.

Reads only: one query counts the tiles and the groups, one fetches the rows. Narrowed by
`tickets/access` like every other list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select, text

from app.accounts.models import Agent, AgentLanguage, Vendor
from app.deadlines.rows import BoardRow, page_of
from app.deadlines.tiles import BY_DUE, Day, Group, Tile, in_group, in_tile
from app.extensions import db
from app.tickets.access import visible_to, works_for
from app.tickets.models import Message, Ticket
from app.web.paging import Cursor

FAILED_WITHIN = timedelta(days=1)
COUNT_UP_TO = 1_000  # beyond it a tile says "1000+": more than anybody reads
CHOICES_UP_TO = 300
FAILED = text("message.delivery IN ('failed', 'held')")  # in these words the index has it


@dataclass(frozen=True)
class Selection:
    """What the board is narrowed to, as it stands in the address bar."""

    only: Tile | None = None
    vendor: int | None = None
    agent: int | None = None
    lang: str | None = None
    level: int | None = None

    @property
    def is_narrowed(self) -> bool:
        """True when something besides the tile narrows the board."""
        return any(value is not None for value in (self.vendor, self.agent, self.lang, self.level))

    @property
    def by_due(self) -> bool:
        """Whether every ticket of it has a clock that runs."""
        return self.only is not Tile.UNDELIVERABLE

    def address(self, **changes: object) -> dict[str, Any]:
        """The address's values; what is None or empty stays out of it."""
        values = {**vars(self), **changes}
        return {name: str(value) for name, value in values.items() if value not in {None, ""}}

    def conditions(self) -> list[ColumnElement[bool]]:
        """The conditions of everything but the tile."""
        wanted = (
            (Ticket.vendor_id, self.vendor),
            (Ticket.assignee_id, self.agent),
            (Ticket.lang, self.lang),
            (Ticket.level, self.level),
        )
        return [column == value for column, value in wanted if value is not None]


@dataclass(frozen=True)
class Board:
    """The tiles' and the groups' numbers, and one page of rows in groups, the worst first."""

    counts: dict[str, int]
    groups: Sequence[tuple[Group, Sequence[BoardRow]]]
    next_cursor: str | None


def day_of(agent: Agent, now: datetime) -> Day:
    """The present in the agent's own day."""
    return Day(now, ZoneInfo(agent.timezone))


def board(agent: Agent, chosen: Selection, day: Day, *, after: Cursor | None = None) -> Board:
    """What the deadlines page shows to this supervisor at this moment."""
    conditions = chosen.conditions()
    if chosen.only:
        conditions.append(in_tile(chosen.only, day))
    page = page_of(agent, conditions, by_due=chosen.by_due, after=after)
    groups = grouped(page.rows, day) if chosen.by_due else _in_one(page.rows)
    return Board(_counts(agent, chosen, day), groups, page.next_cursor)


def _counts(agent: Agent, chosen: Selection, day: Day) -> dict[str, int]:
    """The numbers of tiles, groups and failed answers in one query, tickets up to COUNT_UP_TO."""
    narrowed = [visible_to(agent), *chosen.conditions()]
    asked = {tile.value: in_tile(tile, day) for tile in Tile}
    if chosen.by_due:
        asked |= {_key(group): in_group(group, day, chosen.only) for group in BY_DUE}
    counts = [_counted([*narrowed, own]).label(name) for name, own in asked.items()]
    failed = _failed(agent, day).label("failed")
    return dict(db.session.execute(select(*counts, failed)).one()._mapping)


def _counted(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[int]:
    some = select(Ticket.id).where(*conditions).limit(COUNT_UP_TO + 1)
    return select(func.count()).select_from(some.subquery()).scalar_subquery()


def _key(group: Group) -> str:
    return f"group_{group}"


def count_of(found: Board, group: Group) -> int:
    """How many tickets a group has in all, on this page and the following ones."""
    return found.counts[Tile.UNDELIVERABLE if group is Group.UNDELIVERABLE else _key(group)]


def grouped(rows: Sequence[BoardRow], day: Day) -> list[tuple[Group, Sequence[BoardRow]]]:
    """Rows by deadline, cut where the group changes."""
    by_group = groupby(rows, lambda row: day.group_of(row.due_at or day.now))
    return [(group, list(found)) for group, found in by_group]


def _in_one(rows: Sequence[BoardRow]) -> list[tuple[Group, Sequence[BoardRow]]]:
    """Rows in another order: one group, or none."""
    return [(Group.UNDELIVERABLE, rows)] if rows else []


def _failed(agent: Agent, day: Day) -> ColumnElement[int]:
    """How many answers were refused or held in the last day."""
    # Asked message by message: a database without statistics would begin with a vendor's tickets.
    own = select(Ticket.id).where(Ticket.id == Message.ticket_id, visible_to(agent)).exists()
    query = select(func.count()).where(FAILED, Message.created_at > day.now - FAILED_WITHIN, own)
    return query.scalar_subquery()


def vendors_for(agent: Agent) -> Sequence[tuple[int, str]]:
    """The vendors that the board can be narrowed to: of the operator's supervisor, all."""
    if not agent.is_operator:
        return []
    query = select(Vendor.id, Vendor.name).order_by(Vendor.name).limit(CHOICES_UP_TO)
    return [(number, name) for number, name in db.session.execute(query)]


def people_of(vendor_id: int | None) -> Sequence[Any]:
    """Who may be given this vendor's tickets, by name: `id`, `name`, `load` (what waits for them)
    and `langs`.
    """
    if vendor_id is None:
        return []
    load = select(func.count()).where(Ticket.assignee_id == Agent.id, Ticket.due_at.is_not(None))
    langs = select(func.aggregate_strings(AgentLanguage.lang, " ")).where(
        AgentLanguage.agent_id == Agent.id
    )
    query = (
        select(
            Agent.id, Agent.name, load.correlate(Agent).scalar_subquery().label("load"),
            langs.correlate(Agent).scalar_subquery().label("langs"),
        )
        .where(works_for(vendor_id), Agent.disabled_at.is_(None))
        .order_by(Agent.name)
        .limit(CHOICES_UP_TO)
    )  # fmt: skip
    return db.session.execute(query).all()
