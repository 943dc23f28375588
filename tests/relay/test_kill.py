"""kill -9 at every point of both lives: nothing is lost, and nobody gets a second answer.

KILL_RUNS sets how many random lives are lived (20 by default, 200 at night). KILL_EVERY=yes lives
one more life for each numbered point, in turn.
"""

import os
import random
import smtplib
import sqlite3
import threading
import time
from contextlib import suppress
from email import message_from_bytes
from itertools import count
from pathlib import Path

import pytest

from app.config import Settings
from tests.doors import free_port, wait_for
from tests.factories import write_mail
from tests.processes import Process
from tests.relay.victim import MAILS, door, main, recalled

RUNS = int(os.environ.get("KILL_RUNS", "20"))
EVERY_POINT = bool(os.environ.get("KILL_EVERY"))
LIVES_EACH = 12
LAST_MOMENT = 60  # an undisturbed life has about so many points


def live(folder: Path, number: int, moment: int) -> int:
    """Live once in a process of its own; its exit status (-9 when it was killed)."""
    process = Process(target=main, args=(folder, number, moment))
    process.start()
    process.join(60)
    assert process.exitcode is not None
    return process.exitcode


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / "dragoman.db") as database:
        return database.execute(query).fetchall()


@pytest.mark.slow
@pytest.mark.parametrize("run", range(max(1, RUNS // 10)))
def test_nothing_is_lost_and_nothing_is_said_twice(tmp_path: Path, run: int) -> None:
    dice = random.Random(run)
    assert live(tmp_path, 0, 0) == 0
    statuses = [
        live(tmp_path, number, dice.randrange(1, LAST_MOMENT)) for number in range(1, LIVES_EACH)
    ]
    assert -9 in statuses
    check_the_end(tmp_path)


@pytest.mark.slow
@pytest.mark.skipif(not EVERY_POINT, reason="KILL_EVERY is not set: for the night")
def test_no_point_in_its_turn_loses_or_doubles_anything(tmp_path: Path) -> None:
    for moment in count(1):
        folder = tmp_path / str(moment)
        folder.mkdir()
        assert live(folder, 0, 0) == 0
        survived = live(folder, 1, moment) == 0
        check_the_end(folder)
        if survived:
            break
    assert moment > 30


def check_the_end(folder: Path) -> None:
    """After two quiet lives everything is done, once."""
    for number in range(LIVES_EACH, LIVES_EACH + 2):
        assert live(folder, number, 0) == 0
    assert len(recalled(folder / "told")) == MAILS
    assert rows(folder, "SELECT count(*) FROM message WHERE kind = 'buyer'") == [(MAILS,)]
    assert rows(folder, "SELECT DISTINCT state FROM stored_mail") == [("done",)]
    assert rows(folder, "SELECT DISTINCT delivery FROM message WHERE kind = 'reply'") == [("sent",)]
    check_the_wire(recalled(folder / "wire"))


def check_the_wire(sent: list[str]) -> None:
    """Every buyer got an answer; whatever went twice went with the same bytes."""
    mails = {bytes.fromhex(line) for line in sent}
    ids = {message_from_bytes(mail)["Message-ID"] for mail in mails}
    recipients = {message_from_bytes(mail)["To"] for mail in mails}
    assert len(mails) == len(ids) == len(recipients) == MAILS


# --- the door, killed from outside while it speaks ---------------------------------------------

SENDERS, MAILS_EACH = 3, 6
PATIENCE = 120  # seconds; a sender needs about five
LAVANDE = f"lavande@{Settings().relay_domain}"


@pytest.mark.slow
@pytest.mark.parametrize("run", range(max(2, RUNS // 10)))
def test_what_the_door_said_250_to_is_kept_whenever_it_dies(tmp_path: Path, run: int) -> None:
    dice = random.Random(run)
    assert live(tmp_path, 0, 0) == 0
    ports = (free_port(), free_port())
    done = threading.Event()
    senders = [
        threading.Thread(target=send_until_taken, args=(ports[1], number))
        for number in range(SENDERS)
    ]
    keeper = threading.Thread(target=keep_dying, args=(tmp_path, ports, dice, done))
    for thread in (keeper, *senders):
        thread.start()
    for sender in senders:
        sender.join()
    done.set()
    keeper.join()
    assert rows(tmp_path, "SELECT count(*) FROM stored_mail") == [(SENDERS * MAILS_EACH,)]


def keep_dying(
    folder: Path, ports: tuple[int, int], dice: random.Random, done: threading.Event
) -> None:
    """Open the door, kill it some tenths of a second after it opened, and again."""
    while not done.is_set():
        process = Process(target=door, args=(folder, *ports))
        process.start()
        with suppress(TimeoutError):  # then it dies before it opened
            wait_for(ports[1])
        done.wait(dice.uniform(0.0, 0.4))
        process.kill()
        process.join()


def send_until_taken(port: int, sender: int) -> None:
    """Send each mail until the door has said 250, as a mail server does, for so long at most."""
    address = f"kim{sender}@mailbox.example"
    end = time.monotonic() + PATIENCE
    for number in range(MAILS_EACH):
        raw = write_mail(LAVANDE, f"Mail {number}", sender=address)
        while time.monotonic() < end and not taken(port, address, raw):
            time.sleep(0.01)


def taken(port: int, address: str, raw: bytes) -> bool:
    try:
        with smtplib.LMTP("127.0.0.1", port, timeout=5) as client:
            client.ehlo()
            client.mail(address)
            client.rcpt(LAVANDE)
            return client.data(raw)[0] == 250
    except (smtplib.SMTPException, OSError):
        return False
