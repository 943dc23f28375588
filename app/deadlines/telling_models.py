"""Who was told what, what they read, how they want to be told, and the mails that tell them.

Knows numbers of tickets and moments. Never holds a buyer's words, name or address.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.lib.clock import Instant


class Matter(StrEnum):
    """What a person is told of: a stage, stages that are long past, a colleague's nudge, a note
    that is for them, a step over a standard."""

    STAGE = "stage"
    PAST = "past"
    NUDGE = "nudge"
    NOTE = "note"
    STEP = "step"


BY_PEOPLE = frozenset({Matter.NUDGE, Matter.NOTE})


class Telling(Model):
    """One line of a person's bell. `stage` is a clock's, or the state of a step. `mail_at` is when
    it is to go into a mail, None afterwards or when it never does; a muted one is listed, and
    neither counted nor mailed."""

    __tablename__ = "telling"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    matter: Mapped[str] = mapped_column(String(8))
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alert.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    step_id: Mapped[int | None] = mapped_column(ForeignKey("step.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    clock: Mapped[str | None] = mapped_column(String(8))
    stage: Mapped[str | None] = mapped_column(String(16))
    reached_at: Mapped[datetime | None] = mapped_column(Instant)
    count: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime] = mapped_column(Instant)
    muted: Mapped[bool] = mapped_column(default=False)
    read_at: Mapped[datetime | None] = mapped_column(Instant)
    mail_at: Mapped[datetime | None] = mapped_column(Instant)
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("digest.id"))

    __table_args__ = (
        UniqueConstraint("agent_id", "alert_id"),
        Index(None, "agent_id", "id"),
        Index("ix_telling_unread", "agent_id",
              sqlite_where=text("read_at IS NULL AND muted = 0"),
              postgresql_where=text("read_at IS NULL AND NOT muted")),
        Index("ix_telling_nudge", "ticket_id", "at",
              sqlite_where=text("matter = 'nudge'"), postgresql_where=text("matter = 'nudge'")),
        Index("ix_telling_step", "step_id",
              sqlite_where=text("step_id IS NOT NULL"),
              postgresql_where=text("step_id IS NOT NULL")),
        Index("ix_telling_digest", "digest_id",
              sqlite_where=text("digest_id IS NOT NULL"),
              postgresql_where=text("digest_id IS NOT NULL")),
        Index("ix_telling_mail", "mail_at", "agent_id",
              sqlite_where=text("mail_at IS NOT NULL"),
              postgresql_where=text("mail_at IS NOT NULL")),
    )  # fmt: skip


class TellingHabit(Model):
    """How a person wants to be told. Without a row: by mail too, at every stage, at any hour.

    `quiet_from` and `quiet_to` are "22:00" and "07:00" in the person's own zone.
    """

    __tablename__ = "telling_habit"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    by_mail: Mapped[bool] = mapped_column(default=True)
    half_time: Mapped[bool] = mapped_column(default=True)
    quiet_from: Mapped[str] = mapped_column(String(5), default="")
    quiet_to: Mapped[str] = mapped_column(String(5), default="")
    muted_until: Mapped[datetime | None] = mapped_column(Instant)


class Digest(Model):
    """A mail that tells one person what happened in a quarter of an hour. The row is the queue:
    its Message-ID is fixed before the first attempt."""

    __tablename__ = "digest"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    slot: Mapped[int]  # quarters of an hour since 1970: one digest a person and slot
    lang: Mapped[str] = mapped_column(String(8))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)

    delivery: Mapped[str] = mapped_column(String(8))
    mail_id: Mapped[str] = mapped_column(String(200), unique=True)
    next_try_at: Mapped[datetime | None] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    failure: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (
        UniqueConstraint("agent_id", "slot"),
        Index("ix_digest_outgoing", "delivery", "next_try_at",
              sqlite_where=text("delivery IN ('queued', 'sending')"),
              postgresql_where=text("delivery IN ('queued', 'sending')")),
    )  # fmt: skip
