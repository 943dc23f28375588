"""Second addresses of a buyer: confirmed once through the bound address, known from then on.

Knows blind indexes alone, one conversation at a time: what is confirmed to one vendor says nothing
to another. Only an address whose domain had proved that it sent the mail is remembered; where
nothing is proven anybody can write the next one. Never commits.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from app.extensions import db
from app.privacy.keys import retired_blinds, vault
from app.relay.models import KnownSender, Mask, StoredMail

ABOUT = "held sender"


def sender_index(sender: str) -> str:
    """The blind index under which a second address is noted."""
    return vault().blind(sender, about=ABOUT)


def is_familiar(mask: Mask, sender: str) -> bool:
    """Whether the buyer has said of this address that it is theirs."""
    indexes = (*vault().blinds(sender, about=ABOUT), *retired_blinds(sender, about=ABOUT))
    query = select(KnownSender.mask_id).where(
        KnownSender.mask_id == mask.id, KnownSender.sender_index.in_(indexes)
    )
    return db.session.scalar(query.limit(1)) is not None


def remember(stored: StoredMail, *, at: datetime) -> None:
    """The buyer said that this held mail is theirs: so will be the next one of its sender."""
    known = (stored.mask_id, stored.sender_index)
    if None not in known and db.session.get(KnownSender, known) is None:
        db.session.add(KnownSender(mask_id=known[0], sender_index=known[1], at=at))


def forget_familiar(ticket_ids: Sequence[int]) -> None:
    """Know no second address in these conversations any more."""
    masks = select(Mask.id).where(Mask.ticket_id.in_(ticket_ids))
    db.session.execute(delete(KnownSender).where(KnownSender.mask_id.in_(masks)))
