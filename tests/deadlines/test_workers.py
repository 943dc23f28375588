"""Eight workers at once, most of them killed on the way: every stage is told once.

KILL_ROUNDS sets how many rounds are played (3 by default, 30 at night).
"""

import os
import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.config import Settings
from app.deadlines.models import Alert
from app.deadlines.sweep import sweep
from app.extensions import db
from app.lib.clock import now
from app.tickets.clocks.due import STAGES
from app.tickets.conversation import Word, give_word
from app.tickets.models import Ticket, TicketEvent
from tests.deadlines.worker import POINTS, main
from tests.factories import make_cast, make_ticket
from tests.fakes import SteppedClock
from tests.processes import Process

ROUNDS = int(os.environ.get("KILL_ROUNDS", "3"))
WORKERS, TICKETS = 8, 40
Told = Counter[tuple[int, str, str]]


@pytest.fixture
def waiting(fresh_app: Flask, clock: SteppedClock) -> Iterator[Flask]:
    """Tickets that wait, each with a promise too, and a week without a sweep."""
    with fresh_app.app_context():
        cast = make_cast()
        for number in range(TICKETS):
            ticket = make_ticket(cast.lavande, sender=f"kim{number}@mailbox.example")
            give_word(ticket, Word(cast.ana, now() + timedelta(hours=30 + number)), at=now())
        db.session.commit()
        clock.advance(days=7)
        db.session.remove()
        db.engine.dispose()
        yield fresh_app


def work(folder: Path, url: str, at: object, moments: list[int]) -> list[int | None]:
    """Workers all at once, each with its moment to die; their exit statuses."""
    workers = [
        Process(target=main, args=(folder, url), kwargs={"at": at, "moment": moment})
        for moment in moments
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    return [worker.exitcode for worker in workers]


def told() -> Told:
    rows = db.session.execute(select(Alert.ticket_id, Alert.clock, Alert.stage))
    return Counter((number, clock, stage) for number, clock, stage in rows)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_eight_workers_with_kills_tell_every_stage_once(
    waiting: Flask, clock: SteppedClock, tmp_path: Path, seed: int
) -> None:
    dice = random.Random(seed)
    settings: Settings = waiting.extensions["settings"]
    url = settings.database_url
    moments = [dice.randrange(1, POINTS) for _ in range(WORKERS)]
    deaths = work(settings.data_dir, url, clock(), moments)
    assert -9 in deaths
    assert set(work(settings.data_dir, url, clock(), [0] * WORKERS)) == {0}
    tickets = db.session.scalars(select(Ticket.id)).all()
    expected = {(number, kind, stage) for number in tickets for kind in ("reply", "promise")
                for stage in STAGES}  # fmt: skip
    assert told() == Counter(expected)
    events = select(TicketEvent.ticket_id).where(TicketEvent.kind == "overdue")
    assert Counter(db.session.scalars(events)) == Counter(dict.fromkeys(tickets, 2))
    assert sweep(clock()).told == 0
