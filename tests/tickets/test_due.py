"""When a ticket is due, by tables."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tickets.clocks.due import (
    STAGES,
    Clock,
    Deadline,
    Stage,
    next_deadline,
    reply_due_at,
    stage_after,
    stage_at,
    stages_reached,
)

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
H = timedelta(hours=1)
DAY = Deadline(Clock.REPLY, MONDAY, MONDAY + 24 * H)


def test_a_reply_is_due_24_hours_after_the_oldest_unanswered_message() -> None:
    assert reply_due_at(MONDAY, 24) == MONDAY + timedelta(days=1)


def test_the_clock_counts_hours_also_when_summer_time_begins() -> None:
    eve = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)
    assert reply_due_at(eve, 24) - eve == timedelta(hours=24)


@pytest.mark.parametrize(
    ("unanswered", "promised_for", "clock"),
    [
        (None, None, None),
        (MONDAY, None, Clock.REPLY),
        (None, MONDAY + 50 * H, Clock.PROMISE),
        (MONDAY, MONDAY + 50 * H, Clock.REPLY),
        (MONDAY, MONDAY + 3 * H, Clock.PROMISE),
    ],
)
def test_the_clock_that_runs_out_first_counts(
    unanswered: datetime | None, promised_for: datetime | None, clock: Clock | None
) -> None:
    deadline = next_deadline(
        unanswered_since=unanswered,
        within_hours=24,
        promised_at=MONDAY if promised_for else None,
        promised_for=promised_for,
    )
    assert (deadline and deadline.clock) == clock


@pytest.mark.parametrize(
    ("stage", "hours"),
    [
        (Stage.HALF, 12),
        (Stage.LAST_HOUR, 23),
        (Stage.BREACH, 24),
        (Stage.HALF_DAY_OVER, 36),
        (Stage.DAY_OVER, 48),
    ],
)
def test_stages_of_a_day(stage: Stage, hours: int) -> None:
    assert stage_at(DAY, stage) == MONDAY + hours * H


def test_all_stages_of_a_long_silence_are_reached_at_once() -> None:
    assert stages_reached(DAY, Stage.HALF, MONDAY + 100 * H) == list(STAGES)


def test_no_stage_is_reached_before_its_moment() -> None:
    assert stages_reached(DAY, Stage.HALF, MONDAY + 12 * H - timedelta(microseconds=1)) == []


def test_nothing_follows_the_last_stage() -> None:
    assert stage_after(Stage.HALF) == Stage.LAST_HOUR
    assert stage_after(Stage.DAY_OVER) is None


@given(st.integers(min_value=1, max_value=400))
def test_the_stages_of_any_clock_come_in_order(hours: int) -> None:
    deadline = Deadline(Clock.REPLY, MONDAY, MONDAY + hours * H)
    moments = [stage_at(deadline, stage) for stage in STAGES]
    assert moments == sorted(moments)
