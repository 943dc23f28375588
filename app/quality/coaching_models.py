"""What a supervisor wrote after looking at an agent's ticket. Rows only."""

from datetime import datetime
from enum import IntEnum

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.lib.clock import Instant


class Mark(IntEnum):
    """How far something was done."""

    NO = 0
    PARTLY = 1
    YES = 2


# The rubric: one column each.
POINTS = ("understood", "correct", "friendly", "next_step")


class Review(Model):
    """One ticket of one agent, looked at by a supervisor. Nothing is ranked by it."""

    __tablename__ = "review"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    understood: Mapped[int]
    correct: Mapped[int]
    friendly: Mapped[int]
    next_step: Mapped[int]
    words: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (UniqueConstraint("ticket_id", "agent_id"), Index(None, "agent_id", "at"))
