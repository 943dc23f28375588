"""A vendor's scorecard, and the table of all vendors. Puts figures side by side; reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from app.accounts.models import Agent, Vendor
from app.extensions import db
from app.quality import figures as read
from app.quality.figures import Figure, Figures, Span
from app.quality.measures import FEWER_IS_BETTER, NEITHER, Measure
from app.quality.score_models import ALL

WEEKLY_FROM = 60  # days: a longer span is drawn by weeks
# A share moved when it differs by more than this from the span before.
MOVED = 0.01


@dataclass(frozen=True)
class Entry:
    """One line of a card: the figure now and in as many days before."""

    measure: Measure
    now: Figure
    before: Figure

    @property
    def moved(self) -> float | None:
        """By how much the share rose. None where one of the two has nothing to compare."""
        if self.now.share is None or self.before.share is None:
            return None
        return self.now.share - self.before.share

    @property
    def is_better(self) -> bool | None:
        """Whether that is for the better. None: it is neither, too little, or of too few."""
        if self.moved is None or abs(self.moved) < MOVED or self.measure in NEITHER:
            return None
        if self.now.is_small or self.before.is_small:
            return None
        return (self.moved > 0) != (self.measure in FEWER_IS_BETTER)


@dataclass(frozen=True)
class Column:
    """One day or week of the chart."""

    begins: date
    figure: Figure


@dataclass(frozen=True)
class Card:
    """Everything that a vendor's page shows. `median` and `late` (the ninetieth percentile) are
    minutes to the answer; `spread` counts closed tickets by their exchanges, `by_level` repeats
    the measures for level 1 and 2."""

    entries: Sequence[Entry]
    by_level: Mapping[int, Figures]
    median: int | None
    late: int | None
    spread: Mapping[int, int]
    columns: Sequence[Column]
    agents: Sequence[tuple[str, int, Figures]]


def card(vendor: Vendor, span: Span) -> Card:
    """The card of one vendor."""
    now, before = (read.figures_by_level(vendor.id, each) for each in (span, span.before))
    minutes = read.spread(vendor.id, Measure.ANSWER, span)
    return Card(
        entries=entries(now.get(ALL, {}), before.get(ALL, {})),
        by_level=now, median=read.quantile(minutes, 0.5), late=read.quantile(minutes, 0.9),
        spread=read.spread(vendor.id, Measure.EXCHANGES, span),
        columns=columns(read.figures_by_day(vendor.id, Measure.ANSWER, span), span),
        agents=_agents(vendor, span),
    )  # fmt: skip


def entries(now: Figures, before: Figures) -> list[Entry]:
    """A line for every measure of which something was counted, now or before."""
    return [
        Entry(measure, now.get(measure, Figure()), before.get(measure, Figure()))
        for measure in Measure
        if measure in now or measure in before
    ]


def columns(days: Mapping[date, Figure], span: Span) -> list[Column]:
    """The days of the span, or its weeks when there are many."""
    step = 7 if span.days > WEEKLY_FROM else 1
    begins = [span.first + timedelta(days=place) for place in range(0, span.days, step)]
    return [
        Column(day, _sum([days.get(day + timedelta(days=more), Figure()) for more in range(step)]))
        for day in begins
    ]


def _sum(figures: Sequence[Figure]) -> Figure:
    return Figure(
        *(
            sum(getattr(figure, name) for figure in figures)
            for name in ("counted", "hits", "excused", "valued", "total")
        )
    )


def _agents(vendor: Vendor, span: Span) -> list[tuple[str, int, Figures]]:
    """Name, number and figures of everybody who did something, by name: nobody is ranked."""
    found = read.figures_of_agents(vendor.id, span)
    query = select(Agent.name, Agent.id).where(Agent.id.in_(found)).order_by(Agent.name, Agent.id)
    return [(name, number, found[number]) for name, number in db.session.execute(query)]


@dataclass(frozen=True)
class Standing:
    """A vendor in the operator's table."""

    vendor: Vendor
    entries: Mapping[Measure, Entry]

    @property
    def answers(self) -> Figure:
        """What it is ranked by."""
        entry = self.entries.get(Measure.ANSWER)
        return entry.now if entry else Figure()


def standings(span: Span) -> list[Standing]:
    """Every vendor, the one that answers fewest in time first. Those with few answers follow,
    unranked, by name."""
    now, before = read.figures_of(None, span), read.figures_of(None, span.before)
    vendors = db.session.scalars(select(Vendor).order_by(Vendor.name)).all()
    found = [
        Standing(
            vendor,
            {
                one.measure: one
                for one in entries(now.get(vendor.id, {}), before.get(vendor.id, {}))
            },
        )
        for vendor in vendors
    ]
    return sorted(found, key=lambda one: (one.answers.is_small, _rank(one)))


def _rank(standing: Standing) -> float:
    return 0.0 if standing.answers.is_small else standing.answers.share or 0.0
