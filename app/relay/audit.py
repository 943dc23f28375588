"""Who of the operator's people did what with a mail that was kept, and why they said they did.

Append only. Knows ids, kinds and typed reasons, never a word of a mail.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Agent
from app.extensions import Model, db
from app.lib.clock import Instant, now
from app.relay.models import StoredMail


class Deed(StrEnum):
    """What can be done with a stored mail."""

    READ_SOURCE = "read_source"
    REPLAYED = "replayed"
    RELEASED = "released"
    ERASED = "erased"
    REVOKED = "revoked"
    REOPENED = "reopened"
    UNPAUSED = "unpaused"


class RelayAudit(Model):
    """One deed. `agent_id` is None for a command on the machine itself."""

    __tablename__ = "relay_audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    stored_mail_id: Mapped[int | None] = mapped_column(ForeignKey("stored_mail.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    deed: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (Index(None, "stored_mail_id"),)


def record(
    deed: Deed, *, stored: StoredMail | None, agent: Agent | None, reason: str = "",
    ticket_id: int | None = None,
) -> None:  # fmt: skip
    """Note a deed. Not committed: it is committed with the deed itself."""
    db.session.add(
        RelayAudit(
            stored_mail_id=stored.id if stored else None,
            ticket_id=ticket_id,
            agent_id=agent.id if agent else None,
            at=now(),
            deed=deed,
            reason=reason[:200],
        )
    )


def deeds_of(stored: StoredMail) -> Sequence[tuple[RelayAudit, str | None]]:
    """What was done with a mail, the oldest first, each with the name of who did it."""
    query = (
        select(RelayAudit, Agent.name)
        .outerjoin(Agent, Agent.id == RelayAudit.agent_id)
        .where(RelayAudit.stored_mail_id == stored.id)
        .order_by(RelayAudit.id)
    )
    return [(deed, name) for deed, name in db.session.execute(query)]
