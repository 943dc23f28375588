"""Each night: where every vendor stood at the end of the day, and the steps that asks for.

Nights on which the desk was down are made up for, day by day, since the figures of a past day can
still be read. Proposes only; people decide. Commits.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Vendor
from app.extensions import db
from app.lib.database import insert_or_skip
from app.lib.heartbeat import beat, find_beat
from app.quality.figures import Figure, Span, figures_of
from app.quality.measures import Measure
from app.quality.standards_deeds import tell
from app.quality.standards_models import Level, Reading, Standard, Step, StepKind, StepState
from app.quality.standards_rules import Days, Rule, Taken, level_of, propose

SIGN = "standards"
# Each day's share is of the thirty days that end with it: one bad day is no bad service.
WINDOW = timedelta(days=30)
AFTER = timedelta(hours=2)  # by then the day before is counted
MADE_UP = 14
LOOKED_BACK = timedelta(days=180)

Key = tuple[int, str]  # a vendor and a measure


class FiguresOf(Protocol):
    """The figures of vendors in a span, by vendor and measure."""

    def __call__(
        self, vendor_ids: Sequence[int] | None, span: Span, /
    ) -> Mapping[int, Mapping[Measure, Figure]]: ...


@dataclass(frozen=True)
class Applied:
    """A standard as it applies to one vendor."""

    vendor_id: int
    standard_id: int
    rule: Rule


def watch_by_night(now: datetime, *, figures: FiguresOf = figures_of) -> int:
    """Look at every day that is over and was not looked at. How many steps were proposed."""
    last, proposed = (now - AFTER).date() - timedelta(days=1), 0
    for day in _days_open(last):
        proposed += look_at_day(day, now=now, figures=figures)
        beat(SIGN, day=day.isoformat())
        db.session.commit()
    return proposed


def _days_open(last: date) -> list[date]:
    seen = find_beat(SIGN)
    first = date.fromisoformat(seen.said["day"]) + timedelta(days=1) if seen else last
    first = max(first, last - timedelta(days=MADE_UP - 1))
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def look_at_day(day: date, *, now: datetime, figures: FiguresOf = figures_of) -> int:
    """Read one day for every vendor and propose what follows. How many steps. Not committed."""
    applied = _all_applied()
    if not applied:
        return 0
    found = figures(None, Span(day - WINDOW + timedelta(days=1), day))
    rows = [_reading(one, day, found) for one in applied]
    db.session.execute(insert_or_skip(Reading), rows)
    days, taken = _readings(day), _steps()
    return sum(
        _propose(one, row, days[_key(one)], taken[_key(one)], now=now)
        for one, row in zip(applied, rows, strict=True)
    )


def _key(one: Applied) -> Key:
    return one.vendor_id, str(one.rule.measure)


def _all_applied() -> list[Applied]:
    """The standards that stand, each vendor's own in place of the one for all."""
    query = select(Standard).where(Standard.ended_at.is_(None)).order_by(Standard.id)
    standards = {(one.vendor_id, one.measure): one for one in db.session.scalars(query)}
    measures = sorted({measure for _, measure in standards})
    vendors = db.session.scalars(select(Vendor.id).order_by(Vendor.id)).all() if measures else []
    chosen = (
        (vendor, standards.get((vendor, measure)) or standards.get((None, measure)))
        for vendor in vendors
        for measure in measures
    )
    return [Applied(vendor, one.id, rule_of(one)) for vendor, one in chosen if one]


def rule_of(one: Standard) -> Rule:
    """A row as the rules see it."""
    return Rule(Measure(one.measure), one.warn, one.bound, one.days, one.least)


def _reading(
    one: Applied, day: date, found: Mapping[int, Mapping[Measure, Figure]]
) -> dict[str, object]:
    figure = found.get(one.vendor_id, {}).get(one.rule.measure, Figure())
    return {
        "vendor_id": one.vendor_id, "measure": str(one.rule.measure), "day": day,
        "standard_id": one.standard_id, "share": figure.share, "counted": figure.counted,
        "level": str(level_of(one.rule, figure.share, figure.counted)),
    }  # fmt: skip


def _readings(day: date) -> defaultdict[Key, list[tuple[date, Level]]]:
    query = (
        select(Reading.vendor_id, Reading.measure, Reading.day, Reading.level)
        .where(Reading.day.between(day - LOOKED_BACK, day))
        .order_by(Reading.day)
    )
    found: defaultdict[Key, list[tuple[date, Level]]] = defaultdict(list)
    for vendor, measure, when, level in db.session.execute(query):
        found[vendor, measure].append((when, Level(level)))
    return found


def _steps() -> defaultdict[Key, list[Taken]]:
    columns = (Step.vendor_id, Step.measure, Step.kind, Step.state, Step.decided_at, Step.due_at)
    found: defaultdict[Key, list[Taken]] = defaultdict(list)
    for vendor, measure, kind, state, decided, due in db.session.execute(
        select(*columns).order_by(Step.id)
    ):
        found[vendor, measure].append(
            Taken(StepKind(kind), StepState(state), _day(decided), _day(due))
        )
    return found


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None


def _propose(
    one: Applied, reading: Mapping[str, object], days: Days, taken: Sequence[Taken], *,
    now: datetime,
) -> bool:  # fmt: skip
    day = days[-1][0]
    kind = propose(one.rule, days, taken, today=day)
    if kind is None:
        return False
    step = Step(
        vendor_id=one.vendor_id, measure=str(one.rule.measure), standard_id=one.standard_id,
        kind=kind, day=day, share=reading["share"], counted=reading["counted"], proposed_at=now,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(step)
    except IntegrityError:
        # Another worker looked at the same day.
        return False
    tell(step, by=None, at=now)
    return True
