"""Tags: a vendor's own short words on its tickets, for filters and for putting many in order.

A tag belongs to one vendor; on a ticket that was moved to another one it is no longer seen.
Never commits.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, delete, literal, select
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Agent
from app.extensions import Model, db
from app.lib.database import insert_or_skip

if TYPE_CHECKING:
    from app.tickets.models import Ticket

LONGEST = 40


class Tag(Model):
    """A word of one vendor. Written small, so that "Fragile" and "fragile" are one."""

    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    name: Mapped[str] = mapped_column(String(LONGEST))

    __table_args__ = (UniqueConstraint("vendor_id", "name"),)


class TicketTag(Model):
    """A tag on a ticket."""

    __tablename__ = "ticket_tag"

    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)

    __table_args__ = (Index(None, "ticket_id"),)


def read_name(text: str) -> str:
    """What somebody typed, as a tag: small, one space between words, no sign in front."""
    return " ".join(text.lower().lstrip("# ").split())[:LONGEST].strip()


def known_to(vendor_id: int) -> Sequence[Tag]:
    """The vendor's tags by name."""
    return db.session.scalars(select(Tag).filter_by(vendor_id=vendor_id).order_by(Tag.name)).all()


def tag(tickets: Sequence["Ticket"], name: str, agent: Agent, *, at: datetime) -> None:
    """Put a tag on tickets, each with its own vendor's word of that name. Twice is once."""
    for ticket in tickets:
        found = _get_or_make(ticket.vendor_id, name)
        put = insert_or_skip(TicketTag).values(tag_id=found.id, ticket_id=ticket.id)
        if db.session.execute(put.returning(TicketTag.tag_id)).first():
            ticket.log("tagged", at=at, agent_id=agent.id, tag=found.id)


def carry_over(source: "Ticket", target: "Ticket") -> None:
    """The tags of `source` are on `target` too."""
    there = select(TicketTag.tag_id, literal(target.id)).where(TicketTag.ticket_id == source.id)
    put = insert_or_skip(TicketTag).from_select(["tag_id", "ticket_id"], there)
    db.session.execute(put)


def untag(tickets: Sequence["Ticket"], name: str, agent: Agent, *, at: datetime) -> None:
    """Take a tag off tickets that have it."""
    for ticket in tickets:
        mine = select(Tag.id).filter_by(vendor_id=ticket.vendor_id, name=name)
        gone = delete(TicketTag).where(TicketTag.ticket_id == ticket.id, TicketTag.tag_id.in_(mine))
        for tag_id in db.session.scalars(gone.returning(TicketTag.tag_id)).all():
            ticket.log("untagged", at=at, agent_id=agent.id, tag=tag_id)


def _get_or_make(vendor_id: int, name: str) -> Tag:
    wanted = select(Tag).filter_by(vendor_id=vendor_id, name=name)
    found = db.session.scalar(wanted)
    if found is None:
        db.session.execute(insert_or_skip(Tag).values(vendor_id=vendor_id, name=name))
        found = db.session.scalars(wanted).one()
    return found
