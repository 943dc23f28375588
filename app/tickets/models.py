"""The rows of a conversation and the changes that each may make to itself.

A ticket changes only through its own methods: each checks its rule, raises a named error and
appends a `TicketEvent`. Nothing here commits, sends, or knows a buyer's address in the clear.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, WriteOnlyMapped, mapped_column, relationship

from app.accounts.models import Agent, Vendor
from app.extensions import Model
from app.lib.clock import Instant, now
from app.lib.outgoing import DeliveryState
from app.tickets.clocks.clockwork import Clockwork, NotAllowed, TicketState
from app.tickets.purchases import Purchase
from app.tickets.sorting import Sorted
from app.tickets.tags import Tag, TicketTag
from app.translation.models import Draft

__all__ = [
    "Addressee",
    "Attachment",
    "Buyer",
    "DeliveryState",
    "Message",
    "MessageKind",
    "NotAllowed",
    "Ticket",
    "TicketEvent",
    "TicketState",
]


# What a list may be narrowed to: the lists' indexes end with these, so that no filter reads a row.
FACETS = ("vendor_id", "level", "lang", "intent", "assignee_id", "state", "opened_at")


def _listed(*columns: str) -> tuple[str, ...]:
    """The columns of an index from which a list is read."""
    return (*columns, *(name for name in FACETS if name not in columns))


UNACKNOWLEDGED = "level = 2 AND acknowledged_at IS NULL AND unanswered_since IS NOT NULL"


class MessageKind(StrEnum):
    """From the buyer, to the buyer, or for the desk alone."""

    BUYER = "buyer"
    REPLY = "reply"
    NOTE = "note"


class Addressee(StrEnum):
    """Who a note is for, where it is for the other side of the desk."""

    OPERATOR = "operator"
    VENDOR = "vendor"


class Buyer(Model):
    """A buyer as one vendor knows them. The address is sealed; the index finds it again.

    One row a vendor, so that two vendors cannot tell that they serve the same person.
    """

    __tablename__ = "buyer"

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    pseudonym: Mapped[str] = mapped_column(String(40))
    address_index: Mapped[str] = mapped_column(String(64))
    address_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    lang: Mapped[str | None] = mapped_column(String(8))  # as a person said, not as detected
    note: Mapped[str] = mapped_column(Text, default="")  # the vendor's own, never the buyer's words
    blocked_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)

    __table_args__ = (UniqueConstraint("vendor_id", "address_index"), Index(None, "address_index"))


class Ticket(Sorted, Clockwork, Model):
    """One conversation between a buyer and a vendor."""

    __tablename__ = "ticket"

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("buyer.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    order_ref: Mapped[str | None] = mapped_column(String(60))
    # Further numbers that belong to the order: they are no telephones, whatever they look like.
    known_numbers: Mapped[list[str]] = mapped_column(JSON, default=list)
    subject: Mapped[str] = mapped_column(String(200), default="")
    snippet: Mapped[str] = mapped_column(String(160), default="")
    lang: Mapped[str] = mapped_column(String(8), default="und")

    opened_at: Mapped[datetime] = mapped_column(Instant)
    snoozed_until: Mapped[datetime | None] = mapped_column(Instant)

    vendor: Mapped[Vendor] = relationship(lazy="raise")
    buyer: Mapped[Buyer] = relationship(lazy="raise")
    assignee: Mapped[Agent | None] = relationship(lazy="raise", foreign_keys=[assignee_id])
    tags: Mapped[list[Tag]] = relationship(
        Tag, secondary=TicketTag.__table__, order_by=Tag.name, lazy="raise", viewonly=True
    )
    purchase: Mapped[Purchase | None] = relationship(lazy="raise", viewonly=True)
    messages: Mapped[list["Message"]] = relationship(
        back_populates="ticket", lazy="raise", order_by="Message.id"
    )
    events: WriteOnlyMapped["TicketEvent"] = relationship(
        back_populates="ticket", order_by="TicketEvent.id"
    )

    __table_args__ = (
        Index("ix_ticket_queue", *_listed("vendor_id", "due_at", "id"),
              sqlite_where=text("due_at IS NOT NULL"),
              postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_ticket_mine", *_listed("assignee_id", "due_at", "id", "snoozed_until"),
              sqlite_where=text("due_at IS NOT NULL"),
              postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_ticket_board", *_listed("due_at", "id"),
              sqlite_where=text("due_at IS NOT NULL"),
              postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_ticket_lang", *_listed("lang", "active_at", "id")),
        Index("ix_ticket_state", *_listed("state", "active_at", "id")),
        Index("ix_ticket_intent", *_listed("intent", "active_at", "id")),
        Index("ix_ticket_assignee", *_listed("assignee_id", "active_at", "id")),
        # Behind the order stand the columns that the board is narrowed by, so that a count, however
        # narrow, reads the index alone.
        Index("ix_ticket_due_lang", "lang", "due_at", "id", "vendor_id", "assignee_id", "level",
              sqlite_where=text("due_at IS NOT NULL"),
              postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_ticket_vendor_lang", "vendor_id", "lang", "due_at", "id", "assignee_id", "level",
              sqlite_where=text("due_at IS NOT NULL"),
              postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_ticket_unacknowledged", "due_at", "id", "vendor_id",
              "assignee_id", "lang", "level", "acknowledged_at", "unanswered_since",
              sqlite_where=text(UNACKNOWLEDGED), postgresql_where=text(UNACKNOWLEDGED)),
        Index("ix_ticket_unacknowledged_of", "vendor_id", "due_at", "id",
              "assignee_id", "lang", "level", "acknowledged_at", "unanswered_since",
              sqlite_where=text(UNACKNOWLEDGED), postgresql_where=text(UNACKNOWLEDGED)),
        Index("ix_ticket_undeliverable_of", "vendor_id", "active_at", "id",
              sqlite_where=text("undeliverable = 1"), postgresql_where=text("undeliverable")),
        Index("ix_ticket_answered", "answered_at", "vendor_id",
              sqlite_where=text("answered_at IS NOT NULL"),
              postgresql_where=text("answered_at IS NOT NULL")),
        Index("ix_ticket_promised", "vendor_id", "promised_for", "id",
              "assignee_id", "lang", "level",
              sqlite_where=text("promised_for IS NOT NULL"),
              postgresql_where=text("promised_for IS NOT NULL")),
        Index("ix_ticket_undeliverable", "active_at", "id", "vendor_id",
              sqlite_where=text("undeliverable = 1"), postgresql_where=text("undeliverable")),
        Index("ix_ticket_promised_lang", "lang", "promised_for", "id",
              sqlite_where=text("promised_for IS NOT NULL"),
              postgresql_where=text("promised_for IS NOT NULL")),
        Index("ix_ticket_undeliverable_lang", "lang", "active_at", "id",
              sqlite_where=text("undeliverable = 1"), postgresql_where=text("undeliverable")),
        Index("ix_ticket_recent", *_listed("vendor_id", "active_at", "id")),
        Index("ix_ticket_recent_all", *_listed("active_at", "id")),
        Index("ix_ticket_buyer", "buyer_id", "id"),
    )  # fmt: skip

    def assign(self, agent: Agent | None, *, at: datetime, by: int | None, why: str) -> None:
        """Give the ticket to an agent of its vendor or of the operator, or to nobody."""
        if agent is not None and agent.vendor_id not in {None, self.vendor_id}:
            raise NotAllowed("An agent of another vendor cannot take this ticket.")
        self.assignee_id = agent.id if agent else None
        self.log("assigned", at=at, agent_id=by, to=self.assignee_id, why=why)

    def route(self, agent_id: int | None, *, at: datetime, **why: Any) -> None:
        """The desk's rules give the ticket to an agent; the history explains `why`."""
        self.assignee_id = agent_id
        self.log("assigned", at=at, to=agent_id, **why)

    def snooze(self, until: datetime | None, *, at: datetime, agent_id: int) -> None:
        """Put aside until a time before the deadline. No clock notices."""
        if until is None or until <= at:
            raise NotAllowed("Put it aside until a time that is still to come.")
        if self.due_at is None or until > self.due_at:
            raise NotAllowed("A ticket is never put aside beyond its deadline.")
        self.snoozed_until = until
        self.log("snoozed", at=at, agent_id=agent_id, until=until.isoformat())

    def wake(self, *, at: datetime, agent_id: int) -> None:
        """Take it up again."""
        self.snoozed_until = None
        self.log("woken", at=at, agent_id=agent_id)

    def log(self, kind: str, *, at: datetime, agent_id: int | None = None, **data: Any) -> None:
        """Append to the ticket's history. `data` carries ids and codes, never a buyer's words."""
        self.events.add(TicketEvent(kind=kind, at=at, agent_id=agent_id, data=data))


class Message(Model):
    """One message of a conversation. `body` is what the desk may show: contact data is hidden."""

    __tablename__ = "message"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    kind: Mapped[str] = mapped_column(String(8))
    lang: Mapped[str] = mapped_column(String(8), default="und")
    body: Mapped[str] = mapped_column(Text)
    quoted: Mapped[str] = mapped_column(Text, default="")
    hidden: Mapped[int] = mapped_column(default=0)
    addressee: Mapped[str | None] = mapped_column(String(8))  # of a note; None: the desk in general
    author_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    own_text: Mapped[str] = mapped_column(Text, default="")
    own_lang: Mapped[str | None] = mapped_column(String(8))
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("draft.id"))
    macro_id: Mapped[int | None]  # the macro that it began with, which may be gone since
    created_at: Mapped[datetime] = mapped_column(Instant)
    clock_was: Mapped[datetime | None] = mapped_column(Instant)
    within_was: Mapped[int | None]

    # The outgoing queue: these columns are null on what the buyer wrote and on notes.
    delivery: Mapped[str | None] = mapped_column(String(8))
    mail_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    mail_references: Mapped[list[str] | None] = mapped_column(JSON)
    next_try_at: Mapped[datetime | None] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    failure: Mapped[str | None] = mapped_column(String(200))

    ticket: Mapped[Ticket] = relationship(back_populates="messages", lazy="raise")
    author: Mapped[Agent | None] = relationship(lazy="raise")
    draft: Mapped[Draft | None] = relationship(lazy="raise")
    files: Mapped[list["Attachment"]] = relationship(lazy="raise", order_by="Attachment.position")

    __table_args__ = (
        Index("ix_message_ticket", "ticket_id", "id"),
        Index("ix_message_outgoing", "delivery", "next_try_at",
              sqlite_where=text("delivery IN ('queued', 'sending')"),
              postgresql_where=text("delivery IN ('queued', 'sending')")),
        Index("ix_message_failed", "created_at",
              sqlite_where=text("delivery IN ('failed', 'held')"),
              postgresql_where=text("delivery IN ('failed', 'held')")),
    )  # fmt: skip


class Attachment(Model):
    """A file of a message under a neutral name. Without a key nothing was kept, and `withheld`
    says why; the file itself lies sealed in the folder of `app.attachments.store`."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(40))
    type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    key: Mapped[str | None] = mapped_column(String(32), unique=True)
    sha256: Mapped[str | None] = mapped_column(String(64))
    withheld: Mapped[str | None] = mapped_column(String(40))
    preview_key: Mapped[str | None] = mapped_column(String(32), unique=True)  # a JPEG, kept alike

    __table_args__ = (UniqueConstraint("message_id", "position"),)


class TicketEvent(Model):
    """One line of a ticket's history: who did what, when. The clock can be recomputed from it."""

    __tablename__ = "ticket_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(Instant)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    ticket: Mapped[Ticket] = relationship(back_populates="events", lazy="raise")

    __table_args__ = (Index(None, "ticket_id", "id"), Index(None, "agent_id", "at"))
