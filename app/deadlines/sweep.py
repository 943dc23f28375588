"""The sweep: every clock that reached a stage is flagged, with its true moment, once.

Set-based: an index finds the clocks that are due and nothing else, so an idle sweep costs the
same at any number of tickets. Batches are claimed by the transaction that flags them; a worker
that dies leaves its batch as it was. Commits a batch at a time.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select, text, update

from app.config import Settings
from app.deadlines.models import Alert
from app.deadlines.stages import Running, Turned, turn
from app.extensions import db, part
from app.lib.database import insert_or_skip, reading
from app.lib.heartbeat import beat, last_beat
from app.tickets.clocks.due import Clock, Deadline, Stage, reply_due_at
from app.tickets.clocks.promises import Promise, Wait
from app.tickets.models import Ticket, TicketEvent

log = logging.getLogger(__name__)

BATCH = 1_000
# A worker that stands still in the middle of a batch gives its rows back after so long.
FROZEN_FOR = "60s"
AS_ARRAYS = """
    UPDATE {table} SET next_stage = new.stage, next_stage_at = new.at
    FROM unnest(CAST(:of AS integer[]), CAST(:was AS varchar[]), CAST(:stage AS varchar[]),
                CAST(:at AS timestamptz[])) AS new (of, was, stage, at)
    WHERE {table}.{key} = new.of AND {table}.next_stage = new.was
"""
# The alerts of a batch and the history's lines of the new ones, in one statement.
TOLD_AS_ARRAYS = """
    WITH fresh AS (
        INSERT INTO alert
            (ticket_id, clock, clock_started_at, stage, reached_at, found_at, manner)
        SELECT * FROM unnest(
            CAST(:ticket_id AS integer[]), CAST(:clock AS varchar[]),
            CAST(:clock_started_at AS timestamptz[]), CAST(:stage AS varchar[]),
            CAST(:reached_at AS timestamptz[]), CAST(:found_at AS timestamptz[]),
            CAST(:manner AS varchar[]))
        ON CONFLICT DO NOTHING
        RETURNING ticket_id, clock, stage, reached_at
    ), history AS (
        INSERT INTO ticket_event (ticket_id, kind, at, data)
        SELECT ticket_id, 'overdue', reached_at, json_build_object('clock', clock)
        FROM fresh WHERE stage = 'breach'
    )
    SELECT stage FROM fresh
"""


@dataclass(frozen=True)
class Kind:
    """Where clocks of one kind are kept: the rows with their next stage, the number that tells them
    apart, and how one is read."""

    row: Any
    key: Any
    facts: Any
    deadline: Callable[[Any], Deadline]


REPLIES = Kind(
    Wait,
    Wait.ticket_id,
    select(Wait.ticket_id, Wait.next_stage, Ticket.unanswered_since, Ticket.within_hours)
    .join(Ticket, Ticket.id == Wait.ticket_id),
    lambda row: Deadline(
        Clock.REPLY, row.unanswered_since, reply_due_at(row.unanswered_since, row.within_hours)
    ),
)  # fmt: skip
PROMISES = Kind(
    Promise,
    Promise.id,
    select(Promise.id, Promise.ticket_id, Promise.next_stage, Promise.made_at, Promise.due_at),
    lambda row: Deadline(Clock.PROMISE, row.made_at, row.due_at),
)


@dataclass(frozen=True)
class Swept:
    """What one sweep did: clocks that ran out, and stages flagged in all."""

    flagged: int
    told: int


def sweep(now: datetime, *, batch: int = BATCH) -> Swept:
    """Flag every stage reached at or before `now`. Safe to run in any number of workers at once."""
    fresh: list[Any] = []
    for kind in _with_work(now):
        while (told := _sweep_batch(kind, now, batch)) is not None:
            fresh += told
    _note_jump(now)
    beat("sweep", told=len(fresh))
    _wait_for_no_disk()
    db.session.commit()
    return Swept(sum(alert.stage == Stage.BREACH for alert in fresh), len(fresh))


def _wait_for_no_disk() -> None:
    """A sign of life that a power cut takes back does no harm. Every batch was committed before."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SET LOCAL synchronous_commit = off"))


def _with_work(now: datetime) -> list[Kind]:
    """The kinds of which a clock is due. An idle worker looks without taking a write lock."""
    with reading():
        due = [
            kind
            for kind in (REPLIES, PROMISES)
            if db.session.scalar(select(kind.key).where(kind.row.next_stage_at <= now).limit(1))
        ]
        db.session.commit()
    return due


def _sweep_batch(kind: Kind, now: datetime, batch: int) -> Sequence[Any] | None:
    """Claim, flag and commit one batch: the new alerts, None when nothing is left to claim."""
    before = last_call()
    turned = [turn(running, now, before) for running in _claim(kind, now, batch)]
    if not turned:
        db.session.rollback()
        return None
    fresh = _tell([alert for one in turned for alert in _alerts(one, now)])
    _keep(kind, turned)
    db.session.commit()
    return fresh


def last_call() -> timedelta:
    """How long before a deadline its last warning is told."""
    settings: Settings = part("settings")
    return timedelta(minutes=settings.last_call_minutes)


def _claim(kind: Kind, now: datetime, batch: int) -> list[Running]:
    if db.engine.dialect.name == "postgresql":
        frozen = f"SET LOCAL idle_in_transaction_session_timeout = '{FROZEN_FOR}'"
        db.session.execute(text(frozen))
    query = (
        kind.facts.where(kind.row.next_stage_at <= now)
        .order_by(kind.row.next_stage_at)
        .limit(batch)
        .with_for_update(skip_locked=True)
    )
    return [
        Running(row[0], row.ticket_id, Stage(row.next_stage), kind.deadline(row))
        for row in db.session.execute(query)
    ]


def _alerts(turned: Turned, now: datetime) -> list[dict[str, Any]]:
    running = turned.running
    return [
        {
            "ticket_id": running.ticket_id,
            "clock": running.deadline.clock,
            "clock_started_at": running.deadline.started_at,
            "stage": reached.stage,
            "reached_at": reached.at,
            "found_at": now,
            "manner": reached.manner,
        }
        for reached in turned.reached
    ]


def _tell(reached: list[dict[str, Any]]) -> Sequence[Any]:
    """Write the alerts and the history's lines. A stage that was told before is left out:
    a clock that an undeliverable answer set back runs through its stages a second time.
    """
    if not reached:
        return []
    if db.engine.dialect.name == "postgresql":
        return db.session.execute(text(TOLD_AS_ARRAYS), _arrays(reached)).all()
    alerts = insert_or_skip(Alert).returning(
        Alert.ticket_id, Alert.clock, Alert.stage, Alert.reached_at
    )
    fresh = db.session.execute(alerts, reached).all()
    breaches = [_overdue_event(alert) for alert in fresh if alert.stage == Stage.BREACH]
    if breaches:
        db.session.execute(insert(TicketEvent), breaches)
    return fresh


def _arrays(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Rows, column by column."""
    return {name: [row[name] for row in rows] for name in rows[0]}


def _overdue_event(alert: Any) -> dict[str, Any]:
    return {
        "ticket_id": alert.ticket_id,
        "kind": "overdue",
        "at": alert.reached_at,
        "agent_id": None,
        "data": {"clock": alert.clock},
    }


def _keep(kind: Kind, turned: Sequence[Turned]) -> None:
    """Set each clock's next stage, only where it is as it was read. One statement for all that go
    from one stage to another: PostgreSQL takes a batch as four arrays, SQLite row by row."""
    rows = [
        {
            "of": one.running.row_id, "was": one.running.next_stage,
            "stage": one.next_stage, "at": one.next_stage_at,
        }
        for one in turned
    ]  # fmt: skip
    if db.engine.dialect.name == "postgresql":
        statement = text(AS_ARRAYS.format(table=kind.row.__tablename__, key=kind.key.key))
        db.session.execute(statement, _arrays(rows))
        return
    query = (
        update(kind.row)
        .where(kind.key == bindparam("of"), kind.row.next_stage == bindparam("was"))
        .values(next_stage=bindparam("stage"), next_stage_at=bindparam("at"))
        .execution_options(synchronize_session=None)
    )
    db.session.connection().execute(query, rows)


def _note_jump(now: datetime) -> None:
    """A clock that went back tells nothing twice and misses nothing; somebody should know."""
    beat_at = last_beat("sweep")
    if beat_at is not None and now < beat_at - timedelta(seconds=5):
        log.warning("the clock went back by %d s", (beat_at - now).total_seconds())
