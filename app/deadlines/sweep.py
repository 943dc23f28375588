"""The sweep: every clock that reached a stage is flagged, with its true moment, once.

Set-based: an index finds the clocks that are due and nothing else, so an idle sweep costs the
same at any number of tickets. Batches are claimed by the transaction that flags them; a worker
that dies leaves its batch as it was. Commits a batch at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from app.deadlines.models import Alert
from app.extensions import db
from app.lib.database import insert_or_skip
from app.lib.heartbeat import beat
from app.tickets.due import Clock, Deadline, Stage, stage_after, stage_at, stages_reached
from app.tickets.models import Ticket, TicketEvent

BATCH = 1_000


@dataclass(frozen=True)
class Swept:
    """What one sweep did: tickets that became overdue, and stages told in all."""

    flagged: int
    told: int


def sweep(now: datetime, *, batch: int = BATCH) -> Swept:
    """Flag every stage reached at or before `now`. Safe to run in any number of workers at once."""
    flagged = told = 0
    while due := _due(now, batch):
        fresh = _tell([alert for ticket in due for alert in _reached(ticket, now)])
        _advance(due, now)
        db.session.commit()
        told += len(fresh)
        flagged += sum(alert.stage == Stage.BREACH for alert in fresh)
    beat("sweep", told=told)
    db.session.commit()
    return Swept(flagged, told)


def _due(now: datetime, batch: int) -> Sequence[Any]:
    query = (
        select(
            Ticket.id, Ticket.clock, Ticket.clock_started_at, Ticket.due_at,
            Ticket.next_stage,
        )
        .where(Ticket.next_stage_at <= now)
        .order_by(Ticket.next_stage_at)
        .limit(batch)
        .with_for_update(skip_locked=True)
    )  # fmt: skip
    return db.session.execute(query).all()


def _deadline(ticket: Any) -> Deadline:
    return Deadline(Clock(ticket.clock), ticket.clock_started_at, ticket.due_at)


def _reached(ticket: Any, now: datetime) -> list[dict[str, Any]]:
    deadline = _deadline(ticket)
    return [
        {
            "ticket_id": ticket.id,
            "clock": ticket.clock,
            "clock_started_at": ticket.clock_started_at,
            "stage": stage,
            "reached_at": stage_at(deadline, stage),
            "found_at": now,
        }
        for stage in stages_reached(deadline, Stage(ticket.next_stage), now)
    ]


def _tell(reached: list[dict[str, Any]]) -> Sequence[Any]:
    """Write the alerts and the history's lines. A stage that was told before is left out:
    a clock that an undeliverable answer set back runs through its stages a second time.
    """
    alerts = insert_or_skip(Alert).returning(
        Alert.ticket_id, Alert.clock, Alert.stage, Alert.reached_at
    )
    fresh = db.session.execute(alerts, reached).all()
    breaches = [_overdue_event(alert) for alert in fresh if alert.stage == Stage.BREACH]
    if breaches:
        db.session.execute(insert(TicketEvent), breaches)
    return fresh


def _overdue_event(alert: Any) -> dict[str, Any]:
    return {
        "ticket_id": alert.ticket_id,
        "kind": "overdue",
        "at": alert.reached_at,
        "agent_id": None,
        "data": {"clock": alert.clock},
    }


def _advance(due: Sequence[Any], now: datetime) -> None:
    """Set each ticket's next stage: one statement a batch."""
    names = ("next_stage", "next_stage_at")
    query = (
        update(Ticket)
        .where(Ticket.id == bindparam("ticket"))
        .values({name: bindparam(name) for name in names})
        .execution_options(synchronize_session=None)
    )
    db.session.connection().execute(query, [_advanced(ticket, now) for ticket in due])


def _advanced(ticket: Any, now: datetime) -> dict[str, Any]:
    deadline = _deadline(ticket)
    last = stages_reached(deadline, Stage(ticket.next_stage), now)[-1]
    following = stage_after(last)
    return {
        "ticket": ticket.id,
        "next_stage": following,
        "next_stage_at": stage_at(deadline, following) if following else None,
    }
