"""What was told of which clock. One row a stage, so that nothing is told twice."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.lib.clock import Instant


class Manner(StrEnum):
    """How a stage is to be told: as news, in a digest of what is long past, or not at all, since a
    later stage of the same clock says it too."""

    NEWS = "news"
    DIGEST = "digest"
    PASSED = "passed"


class Alert(Model):
    """A stage that a ticket's clock reached: when it truly did, and when the sweep found out."""

    __tablename__ = "alert"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    clock: Mapped[str] = mapped_column(String(8))
    clock_started_at: Mapped[datetime] = mapped_column(Instant)
    stage: Mapped[str] = mapped_column(String(16))
    reached_at: Mapped[datetime] = mapped_column(Instant)
    found_at: Mapped[datetime] = mapped_column(Instant)
    manner: Mapped[str] = mapped_column(String(8), default=Manner.NEWS)
    told_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        UniqueConstraint("ticket_id", "clock", "clock_started_at", "stage"),
        Index(None, "stage", "reached_at"),
        Index("ix_alert_untold", "manner", "id",
              sqlite_where=text("told_at IS NULL AND manner <> 'passed'"),
              postgresql_where=text("told_at IS NULL AND manner <> 'passed'")),
    )  # fmt: skip


class Excuse(Model):
    """Why a deadline that passed could not be kept, in a supervisor's words. It is still counted:
    as excused, beside those in time and those that were missed."""

    __tablename__ = "excuse"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    clock: Mapped[str] = mapped_column(String(8))
    clock_started_at: Mapped[datetime] = mapped_column(Instant)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(String(200))

    __table_args__ = (
        UniqueConstraint("ticket_id", "clock", "clock_started_at"),
        Index(None, "vendor_id", "at"),
    )
