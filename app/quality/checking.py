"""The nightly audit of the figures: a sample of tickets is counted again and compared, and so are
the sums of the days that they touch. Nothing is mended in silence."""

import logging
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.lib.heartbeat import beat, last_beat
from app.quality.rollup import fresh_lines, sums_of
from app.quality.score_models import ScoreDay, ScoreLine
from app.tickets.models import Ticket, TicketEvent

log = logging.getLogger(__name__)

SAMPLE = 500
ONCE_IN = timedelta(hours=20)
# Younger news may not be counted yet.
SETTLED = timedelta(minutes=30)
NAMES = ("vendor_id", "agent_id", "level", "measure", "day", "hit", "value", "excused")


@dataclass(frozen=True)
class Checked:
    """How many tickets were counted again, and how many tickets and days did not agree."""

    tickets: int
    differences: int


def check_by_night(now: datetime) -> Checked | None:
    """The check, once a day."""
    last = last_beat("figures")
    if last is not None and now - last < ONCE_IN:
        return None
    return check_sample(now)


def check_sample(now: datetime, *, size: int = SAMPLE) -> Checked:
    """Count `size` tickets again that had no news lately, and the sums of 20 of their days."""
    ids = _quiet(_chosen(size), now)
    kept, fresh = _kept(ids), _grouped(fresh_lines(ids, now=now))
    wrong = [one for one in ids if kept.get(one, Counter()) != fresh.get(one, Counter())]
    for one in wrong:
        log.error("the figures of ticket %s are not what its history says", one)
    days = _wrong_days(ids)
    differences = len(wrong) + len(days)
    beat("figures", tickets=len(ids), differences=differences)
    db.session.commit()
    return Checked(len(ids), differences)


def _chosen(size: int) -> Sequence[int]:
    """Half of them the newest, half by chance, thrown at the numbers there may be."""
    newest = db.session.scalars(select(Ticket.id).order_by(Ticket.id.desc()).limit(size // 2)).all()
    below = range(1, min(newest, default=1))
    darts = random.sample(below, min(size - size // 2, len(below)))
    hit = db.session.scalars(select(Ticket.id).where(Ticket.id.in_(darts))).all()
    return [*newest, *hit]


def _quiet(ids: Sequence[int], now: datetime) -> list[int]:
    busy = select(TicketEvent.ticket_id).where(
        TicketEvent.ticket_id.in_(ids), TicketEvent.at > now - SETTLED
    )
    return sorted(set(ids) - set(db.session.scalars(busy)))


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


def _wrong_days(ids: Sequence[int], *, days: int = 20) -> Sequence[Any]:
    touched = select(ScoreLine.vendor_id, ScoreLine.day).where(ScoreLine.ticket_id.in_(ids))
    some = db.session.execute(touched.distinct().limit(days)).all()
    wrong = [day for day in some if not _sums_agree(*day)]
    for vendor_id, day in wrong:
        log.error("the sums of vendor %s on %s are not what its lines say", vendor_id, day)
    return wrong


def _sums_agree(vendor_id: int, day: date) -> bool:
    """Whether every sum of the day, of everybody and of each, is what its lines add up to."""
    lines = sums_of((ScoreLine.vendor_id == vendor_id) & (ScoreLine.day == day))
    fresh = {tuple(row) for query in lines for row in db.session.execute(query)}
    columns = [getattr(ScoreDay, column.name) for column in lines[0].selected_columns]
    kept = select(*columns).where(ScoreDay.vendor_id == vendor_id, ScoreDay.day == day)
    return fresh == {tuple(row) for row in db.session.execute(kept)}
