"""kill -9 at every point of both lives: nothing is lost, and nobody gets a second answer.

KILL_RUNS sets how many random lives are lived (20 by default, 200 at night).
"""

import multiprocessing
import os
import random
import sqlite3
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.relay.victim import MAILS, main, recalled

RUNS = int(os.environ.get("KILL_RUNS", "20"))
LIVES_EACH = 12
FORK = multiprocessing.get_context("fork")  # everything is imported already
LAST_MOMENT = 60  # an undisturbed life has about so many points


def live(folder: Path, number: int, moment: int) -> int:
    """Live once in a process of its own; its exit status (-9 when it was killed)."""
    process = FORK.Process(target=main, args=(folder, number, moment))
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
    for number in range(LIVES_EACH, LIVES_EACH + 2):
        assert live(tmp_path, number, 0) == 0
    assert len(recalled(tmp_path / "told")) == MAILS
    assert rows(tmp_path, "SELECT count(*) FROM message WHERE kind = 'buyer'") == [(MAILS,)]
    assert rows(tmp_path, "SELECT DISTINCT state FROM stored_mail") == [("done",)]
    assert rows(tmp_path, "SELECT DISTINCT delivery FROM message WHERE kind = 'reply'") == [
        ("sent",)
    ]
    check_the_wire(recalled(tmp_path / "wire"))


def check_the_wire(sent: list[str]) -> None:
    """Every buyer got an answer; whatever went twice went with the same bytes."""
    mails = {bytes.fromhex(line) for line in sent}
    ids = {message_from_bytes(mail)["Message-ID"] for mail in mails}
    recipients = {message_from_bytes(mail)["To"] for mail in mails}
    assert len(mails) == len(ids) == len(recipients) == MAILS
