"""The mails that were kept, for the operator's supervisor: listed, found by mask, acted on.

Searches by mask and never by a person's address, so the page cannot be asked whether somebody
wrote. Changes rows; never commits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select

from app.accounts.models import Agent
from app.extensions import db
from app.lib.clock import now
from app.lib.database import only_reads
from app.relay.audit import Deed, record
from app.relay.bounces import lift_pause
from app.relay.holds import release
from app.relay.keeping import with_parties
from app.relay.masks import MASK_LENGTH, relay_domain, token_indexes
from app.relay.models import MailState, Mask, MaskState, Notice, StoredMail, WayBack
from app.relay.originals import FROM_API, is_erased
from app.tickets.models import Message, NotAllowed
from app.web.paging import PAGE_SIZE, Cursor, Page

REPLAYABLE = frozenset({MailState.FAILED, MailState.IGNORED, MailState.HELD})
BUSY = frozenset({MailState.WAITING, MailState.WORKING})


class NotAMask(ValueError):
    """What was typed is no mask of this desk. Its text is for whoever typed it."""


@dataclass(frozen=True)
class Search:
    """What the list is narrowed to. `mask` is a local part or a whole mask, in small letters."""

    state: MailState | None = None
    mask: str = ""
    doubted: bool = False


@dataclass(frozen=True)
class StoredRow:
    """One line of the list: everything but the mail."""

    id: int
    received_at: datetime
    vendor: str | None
    ticket_id: int | None
    to: str
    size: int
    state: str
    reason: str
    tries: int


def stored_page(search: Search, after: Cursor | None = None) -> Page[StoredRow]:
    """One page, the newest first: two queries at most."""
    query = _whole().order_by(StoredMail.id.desc()).limit(PAGE_SIZE + 1)
    if search.state is not None:
        query = query.where(StoredMail.state == search.state)
    if search.doubted:
        query = query.where(StoredMail.doubted_at.is_not(None))
    if search.mask:
        query = query.where(_came_to(read_mask(search.mask)))
    if after is not None:
        query = query.where(StoredMail.id < after.row_id)
    found = db.session.scalars(query).all()
    opened = _opened_by(found[:PAGE_SIZE])
    rows = [_row(stored, opened) for stored in found[:PAGE_SIZE]]
    more = len(found) > PAGE_SIZE
    return Page(rows, str(Cursor(rows[-1].received_at, rows[-1].id)) if more else None)


def read_mask(text: str) -> str:
    """The local part of a mask that somebody typed. Raises NotAMask for anything else."""
    local, at, domain = text.strip().lower().partition("@")
    if at and domain.rstrip(".") != relay_domain():
        raise NotAMask("The list is searched by mask only, never by a person’s address.")
    if len(local) != MASK_LENGTH or not (local.isascii() and local.isalnum()):
        raise NotAMask("This is no mask: a mask has 23 letters and digits before its @.")
    return local


def _came_to(local: str) -> ColumnElement[bool]:
    """The condition on mails that came to this mask, whatever kind of mask it is."""
    indexes = token_indexes(local)
    masks = select(Mask.id).where(Mask.token_index.in_(indexes))
    ways = select(WayBack.id).where(WayBack.token_index.in_(indexes))
    questions = select(Notice.id).where(Notice.token_index.in_(indexes))
    return or_(
        StoredMail.mask_id.in_(masks),
        StoredMail.way_back_id.in_(ways),
        StoredMail.notice_id.in_(questions),
    )


def _whole() -> Select[StoredMail]:
    return select(StoredMail).options(*with_parties())


def _opened_by(mails: Sequence[StoredMail]) -> dict[int, int]:
    """The tickets, by message, of mails that opened one: those came to no mask yet."""
    ids = [stored.message_id for stored in mails if not stored.mask and stored.message_id]
    if not ids:
        return {}
    query = select(Message.id, Message.ticket_id).where(Message.id.in_(ids))
    return {row.id: row.ticket_id for row in db.session.execute(query)}


def _row(stored: StoredMail, opened: Mapping[int, int]) -> StoredRow:
    return StoredRow(
        id=stored.id,
        received_at=stored.received_at,
        vendor=vendor_name(stored),
        ticket_id=stored.mask.ticket_id if stored.mask else opened.get(stored.message_id or 0),
        to=kind_of_address(stored),
        size=stored.size,
        state=stored.state,
        reason=stored.reason,
        tries=stored.tries,
    )


def kind_of_address(stored: StoredMail) -> str:
    """What kind of address a mail came to, as a code."""
    if stored.reason == FROM_API:
        return "api"
    if stored.mask_id is not None:
        return "mask"
    if stored.way_back_id is not None:
        return "way_back"
    if stored.notice_id is not None:
        return "question"
    return "door" if stored.vendor_id is not None else "postmaster"


def vendor_name(stored: StoredMail) -> str | None:
    """For which vendor a mail came; None for the operator's own addresses."""
    ticket = stored.mask.ticket if stored.mask else stored.notice and stored.notice.ticket
    vendor = ticket.vendor if ticket else stored.vendor
    return vendor.name if vendor else None


def find_stored(stored_id: int) -> StoredMail | None:
    """One mail with everybody whom it is about, as it is now. Whoever may write gets it locked."""
    query = _whole().where(StoredMail.id == stored_id).execution_options(populate_existing=True)
    if not only_reads():
        query = query.with_for_update(of=StoredMail)
    return db.session.scalar(query)


def ticket_of(stored: StoredMail) -> int | None:
    """The ticket that a mail belongs to, has opened, or reports on."""
    for whole in (stored.mask, stored.notice):
        if whole is not None:
            return whole.ticket_id
    way_back = stored.way_back_id and db.session.get(WayBack, stored.way_back_id)
    if way_back and way_back.notice_id is not None:
        return db.session.get_one(Notice, way_back.notice_id).ticket_id
    message_id = way_back.message_id if way_back else stored.message_id
    if message_id is None:
        return None
    return db.session.scalar(select(Message.ticket_id).where(Message.id == message_id))


def mask_of(stored: StoredMail) -> Mask | None:
    """The mask of the conversation that a mail belongs to."""
    query = select(Mask).where(Mask.ticket_id == ticket_of(stored))
    return stored.mask or db.session.scalar(query)


# --- what can be done ----------------------------------------------------------------------


def replay(stored: StoredMail, agent: Agent) -> None:
    """Let the worker read the mail again, as if it had just come; its time of arrival stays."""
    if stored.state not in REPLAYABLE:
        raise NotAllowed("Only a mail that failed, was ignored or is held can be read again.")
    if is_erased(stored) or stored.reason == FROM_API:
        raise NotAllowed("The mail itself is not kept any more, so it cannot be read again.")
    stored.state, stored.next_try_at = MailState.WAITING, now()
    stored.tries, stored.claimed_at, stored.done_at = 0, None, None
    record(Deed.REPLAYED, stored=stored, agent=agent, reason=stored.reason)


def let_in(stored: StoredMail, agent: Agent) -> Message:
    """A held mail becomes words of its ticket: the operator vouches for its sender."""
    if stored.state != MailState.HELD:
        raise NotAllowed("Only a mail that is held can be released.")
    if is_erased(stored):
        raise NotAllowed("The mail itself is not kept any more, so it cannot be released.")
    record(Deed.RELEASED, stored=stored, agent=agent, reason=stored.reason)
    return release(stored, at=now())


def erase(stored: StoredMail, agent: Agent | None, reason: str = "") -> None:
    """Take the mail itself away for good. Its row stays and says when it came and what became
    of it; a mail that waited will not be read."""
    if stored.state == MailState.WORKING:
        raise NotAllowed("The worker reads this mail at this moment; try again in a minute.")
    stored.raw_sealed = b""
    stored.next_try_at = None
    if stored.state != MailState.DONE:
        stored.state, stored.done_at = MailState.IGNORED, now()
        stored.reason = "erased"
    record(Deed.ERASED, stored=stored, agent=agent, reason=reason)


def revoke_mask(stored: StoredMail, agent: Agent, reason: str) -> None:
    """The mask that this mail came to takes no more mail."""
    mask = stored.mask
    if mask is None or mask.state != MaskState.OPEN:
        raise NotAllowed("This mail came to no open mask.")
    mask.state = MaskState.REVOKED
    mask.ticket.log("mask_revoked", at=now(), agent_id=agent.id, reason=reason)
    record(Deed.REVOKED, stored=stored, agent=agent, reason=reason, ticket_id=mask.ticket_id)


def reopen_mask(stored: StoredMail, agent: Agent) -> None:
    """A revoked mask takes mail again; one that was erased is gone for good."""
    mask = stored.mask
    if mask is None or mask.state != MaskState.REVOKED or not mask.token_sealed:
        raise NotAllowed("This mail came to no revoked mask.")
    mask.state = MaskState.OPEN
    mask.ticket.log("mask_reopened", at=now(), agent_id=agent.id)
    record(Deed.REOPENED, stored=stored, agent=agent, ticket_id=mask.ticket_id)


def send_again(stored: StoredMail, agent: Agent) -> None:
    """Answers leave again, though two had come back: the operator knows that they will arrive."""
    mask = mask_of(stored)
    if mask is None or mask.paused_at is None:
        raise NotAllowed("Nothing is paused in this conversation.")
    lift_pause(mask, at=now(), agent=agent)
    record(Deed.UNPAUSED, stored=stored, agent=agent, ticket_id=mask.ticket_id)
