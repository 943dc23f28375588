"""A scheduler that stood still, clocks that jump, databases that are locked: nothing is missed,
nothing is told twice, and what is long past is not told as if it were new."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import create_engine, event, select, text
from sqlalchemy.exc import OperationalError

from app.deadlines.audit import audit
from app.deadlines.models import Alert
from app.deadlines.sweep import Swept, sweep
from app.extensions import db
from app.tickets.models import Ticket, TicketEvent
from tests.factories import Cast, make_cast, make_ticket
from tests.fakes import SteppedClock

H = timedelta(hours=1)
EVERY = timedelta(minutes=5)
STAGES = {"half": 12, "last_hour": 23, "breach": 24, "half_day_over": 36, "day_over": 48}


def run_until(clock: SteppedClock, end: datetime) -> None:
    """A scheduler that runs."""
    while clock.at < end:
        clock.at += EVERY
        sweep(clock.at)


def manners() -> dict[str, str]:
    return dict(db.session.execute(select(Alert.stage, Alert.manner)).all())


@pytest.mark.parametrize(
    ("pause", "past", "digest"),
    [
        (timedelta(0), set(), set()),
        (timedelta(minutes=10), set(), set()),
        (timedelta(hours=3), {"last_hour"}, {"breach"}),
        (timedelta(days=3), {"last_hour", "breach", "half_day_over"}, {"day_over"}),
    ],
)
def test_after_a_pause_every_stage_is_there_once_with_its_true_moment(
    cast: Cast, clock: SteppedClock, pause: timedelta, past: set[str], digest: set[str]
) -> None:
    ticket = make_ticket(cast.lavande)
    began = clock.at
    run_until(clock, began + 22 * H + 30 * timedelta(minutes=1))
    clock.at += pause
    run_until(clock, began + 22 * H + pause + 30 * H)
    found = db.session.execute(select(Alert.stage, Alert.reached_at)).all()
    assert dict(found) == {stage: began + hours * H for stage, hours in STAGES.items()}
    assert len(found) == len(STAGES)
    news = set(STAGES) - past - digest
    assert manners() == (
        dict.fromkeys(past, "passed")
        | dict.fromkeys(digest, "digest")
        | dict.fromkeys(news, "news")
    )
    event_at = select(TicketEvent.at).filter_by(ticket_id=ticket.id, kind="overdue")
    assert db.session.scalars(event_at).all() == [began + 24 * H]


@pytest.mark.parametrize("hours_before", [0.5, 1, 13])
def test_a_clock_set_back_an_hour_misses_and_doubles_nothing(
    cast: Cast, clock: SteppedClock, caplog: pytest.LogCaptureFixture, hours_before: float
) -> None:
    make_ticket(cast.lavande)
    began = clock.at
    run_until(clock, began + 24 * H - hours_before * H + H)
    before = len(manners())
    clock.at -= H
    with caplog.at_level(logging.WARNING):
        assert sweep(clock.at).told == 0
    assert "the clock went back by 3600 s" in caplog.text
    assert len(manners()) == before
    run_until(clock, began + 49 * H)
    assert set(manners()) == set(STAGES)


@pytest.mark.parametrize("eve", ["2026-03-28T20:00", "2026-10-24T20:00"])
def test_the_night_in_which_the_hour_changes_has_24_hours_like_any_other(
    cast: Cast, clock: SteppedClock, eve: str
) -> None:
    clock.at = datetime.fromisoformat(eve).replace(tzinfo=UTC)
    ticket = make_ticket(cast.lavande)
    assert ticket.due_at == clock.at + 24 * H
    assert sweep(clock.at + 24 * H - timedelta(seconds=1)).flagged == 0
    assert sweep(clock.at + 24 * H).flagged == 1


def test_a_worker_that_froze_for_an_hour_takes_nothing_back(
    cast: Cast, clock: SteppedClock
) -> None:
    """Its idea of now is an hour old when it goes on."""
    make_ticket(cast.lavande)
    old = clock.advance(hours=23, minutes=30)
    sweep(clock.advance(hours=1))
    assert sweep(old) == Swept(0, 0)
    assert sweep(clock.advance(minutes=1)) == Swept(0, 0)


def test_a_ticket_whose_vendor_was_removed_is_swept_and_named_by_the_audit(
    fresh_app: Flask, clock: SteppedClock, caplog: pytest.LogCaptureFixture
) -> None:
    with fresh_app.app_context():
        cast = make_cast()
        ticket_id, vendor_id = make_ticket(cast.nordlicht).id, cast.nordlicht.id
        db.session.remove()
        _remove_past_the_rules(vendor_id)
        assert sweep(clock.advance(hours=25)).flagged == 1
        with caplog.at_level(logging.ERROR):
            assert [one.column for one in audit().differences] == ["vendor"]
        assert f"ticket {ticket_id}: vendor is {vendor_id}" in caplog.text


def _remove_past_the_rules(vendor_id: int) -> None:
    with db.engine.connect() as connection:
        if db.engine.dialect.name == "sqlite":
            connection.commit()
            raw = connection.connection.driver_connection
            raw.execute("COMMIT") if raw.in_transaction else None
            raw.execute("PRAGMA foreign_keys=OFF")
            raw.execute("DELETE FROM vendor WHERE id = ?", (vendor_id,))
            raw.execute("PRAGMA foreign_keys=ON")
        else:
            connection.execute(text("SET session_replication_role = replica"))
            connection.execute(text("DELETE FROM vendor WHERE id = :id"), {"id": vendor_id})
            connection.execute(text("SET session_replication_role = origin"))
            connection.commit()


@pytest.fixture
def impatient(fresh_app: Flask) -> Iterator[Flask]:
    """A SQLite desk that waits for a lock for a tenth of a second, or PostgreSQL."""
    with fresh_app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(
                db.engine, "connect",
                lambda connection, _record: connection.execute("PRAGMA busy_timeout=100"),
            )  # fmt: skip
        yield fresh_app


def test_while_the_database_is_locked_nothing_is_lost(
    impatient: Flask, clock: SteppedClock
) -> None:
    make_ticket(make_cast().lavande)
    db.session.remove()
    clock.advance(hours=25)
    other = create_engine(db.engine.url)
    with other.connect() as somebody:
        if other.dialect.name == "sqlite":
            raw = somebody.connection.driver_connection
            raw.execute("BEGIN IMMEDIATE")
            with pytest.raises(OperationalError, match="locked"):
                sweep(clock())
            db.session.rollback()
            raw.execute("ROLLBACK")
        else:
            somebody.execute(select(Ticket.id).with_for_update())
            assert sweep(clock()).flagged == 0  # stepped over, not waited for
            somebody.rollback()
    assert sweep(clock()).flagged == 1
    assert len(manners()) == 3
    other.dispose()
