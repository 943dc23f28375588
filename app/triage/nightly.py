"""The nightly training: begun once a night by one worker, done in a process of its own.

A training takes half a minute of one core and a gigabyte; the worker that reads and sends mail must
not pay for it. What is learned, and whether it is used, is `learning`'s.
"""

import logging
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.extensions import db
from app.triage.learning import enough_to_learn
from app.triage.models import ModelVersion

log = logging.getLogger(__name__)

NIGHT = range(1, 5)  # o'clock, UTC
ONCE_IN = timedelta(hours=20)


def learn_by_night(at: datetime, *, begin: Callable[[], None] | None = None) -> bool:
    """Begin a training if it is night, enough was corrected, and none was begun this night."""
    if at.hour not in NIGHT or not enough_to_learn():
        return False
    last = db.session.scalar(select(func.max(ModelVersion.at)))
    if last is not None and at - last < ONCE_IN:
        return False
    (begin or train_apart)()
    return True


def train_apart() -> None:
    """Train in a child process with the desk's own command, behind everything else."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "triage", "train", "--behind"]
    done = subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - our own words
    if done.returncode:
        log.error("the nightly training ended with status %s", done.returncode)
