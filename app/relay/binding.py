"""To whom a conversation is bound: the one address that is heard at its mask and written to.

A binding changes by the marketplace's word alone (its order knows the buyer's new address), never
by what a mail says of itself. Never commits.
"""

from sqlalchemy import select, update

from app.extensions import db
from app.privacy.addresses import normalise
from app.privacy.keys import vault
from app.tickets.models import Buyer, Ticket


def rebind(buyer: Buyer, address: str) -> Buyer:
    """The buyer's account has another address now: masks stay, the old address gets no more mail.

    Whom the vendor knows under the new address already keeps that row, and gets the tickets. Not
    committed. Raises AddressError when `address` is none.
    """
    address = normalise(address)
    indexes = vault().blinds(address, about="buyer address")
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
