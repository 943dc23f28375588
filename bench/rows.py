"""The rows of the table: each measures one thing on one database and yields its figures."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from statistics import median

from flask import Flask
from sqlalchemy import delete, func, select, text, update

from app.accounts.models import Agent, Vendor
from app.deadlines.models import Alert
from app.deadlines.sweep import sweep
from app.extensions import db
from app.lib.clock import set_clock, system_clock
from app.phrasebook import fill_example, load
from app.relay.inbound import read_waiting
from app.relay.masks import door_address
from app.relay.models import StoredMail
from app.seeds.demo import PHRASEBOOK
from app.seeds.people import hire_everybody
from app.tickets.due import Stage
from app.tickets.models import Ticket, TicketEvent
from bench.board import board
from bench.desks import NOON, open_desk
from bench.figures import Figure, median_ms, seconds_of
from bench.sorting import sorting
from bench.wire import deliver, open_door

MAILS = 600
SOWN = 10_000


def queue(database: str) -> Iterator[Figure]:
    """The queue page of a vendor's agent, server time, through the whole application."""
    app = open_desk(database, "hundred_thousand", tickets=100_000)
    for view, peer in (("team", "FreeScout 41 ms, django-helpdesk 797 ms"), ("all", "")):
        client = _logged_in(app)
        url = f"/tickets?view={view}"
        figure = median_ms(lambda client=client, url=url: _ok(client.get(url)))
        yield Figure(f"queue page, view “{view}”", "100,000 tickets", database, figure, "ms", 25,
                     peer=peer)  # fmt: skip


def _logged_in(app: Flask):
    client = app.test_client()
    with app.app_context():
        agent_id = db.session.scalars(select(Agent.id).where(Agent.vendor_id.is_not(None))).first()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = str(agent_id), True
    return client


def _ok(response) -> None:
    if response.status_code != 200:
        raise RuntimeError(f"The page answered {response.status_code}.")


def ingest(database: str) -> Iterator[Figure]:
    """Mails over LMTP, each answered after a durable commit; then read into triaged tickets."""
    app = open_desk(database, "ingest")
    with app.app_context():
        vendor = db.session.scalars(select(Vendor)).first() or hire_everybody()[0]
        db.session.commit()
        door = door_address(vendor)
        mails = list(_mails(door))
        with open_door(app) as port:
            seconds = deliver(port, door, mails)
        yield Figure("mails taken over LMTP, 4 connections", f"{MAILS} mails of 1-20 kB", database,
                     MAILS / seconds, "a second", 400, more_is_better=True)  # fmt: skip
        set_clock(system_clock)
        seconds = seconds_of(lambda: read_waiting(limit=MAILS))
        yield Figure("mails read into triaged tickets, 1 worker", f"{MAILS} mails of 1-20 kB",
                     database, MAILS / seconds, "a second", 120, more_is_better=True,
                     peer="django-helpdesk 81 a second")  # fmt: skip


def _mails(door: str) -> Iterator[bytes]:
    """Mails of 1 to 20 kB in the phrasebook's words, all different, from all different buyers."""
    book = load(PHRASEBOOK)
    run = db.session.scalar(select(func.count()).select_from(StoredMail)) or 0
    db.session.commit()
    dice = random.Random(run)
    groups = [group for group in book.groups if group.role == "buyer"]
    for number in range(MAILS):
        mail, lang = EmailMessage(), dice.choice(("en", "fr", "de", "es", "it"))
        words = [
            fill_example(dice.choice(groups), lang, dice.randrange(10**6), items=book.items)
            for _ in range(dice.randrange(3, 12))
        ]
        quoted = "\n".join("> " + "Your order is on its way. " * 3 for _ in range(number % 200))
        mail["From"], mail["To"] = f"kim{run}-{number}@mail.example", door
        mail["Subject"], mail["Message-ID"] = f"Order 900-{number}", f"<{run}-{number}@b.example>"
        mail.set_content("\n\n".join(words) + f"\n\nOn Monday somebody wrote:\n{quoted}")
        yield mail.as_bytes(policy=SMTP)


def idle_sweep(database: str) -> Iterator[Figure]:
    """A sweep that finds nothing, at two sizes: it does not grow with the number of tickets."""
    for tickets in (100_000, 1_000_000):
        app = open_desk(database, f"tickets_{tickets}", tickets=SOWN)
        with app.app_context():
            _multiply(tickets)
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
        _multiply(1_000_000)
        seconds = median(_breach() for _ in range(3))
        db.session.remove()
    yield Figure("sweep that flags 10,000 breaches", "1,000,000, a tenth open", database, seconds,
                 "s", 1, peer="django-helpdesk 47 to 134 s")  # fmt: skip


def _multiply(tickets: int) -> None:
    """Copy the desk's own tickets until there are so many. The copies have no words: a sweep reads
    none."""
    there = db.session.scalar(select(func.count()).select_from(Ticket)) or 0
    if there >= tickets:
        return
    names = [column.name for column in Ticket.__table__.columns if column.name != "id"]
    columns = ", ".join(names)
    numbers = ", ".join(f"({number})" for number in range(1, tickets // there))
    db.session.execute(
        text(
            f"INSERT INTO ticket ({columns}) SELECT {columns} FROM ticket "
            f"CROSS JOIN (VALUES {numbers}) AS copies"
        )
    )
    db.session.commit()


def _breach() -> float:
    """The seconds that 10,000 clocks take which all ran out a minute ago."""
    _rewind()
    breached = select(Ticket.id).where(Ticket.due_at.is_not(None)).order_by(Ticket.id).limit(10_000)
    late = NOON - timedelta(minutes=1)
    db.session.execute(
        update(Ticket).where(Ticket.id.in_(breached)).values(
            next_stage=Stage.BREACH, next_stage_at=late, due_at=late,
            clock_started_at=late - timedelta(hours=24),
            unanswered_since=late - timedelta(hours=24),
        )
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
        update(Ticket)
        .where(Ticket.due_at.is_not(None))
        .values(next_stage=Stage.BREACH, next_stage_at=NOON + timedelta(hours=1))
    )
    db.session.commit()
    # What thousands of rewritten rows leave behind is put in order, as it is in service by itself.
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if db.engine.dialect.name == "postgresql":
            connection.exec_driver_sql("VACUUM ANALYZE ticket, alert, ticket_event")


ROWS: dict[str, Callable[[str], Iterator[Figure]]] = {
    "queue": queue,
    "ingest": ingest,
    "sweep": idle_sweep,
    "breaches": breach_sweep,
    "board": board,
    "triage": sorting,
}
