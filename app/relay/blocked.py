"""Whether a vendor blocked whom a mail comes from. The mail is kept all the same."""

from sqlalchemy import select

from app.extensions import db
from app.privacy.addresses import normalise
from app.privacy.keys import vault
from app.relay.models import StoredMail
from app.tickets.models import Buyer


def is_blocked(stored: StoredMail, sender: str) -> bool:
    """True for mail of a blocked buyer, to a conversation or to the vendor's door."""
    if stored.mask is not None:
        return stored.mask.ticket.buyer.blocked_at is not None
    indexes = vault().blinds(normalise(sender), about="buyer address")
    query = select(Buyer.id).where(
        Buyer.vendor_id == stored.vendor_id,
        Buyer.address_index.in_(indexes),
        Buyer.blocked_at.is_not(None),
    )
    return db.session.scalar(query) is not None
