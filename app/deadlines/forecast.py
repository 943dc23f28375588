"""Tonight's trouble at noon: the deadlines of each of the next 24 hours, against the answers that
this desk usually gives in the same hour of the day.

Reads two things; the rest is arithmetic. Narrowed like the board.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.accounts.models import Agent
from app.deadlines.board import Selection
from app.deadlines.tiles import Day
from app.extensions import db
from app.tickets.access import visible_to
from app.tickets.models import Ticket

HOURS = 24
LOOKED_BACK = timedelta(weeks=2)
ANSWERS = 10_000  # the newest ones; a busy desk has them in days
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Hour:
    """One hour ahead: how many deadlines fall into it, and how many answers it usually brings."""

    begins_at: datetime
    due: int
    answers: float

    @property
    def is_short(self) -> bool:
        """True when more falls due than is usually answered."""
        return self.due > self.answers


def forecast(agent: Agent, chosen: Selection, day: Day) -> list[Hour]:
    """The next 24 hours, the first one beginning now."""
    due = _due(agent, chosen, day.now)
    usual = usual_answers(_answered(agent, chosen, day.now), now=day.now)
    return [Hour(day.now + hour * HOUR, due[hour], usual[hour]) for hour in range(HOURS)]


def _due(agent: Agent, chosen: Selection, now: datetime) -> list[int]:
    """How many deadlines each hour has: 24 ranges of one index, in one query."""
    narrowed = [visible_to(agent), *chosen.conditions()]
    counts = [
        select(func.count())
        .where(
            *narrowed, Ticket.due_at > now + hour * HOUR, Ticket.due_at <= now + (hour + 1) * HOUR
        )
        .scalar_subquery()
        for hour in range(HOURS)
    ]
    return list(db.session.execute(select(*counts)).one())


def _answered(agent: Agent, chosen: Selection, now: datetime) -> list[datetime]:
    query = (
        select(Ticket.answered_at)
        .where(visible_to(agent), *chosen.conditions(), Ticket.answered_at > now - LOOKED_BACK)
        .order_by(Ticket.answered_at.desc())
        .limit(ANSWERS)
    )
    return [at for at in db.session.scalars(query) if at]


def usual_answers(answered: Sequence[datetime], *, now: datetime) -> list[float]:
    """How many answers an hour usually brings, for the 24 hours from `now` on. `answered` is the
    newest first; where it was cut off, the days that it covers count."""
    whole = len(answered) >= ANSWERS
    days = max((now - answered[-1]) / DAY, 1.0) if whole else LOOKED_BACK / DAY
    hours = Counter(((at - now) // HOUR) % HOURS for at in answered)
    return [hours[hour] / days for hour in range(HOURS)]
