"""The rows of the packages page: what is to be installed, and how good what is installed is.

The job's row is the queue and the progress bar: the page asks, the worker works, the page looks
again. Done ones stay as the history. Knows pairs, bytes and sentences about packages; no text of
anybody.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.lib.clock import Instant, now
from app.translation.packages import Origin


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Stage(StrEnum):
    """What the worker does with a job just now."""

    FETCHING = "fetching"
    CHECKING = "checking"


PENDING = (JobState.WAITING, JobState.WORKING)
_IS_PENDING = text("state IN ('waiting', 'working')")


class PackageJob(Model):
    """One package to be installed, or one that was removed.

    `origin` says from where; of an uploaded file the languages are known when it was read.
    `done_bytes` of `total_bytes` (0: nobody knows) have come. `fault` is a PackageError's words
    with its values. `due_at` puts a job off; `seen_at` is the last sign of life of its worker.
    """

    __tablename__ = "package_job"

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(String(8))
    is_removal: Mapped[bool] = mapped_column(default=False)
    source_lang: Mapped[str | None] = mapped_column(String(8))
    target_lang: Mapped[str | None] = mapped_column(String(8))
    version: Mapped[str] = mapped_column(String(31), default="")
    file: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(10), default=JobState.WAITING)
    stage: Mapped[str] = mapped_column(String(10), default=Stage.FETCHING)
    done_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    total_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    tries: Mapped[int] = mapped_column(default=0)
    fault: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant, default=now)
    due_at: Mapped[datetime] = mapped_column(Instant, default=now)
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        # One download a pair, whoever asks twice; files of unknown pairs do not count.
        Index("uq_package_job_pending", "source_lang", "target_lang", unique=True,
              sqlite_where=_IS_PENDING, postgresql_where=_IS_PENDING),
        Index("ix_package_job_due", "due_at", "id",
              sqlite_where=_IS_PENDING, postgresql_where=_IS_PENDING),
    )  # fmt: skip

    @property
    def is_pending(self) -> bool:
        """True while the worker still owes an end."""
        return self.state in PENDING

    @property
    def is_shipped(self) -> bool:
        """True for a package that comes with the desk."""
        return self.origin == Origin.SHIPPED

    def end(self, state: JobState, *, at: datetime) -> None:
        """It is over."""
        self.state, self.ended_at = state, at

    def put_off(self, until: datetime) -> None:
        """Not now, but then. What has come is kept."""
        self.state, self.due_at = JobState.WAITING, until


class PackageQuality(Model):
    """What an installed package made of the built-in check set.

    `seal` tells the package and the check set from others: another one is measured anew.
    `translated` of `sentences` were good enough to show, `likeness` is their chrF2 (0 to 100).
    """

    __tablename__ = "package_quality"

    source_lang: Mapped[str] = mapped_column(String(8), primary_key=True)
    target_lang: Mapped[str] = mapped_column(String(8), primary_key=True)
    seal: Mapped[str] = mapped_column(String(64))
    claimed_at: Mapped[datetime] = mapped_column(Instant, default=now)
    measured_at: Mapped[datetime | None] = mapped_column(Instant)
    sentences: Mapped[int] = mapped_column(default=0)
    translated: Mapped[int] = mapped_column(default=0)
    likeness: Mapped[int] = mapped_column(default=0)
