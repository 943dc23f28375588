"""What the sweep makes of one running clock: which stages it reached, and how to tell them. Pure.

A scheduler that stood still finds several stages at once. Only the last of them says anything new,
and one that is long past is no news either: it goes into a digest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.deadlines.models import Manner
from app.tickets.clocks.due import Deadline, Stage, stage_after, stage_at, stages_reached

NEWS_FOR = timedelta(minutes=30)


@dataclass(frozen=True)
class Running:
    """A clock as its row has it. `row_id` is of the wait, or of the promise."""

    row_id: int
    ticket_id: int
    next_stage: Stage
    deadline: Deadline


@dataclass(frozen=True)
class Reached:
    """A stage that the clock reached at `at`."""

    stage: Stage
    at: datetime
    manner: Manner


@dataclass(frozen=True)
class Turned:
    """A clock after the sweep looked at it."""

    running: Running
    reached: Sequence[Reached]
    next_stage: Stage | None
    next_stage_at: datetime | None


def turn(running: Running, now: datetime, last_call: timedelta) -> Turned:
    """Which stages `running` reached by `now`, and which is the next.

    None at all when the moment of the last warning was set anew meanwhile: only the next moment is
    put right then.
    """
    deadline = running.deadline
    stages = stages_reached(deadline, running.next_stage, now, last_call=last_call)
    reached = [
        Reached(stage, stage_at(deadline, stage, last_call), Manner.PASSED) for stage in stages
    ]
    if reached:
        last = reached[-1]
        reached[-1] = Reached(last.stage, last.at, manner_of(last.at, now))
    following = stage_after(stages[-1]) if stages else running.next_stage
    following_at = stage_at(deadline, following, last_call) if following else None
    return Turned(running, reached, following, following_at)


def manner_of(reached_at: datetime, now: datetime) -> Manner:
    """News while it is fresh, a line of the digest afterwards."""
    return Manner.NEWS if now - reached_at <= NEWS_FOR else Manner.DIGEST
