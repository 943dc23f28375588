"""Keeps the figures up to date: counts every ticket with news again, and sums its days anew.

What counts is worked out from histories alone, so counting twice changes nothing and everything
can be rebuilt. One worker counts at a time. Commits a batch at a time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, delete, func, insert, literal, or_, select
from sqlalchemy.sql.elements import ColumnElement

from app.extensions import Model, db
from app.lib.database import insert_or_skip
from app.lib.heartbeat import Heartbeat
from app.quality.facts import lines_of
from app.quality.measures import Line, Measure
from app.quality.score_models import (
    ALL,
    UNKNOWN,
    AboutDay,
    ScoreDay,
    ScoreLang,
    ScoreLine,
    ThemeDay,
)
from app.quality.stories import stories_of
from app.tickets.models import Ticket, TicketEvent
from app.tickets.purchases import Purchase

BATCH = 500
SIGN = "scores"
NEVER = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
# An event may become visible after one with a higher number; after so long none does.
LATE = timedelta(minutes=10)

SUMS = (ScoreDay, ScoreLang, ThemeDay, AboutDay)
SAID = select(Heartbeat.said).where(Heartbeat.name == SIGN)

Day = tuple[int, date]


@dataclass(frozen=True)
class Mark:
    """How far the events are counted. Those after `settled` are looked at again, until `reached`
    has been behind us for LATE."""

    settled: int
    reached: int
    reached_at: datetime

    def moved_on(self, last: int, now: datetime) -> "Mark":
        """The mark after everything up to `last` was counted."""
        if now - self.reached_at < LATE:
            return self
        return Mark(settled=self.reached, reached=last, reached_at=now)


def catch_up(now: datetime, *, batch: int = BATCH) -> int:
    """Count again the tickets to which something happened. How many there were."""
    mark = _take_turn()
    if mark is None:
        return rebuild(now, batch=batch)
    last = db.session.scalar(select(func.max(TicketEvent.id))) or 0
    tickets = _with_news(mark.settled, last)
    for start in range(0, len(tickets), batch):
        _take_turn()
        recount(tickets[start : start + batch], now=now)
        db.session.commit()
    _leave_turn(mark.moved_on(last, now), now)
    return len(tickets)


def rebuild(now: datetime, *, batch: int = BATCH) -> int:
    """Forget every figure and count all tickets. How many there were."""
    _take_turn()
    last = db.session.scalar(select(func.max(TicketEvent.id))) or 0
    for table in (ScoreLine, *SUMS):
        db.session.execute(delete(table))
    after, counted = 0, 0
    while ids := _tickets_after(after, batch):
        recount(ids, now=now)
        after, counted = ids[-1], counted + len(ids)
        db.session.commit()
        _take_turn()
    _leave_turn(Mark(last, last, now), now)
    return counted


def recount(ticket_ids: Sequence[int], *, now: datetime) -> None:
    """Put the lines of these tickets, and the sums of the days they touch, in order. Not
    committed."""
    rows = fresh_lines(ticket_ids, now=now)
    mine = ScoreLine.ticket_id.in_(ticket_ids)
    before = db.session.execute(select(ScoreLine.vendor_id, ScoreLine.day).where(mine).distinct())
    touched = set(before) | {(row["vendor_id"], row["day"]) for row in rows}
    db.session.execute(delete(ScoreLine).where(mine))
    if rows:
        db.session.execute(insert(ScoreLine), rows)
    _sum_again(sorted(touched))


def fresh_lines(ticket_ids: Sequence[int], *, now: datetime) -> list[dict[str, Any]]:
    """What the histories of these tickets say, as rows."""
    return [
        {"ticket_id": story.ticket_id, "level": story.level, **_columns(line)}
        for story in stories_of(ticket_ids, now=now)
        for line in lines_of(story)
    ]


def _columns(line: Line) -> dict[str, Any]:
    return asdict(line) | {"measure": str(line.measure)}


def _with_news(settled: int, last: int) -> list[int]:
    query = select(TicketEvent.ticket_id).where(TicketEvent.id > settled, TicketEvent.id <= last)
    return sorted(set(db.session.scalars(query)))


def _tickets_after(after: int, batch: int) -> Sequence[int]:
    query = select(Ticket.id).where(Ticket.id > after).order_by(Ticket.id).limit(batch)
    return db.session.scalars(query).all()


# --- sums ----------------------------------------------------------------------------------


def _sum_again(days: Sequence[Day]) -> None:
    for start in range(0, len(days), 200):
        some = days[start : start + 200]
        for table in SUMS:
            db.session.execute(delete(table).where(_on(table, some)))
        sum_up(_on(ScoreLine, some))


def sum_up(chosen: ColumnElement[bool]) -> None:
    """Write the sums of the chosen lines, where there are none yet. Not committed."""
    for table in SUMS:
        for sums in sums_of(table, chosen):
            columns = [column.name for column in sums.selected_columns]
            db.session.execute(insert(table).from_select(columns, sums))


def sums_of(table: type[Model], chosen: ColumnElement[bool]) -> list[Select[Any]]:
    """What the chosen lines add up to, as rows of this table of sums."""
    if table is ScoreDay:
        return _by_person(chosen)
    if table is AboutDay:
        return [_by_about(name, chosen) for name in (Purchase.carrier, Purchase.product)]
    return [_by_lang(chosen) if table is ScoreLang else _by_theme(chosen)]


def _on(table: Any, days: Iterable[Day]) -> ColumnElement[bool]:
    return or_(*(and_(table.vendor_id == vendor_id, table.day == day) for vendor_id, day in days))


def _by_person(chosen: ColumnElement[bool]) -> list[Select[Any]]:
    """Of everybody, of everybody by level, of each agent."""
    everybody, both = literal(ALL).label("agent_id"), literal(ALL).label("level")
    counts = ~ScoreLine.excused
    numbers = (
        func.count().filter(counts).label("counted"),
        func.count().filter(counts, ScoreLine.hit).label("hits"),
        func.count().filter(ScoreLine.excused).label("excused"),
        func.count(ScoreLine.value).filter(counts).label("valued"),
        func.coalesce(func.sum(case((counts, ScoreLine.value))), 0).label("total"),
    )

    def summed(agent: Any, level: Any, *by: Any) -> Select[Any]:
        key = (ScoreLine.vendor_id, ScoreLine.day, ScoreLine.measure)
        query = select(*key, agent.label("agent_id"), level.label("level"), *numbers)
        return query.where(chosen).group_by(*key, *by)

    return [
        summed(everybody, both),
        summed(everybody, ScoreLine.level, ScoreLine.level),
        summed(ScoreLine.agent_id, both, ScoreLine.agent_id).where(ScoreLine.agent_id.is_not(None)),
    ]


def _by_lang(chosen: ColumnElement[bool]) -> Select[Any]:
    key: Any = (ScoreLine.vendor_id, ScoreLine.day, Ticket.lang)
    numbers = func.count().label("counted"), func.count().filter(ScoreLine.hit).label("hits")
    answers = ScoreLine.measure == Measure.ANSWER, ~ScoreLine.excused
    return (
        select(*key, *numbers)
        .join(Ticket, Ticket.id == ScoreLine.ticket_id)
        .where(chosen, *answers)
        .group_by(*key)
    )


def _by_theme(chosen: ColumnElement[bool]) -> Select[Any]:
    """A ticket without an intent is about what nobody knows."""
    intent = func.coalesce(Ticket.intent, UNKNOWN)
    key: Any = (ScoreLine.vendor_id, ScoreLine.day, Ticket.lang)
    return (
        select(*key, intent.label("intent"), func.count().label("opened"))
        .join(Ticket, Ticket.id == ScoreLine.ticket_id)
        .where(chosen, ScoreLine.measure == Measure.LEVEL_2)
        .group_by(*key, intent)
    )


def _by_about(name: Any, chosen: ColumnElement[bool]) -> Select[Any]:
    """The themes once more, for each carrier or each product that is known."""
    named = literal(name.key).label("about"), name.label("name")
    query = _by_theme(chosen).add_columns(*named).where(name.is_not(None)).group_by(name)
    return query.join(Purchase, Purchase.ticket_id == ScoreLine.ticket_id)


# --- one at a time -------------------------------------------------------------------------


def settled() -> int:
    """The last event that is counted whatever happens: later ones may still wait."""
    mark = _mark_of(db.session.scalar(SAID))
    return mark.settled if mark else 0


def _take_turn() -> Mark | None:
    """Wait for whoever counts now, and hold the place until the next commit. None: nobody has
    counted yet."""
    db.session.execute(insert_or_skip(Heartbeat), [{"name": SIGN, "at": NEVER, "said": {}}])
    return _mark_of(db.session.scalar(SAID.with_for_update()))


def _mark_of(said: Mapping[str, Any] | None) -> Mark | None:
    if not said:
        return None
    return Mark(said["settled"], said["reached"], datetime.fromisoformat(said["reached_at"]))


def _leave_turn(mark: Mark, now: datetime) -> None:
    said = asdict(mark) | {"reached_at": mark.reached_at.isoformat()}
    db.session.merge(Heartbeat(name=SIGN, at=now, said=said))
    db.session.commit()
