"""Making masks, reading them, and finding what they stand for.

A mask's local part is its kind, 80 random bits and 30 bits of a MAC, in Crockford's alphabet:
`c` + 16 + 6 characters. The row is the authority, so a mask can be revoked and no key mints one;
the MAC only lets the door refuse garbage without asking the database, and tell "never ours" from
"ours, but the row is missing" (a restored backup).
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Vendor
from app.config import Settings
from app.extensions import db, part
from app.lib.clock import now
from app.lib.ids import ALPHABET, encode32, random_id
from app.privacy.keys import vault
from app.relay.models import Mask, MaskState, WayBack
from app.tickets.models import Message, Ticket

RANDOM_LENGTH, MAC_LENGTH = 16, 6
MAC_BITS = 5 * MAC_LENGTH
WAY_BACK_LIVES = timedelta(days=30)
POSTMASTERS = frozenset({"postmaster", "abuse"})


class MaskKind(StrEnum):
    """Whom a mask is for: the buyer writes to `c`, bounces come back to `r`."""

    BUYER = "c"
    WAY_BACK = "r"


@dataclass(frozen=True)
class Recipient:
    """What an address of the relay stands for: one of the three, or none for the postmaster."""

    vendor: Vendor | None = None
    mask: Mask | None = None
    way_back: WayBack | None = None


class UnknownRecipient(Exception):
    """The address is none of ours: a permanent refusal."""


class ConversationOver(Exception):
    """The address was ours and takes no more mail: a permanent refusal."""


class RowMissing(Exception):
    """The address carries our MAC and has no row: an older backup runs. Try again later."""


def mint(kind: MaskKind) -> str:
    """A new local part that nobody can guess."""
    body = kind + random_id(RANDOM_LENGTH)
    return body + _mac(vault().blind(body, about="mask mac"))


def _mac(digest: str) -> str:
    return encode32(int(digest[:16], 16) & ((1 << MAC_BITS) - 1), MAC_LENGTH)


def is_ours(local: str) -> bool:
    """True when `local` has the shape of a mask and carries our MAC, under any key of the ring."""
    body, mac = local[:-MAC_LENGTH], local[-MAC_LENGTH:]
    if len(local) != 1 + RANDOM_LENGTH + MAC_LENGTH or body[:1] not in set(MaskKind):
        return False
    if not set(local) <= set(ALPHABET):
        return False
    return any(_mac(digest) == mac for digest in vault().blinds(body, about="mask mac"))


def token_indexes(local: str) -> tuple[str, ...]:
    """The blind indexes under which a mask may be filed, the current key's first."""
    return vault().blinds(local, about="mask")


def give_mask(ticket: Ticket) -> Mask:
    """The mask that the ticket's buyer writes to, made when there is none. Not committed."""
    mask = db.session.scalar(select(Mask).where(Mask.ticket_id == ticket.id))
    return mask or make_mask(ticket)


def make_mask(ticket: Ticket) -> Mask:
    """The mask of a ticket that has none. Not committed."""
    local = mint(MaskKind.BUYER)
    index = token_indexes(local)[0]
    sealed = vault().seal_text(local, about=f"mask|{index}")
    mask = Mask(ticket_id=ticket.id, token_index=index, token_sealed=sealed)
    db.session.add(mask)
    return mask


def give_way_back(message: Message) -> str:
    """A new return-path address for one attempt to send `message`. Not committed."""
    local = mint(MaskKind.WAY_BACK)
    index = token_indexes(local)[0]
    sealed = vault().seal_text(local, about=f"way back|{index}")
    db.session.add(WayBack(message_id=message.id, token_index=index, token_sealed=sealed))
    return f"{local}@{relay_domain()}"


def mask_address(mask: Mask) -> str:
    """The mask as a mail address, in the clear."""
    local = vault().open_text(mask.token_sealed, about=f"mask|{mask.token_index}")
    return f"{local}@{relay_domain()}"


def door_address(vendor: Vendor) -> str:
    """The public address at which a buyer first writes to `vendor`."""
    return f"{vendor.slug}@{relay_domain()}"


def relay_domain() -> str:
    """The domain whose mail comes to the desk."""
    settings: Settings = part("settings")
    return settings.relay_domain


def find_recipient(address: str) -> Recipient:
    """What `address` stands for. Raises UnknownRecipient, ConversationOver or RowMissing."""
    local = _our_local_part(address)
    if local in POSTMASTERS:
        return Recipient()
    if not is_ours(local):
        return Recipient(vendor=_vendor_at(local))
    if local.startswith(MaskKind.WAY_BACK):
        return Recipient(way_back=_way_back_at(local))
    return Recipient(mask=_mask_at(local))


def _our_local_part(address: str) -> str:
    local, _, domain = address.rpartition("@")
    if domain.rstrip(".").lower() != relay_domain() or not local.isascii():
        raise UnknownRecipient
    return local.lower()


def _vendor_at(local: str) -> Vendor:
    vendor = db.session.scalar(select(Vendor).where(Vendor.slug == local))
    if vendor is None:
        raise UnknownRecipient
    return vendor


def _mask_at(local: str) -> Mask:
    filed = Mask.token_index.in_(token_indexes(local))
    mask = db.session.scalar(select(Mask).where(filed).options(joinedload(Mask.ticket)))
    if mask is None:
        raise RowMissing
    if mask.state == MaskState.REVOKED:
        raise ConversationOver
    return mask


def _way_back_at(local: str) -> WayBack:
    filed = WayBack.token_index.in_(token_indexes(local))
    way_back = db.session.scalar(select(WayBack).where(filed))
    if way_back is None:
        raise RowMissing
    if way_back.created_at + WAY_BACK_LIVES < now():
        raise UnknownRecipient
    return way_back
