"""The rows of the table: each measures one thing on one database and yields its figures."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from statistics import median

from sqlalchemy import delete, select, update

from app.deadlines.models import Alert
from app.deadlines.sweep import sweep
from app.extensions import db
from app.tickets.clocks.due import Stage
from app.tickets.clocks.promises import Wait
from app.tickets.models import Ticket, TicketEvent
from bench.board import board
from bench.desks import NOON, multiply, open_desk
from bench.figures import Figure, median_ms, seconds_of
from bench.pages import pages
from bench.post import accept, bigmail, hostile, intake, read
from bench.scoring import scorecard
from bench.sorting import sorting
from bench.translating import translating

SOWN = 10_000


def idle_sweep(database: str) -> Iterator[Figure]:
    """A sweep that finds nothing, at two sizes: it does not grow with the number of tickets."""
    for tickets in (100_000, 1_000_000):
        app = open_desk(database, f"tickets_{tickets}", tickets=SOWN)
        with app.app_context():
            multiply(tickets)
            _rewind()
            figure = median_ms(lambda: sweep(NOON))
            db.session.remove()
        size = f"{tickets:,}, a tenth open"
        yield Figure("sweep that finds nothing", size, database, figure, "ms", 5,
                     peer="django-helpdesk 340 ms")  # fmt: skip


def breach_sweep(database: str) -> Iterator[Figure]:
    """A sweep that flags 10,000 breaches, events and alerts written."""
    app = open_desk(database, "tickets_1000000", tickets=SOWN)
    with app.app_context():
        multiply(1_000_000)
        seconds = median(_breach() for _ in range(3))
        db.session.remove()
    yield Figure("sweep that flags 10,000 breaches", "1,000,000, a tenth open", database, seconds,
                 "s", 1, peer="django-helpdesk 47 to 134 s")  # fmt: skip


def _breach() -> float:
    """The seconds that 10,000 clocks take which all ran out a minute ago."""
    _rewind()
    breached = select(Ticket.id).where(Ticket.due_at.is_not(None)).order_by(Ticket.id).limit(10_000)
    late = NOON - timedelta(minutes=1)
    db.session.execute(
        update(Ticket).where(Ticket.id.in_(breached)).values(
            due_at=late, clock_started_at=late - timedelta(hours=24),
            unanswered_since=late - timedelta(hours=24),
        )
    )  # fmt: skip
    db.session.execute(
        update(Wait).where(Wait.ticket_id.in_(breached))
        .values(next_stage=Stage.BREACH, next_stage_at=late)
    )  # fmt: skip
    db.session.commit()
    flagged: list[int] = []
    seconds = seconds_of(lambda: flagged.append(sweep(NOON).flagged))
    if flagged != [10_000]:
        raise RuntimeError(f"The sweep flagged {flagged}.")
    _rewind()
    return seconds


def _rewind() -> None:
    """Nothing was told, and nothing is due yet."""
    db.session.execute(delete(Alert))
    db.session.execute(delete(TicketEvent).where(TicketEvent.kind == "overdue"))
    db.session.execute(
        update(Wait).values(next_stage=Stage.BREACH, next_stage_at=NOON + timedelta(hours=1))
    )
    db.session.commit()
    # What thousands of rewritten rows leave behind is put in order, as it is in service by itself.
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if db.engine.dialect.name == "postgresql":
            connection.exec_driver_sql("VACUUM ANALYZE ticket, wait, alert, ticket_event")


ROWS: dict[str, Callable[[str], Iterator[Figure]]] = {
    "pages": pages,
    "accept": accept,
    "intake": intake,
    "read": read,
    "bigmail": bigmail,
    "hostile": hostile,
    "sweep": idle_sweep,
    "breaches": breach_sweep,
    "board": board,
    "scorecard": scorecard,
    "triage": sorting,
    "translate": translating,
}
