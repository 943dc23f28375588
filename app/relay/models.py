"""The relay's rows: masks, the mails that came in, the ways back of those that went out.

Knows sealed tokens and sealed mails with their blind indexes. Nothing here is readable without
the key ring.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
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
    # Two answers came back: nothing more is sent until the buyer writes again.
    paused_at: Mapped[datetime | None] = mapped_column(Instant)

    ticket: Mapped[Ticket] = relationship(lazy="raise")


class KnownSender(Model):
    """A second address of a conversation's buyer, confirmed through the first. Blind."""

    __tablename__ = "known_sender"

    mask_id: Mapped[int] = mapped_column(ForeignKey("mask.id"), primary_key=True)
    sender_index: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)


class NoticeKind(StrEnum):
    """What the desk itself tells a buyer, without a person having written it."""

    CONFIRM = "confirm"
    ENCRYPTED = "encrypted"
    EXPIRED = "expired"
    SURVEY = "survey"


class Notice(Model):
    """A mail that the desk itself writes to the buyer of a ticket. The row is the queue.

    One that asks a question has an address of its own; an answer to it can come there once.
    """

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    kind: Mapped[str] = mapped_column(String(12))
    lang: Mapped[str] = mapped_column(String(8))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    token_index: Mapped[str | None] = mapped_column(String(64), unique=True)
    token_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)

    delivery: Mapped[str] = mapped_column(String(8))
    mail_id: Mapped[str] = mapped_column(String(200), unique=True)
    next_try_at: Mapped[datetime | None] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    failure: Mapped[str | None] = mapped_column(String(200))

    ticket: Mapped[Ticket] = relationship(lazy="raise")

    __table_args__ = (
        Index("ix_notice_ticket", "ticket_id", "created_at"),
        Index("ix_notice_outgoing", "delivery", "next_try_at",
              sqlite_where=text("delivery IN ('queued', 'sending')"),
              postgresql_where=text("delivery IN ('queued', 'sending')")),
    )  # fmt: skip


class MailState(StrEnum):
    """What became of a mail that was accepted. Nothing accepted is ever without a state."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    IGNORED = "ignored"
    HELD = "held"
    EXPIRED = "expired"
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
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"))
    null_sender: Mapped[bool] = mapped_column(default=False)
    # What the door found out about the domain in From (`senders.Standing`); empty: not checked.
    sender_check: Mapped[str] = mapped_column(String(12), default="")
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
    # A held mail: who it says it is from (blind), and the notice that asked the buyer about it.
    sender_index: Mapped[str | None] = mapped_column(String(64))
    asked_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"))
    # The mail's own id (blind): two mails under one id are two messages, and that is noted.
    mail_id_index: Mapped[str | None] = mapped_column(String(64))
    # An agent thinks that something in its words was hidden by mistake.
    doubted_at: Mapped[datetime | None] = mapped_column(Instant)

    vendor: Mapped[Vendor | None] = relationship(lazy="raise")
    mask: Mapped[Mask | None] = relationship(lazy="raise")
    notice: Mapped[Notice | None] = relationship(lazy="raise", foreign_keys=[notice_id])

    __table_args__ = (
        UniqueConstraint("recipient_index", "digest"),
        Index("ix_stored_mail_queue", "next_try_at", "id",
              sqlite_where=text("next_try_at IS NOT NULL"),
              postgresql_where=text("next_try_at IS NOT NULL")),
        Index("ix_stored_mail_state", "state", "id"),
        Index("ix_stored_mail_message", "message_id"),
        Index("ix_stored_mail_mail_id", "mail_id_index",
              sqlite_where=text("mail_id_index IS NOT NULL"),
              postgresql_where=text("mail_id_index IS NOT NULL")),
        Index("ix_stored_mail_doubted", "id",
              sqlite_where=text("doubted_at IS NOT NULL"),
              postgresql_where=text("doubted_at IS NOT NULL")),
        Index("ix_stored_mail_asked", "asked_id",
              sqlite_where=text("asked_id IS NOT NULL"),
              postgresql_where=text("asked_id IS NOT NULL")),
    )  # fmt: skip


class PutOff(Model):
    """A mail that could not be judged since the DNS did not answer, and since when that is so."""

    __tablename__ = "put_off"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    first_at: Mapped[datetime] = mapped_column(Instant)


class WayBack(Model):
    """The return path of one attempt to deliver a message or a notice. A bounce comes there."""

    __tablename__ = "way_back"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"))
    token_index: Mapped[str] = mapped_column(String(64), unique=True)
    token_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)
    bounced_at: Mapped[datetime | None] = mapped_column(Instant)

    message: Mapped[Message | None] = relationship(lazy="raise")

    __table_args__ = (Index(None, "message_id"),)
