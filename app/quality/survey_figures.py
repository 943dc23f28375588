"""What the answers add up to: how many answered, the mean and where it lies, how they spread.

A mean of few answers says little: it is marked, and nobody is ranked by it. Asks one query a table.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from math import sqrt
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, text, true

from app.accounts.models import Agent
from app.extensions import db
from app.quality.figures import Span, wilson
from app.quality.survey_models import DIMENSIONS, LONG, SCORES, Survey

FEW = 10
# Two-sided 95 % quantiles of Student's t for 1 to 30 degrees of freedom; further on 1.96 + 2.4 / n.
_T = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
    2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
    2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip


@dataclass(frozen=True)
class Satisfaction:
    """Of `asked` questions, how often each number was the answer."""

    asked: int
    scores: Mapping[int, int]

    @property
    def answered(self) -> int:
        """How many answered."""
        return sum(self.scores.values())

    @property
    def rate(self) -> float | None:
        """The share of those asked that answered, None of nobody."""
        return self.answered / self.asked if self.asked else None

    @property
    def rate_interval(self) -> tuple[float, float]:
        """Where that share lies with 95 % confidence (Wilson)."""
        return wilson(self.answered, self.asked)

    @property
    def mean(self) -> float | None:
        """The mean number, None of no answer."""
        total = sum(score * count for score, count in self.scores.items())
        return total / self.answered if self.answered else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the mean lies with 95 % confidence (Student's t), None of fewer than two answers.
        Never beyond the scale."""
        mean, number = self.mean, self.answered
        if mean is None or number < 2:
            return None
        squares = sum(count * (score - mean) ** 2 for score, count in self.scores.items())
        reach = t_quantile(number - 1) * sqrt(squares / (number - 1) / number)
        return max(1.0, mean - reach), min(5.0, mean + reach)

    @property
    def is_small(self) -> bool:
        """True when there are too few answers to judge by."""
        return self.answered < FEW

    def share(self, score: int) -> float:
        """The share of one number among the answers."""
        return self.scores.get(score, 0) / self.answered if self.answered else 0.0


NOBODY = Satisfaction(0, {})


def t_quantile(freedom: int) -> float:
    """Student's t below which 97.5 % lie, for `freedom` ≥ 1; off by less than 0.002."""
    return _T[freedom - 1] if freedom <= len(_T) else 1.96 + 2.4 / freedom


def of_whom(vendor_ids: Sequence[int] | None) -> ColumnElement[bool]:
    """The condition on questions of these vendors; of all with None."""
    return true() if vendor_ids is None else Survey.vendor_id.in_(vendor_ids)


def within(span: Span) -> ColumnElement[bool]:
    """Questions count on the day (UTC) on which they were asked, and their answers with them."""
    first = datetime.combine(span.first, time(), UTC)
    return Survey.asked_at.between(
        first, first + timedelta(days=span.days) - timedelta(microseconds=1)
    )


def satisfaction(vendor_ids: Sequence[int] | None, span: Span) -> Satisfaction:
    """All these vendors together."""
    return together(by_vendor(vendor_ids, span).values())


def together(found: Iterable[Satisfaction]) -> Satisfaction:
    """Several as one."""
    scores: Counter[int] = Counter()
    asked = 0
    for one in found:
        asked += one.asked
        scores.update(one.scores)
    return Satisfaction(asked, dict(scores))


def by_vendor(vendor_ids: Sequence[int] | None, span: Span) -> Mapping[int, Satisfaction]:
    """Each vendor that asked somebody."""
    query = _counted(Survey.vendor_id, of_whom(vendor_ids), within(span))
    return _grouped(db.session.execute(query))


def by_agent(vendor_ids: Sequence[int], span: Span) -> Mapping[int, tuple[str, Satisfaction]]:
    """Each agent whose answer was the last before a closing, those who have left too."""
    query = _counted(Survey.agent_id, of_whom(vendor_ids), within(span))
    found = _grouped(row for row in db.session.execute(query) if row[0] is not None)
    names = select(Agent.id, Agent.name).where(Agent.id.in_(found))
    return {row.id: (row.name, found[row.id]) for row in db.session.execute(names)}


def dimensions(vendor_ids: Sequence[int] | None, span: Span) -> Mapping[str, tuple[float, int]]:
    """The mean of each of the five dimensions, and of how many; those without any are left out."""
    columns = [
        part
        for name in DIMENSIONS
        for part in (func.avg(getattr(Survey, name)), func.count(getattr(Survey, name)))
    ]
    query = select(*columns).where(of_whom(vendor_ids), within(span), text(f"({LONG})"))
    row = db.session.execute(query).one()
    pairs = zip(DIMENSIONS, row[::2], row[1::2], strict=True)
    return {name: (float(mean), count) for name, mean, count in pairs if count}


def _counted(by: Any, *where: ColumnElement[bool]) -> Select[Any]:
    return select(by, Survey.score, func.count()).where(*where).group_by(by, Survey.score)


def _grouped(rows: Any) -> dict[int, Satisfaction]:
    asked: Counter[int] = Counter()
    scores: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for whose, score, count in rows:
        asked[whose] += count
        if score in SCORES:
            scores[whose][score] = count
    return {whose: Satisfaction(number, scores[whose]) for whose, number in asked.items()}
