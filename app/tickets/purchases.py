"""What a ticket's order is of and who carries it, as the marketplace said.

Nothing is guessed from a buyer's words, and no person stands in it. Never commits.
"""

from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model, db

if TYPE_CHECKING:
    from app.tickets.models import Ticket


class Purchase(Model):
    """One row a ticket of whose order something is known."""

    __tablename__ = "purchase"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    carrier: Mapped[str | None] = mapped_column(String(40))
    product: Mapped[str | None] = mapped_column(String(80))

    __table_args__ = (Index(None, "carrier", "ticket_id"), Index(None, "product", "ticket_id"))


def note_purchase(ticket: "Ticket", *, carrier: str | None, product: str | None) -> None:
    """Keep what is known."""
    if carrier or product:
        db.session.merge(Purchase(ticket_id=ticket.id, carrier=carrier, product=product))
        db.session.expire(ticket, ["purchase"])


def carry_order(source: "Ticket", target: "Ticket") -> None:
    """What is known of the order of `source` is known of `target` too. Where both say something,
    what `target` says stays."""
    target.order_ref = target.order_ref or source.order_ref
    numbers = [*target.known_numbers, source.order_ref, *source.known_numbers]
    # The other order's number is no telephone either.
    target.known_numbers = [
        one for one in dict.fromkeys(numbers) if one and one != target.order_ref
    ]
    own, others = _of(target), _of(source)
    carrier, product = own.carrier or others.carrier, own.product or others.product
    note_purchase(target, carrier=carrier, product=product)


def _of(ticket: "Ticket") -> Purchase:
    return db.session.get(Purchase, ticket.id) or Purchase()
