"""A mail comes in: kept sealed before anybody says 250, then read by the worker.

`receive` does as little as can be trusted: find the recipient, seal, commit. Everything that can
go wrong with the content happens later, in `read_waiting`, where a failure costs nothing: the
mail stays stored with its reason and is tried again.
"""

import logging
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Select, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.lib.claim import claim
from app.lib.clock import now
from app.lib.database import reading
from app.privacy.keys import vault
from app.relay.masks import Recipient, find_recipient
from app.relay.models import MailState, Mask, StoredMail
from app.relay.reading import Outcome, act_on, look_at
from app.tickets.models import Ticket

log = logging.getLogger(__name__)

FORGOTTEN_AFTER = timedelta(minutes=5)
TRIES = 8
# Headers that each passing server puts in front: the same mail sent twice differs only there.
TRACE = re.compile(
    rb"(received|return-path|delivered-to|authentication-results|arc-[a-z-]+|x-spam[a-z-]*"
    rb"|received-spf|x-received|x-original-to|envelope-to|delivery-date)\s*:",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Envelope:
    """What the sending server said of the mail, outside of it."""

    recipient: str
    sender: str = ""


def receive(raw: bytes, envelope: Envelope) -> int:
    """Keep `raw` for good and return its number; only then may `250` be said.

    The same mail to the same address a second time is the first one. Raises what
    `find_recipient` raises, and whatever the database does when it cannot keep the mail.
    """
    to = find_recipient(envelope.recipient)
    stored = _sealed(raw, envelope, to)
    db.session.add(stored)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return _first_copy(stored)
    return stored.id


def _sealed(raw: bytes, envelope: Envelope, to: Recipient) -> StoredMail:
    recipient_index = vault().blind(envelope.recipient.lower(), about="recipient")
    digest = content_digest(raw)
    received_at = now()
    return StoredMail(
        recipient_index=recipient_index,
        digest=digest,
        vendor_id=to.vendor.id if to.vendor else None,
        mask_id=to.mask.id if to.mask else None,
        way_back_id=to.way_back.id if to.way_back else None,
        null_sender=not envelope.sender,
        raw_sealed=vault().seal(raw, about=_about(recipient_index, digest)),
        size=len(raw),
        received_at=received_at,
        next_try_at=received_at,
    )


def _first_copy(stored: StoredMail) -> int:
    query = select(StoredMail.id).filter_by(
        recipient_index=stored.recipient_index, digest=stored.digest
    )
    return db.session.scalars(query).one()


def _about(recipient_index: str, digest: str) -> str:
    return f"stored mail|{recipient_index}|{digest}"


def raw_of(stored: StoredMail) -> bytes:
    """The mail as it came in."""
    about = _about(stored.recipient_index, stored.digest)
    return vault().open(stored.raw_sealed, about=about)


def content_digest(raw: bytes) -> str:
    """SHA-256 of the mail without the trace headers in front, which differ at every delivery."""
    lines = raw.splitlines(keepends=True)
    start = 0
    while start < len(lines) and TRACE.match(lines[start]):
        start += 1
        while start < len(lines) and lines[start][:1] in {b" ", b"\t"}:
            start += 1
    return sha256(b"".join(lines[start:])).hexdigest()


def read_waiting(*, limit: int = 50) -> int:
    """Read up to `limit` stored mails, each in its own transaction. How many were."""
    taken = claim(db.session, _waiting(now()), limit=limit, mark=_take)
    for stored in taken:
        _read(stored)
    return len(taken)


def _waiting(at: datetime) -> Select[StoredMail]:
    return (
        select(StoredMail)
        .where(StoredMail.next_try_at <= at)
        .order_by(StoredMail.next_try_at, StoredMail.id)
        .options(
            joinedload(StoredMail.vendor),
            joinedload(StoredMail.mask).joinedload(Mask.ticket).joinedload(Ticket.vendor),
            joinedload(StoredMail.mask).joinedload(Mask.ticket).joinedload(Ticket.buyer),
        )
        .execution_options(populate_existing=True)
    )


def _take(stored: StoredMail) -> None:
    # A worker that dies now leaves the mail due again a little later, and nothing else.
    stored.state, stored.claimed_at = MailState.WORKING, now()
    stored.next_try_at = now() + FORGOTTEN_AFTER
    stored.tries += 1


def _read(stored: StoredMail) -> None:
    stored_id = stored.id
    try:
        with reading():
            finding = look_at(stored, raw_of(stored))
            db.session.commit()
        outcome = act_on(stored, finding)
    except Exception as fault:
        db.session.rollback()
        # The class of the error and no more: its text may quote the mail.
        log.error("stored mail %s could not be read: %s", stored_id, type(fault).__name__)
        _put_back(stored_id, type(fault).__name__)
        return
    if not _settle(stored, outcome):
        # It took so long that another worker has taken the mail over: what was done is undone.
        db.session.rollback()
        return
    db.session.commit()


def _settle(stored: StoredMail, outcome: Outcome) -> bool:
    """Write down what became of the mail, if it is still this worker's to say."""
    still_mine = StoredMail.id == stored.id, StoredMail.tries == stored.tries
    values = {**outcome._asdict(), "next_try_at": None, "done_at": now()}
    done = db.session.execute(
        update(StoredMail)
        .where(*still_mine, StoredMail.state == MailState.WORKING)
        .values(**values)
        .returning(StoredMail.id)
        .execution_options(synchronize_session=False)
    )
    return done.first() is not None


def _put_back(stored_id: int, reason: str) -> None:
    stored = db.session.get_one(StoredMail, stored_id)
    stored.state, stored.reason = MailState.FAILED, reason[:60]
    wait = timedelta(minutes=2**stored.tries)
    stored.next_try_at = now() + wait if stored.tries < TRIES else None
    db.session.commit()
