"""What triage learns from, and what it learned: people's corrections, and versions of the model.

A correction keeps words that privacy has passed, and goes when its buyer is erased. Rows only.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.lib.clock import Instant

KEPT_ASIDE = 5  # one in so many corrections is for measuring, never for learning


class Correction(Model):
    """A person's word on a message: a labelled example. One in KEPT_ASIDE only measures.

    `level` and `intent` are right, `…_was` is what stood there; the same where it was confirmed.
    """

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    lang: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    level_was: Mapped[int]
    level: Mapped[int]
    intent_was: Mapped[str | None] = mapped_column(String(30))
    intent: Mapped[str | None] = mapped_column(String(30))
    reason: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (
        Index(None, "vendor_id", "id"),
        Index(None, "ticket_id"),
    )

    @property
    def is_aside(self) -> bool:
        """Whether it measures rather than teaches."""
        return self.id % KEPT_ASIDE == 0


class VersionState(StrEnum):
    """What became of a version. Replaced and withdrawn ones were in use once."""

    TRAINING = "training"
    IN_USE = "in use"
    REPLACED = "replaced"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


class ModelVersion(Model):
    """One training of the classifier, its figures, and whether it was taken into use.

    figures: {"messages", "accuracy", "recall_2", "levels": {"1": [right, of], …}, "langs": {…}}.
    worse: what spoke against it, [["lang", "sv", right before, right after, of], …].
    """

    __tablename__ = "model_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(unique=True)
    at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(String(10), default=VersionState.TRAINING)
    texts: Mapped[int] = mapped_column(default=0)
    corrections: Mapped[int] = mapped_column(default=0)
    last_correction_id: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    worse: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
