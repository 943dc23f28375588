"""How much mail the desk takes and reads: a door over real sockets, readers in processes of their
own, and the rules that every text passes."""

import multiprocessing
import random
import time
from collections.abc import Callable, Iterable, Iterator
from email.message import EmailMessage
from email.policy import SMTP
from statistics import median
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import Vendor
from app.extensions import db
from app.lib.clock import set_clock, system_clock
from app.lib.heap import settle
from app.mail.parse import read as parse
from app.mail.quotes import Anchors, cut
from app.phrasebook import fill_example, load
from app.privacy.redact import redact
from app.relay.inbound import Envelope, keep, read_waiting, sealed_row
from app.relay.masks import door_address, find_recipient
from app.relay.models import MailState, StoredMail
from app.relay.reading import general_anchors
from app.seeds.demo import PHRASEBOOK
from app.seeds.people import hire_everybody
from app.triage.intake import warm_up
from bench.desks import multiply, open_desk
from bench.figures import Figure, seconds_of
from bench.hostile import HOSTILE
from bench.wire import deliver, open_door, peak_mb

TAKEN, READ = 1_200, 300
SEEDED = 50_000
LANGS = ("en", "fr", "de", "es", "it")
BIG = 26_000_000
Rows = Iterator[Figure]


def accept(database: str) -> Rows:
    """Mails over LMTP, each answered after a durable commit."""
    app = open_desk(database, "accept")
    with app.app_context():
        door = _door()
        mails = list(_mails(door, TAKEN))
        with open_door(app) as opened:
            deliver(opened.port, door, mails[:50])
            seconds = deliver(opened.port, door, mails[50:])
    yield Figure("mails taken over LMTP, 4 connections", f"{TAKEN} mails of 1-20 kB", database,
                 (TAKEN - 50) / seconds, "a second", 400, more_is_better=True)  # fmt: skip


def intake(database: str) -> Rows:
    """Stored mails into triaged tickets, on an empty desk and on one with a million tickets."""
    for name, size in (("intake", "no ticket"), ("intake_million", "1,000,000 tickets")):
        app = open_desk(database, name, tickets=SEEDED if "million" in name else 0)
        with app.app_context():
            if "million" in name:
                multiply(1_000_000)
            for workers in (1, 2):
                figure = READ / _seconds_to_read(database, name, workers=workers)
                yield Figure(f"mails into triaged tickets, {workers} workers", size, database,
                             figure, "a second", 120, more_is_better=True,
                             peer="django-helpdesk 81, at 100,000 tickets 13")  # fmt: skip


def read(database: str) -> Rows:
    """Parse, cut, hide: 10 kB."""
    if database != "sqlite":
        return  # no row is asked
    app = open_desk(database, "intake")
    with app.app_context():
        mails = [mail for mail in _mails(_door(), 600) if 8_000 < len(mail) < 12_000]
        anchors = general_anchors()
        for mail in mails[:5]:
            _hide(mail, anchors)
        figure = median(_cpu_seconds(mail, anchors) for mail in mails)
    yield Figure("parse, cut and hide, median", "mails of 10 kB", "", figure * 1000, "ms", 4)


def bigmail(database: str) -> Rows:
    """The most memory that a door and a reader ever had, with a mail as big as may be."""
    app = open_desk(database, "bigmail")
    with app.app_context():
        door = _door()
        with open_door(app) as opened:
            deliver(opened.port, door, [_big(door)])
            peaks = {"door": opened.peak_mb()}
    peaks["reader"] = _together(_peak_of_reader, database, "bigmail", workers=1)
    for who, peak in peaks.items():
        yield Figure(f"memory of a {who} at its most", "one mail of 25 MB", database, peak, "MB",
                     300)  # fmt: skip


def hostile(database: str) -> Rows:
    """Mails made to hang a reader, each from the queue to its verdict: the slowest."""
    app = open_desk(database, "hostile")
    set_clock(system_clock)
    with app.app_context():
        door = _door()
        _seconds_of_hostile(next(_mails(door, 1)), door)  # what is made at the first use is made
        worst = max((_seconds_of_hostile(make(door), door), name) for name, make in HOSTILE.items())
    yield Figure(f"hostile mail, the slowest: {worst[1]}", f"{len(HOSTILE)} kinds", database,
                 worst[0], "s", 2)  # fmt: skip


def _seconds_of_hostile(mail: bytes, door: str) -> float:
    # The same bytes a second time would be known already.
    _keep([b"X-Run: %d\r\n" % time.time_ns() + mail], door)
    seconds = seconds_of(read_waiting)
    newest = select(StoredMail.state).order_by(StoredMail.id.desc()).limit(1)
    if db.session.scalar(newest) in {MailState.FAILED, MailState.WORKING}:
        raise RuntimeError("A hostile mail was not read.")
    db.session.rollback()
    return seconds


def _cpu_seconds(mail: bytes, anchors: Anchors) -> float:
    """The processor's time: nothing is waited for here, and others may be at work."""
    began = time.process_time()
    _hide(mail, anchors)
    return time.process_time() - began


def _hide(mail: bytes, anchors: Anchors) -> None:
    seen = parse(mail)
    parts = cut(seen.text, anchors)
    for words in (seen.subject, parts.new, parts.signature, parts.quoted):
        redact(words, lang="en")


def _door() -> str:
    """The door of the desk's first vendor."""
    set_clock(system_clock)
    vendor = db.session.scalars(select(Vendor)).first() or hire_everybody()[0]
    db.session.commit()
    return door_address(vendor)


def _mails(door: str, count: int) -> Iterator[bytes]:
    """Mails of 1 to 20 kB in the phrasebook's words, all different, from all different buyers."""
    book = load(PHRASEBOOK)
    run = db.session.scalar(select(func.max(StoredMail.id))) or 0
    db.session.commit()
    dice = random.Random(run)
    groups = [group for group in book.groups if group.role == "buyer"]
    for number in range(count):
        mail, lang = EmailMessage(), dice.choice(LANGS)
        words = [
            fill_example(dice.choice(groups), lang, dice.randrange(10**6), items=book.items)
            for _ in range(dice.randrange(3, 12))
        ]
        quoted = "\n".join("> " + "Your order is on its way. " * 3 for _ in range(number % 200))
        mail["From"], mail["To"] = f"kim{run}-{number}@mail.example", door
        mail["Subject"], mail["Message-ID"] = f"Order 900-{number}", f"<{run}-{number}@b.example>"
        mail.set_content("\n\n".join(words) + f"\n\nOn Monday somebody wrote:\n{quoted}")
        yield mail.as_bytes(policy=SMTP)


def _big(door: str) -> bytes:
    mail = next(_mails(door, 1))
    head, _, body = mail.partition(b"\r\n\r\n")
    line = b"The parcel has not come and nobody answers the telephone there\r\n"
    return b"\r\n\r\n".join((head, body + line * ((BIG - len(mail)) // len(line))))


def _keep(mails: Iterable[bytes], door: str) -> None:
    to = find_recipient(door)
    db.session.commit()
    keep([sealed_row(mail, Envelope(door, "kim@mail.example"), to) for mail in mails])


def _seconds_to_read(database: str, name: str, *, workers: int) -> float:
    """How long `workers` processes take for READ stored mails."""
    _keep(_mails(_door(), READ), _door())
    db.session.remove()
    db.engine.dispose()
    return _together(_seconds_of_reader, database, name, workers=workers)


def _together(work: Callable[..., float], *about: str, workers: int) -> float:
    """`work` in so many processes at once, which begin together; the highest of their answers."""
    spawn = multiprocessing.get_context("spawn")
    with spawn.Manager() as manager, spawn.Pool(workers) as pool:
        start = manager.Barrier(workers)
        return max(pool.starmap(work, [(*about, start)] * workers, chunksize=1))


def _seconds_of_reader(database: str, name: str, start: Any) -> float:
    app = open_desk(database, name)
    set_clock(system_clock)
    with app.app_context():
        warm_up()
        read_waiting(limit=1)  # what is made at the first use is made
        settle()
        start.wait()
        began = time.perf_counter()
        while read_waiting():
            pass
        return time.perf_counter() - began


def _peak_of_reader(database: str, name: str, start: Any) -> float:
    _seconds_of_reader(database, name, start)
    return peak_mb("self")
