"""Making masks, reading them, and finding what they stand for.

A mask's local part is its kind, 80 random bits and 30 bits of a MAC, in Crockford's alphabet:
`c` + 16 + 6 characters. The row is the authority, so a mask can be revoked and no key mints one;
the MAC only lets the door refuse garbage without asking the database, and tell "never ours" from
"ours, but the row is missing" (a restored backup).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVarTuple

from sqlalchemy import BindParameter, Row, Select, bindparam, select

from app.accounts.models import Vendor
from app.config import Settings
from app.extensions import db, part
from app.lib.clock import now
from app.lib.ids import ALPHABET, encode32, random_id
from app.privacy.addresses import MASK as LOOKS_LIKE_A_MASK
from app.privacy.keys import retired_blinds, vault
from app.relay.models import Mask, MaskState, Notice, WayBack
from app.tickets.models import Message, Ticket

RANDOM_LENGTH, MAC_LENGTH = 16, 6
MAC_BITS = 5 * MAC_LENGTH
WAY_BACK_LIVES = timedelta(days=30)
QUESTION_LIVES = timedelta(days=7)
MASK_LENGTH = 1 + RANDOM_LENGTH + MAC_LENGTH
POSTMASTERS = frozenset({"postmaster", "abuse"})
Columns = TypeVarTuple("Columns")


# Asked for every mail: put together once, and of the tables, past the mapper.
_masks: Any = Mask.__table__
_tickets: Any = Ticket.__table__
_vendors: Any = Vendor.__table__
_notices: Any = Notice.__table__
_ways_back: Any = WayBack.__table__
_INDEXES: BindParameter[Any] = bindparam("indexes", expanding=True)
_VENDOR: Select[int] = select(_vendors.c.id).where(_vendors.c.slug == bindparam("slug"))
_MASK: Select[int, str, datetime | None] = (
    select(_masks.c.id, _masks.c.state, _tickets.c.closed_at)
    .join(_tickets, _tickets.c.id == _masks.c.ticket_id)
    .where(_masks.c.token_index.in_(_INDEXES))
)
_NOTICE: Select[int, datetime | None, datetime] = select(
    _notices.c.id, _notices.c.answered_at, _notices.c.created_at
).where(_notices.c.token_index.in_(_INDEXES))
_WAY_BACK: Select[int, datetime] = select(_ways_back.c.id, _ways_back.c.created_at).where(
    _ways_back.c.token_index.in_(_INDEXES)
)


class MaskKind(StrEnum):
    """Whom a mask is for: the buyer writes to `c`, answers the desk's question at `k`; bounces
    come back to `r`."""

    BUYER = "c"
    QUESTION = "k"
    WAY_BACK = "r"


class AddressKind(StrEnum):
    """What an address of the relay can be."""

    POSTMASTER = "postmaster"
    DOOR = "door"
    MASK = "mask"
    QUESTION = "question"
    WAY_BACK = "way_back"


@dataclass(frozen=True)
class Recipient:
    """The number of the one row that an address stands for; none for the postmaster."""

    vendor_id: int | None = None
    mask_id: int | None = None
    way_back_id: int | None = None
    notice_id: int | None = None


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
    """True when `local` has the shape of a mask and carries our MAC, under any key we ever had."""
    body, mac = local[:-MAC_LENGTH], local[-MAC_LENGTH:]
    if len(local) != MASK_LENGTH or body[:1] not in set(MaskKind):
        return False
    if not set(local) <= set(ALPHABET):
        return False
    about = "mask mac"
    marks = (*vault().blinds(body, about=about), *retired_blinds(body, about=about))
    return any(_mac(digest) == mac for digest in marks)


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


def give_way_back(letter: Message | Notice) -> str:
    """A new return-path address for one attempt to send `letter`. Not committed."""
    local = mint(MaskKind.WAY_BACK)
    index = token_indexes(local)[0]
    sealed = vault().seal_text(local, about=f"way back|{index}")
    way_back = WayBack(token_index=index, token_sealed=sealed)
    if isinstance(letter, Notice):
        way_back.notice_id = letter.id
    else:
        way_back.message_id = letter.id
    db.session.add(way_back)
    return f"{local}@{relay_domain()}"


def give_question(notice: Notice) -> None:
    """An address of its own for `notice`, where its answer comes. Not committed."""
    local = mint(MaskKind.QUESTION)
    notice.token_index = token_indexes(local)[0]
    notice.token_sealed = vault().seal_text(local, about=f"notice|{notice.token_index}")


def question_address(notice: Notice) -> str | None:
    """The address at which `notice` is answered, in the clear; None when it asks nothing."""
    if notice.token_sealed is None:
        return None
    local = vault().open_text(notice.token_sealed, about=f"notice|{notice.token_index}")
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
    match address_kind(local):
        case AddressKind.POSTMASTER:
            return Recipient()
        case AddressKind.DOOR:
            return Recipient(vendor_id=_vendor_at(local))
        case AddressKind.WAY_BACK:
            return Recipient(way_back_id=_way_back_at(local))
        case AddressKind.QUESTION:
            return Recipient(notice_id=_notice_at(local))
        case _:
            return Recipient(mask_id=_mask_at(local))


def address_kind(local: str) -> AddressKind:
    """What kind of address a local part can be, by its looks alone; no row is asked."""
    if local in POSTMASTERS:
        return AddressKind.POSTMASTER
    if not is_ours(local):
        return AddressKind.DOOR
    return {
        MaskKind.WAY_BACK: AddressKind.WAY_BACK,
        MaskKind.QUESTION: AddressKind.QUESTION,
        MaskKind.BUYER: AddressKind.MASK,
    }[MaskKind(local[0])]


def _our_local_part(address: str) -> str:
    local, _, domain = address.rpartition("@")
    if domain.rstrip(".").lower() != relay_domain() or not local.isascii():
        raise UnknownRecipient
    return local.lower()


def _vendor_at(local: str) -> int:
    if LOOKS_LIKE_A_MASK.fullmatch(local):
        # A guessed mask. No shop is called so, and no row is worth looking for.
        raise UnknownRecipient
    vendor_id: int | None = db.session.scalar(_VENDOR, {"slug": local})
    if vendor_id is None:
        raise UnknownRecipient
    return vendor_id


def _mask_at(local: str) -> int:
    mask_id, state, closed_at = _filed(_MASK, local)
    if state == MaskState.REVOKED or _is_long_closed(closed_at):
        raise ConversationOver
    return mask_id


def _is_long_closed(closed_at: datetime | None) -> bool:
    settings: Settings = part("settings")
    window = timedelta(days=settings.reopen_within_days)
    return closed_at is not None and closed_at + window < now()


def _notice_at(local: str) -> int:
    notice_id, answered_at, created_at = _filed(_NOTICE, local)
    if answered_at is not None or created_at + QUESTION_LIVES < now():
        raise ConversationOver
    return notice_id


def _way_back_at(local: str) -> int:
    way_back_id, created_at = _filed(_WAY_BACK, local)
    if created_at + WAY_BACK_LIVES < now():
        raise UnknownRecipient
    return way_back_id


def _filed(query: Select[*Columns], local: str) -> Row[*Columns]:
    row = db.session.execute(query, {"indexes": token_indexes(local)}).one_or_none()
    if row is None:
        raise RowMissing
    return row
