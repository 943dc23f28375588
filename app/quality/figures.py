"""Figures of a span of days: shares with their intervals, means, medians, and the same before.

Reads the sums by day and, where a sum cannot say it (a median), the lines. A share is never shown
without how many things it is of. Reads only.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Any

from sqlalchemy import Select, func, select

from app.extensions import db
from app.quality.measures import Measure
from app.quality.score_models import ALL, ScoreDay, ScoreLine

# Of fewer things than these a share says little: it is marked, and nobody is ranked by it.
SMALL = 20
_Z = 1.959964  # 95 %


@dataclass(frozen=True)
class Span:
    """Whole days (UTC), both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Span":
        """As many days, just before."""
        return Span(self.first - timedelta(days=self.days), self.first - timedelta(days=1))


@dataclass(frozen=True)
class Figure:
    """How many things were counted, to how many the measure applies, and what their numbers sum
    to. Excused things stand apart."""

    counted: int = 0
    hits: int = 0
    excused: int = 0
    valued: int = 0
    total: int = 0

    @property
    def share(self) -> float | None:
        """The hits among the counted, None of nothing."""
        return self.hits / self.counted if self.counted else None

    @property
    def mean(self) -> float | None:
        """The mean of the numbers, None without any."""
        return self.total / self.valued if self.valued else None

    @property
    def interval(self) -> tuple[float, float]:
        """Where the share lies with 95 % confidence (Wilson 1927)."""
        return wilson(self.hits, self.counted)

    @property
    def is_small(self) -> bool:
        """True when there are too few to judge by."""
        return self.counted < SMALL

    @property
    def missed(self) -> int:
        """Counted, and no hit."""
        return self.counted - self.hits

    @property
    def never(self) -> int:
        """Of those missed, the ones without a number: messages that nobody answered."""
        return self.counted - self.valued


def wilson(hits: int, counted: int) -> tuple[float, float]:
    """The 95 % interval of a share; the whole range of nothing."""
    if not counted:
        return 0.0, 1.0
    share, square = hits / counted, _Z * _Z
    middle = share + square / (2 * counted)
    reach = _Z * sqrt(share * (1 - share) / counted + square / (4 * counted * counted))
    whole = 1 + square / counted
    return max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole)


Figures = Mapping[Measure, Figure]


def figures_of(vendor_ids: Sequence[int] | None, span: Span) -> Mapping[int, Figures]:
    """Every measure of each of these vendors; of all vendors with None. One query."""
    query = _summed(ScoreDay.vendor_id, ScoreDay.measure).where(
        ScoreDay.agent_id == ALL, ScoreDay.level == ALL, _within(ScoreDay, span)
    )
    if vendor_ids is not None:
        query = query.where(ScoreDay.vendor_id.in_(vendor_ids))
    return _grouped(query)


def figures_of_agents(vendor_id: int, span: Span) -> Mapping[int, Figures]:
    """Every measure of each agent who did something for the vendor. One query."""
    return _grouped(
        _summed(ScoreDay.agent_id, ScoreDay.measure).where(
            ScoreDay.vendor_id == vendor_id, ScoreDay.agent_id != ALL, _within(ScoreDay, span)
        )
    )


def figures_of_agent(agent_id: int, span: Span) -> Figures:
    """Every measure of one agent, whatever vendor it was for. One query."""
    query = _summed(ScoreDay.agent_id, ScoreDay.measure).where(
        ScoreDay.agent_id == agent_id, ScoreDay.level == ALL, _within(ScoreDay, span)
    )
    return _grouped(query).get(agent_id, {})


def figures_by_level(vendor_id: int, span: Span) -> Mapping[int, Figures]:
    """Every measure of a vendor by level; under ALL both together. One query."""
    return _grouped(
        _summed(ScoreDay.level, ScoreDay.measure).where(
            ScoreDay.vendor_id == vendor_id, ScoreDay.agent_id == ALL, _within(ScoreDay, span)
        )
    )


def figures_by_day(vendor_id: int, measure: Measure, span: Span) -> Mapping[date, Figure]:
    """One measure of a vendor, day by day; days without any are left out. One query."""
    query = select(ScoreDay.day, *_numbers()).where(
        ScoreDay.vendor_id == vendor_id, ScoreDay.agent_id == ALL, ScoreDay.level == ALL,
        ScoreDay.measure == measure, _within(ScoreDay, span),
    ).group_by(ScoreDay.day)  # fmt: skip
    return {row[0]: _figure(row[1:]) for row in db.session.execute(query)}


def quantile(spread: Mapping[int, int], share: float) -> int | None:
    """The number below which this share of them lies, None of nothing."""
    place, passed = share * sum(spread.values()), 0
    for value, number in spread.items():
        passed += number
        if passed > place:
            return value
    return max(spread, default=None)


def spread(vendor_id: int, measure: Measure, span: Span) -> Mapping[int, int]:
    """How often each number occurs, the smallest first. One query."""
    query = (
        select(ScoreLine.value, func.count())
        .where(
            ScoreLine.vendor_id == vendor_id,
            ScoreLine.measure == measure,
            _within(ScoreLine, span),
            ~ScoreLine.excused,
            ScoreLine.value.is_not(None),
        )
        .group_by(ScoreLine.value)
        .order_by(ScoreLine.value)
    )
    return {value: number for value, number in db.session.execute(query) if value is not None}


def _within(table: Any, span: Span) -> Any:
    return table.day.between(span.first, span.last)


def _numbers() -> list[Any]:
    columns = ("counted", "hits", "excused", "valued", "total")
    return [func.sum(getattr(ScoreDay, name)) for name in columns]


def _summed(by: Any, measure: Any) -> Select[Any]:
    return select(by, measure, *_numbers()).group_by(by, measure)


def _grouped(query: Select[Any]) -> Mapping[int, Figures]:
    found: dict[int, dict[Measure, Figure]] = defaultdict(dict)
    for row in db.session.execute(query):
        found[row[0]][Measure(row[1])] = _figure(row[2:])
    return found


def _figure(numbers: Sequence[Any]) -> Figure:
    return Figure(*(int(number) for number in numbers))
