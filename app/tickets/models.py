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
from app.tickets.due import Deadline, Stage, next_deadline, stage_at
from app.tickets.promises import Promise
from app.translation.models import Draft


class TicketState(StrEnum):
    """Whose turn it is: ours (open), the buyer's (waiting), nobody's (closed)."""

    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"


class MessageKind(StrEnum):
    """From the buyer, to the buyer, or for the desk alone."""

    BUYER = "buyer"
    REPLY = "reply"
    NOTE = "note"


class DeliveryState(StrEnum):
    """Where an outgoing message stands. The row is the queue."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    HELD = "held"


class NotAllowed(Exception):
    """A change that the ticket's rules refuse. Its text is for the person who asked."""


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
    lang: Mapped[str | None] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)

    __table_args__ = (UniqueConstraint("vendor_id", "address_index"),)


class Ticket(Model):
    """One conversation between a buyer and a vendor."""

    __tablename__ = "ticket"

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("buyer.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    order_ref: Mapped[str | None] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200), default="")
    snippet: Mapped[str] = mapped_column(String(160), default="")
    lang: Mapped[str] = mapped_column(String(8), default="und")
    state: Mapped[str] = mapped_column(String(10), default=TicketState.OPEN)
    level: Mapped[int] = mapped_column(default=2)
    level_confidence: Mapped[float] = mapped_column(default=0.0)
    level_reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    level_set_by_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    intent: Mapped[str | None] = mapped_column(String(30))
    exchanges: Mapped[int] = mapped_column(default=0)
    undeliverable: Mapped[bool] = mapped_column(default=False)

    opened_at: Mapped[datetime] = mapped_column(Instant)
    active_at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    acknowledged_at: Mapped[datetime | None] = mapped_column(Instant)
    promised_at: Mapped[datetime | None] = mapped_column(Instant)
    promised_for: Mapped[datetime | None] = mapped_column(Instant)

    # The clock. `unanswered_since` and the promise are facts; the rest follows from them and is
    # kept as columns so that lists and sweeps need no arithmetic.
    unanswered_since: Mapped[datetime | None] = mapped_column(Instant)
    within_hours: Mapped[int] = mapped_column(default=24)
    clock: Mapped[str | None] = mapped_column(String(8))
    clock_started_at: Mapped[datetime | None] = mapped_column(Instant)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    next_stage: Mapped[str | None] = mapped_column(String(16))
    next_stage_at: Mapped[datetime | None] = mapped_column(Instant)

    # Merged: mails to this ticket's mask go on in that one.
    continued_in_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))

    vendor: Mapped[Vendor] = relationship(lazy="raise")
    buyer: Mapped[Buyer] = relationship(lazy="raise")
    assignee: Mapped[Agent | None] = relationship(lazy="raise", foreign_keys=[assignee_id])
    messages: Mapped[list["Message"]] = relationship(
        back_populates="ticket", lazy="raise", order_by="Message.id"
    )
    events: WriteOnlyMapped["TicketEvent"] = relationship(
        back_populates="ticket", order_by="TicketEvent.id"
    )
    promises: WriteOnlyMapped[Promise] = relationship(order_by=Promise.due_at)

    __table_args__ = (
        Index("ix_ticket_queue", "vendor_id", "due_at", "id",
              sqlite_where=text("due_at IS NOT NULL"),
              postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_ticket_mine", "assignee_id", "due_at", "id",
              sqlite_where=text("due_at IS NOT NULL"),
              postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_ticket_board", "due_at", "id",
              sqlite_where=text("due_at IS NOT NULL"),
              postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_ticket_sweep", "next_stage_at",
              sqlite_where=text("next_stage_at IS NOT NULL"),
              postgresql_where=text("next_stage_at IS NOT NULL")),
        Index("ix_ticket_recent", "vendor_id", "active_at", "id"),
        Index("ix_ticket_recent_all", "active_at", "id"),
        Index("ix_ticket_buyer", "buyer_id", "id"),
    )  # fmt: skip

    # --- the clock -------------------------------------------------------------------------

    @property
    def deadline(self) -> Deadline | None:
        """The clock that runs out first, or None when nobody waits."""
        return next_deadline(
            unanswered_since=self.unanswered_since,
            within_hours=self.within_hours,
            promised_at=self.promised_at,
            promised_for=self.promised_for,
        )

    def wind(self) -> None:
        """Bring the columns that follow from the clock's facts up to date.

        A clock that was already running keeps the stage it had reached, so nothing is told twice.
        """
        deadline = self.deadline
        if deadline is None:
            self.clock = self.clock_started_at = self.due_at = None
            self.next_stage = self.next_stage_at = None
            return
        if (self.clock, self.clock_started_at) == (deadline.clock, deadline.started_at) and (
            self.due_at == deadline.due_at
        ):
            return
        self.clock = deadline.clock
        self.clock_started_at, self.due_at = deadline.started_at, deadline.due_at
        self.next_stage = Stage.HALF
        self.next_stage_at = stage_at(deadline, Stage.HALF)

    # --- what the buyer does ---------------------------------------------------------------

    def receive(self, at: datetime) -> None:
        """The buyer wrote at `at`. The clock starts unless an older message still waits."""
        if self.state == TicketState.CLOSED:
            self.log("reopened", at=at)
            self.closed_at = None
        self.state = TicketState.OPEN
        self.unanswered_since = min(filter(None, (self.unanswered_since, at)))
        self.active_at = max(self.active_at or at, at)
        self.wind()

    # --- what the desk does ----------------------------------------------------------------

    def answer(self, message: "Message", at: datetime) -> None:
        """A person answered the buyer: the clock stops and the exchange is counted.

        The message remembers what the clock said, so that a failed delivery can put it back.
        """
        message.clock_was = self.unanswered_since
        if self.unanswered_since is not None:
            self.exchanges += 1
        self.unanswered_since = None
        self.answered_at = self.active_at = at
        self.state = TicketState.WAITING
        self.wind()
        self.log("replied", at=at, agent_id=message.author_id, message=message.id)

    def undo_answer(self, message: "Message", at: datetime, reason: str) -> None:
        """The answer did not reach the buyer: the clock goes back to where it was."""
        if message.clock_was is not None:
            self.unanswered_since = min(filter(None, (self.unanswered_since, message.clock_was)))
            self.exchanges = max(0, self.exchanges - 1)
            message.clock_was = None
            self.state = TicketState.OPEN
            self.closed_at = None
        self.undeliverable = True
        self.wind()
        self.log("undelivered", at=at, message=message.id, reason=reason)

    def promise(self, until: datetime, *, at: datetime, agent_id: int) -> None:
        """The buyer was promised news by `until`; that moment becomes a deadline of its own."""
        if until <= at:
            raise NotAllowed("The date of the next news must still be to come.")
        self.acknowledged_at = self.acknowledged_at or at
        self.promised_at, self.promised_for = at, until
        self.wind()
        self.log("promised", at=at, agent_id=agent_id, until=until.isoformat())

    def keep_promise(self, at: datetime) -> None:
        """News went out while a promise was open: it is kept, or was broken, and ends here."""
        if self.promised_for is None:
            return
        kept = at <= self.promised_for
        self.log("promise_kept" if kept else "promise_broken", at=at)
        self.promised_at = self.promised_for = None
        self.wind()

    def close(self, *, at: datetime, agent_id: int) -> None:
        """End the conversation. Refused while the buyer waits for an answer."""
        if self.unanswered_since is not None:
            raise NotAllowed("The buyer still waits for an answer, so this ticket stays open.")
        if self.state == TicketState.CLOSED:
            raise NotAllowed("This ticket is closed already.")
        self.keep_promise(at)
        self.state, self.closed_at, self.active_at = TicketState.CLOSED, at, at
        self.log("closed", at=at, agent_id=agent_id)

    def set_level(self, level: int, *, at: datetime, agent_id: int, reason: str = "") -> None:
        """A person decides the level. The machine never lowers it afterwards."""
        if level not in {1, 2}:
            raise NotAllowed("The level is 1 or 2.")
        was, self.level = self.level, level
        self.level_set_by_id = agent_id
        self.log("level_set", at=at, agent_id=agent_id, was=was, level=level, reason=reason)

    def assign(self, agent: Agent | None, *, at: datetime, by: int | None, why: str) -> None:
        """Give the ticket to an agent of its vendor or of the operator, or to nobody."""
        if agent is not None and agent.vendor_id not in {None, self.vendor_id}:
            raise NotAllowed("An agent of another vendor cannot take this ticket.")
        self.assignee_id = agent.id if agent else None
        self.log("assigned", at=at, agent_id=by, to=self.assignee_id, why=why)

    def route(self, agent_id: int | None, *, at: datetime, why: str) -> None:
        """The desk's rules give the ticket to an agent whom they chose among its vendor's."""
        self.assignee_id = agent_id
        self.log("assigned", at=at, to=agent_id, why=why)

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
    author_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    own_text: Mapped[str] = mapped_column(Text, default="")
    own_lang: Mapped[str | None] = mapped_column(String(8))
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("draft.id"))
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

    __table_args__ = (Index(None, "ticket_id", "id"),)
