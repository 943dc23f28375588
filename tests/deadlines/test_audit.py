"""The audit finds a column that does not say what the history says, and nothing else."""

import logging
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Executable, delete, text, update

from app.deadlines.audit import audit, audit_at_night
from app.deadlines.sweep import sweep
from app.extensions import db
from app.lib.heartbeat import beat
from app.tickets.clocks.promises import Wait
from app.tickets.conversation import Answer, acknowledge, not_delivered
from app.tickets.models import Ticket, TicketEvent
from tests.factories import Cast, answer, make_ticket
from tests.fakes import SteppedClock


def test_a_desk_whose_columns_are_right_has_no_difference(cast: Cast, clock: SteppedClock) -> None:
    make_ticket(cast.lavande)
    grave = make_ticket(cast.lavande, "Your kettle caught fire.", sender="jo@mailbox.example")
    until = clock() + timedelta(days=1)
    acknowledge(grave, cast.bo, Answer("Bo looks into it.", "en"), until=until, at=clock())
    failed = answer(make_ticket(cast.nordlicht), cast.omar)
    not_delivered(failed, at=clock(), reason="refused 550")
    db.session.commit()
    sweep(clock.advance(hours=30))
    found = audit()
    assert (found.checked, found.unchecked, found.differences) == (3, 0, [])


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("unanswered_since", None),
        ("within_hours", 7),
        ("due_at", None),
        ("clock", "promise"),
        ("promised_for", SteppedClock().at),
    ],
)
def test_a_column_that_was_changed_past_the_rules_is_reported(
    cast: Cast, caplog: pytest.LogCaptureFixture, column: str, value: object
) -> None:
    ticket = make_ticket(cast.lavande)
    make_ticket(cast.nordlicht)
    db.session.execute(update(Ticket).where(Ticket.id == ticket.id).values({column: value}))
    db.session.commit()
    with caplog.at_level(logging.ERROR):
        found = audit()
    assert {one.ticket_id for one in found.differences} == {ticket.id}
    assert f"ticket {ticket.id}" in caplog.text


@pytest.mark.parametrize(
    "change",
    [
        update(Wait).values(next_stage_at=None),
        update(Wait).values(next_stage="breach"),
        delete(Wait),
    ],
)
def test_a_wait_that_was_changed_past_the_rules_is_reported(cast: Cast, change: Executable) -> None:
    make_ticket(cast.lavande)
    db.session.execute(change)
    db.session.commit()
    assert [one.column for one in audit().differences] == ["next_stage_at"]


def test_a_promise_that_was_settled_past_the_rules_is_reported(
    cast: Cast, clock: SteppedClock
) -> None:
    ticket = make_ticket(cast.lavande)
    until = clock() + timedelta(days=1)
    acknowledge(ticket, cast.bo, Answer("Bo looks into it.", "en"), until=until, at=clock())
    db.session.execute(text("UPDATE promise SET outcome = 'kept'"))
    db.session.commit()
    assert [one.column for one in audit().differences] == ["promises"]


def test_tickets_without_their_whole_history_are_counted_and_not_judged(cast: Cast) -> None:
    ticket = make_ticket(cast.lavande)
    db.session.execute(update(TicketEvent).where(TicketEvent.kind == "opened").values(data={}))
    db.session.execute(update(Ticket).where(Ticket.id == ticket.id).values(due_at=None))
    db.session.commit()
    found = audit()
    assert (found.checked, found.unchecked, found.differences) == (0, 1, [])


def test_a_night_has_one_audit_however_many_workers_ask(cast: Cast, clock: SteppedClock) -> None:
    make_ticket(cast.lavande)
    assert audit_at_night() is not None  # there never was one
    assert audit_at_night() is None
    clock.at = clock.at.replace(hour=2) + timedelta(days=1)
    assert audit_at_night() is None  # seventeen hours ago
    clock.advance(days=1)
    assert audit_at_night() is not None
    clock.at = clock.at.replace(hour=14) + timedelta(days=1)
    assert audit_at_night() is None  # not by day
    clock.advance(days=1)
    assert audit_at_night() is not None  # unless two nights were missed


def test_readyz_says_what_the_audit_found(
    cast: Cast, client: FlaskClient, clock: SteppedClock
) -> None:
    assert client.get("/readyz").json["audit"] is None
    beat("sweep")
    ticket = make_ticket(cast.lavande)
    db.session.execute(update(Ticket).where(Ticket.id == ticket.id).values(due_at=None))
    db.session.commit()
    audit()
    clock.advance(seconds=90)
    said = client.get("/readyz").json
    assert said["audit"] == {"checked": 1, "unchecked": 0, "differences": 1, "seconds": 90}
    assert said["last_sweep_seconds"] == 90


def test_a_sweep_in_the_future_is_no_time_ago(
    cast: Cast, client: FlaskClient, clock: SteppedClock
) -> None:
    sweep(clock())
    clock.advance(hours=-1)
    assert client.get("/readyz").json["last_sweep_seconds"] == 0


def test_the_command_prints_each_difference_and_fails(cast: Cast, desk: Flask) -> None:
    ticket = make_ticket(cast.lavande)
    good = desk.test_cli_runner().invoke(args=["deadlines", "audit"])
    assert (good.exit_code, '"differences": 0' in good.output) == (0, True)
    db.session.execute(update(Ticket).where(Ticket.id == ticket.id).values(due_at=None))
    db.session.commit()
    bad = desk.test_cli_runner().invoke(args=["deadlines", "audit"])
    assert bad.exit_code == 1
    assert '"column": "due_at"' in bad.output
