"""What the operator holds vendors to, what was read each day, and the steps that followed.

A row is never rewritten where history would be lost: a changed standard is a new one beside the old
one that ended. Every decision on a step stands in the vendor's history too. Never commits.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent, Vendor, VendorEvent
from app.extensions import Model, db
from app.lib.clock import Instant
from app.lib.webhook import WebhookCall


class Level(StrEnum):
    """Where a vendor stood on one day. Few: too few things happened to judge by."""

    MET = "met"
    WARN = "warn"
    LIMIT = "limit"
    FEW = "few"


class StepKind(StrEnum):
    """What follows, one after the other."""

    NOTICE = "notice"
    PLAN = "plan"
    RESTRICTION = "restriction"


class StepState(StrEnum):
    """Where a step stands. A plan is answered by its vendor; a restriction is lifted again."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    ANSWERED = "answered"
    LIFTED = "lifted"


# Nothing is said to a vendor before the operator has decided, nor of what was dismissed.
UNSAID = (StepState.PROPOSED, StepState.DISMISSED)


class NotPossible(Exception):
    """A decision that the step's rules refuse. Its text is for the person who took it."""


class Standard(Model):
    """A share that is to be reached (or not exceeded), for one vendor or, without one, for all.

    `warn` and `bound` are shares from 0 to 1, `days` how long they are crossed before a step is
    proposed, `least` of how many things a share must be to be judged.
    """

    __tablename__ = "standard"

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int | None] = mapped_column(ForeignKey("vendor.id"))
    measure: Mapped[str] = mapped_column(String(20))
    warn: Mapped[float]
    bound: Mapped[float]
    days: Mapped[int]
    least: Mapped[int]
    set_at: Mapped[datetime] = mapped_column(Instant)
    set_by_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))

    vendor: Mapped[Vendor | None] = relationship(lazy="raise")

    __table_args__ = (Index(None, "measure", "vendor_id"),)


class Reading(Model):
    """Where a vendor stood by a standard at the end of one day (UTC)."""

    __tablename__ = "standard_reading"

    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"), primary_key=True)
    measure: Mapped[str] = mapped_column(String(20), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    standard_id: Mapped[int] = mapped_column(ForeignKey("standard.id"))
    share: Mapped[float | None]
    counted: Mapped[int]
    level: Mapped[str] = mapped_column(String(6))

    __table_args__ = (Index(None, "day"),)


class Step(Model):
    """One step towards one vendor over one measure, from its proposal to its end."""

    __tablename__ = "step"

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    measure: Mapped[str] = mapped_column(String(20))
    standard_id: Mapped[int] = mapped_column(ForeignKey("standard.id"))
    kind: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(10), default=StepState.PROPOSED)
    day: Mapped[date] = mapped_column(Date)  # the last of the days that led to it
    share: Mapped[float | None]
    counted: Mapped[int]
    proposed_at: Mapped[datetime] = mapped_column(Instant)

    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    due_at: Mapped[datetime | None] = mapped_column(Instant)  # a plan is to be answered by then
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    lifted_at: Mapped[datetime | None] = mapped_column(Instant)

    vendor: Mapped[Vendor] = relationship(lazy="raise")
    standard: Mapped[Standard] = relationship(lazy="raise")

    __table_args__ = (
        Index(None, "vendor_id", "proposed_at", "id"),
        Index(None, "proposed_at", "id"),
        Index("uq_step_proposed", "vendor_id", "measure", unique=True,
              sqlite_where=text("state = 'proposed'"),
              postgresql_where=text("state = 'proposed'")),
    )  # fmt: skip

    def confirm(
        self, by: Agent, *, at: datetime, due_at: datetime | None = None, reason: str = ""
    ) -> None:
        """The operator takes the step. A plan needs the moment by which it is to be answered."""
        self._decide(StepState.CONFIRMED, by, at=at, reason=reason)
        if self.kind == StepKind.PLAN and (due_at is None or due_at <= at):
            raise NotPossible("An action plan needs a date that is still to come.")
        self.due_at = due_at if self.kind == StepKind.PLAN else None
        self._note(f"{self.kind}_taken", by, at)

    def dismiss(self, by: Agent, reason: str, *, at: datetime) -> None:
        """The operator does not take it, and says why."""
        if not reason.strip():
            raise NotPossible("Say why this step is not taken.")
        self._decide(StepState.DISMISSED, by, at=at, reason=reason)
        self._note("step_dismissed", by, at)

    def _decide(self, state: StepState, by: Agent, *, at: datetime, reason: str) -> None:
        if self.state != StepState.PROPOSED:
            raise NotPossible("This step was decided already.")
        self.state, self.decided_at, self.decided_by_id = state, at, by.id
        self.reason = reason.strip()

    def take_answer(self, by: Agent, answer: str, *, at: datetime) -> None:
        """The vendor's plan: what it will do by when, in its own words. Until its date it may be
        changed."""
        if self.kind != StepKind.PLAN or self.state not in {
            StepState.CONFIRMED, StepState.ANSWERED,
        }:  # fmt: skip
            raise NotPossible("No plan is asked for here.")
        if self.state == StepState.ANSWERED and self.due_at is not None and at > self.due_at:
            raise NotPossible("The plan’s date has passed, so it stays as it is.")
        if not answer.strip():
            raise NotPossible("The plan is empty.")
        self.state, self.answer, self.answered_at = StepState.ANSWERED, answer.strip(), at
        self._note("plan_answered", by, at)

    def lift(self, by: Agent, *, at: datetime) -> None:
        """The operator ends a restriction."""
        if self.kind != StepKind.RESTRICTION or self.state != StepState.CONFIRMED:
            raise NotPossible("Only a restriction that stands can be lifted.")
        self.state, self.lifted_at = StepState.LIFTED, at
        self._note("restriction_lifted", by, at)

    def _note(self, kind: str, by: Agent, at: datetime) -> None:
        """One line of the vendor's history."""
        said = {"step": self.id, "measure": self.measure}
        db.session.add(
            VendorEvent(vendor_id=self.vendor_id, kind=kind, at=at, agent_id=by.id, data=said)
        )


class StepCall(Model):
    """The call by which the marketplace's machine was told of a step, and of what state."""

    __tablename__ = "step_call"

    call_id: Mapped[int] = mapped_column(ForeignKey("webhook_call.id"), primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("step.id"))
    state: Mapped[str] = mapped_column(String(10))

    call: Mapped[WebhookCall] = relationship(lazy="raise")

    __table_args__ = (Index(None, "step_id"),)
