"""Random histories: the desk and the naive rule say the same, whatever happens in whatever order.

HISTORIES sets how many are lived (300 by default, 10,000 at night).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.extensions import db
from tests.deadlines.world import World
from tests.factories import Cast
from tests.fakes import SteppedClock

HISTORIES = int(os.environ.get("HISTORIES", "300"))
DEEDS = (
    "open", "write", "write", "reply", "reply", "acknowledge", "promise", "undo", "leave", "fail",
    "silence", "overrule", "close", "merge", "split", "move", "hours", "wait", "wait", "wait",
    "sweep",
)  # fmt: skip
STEPS = st.lists(
    st.tuples(st.sampled_from(DEEDS), st.integers(0, 63), st.integers(0, 5_000)),
    min_size=8, max_size=40,
)  # fmt: skip


@contextmanager
def undone() -> Iterator[None]:
    """All that is written inside is forgotten."""
    connection = db.session.get_bind()
    db.session.commit()
    savepoint = connection.begin_nested()
    try:
        yield
    finally:
        db.session.remove()
        savepoint.rollback()


@pytest.mark.slow
@given(steps=STEPS)
@settings(
    max_examples=HISTORIES, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
def test_the_desk_and_the_naive_rule_say_the_same(
    cast: Cast, clock: SteppedClock, steps: list[tuple[str, int, int]]
) -> None:
    began = clock.at
    with undone():
        World(_anew(cast), clock).live(steps)
    clock.at = began


def _anew(cast: Cast) -> Cast:
    """The cast as rows of this history's own session."""
    return Cast(**{name: db.session.merge(row) for name, row in vars(cast).items()})


@pytest.mark.parametrize(
    "names",
    [
        ("open", "promise", "reply", "fail"),
        ("open", "acknowledge", "reply", "undo"),
        ("open", "write", "split", "reply", "leave", "merge"),
    ],
)
def test_short_histories_too(cast: Cast, clock: SteppedClock, names: tuple[str, ...]) -> None:
    with undone():
        World(_anew(cast), clock).live([(name, 0, 1_500) for name in names])
