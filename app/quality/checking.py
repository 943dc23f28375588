"""The nightly audit of the figures: a sample of tickets is counted again from their histories and
compared, and every kind of sum with the lines that it is made of. Nothing is mended in silence."""

import logging
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, tuple_, union_all

from app.accounts.models import Vendor
from app.extensions import db
from app.lib.database import reading
from app.lib.heartbeat import beat, last_beat
from app.quality.rollup import Day, fresh_lines, settled, sums_of
from app.quality.score_models import AboutDay, ScoreDay, ScoreLang, ScoreLine, ThemeDay
from app.quality.themes import WEEK, WEEKS
from app.tickets.models import Ticket, TicketEvent

log = logging.getLogger(__name__)

SAMPLE = 500
ONCE_IN = timedelta(hours=20)
NAMES = ("vendor_id", "agent_id", "level", "measure", "day", "hit", "value", "excused")


@dataclass(frozen=True)
class Checked:
    """How many tickets were counted again, and how many tickets and days did not agree."""

    tickets: int
    differences: int


def check_by_night(now: datetime) -> Checked | None:
    """The check, once a day."""
    last = last_beat("figures")
    db.session.commit()  # on SQLite the check would keep writers waiting
    if last is not None and now - last < ONCE_IN:
        return None
    return check_sample(now)


def check_sample(now: datetime, *, size: int = SAMPLE) -> Checked:
    """Count again `size` tickets without news that waits to be counted, the sums of 20 of their
    days, and all sums of the barometer's weeks by theme and by language."""
    with reading():
        ids = _counted(_chosen(size))
        wrong = _wrong_tickets(ids, now)
        days = _wrong_days(ids) | _wrong_weeks(now.date())
        db.session.commit()
    _log(wrong, days)
    differences = len(wrong) + len(days)
    beat("figures", tickets=len(ids), differences=differences)
    db.session.commit()
    return Checked(len(ids), differences)


def _log(tickets: Iterable[int], days: Iterable[Day]) -> None:
    for one in tickets:
        log.error("the figures of ticket %s are not what its history says", one)
    for vendor_id, day in sorted(days):
        log.error("the sums of vendor %s on %s are not what its lines say", vendor_id, day)


# --- lines against histories ---------------------------------------------------------------


def _chosen(size: int) -> Sequence[int]:
    """Half of them the newest, half by chance, thrown at the numbers there may be."""
    newest = db.session.scalars(select(Ticket.id).order_by(Ticket.id.desc()).limit(size // 2)).all()
    below = range(1, min(newest, default=1))
    darts = random.sample(below, min(size - size // 2, len(below)))
    hit = db.session.scalars(select(Ticket.id).where(Ticket.id.in_(darts))).all()
    return [*newest, *hit]


def _counted(ids: Sequence[int]) -> list[int]:
    """Those of which no news waits to be counted."""
    news = select(TicketEvent.ticket_id).where(
        TicketEvent.ticket_id.in_(ids), TicketEvent.id > settled()
    )
    return sorted(set(ids) - set(db.session.scalars(news)))


def _wrong_tickets(ids: Sequence[int], now: datetime) -> list[int]:
    kept, fresh = _kept(ids), _grouped(fresh_lines(ids, now=now))
    return [one for one in ids if kept.get(one, Counter()) != fresh.get(one, Counter())]


def _kept(ids: Sequence[int]) -> Mapping[int, Counter[tuple[Any, ...]]]:
    columns = [getattr(ScoreLine, name) for name in ("ticket_id", *NAMES)]
    rows = db.session.execute(select(*columns).where(ScoreLine.ticket_id.in_(ids)))
    return _grouped(row._asdict() for row in rows)


def _grouped(rows: Iterable[Mapping[str, Any]]) -> Mapping[int, Counter[tuple[Any, ...]]]:
    found: dict[int, Counter[tuple[Any, ...]]] = {}
    for row in rows:
        line = tuple(row[name] for name in NAMES)
        found.setdefault(row["ticket_id"], Counter())[line] += 1
    return found


# --- sums against lines --------------------------------------------------------------------


def _wrong_days(ids: Sequence[int], *, days: int = 20) -> set[Day]:
    touched = select(ScoreLine.vendor_id, ScoreLine.day).where(ScoreLine.ticket_id.in_(ids))
    some = db.session.execute(touched.distinct().limit(days)).all()
    return {(vendor_id, day) for vendor_id, day in some if not _sums_agree(vendor_id, day)}


def _sums_agree(vendor_id: int, day: date) -> bool:
    """Whether every sum of the day, of everybody and of each, is what its lines add up to."""
    fresh = sums_of(ScoreDay, (ScoreLine.vendor_id == vendor_id) & (ScoreLine.day == day))
    columns = [getattr(ScoreDay, column.name) for column in fresh[0].selected_columns]
    kept = select(*columns).where(ScoreDay.vendor_id == vendor_id, ScoreDay.day == day)
    said = {tuple(row) for query in fresh for row in db.session.execute(query)}
    return said == {tuple(row) for row in db.session.execute(kept)}


def _wrong_weeks(today: date) -> set[Day]:
    """The days of the barometer's weeks of which a sum by theme or by language is wrong. One query
    a table."""
    since, counted = today - WEEKS * WEEK, settled()
    tables = ScoreLang, ThemeDay, AboutDay
    return {
        (row.vendor_id, row.day)
        for table in tables
        for row in db.session.execute(_astray(table, since, counted))
    }


def _astray(table: Any, since: date, counted: int) -> Select[Any]:
    """The days whose kept sums, taken from the fresh ones, leave anything. These sums stand on what
    tickets say now too, so those with a ticket of which news is not counted yet are left out."""
    # The lines' indexes begin with the vendor.
    lines = and_(ScoreLine.vendor_id.in_(select(Vendor.id)), ScoreLine.day > since)
    fresh = sums_of(table, lines)
    key = {column.name for column in table.__table__.primary_key}
    names = [column.name for column in fresh[0].selected_columns]
    taken = [
        getattr(table, name) if name in key else (-getattr(table, name)).label(name)
        for name in names
    ]
    kept = select(*taken).where(table.day > since)
    both = union_all(*fresh, kept).subquery()
    left = [func.sum(both.c[name]) != 0 for name in names if name not in key]
    return (
        select(both.c.vendor_id, both.c.day)
        .where(tuple_(both.c.vendor_id, both.c.day).not_in(_unsettled(counted)))
        .group_by(*(both.c[name] for name in sorted(key)))
        .having(or_(*left))
    )


def _unsettled(counted: int) -> Select[int, date]:
    news = select(TicketEvent.ticket_id).where(TicketEvent.id > counted)
    return select(ScoreLine.vendor_id, ScoreLine.day).where(ScoreLine.ticket_id.in_(news))
