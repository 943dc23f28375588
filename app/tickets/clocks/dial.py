"""What a ticket's clocks look like at one moment: due, overdue, met or missed. Pure.

Knows instants and spans; the words are `present`'s. Wall-clock time only, nights and weekends
included, as the marketplace counts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SOON = timedelta(hours=2)
FUSE = 48  # the width of the little bar that burns down, in its own units


class Standing(StrEnum):
    """The four states of a clock, and `soon` for the last two hours of the first."""

    DUE = "due"
    SOON = "soon"
    OVERDUE = "overdue"
    MET = "met"
    MISSED = "missed"


class Dial(StrEnum):
    """What a clock counts, as people call it."""

    REPLY = "reply"
    ACKNOWLEDGE = "acknowledge"
    PROMISE = "promise"


@dataclass(frozen=True)
class Face:
    """One clock. `span` is how long it still runs, is over, took, or came too late."""

    dial: Dial
    standing: Standing
    span: timedelta
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None = None
    burnt: int = FUSE

    @property
    def is_running(self) -> bool:
        """True while somebody waits."""
        return self.stopped_at is None


@dataclass(frozen=True)
class Facts:
    """The facts of a ticket from which its clocks follow."""

    level: int
    within: timedelta
    unanswered_since: datetime | None
    answer_started_at: datetime | None
    answered_at: datetime | None
    acknowledged_at: datetime | None
    promised_at: datetime | None
    promised_for: datetime | None


def running(dial: Dial, started_at: datetime, due_at: datetime, *, now: datetime) -> Face:
    """A clock that nobody stopped yet."""
    left = due_at - now
    if left <= timedelta(0):
        standing = Standing.OVERDUE
    else:
        standing = Standing.SOON if left <= SOON else Standing.DUE
    return Face(
        dial, standing, abs(left), started_at, due_at, burnt=_burnt(started_at, due_at, now)
    )


def stopped(dial: Dial, started_at: datetime, due_at: datetime, *, at: datetime) -> Face:
    """A clock that an answer stopped at `at`, in time or not."""
    if at <= due_at:
        return Face(dial, Standing.MET, at - started_at, started_at, due_at, at)
    return Face(dial, Standing.MISSED, at - due_at, started_at, due_at, at)


def faces(facts: Facts, *, now: datetime) -> list[Face]:
    """The clocks of a ticket: the answer that is owed or was given, then the promise."""
    found = [face for face in (_reply(facts, now), _promise(facts, now)) if face]
    return sorted(found, key=lambda face: (not face.is_running, face.due_at))


def _reply(facts: Facts, now: datetime) -> Face | None:
    if facts.unanswered_since is not None:
        owed = facts.level == 2 and facts.acknowledged_at is None
        dial = Dial.ACKNOWLEDGE if owed else Dial.REPLY
        due_at = facts.unanswered_since + facts.within
        return running(dial, facts.unanswered_since, due_at, now=now)
    if facts.answer_started_at is None or facts.answered_at is None:
        return None
    due_at = facts.answer_started_at + facts.within
    return stopped(Dial.REPLY, facts.answer_started_at, due_at, at=facts.answered_at)


def _promise(facts: Facts, now: datetime) -> Face | None:
    if facts.promised_at is None or facts.promised_for is None:
        return None
    return running(Dial.PROMISE, facts.promised_at, facts.promised_for, now=now)


def _burnt(started_at: datetime, due_at: datetime, now: datetime) -> int:
    whole = (due_at - started_at).total_seconds()
    if whole <= 0:
        return FUSE
    share = (now - started_at).total_seconds() / whole
    return round(FUSE * min(1.0, max(0.0, share)))
