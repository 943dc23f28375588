"""One question to one buyer after one closing, and what the buyer said.

The vendor and the agent are those who had the ticket when it was closed: moving or merging it later
takes no answer along. Each number stands in the ticket's history too, so that figures follow from
it. `words` have passed privacy. Never knows a buyer's address.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent, Vendor
from app.extensions import Model, db
from app.lib.clock import Instant
from app.tickets.models import TicketEvent
from app.translation.models import Draft

SCORES = (1, 2, 3, 4, 5)
# Parasuraman, Zeithaml and Berry (SERVQUAL, 1988), one sentence each.
DIMENSIONS = ("tangibles", "reliability", "responsiveness", "assurance", "empathy")
LONG = " OR ".join(f"{name} IS NOT NULL" for name in DIMENSIONS)
CHANGEABLE = timedelta(hours=1)
LIVES = timedelta(days=30)


class NotTaken(Exception):
    """An answer that comes too late. Its text is the name of the sentence the buyer gets."""


class Survey(Model):
    """The row is written when the question leaves, and filled when the answer comes."""

    __tablename__ = "survey"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("buyer.id"))
    lang: Mapped[str] = mapped_column(String(8))
    closed_at: Mapped[datetime] = mapped_column(Instant)
    asked_at: Mapped[datetime] = mapped_column(Instant)

    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    score: Mapped[int | None]
    words: Mapped[str] = mapped_column(Text, default="")
    words_lang: Mapped[str] = mapped_column(String(8), default="und")
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("draft.id"))

    tangibles: Mapped[int | None]
    reliability: Mapped[int | None]
    responsiveness: Mapped[int | None]
    assurance: Mapped[int | None]
    empathy: Mapped[int | None]

    vendor: Mapped[Vendor] = relationship(lazy="raise")
    agent: Mapped[Agent | None] = relationship(lazy="raise")
    draft: Mapped[Draft | None] = relationship(lazy="raise")

    __table_args__ = (
        UniqueConstraint("ticket_id", "closed_at"),
        Index(None, "vendor_id", "answered_at", "id"),
        Index("ix_survey_of_vendor", "vendor_id", "asked_at", "agent_id", "score"),
        Index("ix_survey_asked", "asked_at", "vendor_id", "score"),
        Index("ix_survey_long", "asked_at", "vendor_id",
              sqlite_where=text(LONG), postgresql_where=text(LONG)),
        Index(None, "agent_id", "asked_at"),
        Index(None, "buyer_id", "asked_at"),
        Index("ix_survey_answered", "answered_at", "id",
              sqlite_where=text("answered_at IS NOT NULL"),
              postgresql_where=text("answered_at IS NOT NULL")),
    )  # fmt: skip

    def check_open(self, *, at: datetime) -> None:
        """Raises NotTaken when nothing can be said any more."""
        if self.answered_at is not None and at > self.answered_at + CHANGEABLE:
            raise NotTaken("already")
        if self.answered_at is None and at > self.asked_at + LIVES:
            raise NotTaken("over")

    def take(self, score: int, *, at: datetime) -> None:
        """The buyer's number. Another one may replace it for an hour, which begins at the first."""
        self.check_open(at=at)
        if score != self.score:
            self._note(score, at)
        self.score = score
        self.answered_at = self.answered_at or at

    def _note(self, score: int, at: datetime) -> None:
        """A line of the ticket's history: numbers, and whose they are."""
        said = {
            "survey": self.id, "score": score, "vendor": self.vendor_id, "agent": self.agent_id,
            "asked": self.asked_at.isoformat(),
        }  # fmt: skip
        db.session.add(TicketEvent(ticket_id=self.ticket_id, kind="rated", at=at, data=said))

    def take_dimensions(self, said: Mapping[str, int], *, at: datetime) -> None:
        """The long form, for those who have given their number. What was left out stays empty."""
        self.check_open(at=at)
        if self.answered_at is None:
            raise NotTaken("choose")
        for name in DIMENSIONS:
            setattr(self, name, said.get(name))
