"""A mail comes in: kept sealed before anybody says 250, then read by the worker.

`receive` does as little as can be trusted: find the recipient, seal, commit. Everything that can
go wrong with the content happens later, in `read_waiting`, where a failure costs nothing: the
mail stays stored with its reason and is tried again.
"""

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, select, update

from app.extensions import db
from app.lib.claim import claim
from app.lib.clock import now
from app.lib.database import insert_or_skip, reading
from app.privacy.keys import vault
from app.relay.acting import Outcome, act_on
from app.relay.holds import ask_waiting, expire
from app.relay.keeping import content_digest, raw_of, sealed_about, with_parties
from app.relay.masks import Recipient, find_recipient
from app.relay.models import MailState, PutOff, StoredMail
from app.relay.reading import look_at

__all__ = [
    "Envelope",
    "content_digest",
    "put_off_since",
    "raw_of",
    "read_waiting",
    "receive",
    "sealed_about",
    "sweep_holds",
]

log = logging.getLogger(__name__)

Row = dict[str, Any]  # the columns of one StoredMail

FORGOTTEN_AFTER = timedelta(minutes=5)
TRIES = 8
PUT_OFF_KEPT = timedelta(days=2)


@dataclass(frozen=True)
class Envelope:
    """What the sending server said of the mail, outside of it."""

    recipient: str
    sender: str = ""
    # What the door found out about the domain in From; empty where nobody looked.
    sender_check: str = ""


def receive(raw: bytes, envelope: Envelope) -> int:
    """Keep `raw` for good and return its number; only then may `250` be said.

    The same mail to the same address a second time is the first one. Raises what
    `find_recipient` raises, and whatever the database does when it cannot keep the mail.
    """
    with reading():
        to = find_recipient(envelope.recipient)
        db.session.commit()
    row = sealed_row(raw, envelope, to)
    keep([row])
    query = select(StoredMail.id).filter_by(
        recipient_index=row["recipient_index"], digest=row["digest"]
    )
    return db.session.scalars(query).one()


def sealed_row(raw: bytes, envelope: Envelope, to: Recipient) -> Row:
    """The mail as it is to be kept. Seals it; asks and writes nothing."""
    recipient_index = vault().blind(envelope.recipient.lower(), about="recipient")
    digest = content_digest(raw)
    received_at = now()
    return {
        "recipient_index": recipient_index,
        "digest": digest,
        **asdict(to),
        "null_sender": not envelope.sender,
        "sender_check": envelope.sender_check,
        "raw_sealed": vault().seal(raw, about=sealed_about(recipient_index, digest)),
        "size": len(raw),
        "received_at": received_at,
        "next_try_at": received_at,
    }


def keep(rows: Sequence[Row]) -> None:
    """Write `rows` down for good, those left out that are kept already. Commits."""
    db.session.execute(insert_or_skip(StoredMail), rows)
    db.session.commit()


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
        .options(*with_parties())
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


def sweep_holds() -> int:
    """Let held mails go whose seven days are over, and ask about those whose turn has come."""
    done = expire(at=now()) + ask_waiting(at=now())
    db.session.execute(delete(PutOff).where(PutOff.first_at < now() - PUT_OFF_KEPT))
    db.session.commit()
    return done


def put_off_since(raw: bytes, recipient: str) -> datetime:
    """When this mail was put off for the first time, since its sender could not be checked."""
    about = f"{recipient.lower()}|{content_digest(raw)}"
    key = vault().blind(about, about="put off")
    first = db.session.get(PutOff, key)
    if first is None:
        first = db.session.merge(PutOff(key=key, first_at=now()))
    db.session.commit()
    return first.first_at
