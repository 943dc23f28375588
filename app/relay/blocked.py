"""Whether a vendor blocked whom a mail comes from. The mail is kept all the same."""

from collections.abc import Iterable
from itertools import chain

from sqlalchemy import select

from app.extensions import db
from app.privacy.addresses import normalise
from app.privacy.keys import vault
from app.relay.models import StoredMail
from app.tickets.models import Buyer


def blocked_among(mails: Iterable[tuple[StoredMail, str]]) -> set[int]:
    """The numbers of those of the mails, each with its sender, that a blocked buyer wrote: to a
    conversation or to the vendor's door. One query for all of them."""
    blocked: set[int] = set()
    knocking: dict[int, tuple[int | None, set[str]]] = {}
    for stored, sender in mails:
        if stored.mask is None:
            indexes = vault().blinds(normalise(sender), about="buyer address")
            knocking[stored.id] = stored.vendor_id, set(indexes)
        elif stored.mask.ticket.buyer.blocked_at is not None:
            blocked.add(stored.id)
    known = _blocked(chain.from_iterable(indexes for _, indexes in knocking.values()))
    return blocked | {
        stored_id
        for stored_id, (vendor_id, indexes) in knocking.items()
        if any((vendor_id, index) in known for index in indexes)
    }


def _blocked(indexes: Iterable[str]) -> set[tuple[int | None, str]]:
    """Vendor and index of the buyers among these whom that vendor blocked."""
    asked = set(indexes)
    if not asked:
        return set()
    query = select(Buyer.vendor_id, Buyer.address_index).where(
        Buyer.address_index.in_(asked), Buyer.blocked_at.is_not(None)
    )
    return {(vendor_id, index) for vendor_id, index in db.session.execute(query)}
