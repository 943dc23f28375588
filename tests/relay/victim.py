"""A desk process that dies.

`main` lives both lives (mails in and read, answers out) until nothing is left to do, and kills
itself with SIGKILL at the given point on the way: before and after every commit, and before and
after a mail has gone over the wire. Moment 0 lets it live. What a sender was told and what a buyer
got is appended to two files, as the world outside would remember it.
"""

import asyncio
import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.accounts.models import Agent, Vendor
from app.config import Settings, complete
from app.extensions import db
from app.factory import create_app
from app.lib.clock import now, set_clock
from app.relay.door import serve
from app.relay.inbound import Envelope, read_waiting, receive
from app.relay.masks import door_address
from app.relay.outbound import deliver_due
from app.tickets.conversation import Answer, reply
from app.tickets.models import Ticket
from tests.factories import make_cast, write_mail
from tests.fakes import UpperCaseEngine, WordClassifier

MAILS = 4
MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Fate:
    """Counts the points on the way and kills the process at one of them."""

    def __init__(self, moment: int) -> None:
        self.left = moment

    def point(self, *_: object) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class Wire:
    """A transport that remembers what left, and may be the last thing the process did."""

    def __init__(self, memory: Path, fate: Fate) -> None:
        self.memory, self.fate = memory, fate

    def send(self, *, sender: str, recipient: str, content: bytes) -> None:
        self.fate.point()
        remember(self.memory, content.hex())
        self.fate.point()


def remember(path: Path, line: str) -> None:
    with path.open("a") as memory:
        memory.write(line + "\n")
        memory.flush()
        os.fsync(memory.fileno())


def recalled(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def main(folder: Path, number: int, moment: int) -> None:
    fate = Fate(moment)
    # Between two rounds enough time passes for what a dead worker had taken to be free again.
    set_clock(lambda: MORNING + number * timedelta(minutes=20))
    app = create_app(
        complete(Settings(data_dir=folder, undo_seconds=0)), classifier=WordClassifier,
        engine=UpperCaseEngine, transport=Wire(folder / "wire", fate),
    )  # fmt: skip
    with app.app_context():
        if number == 0:
            db.create_all()
            make_cast()
            return
        event.listen(Session, "before_commit", fate.point)
        event.listen(Session, "after_commit", fate.point)
        live(folder / "told")


def live(told: Path) -> None:
    """Send what was not acknowledged, read, answer, deliver."""
    for mail in range(MAILS):
        if str(mail) not in recalled(told):
            hand_over(mail)
            remember(told, str(mail))
    while read_waiting():
        pass
    for ticket in db.session.scalars(select(Ticket).where(Ticket.unanswered_since.is_not(None))):
        agent = db.session.scalars(select(Agent).filter_by(name="Ana")).unique().one()
        reply(ticket, agent, Answer("It arrives tomorrow.", ticket.lang), at=now())
        db.session.commit()
    while deliver_due():
        pass


def hand_over(mail: int) -> None:
    vendor = db.session.scalars(select(Vendor).filter_by(slug="lavande")).one()
    door = door_address(vendor)
    sender = f"kim{mail}@mailbox.example"
    receive(write_mail(door, f"Where is order {mail}?", sender=sender), Envelope(door, sender))


def door(folder: Path, smtp_port: int, lmtp_port: int) -> None:
    """Take mail at both doors until somebody ends it."""
    settings = Settings(data_dir=folder, smtp_port=smtp_port, lmtp_port=lmtp_port)
    asyncio.run(serve(create_app(complete(settings), classifier=WordClassifier)))
