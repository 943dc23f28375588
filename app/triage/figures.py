"""How well the desk sorts, for the page that supervisors look at.

Counts tickets that a person answered: whoever answers a ticket has seen its level, and either left
it or corrected it. Reads only: one query.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.extensions import db
from app.tickets.models import Ticket
from app.triage.models import Correction, ModelVersion

PERIOD = timedelta(days=30)
WIDTH, HEIGHT = 240, 48  # of the little plots, in their own units


@dataclass(frozen=True)
class LanguageLine:
    """One language: of the tickets called level 1 and 2, the share that is. None: none was."""

    lang: str
    tickets: int
    precision: dict[int, float | None]


@dataclass(frozen=True)
class Live:
    """The tickets of the last PERIOD: counts of (said by the desk, right by people)."""

    counts: Counter[tuple[int, int]]
    languages: Sequence[LanguageLine]

    @property
    def tickets(self) -> int:
        """All of them."""
        return self.counts.total()

    @property
    def accuracy(self) -> float | None:
        """The share whose level stood. None without any ticket."""
        right = self.counts[1, 1] + self.counts[2, 2]
        return right / self.tickets if self.tickets else None


def live(now: datetime) -> Live:
    """What people made of the desk's levels since PERIOD before `now`."""
    first = (
        select(Correction.ticket_id, func.min(Correction.id).label("id"))
        .group_by(Correction.ticket_id)
        .subquery()
    )
    said = func.coalesce(Correction.level_was, Ticket.level)
    query = (
        select(Ticket.lang, said, Ticket.level, func.count())
        .outerjoin(first, first.c.ticket_id == Ticket.id)
        .outerjoin(Correction, Correction.id == first.c.id)
        .where(Ticket.active_at >= now - PERIOD, Ticket.answered_at.is_not(None))
        .group_by(Ticket.lang, said, Ticket.level)
    )
    by_lang: dict[str, Counter[tuple[int, int]]] = {}
    for lang, called, right, count in db.session.execute(query):
        by_lang.setdefault(lang, Counter())[called, right] += count
    lines = [_line(lang, counts) for lang, counts in by_lang.items()]
    lines.sort(key=lambda line: (-line.tickets, line.lang))
    return Live(sum(by_lang.values(), Counter()), lines)


def _line(lang: str, counts: Counter[tuple[int, int]]) -> LanguageLine:
    def precision(level: int) -> float | None:
        called = counts[level, 1] + counts[level, 2]
        return counts[level, level] / called if called else None

    return LanguageLine(lang, counts.total(), {1: precision(1), 2: precision(2)})


def polyline(versions: Sequence[ModelVersion], name: str) -> str:
    """A figure of the versions, the oldest first, as the points of an SVG line.

    The plot's height is the range from 80 to 100 %.
    """
    shares = [v.figures[name] for v in reversed(versions) if name in v.figures]
    step = WIDTH / max(1, len(shares) - 1)
    places = (
        (n * step, (1 - max(0.0, share - 0.8) / 0.2) * HEIGHT) for n, share in enumerate(shares)
    )
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
