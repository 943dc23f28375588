"""The barometer: what buyers write about, this week against the eight before, and what rises.

A theme is an intent, or a carrier or product that the marketplace named. A week is the last seven
whole or begun days (UTC), so it never waits for Monday. Reads the sums by day; only the sample
reads tickets. Reads only.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from math import exp
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from app.accounts.models import Vendor
from app.extensions import db
from app.quality.figures import quantile
from app.quality.measures import Measure
from app.quality.score_models import UNKNOWN, AboutDay, ScoreLine, ThemeDay
from app.quality.survey_models import Survey
from app.tickets.models import Message, MessageKind, Ticket
from app.tickets.purchases import Purchase

WEEKS = 9  # this one and the eight before
WEEK = timedelta(days=7)
# A theme rises when so many tickets would come by chance in fewer than one week of a hundred.
CHANCE = 0.01
FEWEST = 5
UNHAPPY = 2  # this score or less
SAMPLE = 5
ABOUTS = ("carrier", "product")


@dataclass(frozen=True)
class Chosen:
    """What the barometer is narrowed to. No vendor: all of them."""

    vendor_id: int | None = None
    lang: str | None = None
    about: tuple[str, str] | None = None  # one of ABOUTS, and its name


@dataclass
class Theme:
    """One intent, carrier or product: its tickets by week, the oldest week first, and their
    languages this week."""

    name: str
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
    """Every intent of the nine weeks: what rises first, then by this week's number. Two queries."""
    table = ThemeDay if chosen.about is None else AboutDay
    return _themes(table, table.intent, _within(table, chosen, today), today)


def abouts(about: str, chosen: Chosen, today: date, *, most: int = 10) -> list[Theme]:
    """The carriers or products that most of this week's tickets are about, as themes.
    Three queries, whatever the number of products."""
    narrowed = _within(AboutDay, Chosen(chosen.vendor_id, chosen.lang), today)
    many = (
        select(AboutDay.name)
        .where(*narrowed, AboutDay.about == about, AboutDay.day > today - WEEK)
        .group_by(AboutDay.name)
        .order_by(func.sum(AboutDay.opened).desc(), AboutDay.name)
        .limit(most)
    )
    names = db.session.scalars(many).all()
    those = AboutDay.about == about, AboutDay.name.in_(names)
    return _themes(AboutDay, AboutDay.name, [*narrowed, *those], today) if names else []


def _themes(table: Any, by: Any, narrowed: Sequence[Any], today: date) -> list[Theme]:
    """By day and, for this week alone, by language: by both at once would be ten times the rows."""
    found: dict[str, Theme] = {}
    for row in db.session.execute(_opened(by, table.day, narrowed)):
        theme = found.setdefault(row.name, Theme(row.name))
        theme.weeks[WEEKS - 1 - (today - row.by).days // 7] += int(row.opened)
    this_week = [*narrowed, table.day > today - WEEK]
    for row in db.session.execute(_opened(by, table.lang, this_week)):
        found[row.name].langs[row.by] += int(row.opened)
    return sorted(found.values(), key=lambda one: (not one.rises, -one.now, one.name))


def _opened(name: Any, by: Any, narrowed: Sequence[Any]) -> Select[Any]:
    opened = func.sum(by.class_.opened).label("opened")
    return select(name.label("name"), by.label("by"), opened).where(*narrowed).group_by(name, by)


def _within(table: Any, chosen: Chosen, today: date) -> list[ColumnElement[bool]]:
    """The conditions on sums of the nine weeks."""
    narrowed = [table.day > today - WEEKS * WEEK, table.day <= today]
    if chosen.vendor_id is not None:
        narrowed.append(table.vendor_id == chosen.vendor_id)
    if chosen.lang is not None:
        narrowed.append(table.lang == chosen.lang)
    if chosen.about is not None:
        narrowed += [table.about == chosen.about[0], table.name == chosen.about[1]]
    return narrowed


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
    if chosen.about is not None:
        query = query.where(_is_about(chosen.about))
    return [Sample(row.id, row.lang, row.words or "") for row in db.session.execute(query)]


def _is_about(about: tuple[str, str]) -> ColumnElement[bool]:
    """The condition on tickets of this carrier or product."""
    column = getattr(Purchase, about[0])
    return Ticket.id.in_(select(Purchase.ticket_id).where(column == about[1]))


def spark(weeks: Sequence[int]) -> str:
    """The weeks as the points of a little line, 90 wide and 20 high."""
    most = max(1, *weeks)
    step = 90 / (len(weeks) - 1)
    return " ".join(
        f"{place * step:.1f},{20 - value / most * 18:.1f}" for place, value in enumerate(weeks)
    )


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


def dissatisfied(
    chosen: Chosen, today: date, *, by: str = "intent"
) -> Mapping[str, tuple[int, int]]:
    """By intent, carrier or product: how many buyers said in the nine weeks how it was, and how
    many gave 1 or 2 of 5. One query."""
    since = datetime.combine(today - WEEKS * WEEK, time(), UTC)
    name = getattr(Purchase, by) if by in ABOUTS else func.coalesce(Ticket.intent, UNKNOWN)
    query = (
        select(name, func.count(), func.count().filter(Survey.score <= UNHAPPY))
        .join(Ticket, Ticket.id == Survey.ticket_id)
        .outerjoin(Purchase, Purchase.ticket_id == Ticket.id)
        .where(Survey.answered_at > since, name.is_not(None))
        .group_by(name)
    )
    if chosen.vendor_id is not None:
        query = query.where(Survey.vendor_id == chosen.vendor_id)
    if chosen.lang is not None:
        query = query.where(Ticket.lang == chosen.lang)
    if chosen.about is not None:
        query = query.where(_is_about(chosen.about))
    return {name: (said, unhappy) for name, said, unhappy in db.session.execute(query)}
