"""What the desk owes its buyers: waits, promises, the acknowledgements that make them, silences.

Rows only; `clockwork` and `conversation` write them. A wait ends and a promise is settled by news
to the buyer and by nothing else. Nothing here commits, and nothing here knows a buyer's words.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.lib.clock import Instant
from app.tickets.clocks.due import Clock, Deadline, Stage, stage_at


class Wait(Model):
    """A buyer waits for an answer: the stage that the ticket's reply clock comes to next.

    The sweep turns it over several times, so it stands in a narrow table: a row of the ticket is
    wide and in twenty indexes. There is none while nobody waits.
    """

    __tablename__ = "wait"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    next_stage: Mapped[str | None] = mapped_column(String(16))
    next_stage_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        Index("ix_wait_sweep", "next_stage_at",
              sqlite_where=text("next_stage_at IS NOT NULL"),
              postgresql_where=text("next_stage_at IS NOT NULL")),
    )  # fmt: skip

    @classmethod
    def begin(cls, deadline: Deadline) -> "Wait":
        """The clock starts: its stages begin with the first."""
        return cls(next_stage=Stage.HALF, next_stage_at=stage_at(deadline, Stage.HALF))


class Outcome(StrEnum):
    """What became of a promise. Withdrawn: the message that made it never reached the buyer."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"


class Promise(Model):
    """News promised to a buyer by a date: a clock of its own, with stages like the reply clock's.

    `message_id` is the message that made it (none: it was given another way), `settled_by_id` the
    one that brought the news.
    """

    __tablename__ = "promise"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    outcome: Mapped[str] = mapped_column(String(10), default=Outcome.OPEN)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    next_stage: Mapped[str | None] = mapped_column(String(16))
    next_stage_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        Index(None, "ticket_id"),
        Index("ix_promise_sweep", "next_stage_at",
              sqlite_where=text("next_stage_at IS NOT NULL"),
              postgresql_where=text("next_stage_at IS NOT NULL")),
        Index("ix_promise_settled", "settled_at"),
    )  # fmt: skip

    @property
    def deadline(self) -> Deadline:
        """The promise as a clock."""
        return Deadline(Clock.PROMISE, self.made_at, self.due_at)

    def run(self) -> None:
        """The promise is open: its stages begin, or begin again after news that never arrived."""
        self.outcome = Outcome.OPEN
        self.settled_at = self.settled_by_id = None
        self.next_stage, self.next_stage_at = Stage.HALF, stage_at(self.deadline, Stage.HALF)

    def settle(self, outcome: Outcome, *, at: datetime, by: int | None) -> None:
        """The promise ends: message `by` brought the news at `at`, or it was withdrawn."""
        self.outcome, self.settled_at, self.settled_by_id = outcome, at, by
        self.next_stage = self.next_stage_at = None


class Wording(StrEnum):
    """Where the text of an acknowledgement came from."""

    MACRO = "macro"
    DRAFT = "draft"
    HAND = "hand"


class Acknowledgement(Model):
    """A level-2 ticket's buyer was told who looks after it and when the next news comes.

    `agent_id` is whom the text names, `by_id` who sent it; they differ when a supervisor did it on
    an agent's behalf. Withdrawn when the message never reached the buyer.
    """

    __tablename__ = "acknowledgement"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), unique=True)
    promise_id: Mapped[int] = mapped_column(ForeignKey("promise.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    lang: Mapped[str] = mapped_column(String(8))
    wording: Mapped[str] = mapped_column(String(8))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (Index(None, "ticket_id"), Index(None, "at"))


class SilenceReason(StrEnum):
    """Why a buyer's message needs no reply."""

    THANKS = "thanks"
    SOLVED = "solved"
    DUPLICATE = "duplicate"
    ELSEWHERE = "elsewhere"
    MACHINE = "machine"
    UNWANTED = "unwanted"


class Silence(Model):
    """ "No reply needed": a person stopped the reply clock without writing, and said why.

    It remembers what the clock said, so that a supervisor who disagrees can put it back;
    `reviewed…` says who looked it over.
    """

    __tablename__ = "silence"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(String(200), default="")
    clock_was: Mapped[datetime] = mapped_column(Instant)
    within_was: Mapped[int]
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    overruled_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (Index(None, "ticket_id"), Index(None, "vendor_id", "at"), Index(None, "at"))
