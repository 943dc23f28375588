"""What a ticket's order is of and who carries it, as the marketplace said.

Nothing is guessed from a buyer's words, and no person stands in it.
"""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model, db
from app.tickets.models import Ticket


class Purchase(Model):
    """One row a ticket of whose order something is known."""

    __tablename__ = "purchase"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    carrier: Mapped[str | None] = mapped_column(String(40))
    product: Mapped[str | None] = mapped_column(String(80))

    __table_args__ = (Index(None, "carrier", "ticket_id"), Index(None, "product", "ticket_id"))


def note_purchase(ticket: Ticket, *, carrier: str | None, product: str | None) -> None:
    """Keep what is known. Not committed."""
    if carrier or product:
        db.session.merge(Purchase(ticket_id=ticket.id, carrier=carrier, product=product))
