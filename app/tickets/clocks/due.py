"""When a ticket is due, and at which moments somebody is told. Pure rules, no clock, no database.

The marketplace's rule: a buyer is answered within 24 hours of wall-clock time, nights, weekends
and holidays included; a level-2 ticket is acknowledged in that time with the date of the next
news, and that date is the next deadline.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Clock(StrEnum):
    """What a deadline counts."""

    REPLY = "reply"
    PROMISE = "promise"


class Stage(StrEnum):
    """The moments of a clock at which somebody is told, in order."""

    HALF = "half"
    LAST_HOUR = "last_hour"
    BREACH = "breach"
    HALF_DAY_OVER = "half_day_over"
    DAY_OVER = "day_over"


STAGES = tuple(Stage)
LAST_CALL = timedelta(hours=1)


@dataclass(frozen=True)
class Deadline:
    """One running clock: which one, since when, until when."""

    clock: Clock
    started_at: datetime
    due_at: datetime


def reply_due_at(unanswered_since: datetime, within_hours: int) -> datetime:
    """When the oldest unanswered message must have its answer."""
    return unanswered_since + timedelta(hours=within_hours)


def next_deadline(
    *,
    unanswered_since: datetime | None,
    within_hours: int,
    promised_at: datetime | None,
    promised_for: datetime | None,
) -> Deadline | None:
    """The clock that runs out first, or None when nobody waits."""
    running = []
    if unanswered_since is not None:
        due_at = reply_due_at(unanswered_since, within_hours)
        running.append(Deadline(Clock.REPLY, unanswered_since, due_at))
    if promised_at is not None and promised_for is not None:
        running.append(Deadline(Clock.PROMISE, promised_at, promised_for))
    return min(running, key=lambda deadline: deadline.due_at, default=None)


def stage_at(deadline: Deadline, stage: Stage, last_call: timedelta = LAST_CALL) -> datetime:
    """The moment at which `deadline` reaches `stage`; the last warning comes `last_call` before."""
    half = deadline.started_at + (deadline.due_at - deadline.started_at) / 2
    match stage:
        case Stage.HALF:
            return half
        case Stage.LAST_HOUR:
            # Never before half time, so that the stages of a short clock stay in order.
            return max(deadline.due_at - last_call, half)
        case Stage.BREACH:
            return deadline.due_at
        case Stage.HALF_DAY_OVER:
            return deadline.due_at + timedelta(hours=12)
        case Stage.DAY_OVER:
            return deadline.due_at + timedelta(hours=24)


def stages_reached(
    deadline: Deadline, first: Stage, now: datetime, *, last_call: timedelta = LAST_CALL
) -> list[Stage]:
    """The stages from `first` on that lie at or before `now`, in order."""
    ahead = STAGES[STAGES.index(first) :]
    return [stage for stage in ahead if stage_at(deadline, stage, last_call) <= now]


def stage_after(stage: Stage) -> Stage | None:
    """The stage that follows, or None after the last one."""
    later = STAGES[STAGES.index(stage) + 1 :]
    return later[0] if later else None
