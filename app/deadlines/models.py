"""What was told of which clock. One row a stage, so that nothing is told twice."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.lib.clock import Instant


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

    __table_args__ = (
        UniqueConstraint("ticket_id", "clock", "clock_started_at", "stage"),
        Index(None, "stage", "reached_at"),
    )
