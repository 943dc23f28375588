"""The barometer: what buyers write about, this week against the eight before, and what rises.

A theme is an intent. A week is the last seven whole or begun days (UTC), so it never waits for
Monday. Reads the sums by day; only the sample reads tickets. Reads only.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from math import exp
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import Vendor
from app.extensions import db
from app.quality.figures import quantile
from app.quality.measures import Measure
from app.quality.score_models import UNKNOWN, ScoreLine, ThemeDay
from app.quality.survey_models import Survey
from app.tickets.models import Message, MessageKind, Ticket

WEEKS = 9  # this one and the eight before
WEEK = timedelta(days=7)
# A theme rises when so many tickets would come by chance in fewer than one week of a hundred.
CHANCE = 0.01
FEWEST = 5
UNHAPPY = 2  # this score or less
SAMPLE = 5


@dataclass(frozen=True)
class Chosen:
    """What the barometer is narrowed to. No vendor: all of them."""

    vendor_id: int | None = None
    lang: str | None = None


@dataclass
class Theme:
    """One intent: its tickets by week, the oldest week first, and their languages this week."""

    intent: str
    weeks: list[int] = field(default_factory=lambda: [0] * WEEKS)
    langs: Counter[str] = field(default_factory=Counter)

    @property
    def now(self) -> int:
        """This week's tickets."""
        return self.weeks[-1]

    @property
    def usual(self) -> float:
        """The mean of the weeks before."""
        return sum(self.weeks[:-1]) / (WEEKS - 1)

    @property
    def rises(self) -> bool:
        """Whether this week is more than chance makes of the usual."""
        return self.now >= FEWEST and at_least(self.now, usual=self.usual) < CHANCE


def at_least(number: int, *, usual: float) -> float:
    """How probable `number` or more are where `usual` come on average (Poisson). A usual of
    nothing is taken as one in all the weeks before."""
    mean = max(usual, 1 / (WEEKS - 1))
    if mean > 500:  # the terms would vanish; the normal law says the same
        return 0.0 if number > mean + 3 * mean**0.5 else 1.0
    term = below = exp(-mean)
    for k in range(1, number):
        term *= mean / k
        below += term
    return max(0.0, 1 - below) if number else 1.0


def themes(chosen: Chosen, today: date) -> list[Theme]:
    """Every theme of the nine weeks: what rises first, then by this week's number. One query."""
    found: dict[str, Theme] = {}
    for row in db.session.execute(_opened(chosen, today)):
        theme = found.setdefault(row.intent, Theme(row.intent))
        week = WEEKS - 1 - (today - row.day).days // 7
        theme.weeks[week] += row.opened
        if week == WEEKS - 1:
            theme.langs[row.lang] += row.opened
    return sorted(found.values(), key=lambda one: (not one.rises, -one.now, one.intent))


def _opened(chosen: Chosen, today: date) -> Any:
    query = select(ThemeDay.intent, ThemeDay.lang, ThemeDay.day, ThemeDay.opened).where(
        ThemeDay.day > today - WEEKS * WEEK, ThemeDay.day <= today
    )
    if chosen.vendor_id is not None:
        query = query.where(ThemeDay.vendor_id == chosen.vendor_id)
    if chosen.lang is not None:
        query = query.where(ThemeDay.lang == chosen.lang)
    return query


@dataclass(frozen=True)
class Sample:
    """A ticket about a theme with the buyer's first words, hidden where privacy hid them."""

    ticket_id: int
    lang: str
    words: str


def sample(intent: str, chosen: Chosen, today: date) -> Sequence[Sample]:
    """The newest tickets of this week about a theme. One query."""
    first = (
        select(Message.body)
        .where(Message.ticket_id == Ticket.id, Message.kind == MessageKind.BUYER)
        .order_by(Message.id)
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(Ticket.id, Ticket.lang, first.label("words"))
        .join(ScoreLine, ScoreLine.ticket_id == Ticket.id)
        .where(
            ScoreLine.measure == Measure.LEVEL_2, ScoreLine.day > today - WEEK,
            func.coalesce(Ticket.intent, UNKNOWN) == intent,
        )
        .order_by(Ticket.id.desc())
        .limit(SAMPLE)
    )  # fmt: skip
    vendors = select(Vendor.id)  # the index begins with the vendor
    if chosen.vendor_id is not None:
        vendors = vendors.where(Vendor.id == chosen.vendor_id)
    query = query.where(ScoreLine.vendor_id.in_(vendors))
    if chosen.lang is not None:
        query = query.where(Ticket.lang == chosen.lang)
    return [Sample(row.id, row.lang, row.words or "") for row in db.session.execute(query)]


def spark(weeks: Sequence[int]) -> str:
    """The weeks as the points of a little line, 90 wide and 20 high."""
    most = max(1, *weeks)
    step = 90 / (len(weeks) - 1)
    return " ".join(
        f"{place * step:.1f},{20 - value / most * 18:.1f}" for place, value in enumerate(weeks)
    )


def by_language(found: Sequence[Theme]) -> Mapping[str, int]:
    """All tickets of this week by language, the most first."""
    total: Counter[str] = Counter()
    for theme in found:
        total += theme.langs
    return dict(total.most_common())


@dataclass(frozen=True)
class Gap:
    """What became of the dates that fell due in the nine weeks: how many were kept, how many came
    late and by how many minutes (half of them by less), and how many brought no news at all."""

    kept: int
    late: int
    median: int | None
    none: int


def promise_gap(chosen: Chosen, today: date) -> Gap:
    """The promises of one vendor, or of all. One query."""
    vendors = select(Vendor.id)
    if chosen.vendor_id is not None:
        vendors = vendors.where(Vendor.id == chosen.vendor_id)
    query = (
        select(ScoreLine.hit, ScoreLine.value, func.count())
        .where(
            ScoreLine.vendor_id.in_(vendors), ScoreLine.measure == Measure.PROMISE,
            ScoreLine.day > today - WEEKS * WEEK, ScoreLine.day <= today, ~ScoreLine.excused,
        )
        .group_by(ScoreLine.hit, ScoreLine.value)
        .order_by(ScoreLine.value)
    )  # fmt: skip
    rows = db.session.execute(query).all()
    late = {value: number for hit, value, number in rows if not hit and value is not None}
    return Gap(
        kept=sum(number for hit, _, number in rows if hit),
        late=sum(late.values()),
        median=quantile(late, 0.5),
        none=sum(number for hit, value, number in rows if not hit and value is None),
    )


def dissatisfied(chosen: Chosen, today: date) -> Mapping[str, tuple[int, int]]:
    """By theme: how many buyers said in the nine weeks how it was, and how many gave 1 or 2 of 5.
    One query."""
    since = datetime.combine(today - WEEKS * WEEK, time(), UTC)
    intent = func.coalesce(Ticket.intent, UNKNOWN)
    query = (
        select(intent, func.count(), func.count().filter(Survey.score <= UNHAPPY))
        .join(Ticket, Ticket.id == Survey.ticket_id)
        .where(Survey.answered_at > since)
        .group_by(intent)
    )
    if chosen.vendor_id is not None:
        query = query.where(Survey.vendor_id == chosen.vendor_id)
    return {name: (said, unhappy) for name, said, unhappy in db.session.execute(query)}
