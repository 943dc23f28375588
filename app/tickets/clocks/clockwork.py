"""A ticket's clocks as columns, and the changes that start, stop and put them back.

Two facts rule: since when the oldest unanswered message waits and within how many hours it is to
be answered; and the open promises. What follows from them is kept in columns, so that lists and
sweeps need no arithmetic. The rules are in docs/deadlines.md. Never commits.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.lib.clock import Instant
from app.tickets.clocks.due import Clock, Deadline, next_deadline, reply_due_at
from app.tickets.clocks.promises import Outcome, Promise, Silence, Wait

if TYPE_CHECKING:
    from app.tickets.models import Message

LONGEST_PROMISE = timedelta(days=366)


class NotAllowed(Exception):
    """A change that the ticket's rules refuse. Its text is for the person who asked."""


class TicketState(StrEnum):
    """Whose turn it is: ours (open), the buyer's (waiting), nobody's (closed)."""

    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"


class Clockwork:
    """The clock's share of a ticket. The reply clock's next stage is in `wait`.

    `clock`, `clock_started_at` and `due_at` are of the clock that runs out first.
    """

    state: Mapped[str] = mapped_column(String(10), default=TicketState.OPEN)
    exchanges: Mapped[int] = mapped_column(default=0)
    undeliverable: Mapped[bool] = mapped_column(default=False)
    active_at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    acknowledged_at: Mapped[datetime | None] = mapped_column(Instant)

    unanswered_since: Mapped[datetime | None] = mapped_column(Instant)
    within_hours: Mapped[int] = mapped_column(default=24)
    promised_at: Mapped[datetime | None] = mapped_column(Instant)
    promised_for: Mapped[datetime | None] = mapped_column(Instant)

    clock: Mapped[str | None] = mapped_column(String(8))
    clock_started_at: Mapped[datetime | None] = mapped_column(Instant)
    due_at: Mapped[datetime | None] = mapped_column(Instant)

    # Merged: mails to this ticket's mask go on in that one.
    continued_in_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))

    @declared_attr
    def promises(self) -> Mapped[list[Promise]]:
        """Every promise that was ever made, the one that is due first in front."""
        return relationship(Promise, order_by=Promise.due_at)

    @declared_attr
    def wait(self) -> Mapped[Wait | None]:
        """The reply clock's next stage, None when nobody waits."""
        return relationship(Wait, cascade="all, delete-orphan")

    if TYPE_CHECKING:

        def log(
            self, kind: str, *, at: datetime, agent_id: int | None = None, **data: Any
        ) -> None: ...

    # --- the two facts, and what follows from them ------------------------------------------

    @property
    def reply_deadline(self) -> Deadline | None:
        """The reply clock, None when nobody waits for an answer."""
        if self.unanswered_since is None:
            return None
        due_at = reply_due_at(self.unanswered_since, self.within_hours)
        return Deadline(Clock.REPLY, self.unanswered_since, due_at)

    def wait_since(self, since: datetime | None, within: int) -> None:
        """The oldest message that waits arrived at `since`. Another start is another clock: its
        stages begin anew; the same one keeps the stage that it had reached."""
        if since == self.unanswered_since and (since is None or within == self.within_hours):
            return
        self.unanswered_since, self.within_hours = since, within
        deadline = self.reply_deadline
        self.wait = Wait.begin(deadline) if deadline else None

    def wind(self) -> None:
        """Bring the columns that follow from the clock's facts up to date."""
        deadline = next_deadline(
            unanswered_since=self.unanswered_since,
            within_hours=self.within_hours,
            promised_at=self.promised_at,
            promised_for=self.promised_for,
        )
        self.clock = deadline.clock if deadline else None
        self.clock_started_at = deadline.started_at if deadline else None
        self.due_at = deadline.due_at if deadline else None

    def _wind_promises(self) -> None:
        open_ones = [one for one in self.promises if one.outcome == Outcome.OPEN]
        first = min(open_ones, key=lambda one: (one.due_at, one.made_at), default=None)
        self.promised_at = first.made_at if first else None
        self.promised_for = first.due_at if first else None
        self.wind()

    # --- what the buyer does ----------------------------------------------------------------

    def receive(self, at: datetime, *, within: int) -> None:
        """The buyer wrote at `at`. The clock starts unless an older message still waits."""
        self.undeliverable = False
        self.active_at = max(self.active_at or at, at)
        self._run_on(at, within)
        self.wind()

    # --- what the desk does -----------------------------------------------------------------

    def answer(self, message: "Message", at: datetime) -> None:
        """A person answered the buyer: the clock stops and the exchange is counted.

        The message remembers what the clock said, so that a failed delivery can put it back.
        """
        if self.unanswered_since is not None:
            message.clock_was, message.within_was = self.unanswered_since, self.within_hours
            self.exchanges += 1
        self._rest(at)
        self.answered_at = at
        self.log("replied", at=at, agent_id=message.author_id, message=message.id)
        self._settle(message, at)

    def put_back(self, message: "Message", at: datetime) -> None:
        """`message` never reached the buyer: what it had stopped runs on from where it was."""
        if message.clock_was is not None:
            self.exchanges = max(0, self.exchanges - 1)
        self._run_on(message.clock_was, message.within_was)
        message.clock_was = message.within_was = None
        for promise in self.promises:
            if promise.message_id == message.id:
                promise.settle(Outcome.WITHDRAWN, at=at, by=None)
                self.log("promise_withdrawn", at=at, promise=promise.id)
            elif promise.settled_by_id == message.id:
                promise.run()
        self._wind_promises()
        if self.state == TicketState.CLOSED and (
            self.closed_at == message.created_at or self.promised_for is not None
        ):
            self.state, self.closed_at = TicketState.WAITING, None

    def be_silent(self, silence: Silence) -> None:
        """A person said that no reply is needed, and why. No exchange is counted."""
        if self.unanswered_since is None:
            raise NotAllowed("Nobody waits for an answer here.")
        silence.clock_was, silence.within_was = self.unanswered_since, self.within_hours
        self._rest(silence.at)

    def break_silence(self, silence: Silence, *, at: datetime) -> None:
        """A supervisor said that a reply was needed: the clock goes back to where it was."""
        if silence.overruled_at is not None:
            raise NotAllowed("This was overruled already.")
        silence.overruled_at = at
        self._run_on(silence.clock_was, silence.within_was)
        self.wind()

    def _rest(self, at: datetime) -> None:
        """Nobody waits any more."""
        self.wait_since(None, self.within_hours)
        self.state, self.active_at = TicketState.WAITING, at
        self.closed_at = None
        self.wind()

    def _run_on(self, since: datetime | None, within: int | None) -> None:
        """A message that arrived at `since` waits (again). The oldest one rules the clock."""
        if since is None or within is None:
            return
        if self.unanswered_since is None or (since, within) < (
            self.unanswered_since, self.within_hours
        ):  # fmt: skip
            self.wait_since(since, within)
        self.state, self.closed_at = TicketState.OPEN, None

    # --- tickets that change hands ----------------------------------------------------------

    def wait_on(self, since: datetime | None, within: int, *, at: datetime) -> None:
        """After a split: the oldest message that is left here arrived at `since`, or none waits."""
        self.wait_since(since, within)
        self.state = TicketState.OPEN if since else TicketState.WAITING
        self.active_at = at
        self.wind()

    def take_over(self, source: "Clockwork", *, at: datetime) -> None:
        """After a merge: the older of the two waits rules, the earlier of the promises, and the
        exchanges of both count. The source is closed and nobody waits there. What is told is told
        of a ticket, so the promises that came over begin their stages anew, as the wait does."""
        self._run_on(source.unanswered_since, source.within_hours)
        source.wait_since(None, source.within_hours)
        self.exchanges += source.exchanges
        self.answered_at = max(filter(None, (self.answered_at, source.answered_at)), default=None)
        both = filter(None, (self.acknowledged_at, source.acknowledged_at))
        self.acknowledged_at = min(both, default=None)
        self.undeliverable = self.undeliverable or source.undeliverable
        for promise in self.promises:
            if promise.outcome == Outcome.OPEN:
                promise.run()
        for ticket in (self, source):
            ticket.active_at = at
            ticket._wind_promises()
        source.state, source.closed_at = TicketState.CLOSED, at
        if self.state == TicketState.CLOSED and self.promised_for is not None:
            self.state, self.closed_at = TicketState.WAITING, None

    # --- promises ---------------------------------------------------------------------------

    def promise(self, promise: Promise, *, at: datetime) -> None:
        """The buyer was promised news by a date; that moment is a deadline of its own. Earlier
        promises stay open: only news settles them."""
        if promise.due_at <= at:
            raise NotAllowed("The date of the next news must still be to come.")
        if promise.due_at > at + LONGEST_PROMISE:
            raise NotAllowed("The date of the next news is more than a year away.")
        promise.run()
        self.promises.append(promise)
        self._wind_promises()

    def _settle(self, message: "Message", at: datetime) -> None:
        """News went out: every open promise is kept, or was broken, and ends here."""
        if self.promised_for is None:
            return
        for promise in self.promises:
            if promise.outcome == Outcome.OPEN:
                kept = at <= promise.due_at
                promise.settle(Outcome.KEPT if kept else Outcome.BROKEN, at=at, by=message.id)
                self.log("promise_kept" if kept else "promise_broken", at=at, promise=promise.id)
        self._wind_promises()

    def close(self, *, at: datetime, agent_id: int) -> None:
        """End the conversation. Refused while the buyer waits for an answer or for news."""
        if self.unanswered_since is not None:
            raise NotAllowed("The buyer still waits for an answer, so this ticket stays open.")
        if self.state == TicketState.CLOSED:
            raise NotAllowed("This ticket is closed already.")
        if self.promised_for is not None:
            raise NotAllowed("The buyer was promised news. Send it before you close the ticket.")
        self.state, self.closed_at, self.active_at = TicketState.CLOSED, at, at
        self.log("closed", at=at, agent_id=agent_id)
