"""A vendor's way onto the marketplace: the charter it accepted, whose people were trained, which
ticket was its test, and since when it is live. Never commits."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Agent, VendorEvent
from app.extensions import Model, db
from app.lib.clock import Instant

# The text that is accepted today; the older ones stay readable for those who accepted them.
VERSION = "2026-1"
VERSIONS = (VERSION,)


class NotReady(Exception):
    """A change that the checklist refuses. Its text is for the person who asked."""


class Acceptance(Model):
    """A supervisor accepted a version of the charter for their vendor, in the language they
    read."""

    __tablename__ = "charter_acceptance"

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    version: Mapped[str] = mapped_column(String(10))
    lang: Mapped[str] = mapped_column(String(8))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (UniqueConstraint("vendor_id", "version"),)


class Training(Model):
    """A person was trained, as their supervisor or the operator says."""

    __tablename__ = "training"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))


class Onboarding(Model):
    """Where a vendor stands before and after it goes live. Without a row it is being prepared."""

    __tablename__ = "onboarding"

    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"), primary_key=True)
    test_ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    live_at: Mapped[datetime | None] = mapped_column(Instant)
    live_by_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))

    def name_test(self, ticket_id: int, by: Agent, *, at: datetime) -> None:
        """Which ticket is the vendor's test."""
        self.test_ticket_id = ticket_id
        note(self.vendor_id, "test_ticket_named", by, at, ticket=ticket_id)

    def go_live(self, by: Agent, *, is_ready: bool, at: datetime) -> None:
        """The operator lets the vendor's shop open. Refused while anything is open on the list."""
        if self.live_at is not None:
            raise NotReady("This vendor is live already.")
        if not is_ready:
            raise NotReady("Something on the list is still open.")
        self.live_at, self.live_by_id = at, by.id
        note(self.vendor_id, "went_live", by, at)


def note(vendor_id: int, kind: str, by: Agent, at: datetime, **said: object) -> None:
    """One line of the vendor's history."""
    db.session.add(VendorEvent(vendor_id=vendor_id, kind=kind, at=at, agent_id=by.id, data=said))
