"""To whom a conversation is bound: the one address that is heard at its mask and written to.

A binding changes by the marketplace's word alone (its order knows the buyer's new address), never
by what a mail says of itself. Never commits.
"""

from collections.abc import Sequence

from sqlalchemy import select, update

from app.extensions import db
from app.lib.clock import now
from app.privacy.addresses import normalise
from app.privacy.keys import vault
from app.relay.familiar import forget_familiar
from app.tickets.models import Buyer, Ticket


def known_as(address: str) -> Sequence[Buyer]:
    """The rows of whoever has `address`, one a vendor."""
    indexes = vault().blinds(normalise(address), about="buyer address")
    query = select(Buyer).where(Buyer.address_index.in_(indexes)).order_by(Buyer.id)
    return db.session.scalars(query).all()


def tickets_of(buyer: Buyer) -> Sequence[Ticket]:
    """All conversations of one vendor's buyer."""
    query = select(Ticket).where(Ticket.buyer_id == buyer.id).order_by(Ticket.id)
    return db.session.scalars(query).all()


def is_forgotten(buyer: Buyer) -> bool:
    """True when the buyer's data was erased."""
    return not buyer.address_sealed


def rebind(buyer: Buyer, address: str) -> Buyer:
    """The buyer's account has another address now: masks stay, the old address gets no more mail.

    Second addresses that the old one had confirmed are strangers again. Whom the vendor knows under
    the new address already keeps that row, and gets the tickets. Not committed. Raises AddressError
    when `address` is none.
    """
    address = normalise(address)
    indexes = vault().blinds(address, about="buyer address")
    if buyer.address_index == indexes[0]:
        return buyer
    tickets = tickets_of(buyer)
    for ticket in tickets:
        ticket.log("rebound", at=now())
    forget_familiar([ticket.id for ticket in tickets])
    known = db.session.scalar(
        select(Buyer).where(Buyer.vendor_id == buyer.vendor_id, Buyer.address_index.in_(indexes))
    )
    if known is not None and known.id != buyer.id:
        db.session.execute(
            update(Ticket).where(Ticket.buyer_id == buyer.id).values(buyer_id=known.id)
        )
        return known
    buyer.address_index = indexes[0]
    buyer.address_sealed = vault().seal_text(address, about=f"buyer|{indexes[0]}")
    return buyer
