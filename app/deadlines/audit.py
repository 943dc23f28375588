"""The nightly audit: every clock worked out anew from the ticket's history and compared.

A difference is a fault of the desk: it is logged with the ticket's number and counted on `/readyz`;
nothing is mended in silence. Reads only, but for its own sign of life.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from app.accounts.models import Vendor
from app.extensions import db
from app.lib.clock import now
from app.lib.database import insert_or_skip, reading
from app.lib.heartbeat import Heartbeat, beat
from app.tickets.clocks.due import Clock, Deadline, Stage, next_deadline, reply_due_at, stage_at
from app.tickets.clocks.promises import Promise, Wait
from app.tickets.clocks.replay import FROM_ELSEWHERE, Happened, State, replay
from app.tickets.handing import family_events
from app.tickets.models import Ticket

log = logging.getLogger(__name__)

BATCH = 500
NIGHT = range(1, 5)  # hours of UTC
ONCE_IN = timedelta(hours=20)
LATEST = timedelta(hours=48)
NEVER = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
COLUMNS = (
    Ticket.id, Ticket.unanswered_since, Ticket.within_hours, Ticket.promised_at,
    Ticket.promised_for, Ticket.clock, Ticket.clock_started_at, Ticket.due_at,
    Wait.next_stage, Wait.next_stage_at, Wait.ticket_id.label("waits"),
)  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """A column that does not say what the history says."""

    ticket_id: int
    column: str
    kept: str
    recomputed: str


@dataclass(frozen=True)
class Audited:
    """What an audit found. `unchecked` tickets have no complete history: they were made in bulk,
    or by a version that wrote less of it down."""

    checked: int
    unchecked: int
    differences: Sequence[Difference]


def audit(*, batch: int = BATCH) -> Audited:
    """Recompute the clocks of every ticket. Never mends."""
    checked = unchecked = 0
    found: list[Difference] = []
    with reading():
        for ids in _batches(batch):
            compared, differences = _compare(ids)
            checked, unchecked = checked + compared, unchecked + len(ids) - compared
            found += differences
    for one in found:
        log.error(
            "ticket %s: %s is %s, its history says %s",
            one.ticket_id, one.column, one.kept, one.recomputed,
        )  # fmt: skip
    beat("audit", checked=checked, unchecked=unchecked, differences=len(found))
    db.session.commit()
    return Audited(checked, unchecked, found)


def audit_at_night() -> Audited | None:
    """The audit, once a night in one worker; at any hour when the last one is two days ago."""
    return audit() if _claim(now()) else None


def _claim(at: datetime) -> bool:
    db.session.execute(
        insert_or_skip(Heartbeat), [{"name": "audit began", "at": NEVER, "said": {}}]
    )
    span = ONCE_IN if at.hour in NIGHT else LATEST
    mine = update(Heartbeat).where(Heartbeat.name == "audit began", Heartbeat.at < at - span)
    claimed = db.session.execute(mine.values(at=at).returning(Heartbeat.name)).first()
    db.session.commit()
    return claimed is not None


def _batches(size: int) -> Iterator[Sequence[int]]:
    """The numbers of all tickets, in order."""
    last = 0
    while True:
        query = select(Ticket.id).where(Ticket.id > last).order_by(Ticket.id).limit(size)
        ids = db.session.scalars(query).all()
        if not ids:
            db.session.rollback()
            return
        yield ids
        last = ids[-1]
        db.session.rollback()  # what was read is not held on to


def _compare(ids: Sequence[int]) -> tuple[int, list[Difference]]:
    """How many of these have a history to compare with, and what differs."""
    known, differences = _look(ids)
    if not differences:
        return known, []
    # Somebody may have worked on a ticket between two looks: look again, one locked at a time.
    db.session.rollback()
    suspects = sorted({one.ticket_id for one in differences})
    return known, [one for ticket_id in suspects for one in _look_closely(ticket_id)]


def _look(ids: Sequence[int]) -> tuple[int, list[Difference]]:
    events = family_events(ids)
    without = _without_history(events)
    states = replay(event for event in events if event.ticket_id not in without)
    known = [ticket_id for ticket_id in ids if ticket_id in states]
    return len(known), [*_orphans(ids), *_differences(known, states)]


def _look_closely(ticket_id: int) -> list[Difference]:
    db.session.execute(select(Ticket.id).where(Ticket.id == ticket_id).with_for_update(read=True))
    _, differences = _look([ticket_id])
    db.session.rollback()
    return differences


def _without_history(events: Sequence[Happened]) -> set[int]:
    """The tickets whose history does not begin where a replay must, and those that came of them."""
    first = {event.ticket_id: event for event in reversed(events)}
    without = {
        ticket_id
        for ticket_id, event in first.items()
        if "within" not in event.data and event.kind != "split_off"
    }
    for event in events:
        if event.kind in FROM_ELSEWHERE and event.data["source"] in without:
            without.add(event.ticket_id)
    return without


def _orphans(ids: Sequence[int]) -> list[Difference]:
    """Tickets whose vendor was removed past the desk's rules. Their clocks run all the same."""
    query = (
        select(Ticket.id, Ticket.vendor_id)
        .outerjoin(Vendor, Vendor.id == Ticket.vendor_id)
        .where(Ticket.id.in_(ids), Vendor.id.is_(None))
    )
    return [
        Difference(one, "vendor", str(vendor), "none") for one, vendor in db.session.execute(query)
    ]


def _differences(ids: Sequence[int], states: Mapping[int, State]) -> list[Difference]:
    promises: dict[int, dict[int, str]] = defaultdict(dict)
    kept = select(Promise.ticket_id, Promise.id, Promise.outcome).where(Promise.ticket_id.in_(ids))
    for ticket_id, promise_id, outcome in db.session.execute(kept):
        promises[ticket_id][promise_id] = outcome
    found = []
    columns = select(*COLUMNS).outerjoin(Wait, Wait.ticket_id == Ticket.id)
    for row in db.session.execute(columns.where(Ticket.id.in_(ids))):
        expected = _expected(states[row.id])
        actual = row._asdict() | {"promises": promises[row.id]}
        found += [
            Difference(row.id, name, str(actual[name]), str(value))
            for name, value in expected.items()
            if actual[name] != value
        ]
        if not _stage_fits(row):
            found.append(Difference(row.id, "next_stage_at", str(row.next_stage_at), "another"))
    return found


def _expected(state: State) -> dict[str, Any]:
    """The columns that follow from what happened. The hours count while somebody waits."""
    wait, promise = state.oldest, state.next_promise
    deadline = next_deadline(
        unanswered_since=wait.at if wait else None,
        within_hours=wait.within if wait else 0,
        promised_at=promise.made_at if promise else None,
        promised_for=promise.due_at if promise else None,
    )
    return {
        "unanswered_since": wait.at if wait else None,
        "promised_at": promise.made_at if promise else None,
        "promised_for": promise.due_at if promise else None,
        "clock": deadline.clock if deadline else None,
        "clock_started_at": deadline.started_at if deadline else None,
        "due_at": deadline.due_at if deadline else None,
        "promises": {number: one.outcome for number, one in state.promises.items()},
    } | ({"within_hours": wait.within} if wait else {})


def _stage_fits(row: Any) -> bool:
    """Whether the next stage's moment is the clock's. The last warning's may have been set anew
    since; the sweep puts it right when it comes to it."""
    if row.unanswered_since is None or row.waits is None:
        return row.unanswered_since is None and row.waits is None
    if row.next_stage is None or row.next_stage == Stage.LAST_HOUR:
        return (row.next_stage is None) == (row.next_stage_at is None)
    due_at = reply_due_at(row.unanswered_since, row.within_hours)
    deadline = Deadline(Clock.REPLY, row.unanswered_since, due_at)
    return bool(row.next_stage_at == stage_at(deadline, Stage(row.next_stage)))
