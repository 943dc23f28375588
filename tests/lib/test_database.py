"""Rows that are written together: in one statement, each with its own number."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event, select, text

from app.extensions import db
from app.lib.database import learn_sizes
from app.tickets.models import Ticket, TicketEvent
from tests.factories import Cast, make_ticket

MANY = 300


@pytest.fixture
def inserts(cast: Cast) -> Iterator[list[str]]:
    """What is inserted, statement by statement."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.extend([statement] if statement.startswith("INSERT") else [])

    event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    event.remove(db.engine, "before_cursor_execute", note)


def test_rows_of_one_kind_are_written_in_one_go_and_each_learns_its_number(
    cast: Cast, inserts: list[str]
) -> None:
    ticket: Ticket = make_ticket(cast.lavande)
    inserts.clear()
    events = [
        TicketEvent(ticket_id=ticket.id, kind="noted", at=ticket.opened_at, data={"no": number})
        for number in range(MANY)
    ]
    db.session.add_all(events)
    db.session.flush()
    assert len(inserts) == 1
    kept = {event.id: event.data["no"] for event in events}
    db.session.expunge_all()
    query = select(TicketEvent.id, TicketEvent.data).where(TicketEvent.id.in_(kept))
    assert {row.id: row.data["no"] for row in db.session.execute(query)} == kept
    assert len(kept) == MANY


def test_the_planner_learns_how_full_the_tables_are(cast: Cast) -> None:
    make_ticket(cast.lavande)
    learn_sizes()
    if db.engine.dialect.name == "sqlite":
        known = db.session.execute(text("SELECT DISTINCT tbl FROM sqlite_stat1")).scalars().all()
        assert "ticket" in known
