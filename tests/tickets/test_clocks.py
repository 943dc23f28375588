"""A ticket's clocks at one moment."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.tickets.clocks.dial import FUSE, Dial, Facts, Standing, faces

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(hours=24)
QUIET = Facts(
    level=1, within=DAY, unanswered_since=None, answer_started_at=None, answered_at=None,
    acknowledged_at=None, promised_at=None, promised_for=None,
)  # fmt: skip
WAITING = replace(QUIET, unanswered_since=NINE)


@pytest.mark.parametrize(
    ("after", "standing", "span"),
    [
        (timedelta(), Standing.DUE, DAY),
        (timedelta(hours=20), Standing.DUE, timedelta(hours=4)),
        (timedelta(hours=22), Standing.SOON, timedelta(hours=2)),
        (DAY, Standing.OVERDUE, timedelta()),
        (timedelta(hours=25), Standing.OVERDUE, timedelta(hours=1)),
    ],
)
def test_a_running_clock(after: timedelta, standing: Standing, span: timedelta) -> None:
    [face] = faces(WAITING, now=NINE + after)
    assert (face.dial, face.standing, face.span) == (Dial.REPLY, standing, span)
    assert face.is_running


@pytest.mark.parametrize(
    ("took", "standing", "span"),
    [
        (timedelta(hours=2), Standing.MET, timedelta(hours=2)),
        (DAY, Standing.MET, DAY),
        (timedelta(hours=25), Standing.MISSED, timedelta(hours=1)),
    ],
)
def test_a_stopped_clock(took: timedelta, standing: Standing, span: timedelta) -> None:
    facts = replace(QUIET, answer_started_at=NINE, answered_at=NINE + took)
    [face] = faces(facts, now=NINE + timedelta(days=9))
    assert (face.standing, face.span, face.is_running) == (standing, span, False)


def test_level_2_is_acknowledged_first_and_answered_afterwards() -> None:
    owed = replace(WAITING, level=2)
    assert faces(owed, now=NINE)[0].dial == Dial.ACKNOWLEDGE
    known = replace(owed, acknowledged_at=NINE - DAY)
    assert faces(known, now=NINE)[0].dial == Dial.REPLY


def test_a_promise_is_a_clock_of_its_own_and_the_nearest_one_stands_first() -> None:
    facts = replace(WAITING, promised_at=NINE, promised_for=NINE + timedelta(hours=3))
    assert [face.dial for face in faces(facts, now=NINE)] == [Dial.PROMISE, Dial.REPLY]


def test_a_stopped_clock_stands_behind_a_running_one() -> None:
    facts = replace(
        QUIET, answer_started_at=NINE - DAY, answered_at=NINE, promised_at=NINE,
        promised_for=NINE + DAY,
    )  # fmt: skip
    assert [face.is_running for face in faces(facts, now=NINE)] == [True, False]


def test_nobody_waits_and_nothing_runs() -> None:
    assert faces(QUIET, now=NINE) == []


@pytest.mark.parametrize(("after", "burnt"), [(0, 0), (12, FUSE // 2), (24, FUSE), (99, FUSE)])
def test_the_fuse_burns_down(after: int, burnt: int) -> None:
    assert faces(WAITING, now=NINE + timedelta(hours=after))[0].burnt == burnt


def test_a_clock_without_length_is_burnt() -> None:
    facts = replace(WAITING, within=timedelta())
    assert faces(facts, now=NINE)[0].burnt == FUSE
