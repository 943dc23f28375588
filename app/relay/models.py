"""The relay's rows: masks, the mails that came in, the ways back of those that went out.

Knows sealed tokens and sealed mails with their blind indexes. Nothing here is readable without
the key ring.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Vendor
from app.extensions import Model
from app.lib.clock import Instant, now
from app.tickets.models import Message, Ticket


class MaskState(StrEnum):
    """A mask's life: it forwards, or it says that the conversation is over."""

    OPEN = "open"
    REVOKED = "revoked"


class Mask(Model):
    """The relay address that stands for the vendor towards one buyer in one conversation."""

    __tablename__ = "mask"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), unique=True)
    token_index: Mapped[str] = mapped_column(String(64), unique=True)
    token_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(8), default=MaskState.OPEN)
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)

    ticket: Mapped[Ticket] = relationship(lazy="raise")


class MailState(StrEnum):
    """What became of a mail that was accepted. Nothing accepted is ever without a state."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    IGNORED = "ignored"
    HELD = "held"
    FAILED = "failed"


class StoredMail(Model):
    """A mail as it came in, sealed. Written before `250` is said; the row is the queue."""

    __tablename__ = "stored_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient_index: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    vendor_id: Mapped[int | None] = mapped_column(ForeignKey("vendor.id"))
    mask_id: Mapped[int | None] = mapped_column(ForeignKey("mask.id"))
    way_back_id: Mapped[int | None] = mapped_column(ForeignKey("way_back.id"))
    null_sender: Mapped[bool] = mapped_column(default=False)
    raw_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[int]
    received_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(String(8), default=MailState.WAITING)
    reason: Mapped[str] = mapped_column(String(60), default="")
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    tries: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None] = mapped_column(Instant)
    next_try_at: Mapped[datetime | None] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)

    vendor: Mapped[Vendor | None] = relationship(lazy="raise")
    mask: Mapped[Mask | None] = relationship(lazy="raise")

    __table_args__ = (
        UniqueConstraint("recipient_index", "digest"),
        Index("ix_stored_mail_queue", "next_try_at", "id",
              sqlite_where=text("next_try_at IS NOT NULL"),
              postgresql_where=text("next_try_at IS NOT NULL")),
        Index("ix_stored_mail_state", "state", "id"),
    )  # fmt: skip


class WayBack(Model):
    """The return path of one attempt to deliver one message. A bounce comes back to it."""

    __tablename__ = "way_back"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    token_index: Mapped[str] = mapped_column(String(64), unique=True)
    token_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)
    bounced_at: Mapped[datetime | None] = mapped_column(Instant)

    message: Mapped[Message] = relationship(lazy="raise")

    __table_args__ = (Index(None, "message_id"),)
