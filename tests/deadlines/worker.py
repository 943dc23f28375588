"""A worker that sweeps in a process of its own, and may be killed or stand still on its way."""

import os
import random
import signal
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session

from app.config import Settings, complete
from app.deadlines.sweep import sweep
from app.extensions import db
from app.factory import create_app
from app.lib.clock import set_clock
from tests.fakes import MemorySmtp, UpperCaseEngine, WordClassifier

POINTS = 40  # an undisturbed worker passes about so many


def main(folder: Path, url: str, *, at: datetime, moment: int) -> None:
    """Sweep once at `at`; die at the point numbered `moment` (0: live)."""
    set_clock(lambda: at)
    app = create_app(
        complete(Settings(data_dir=folder, database_url=url)), classifier=WordClassifier,
        engine=UpperCaseEngine, transport=MemorySmtp(),
    )  # fmt: skip
    left = [moment]

    def point(*_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    with app.app_context():
        event.listen(Session, "before_commit", point)
        event.listen(Session, "after_commit", point)
        event.listen(db.engine, "after_cursor_execute", point)
        sweep(at, batch=10)
        sweep(at + timedelta(seconds=random.randrange(20)), batch=10)
