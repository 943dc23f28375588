"""A mail comes in: kept sealed before anybody says 250, then read by the worker.

`receive` does as little as can be trusted: find the recipient, seal, commit. Everything that can
go wrong with the content happens later, in `read_waiting`, where a failure costs nothing: the
mail stays stored with its reason and is tried again.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Select, bindparam, delete, select, update
from sqlalchemy.orm import defer

from app.extensions import db
from app.lib.claim import claim
from app.lib.clock import now
from app.lib.database import insert_or_skip, reading
from app.lib.heartbeat import ROW_MISSING, beat, find_beat
from app.privacy.keys import vault
from app.relay.acting import Outcome, act_on_all
from app.relay.holds import ask_waiting, expire
from app.relay.keeping import content_digest, raw_of, sealed_about, with_parties
from app.relay.masks import Recipient, find_recipient
from app.relay.models import MailState, PutOff, StoredMail
from app.relay.reading import look_at_all

__all__ = [
    "Envelope",
    "content_digest",
    "note_missing_row",
    "put_off_since",
    "raw_of",
    "read_waiting",
    "receive",
    "sealed_about",
    "sweep_holds",
]

log = logging.getLogger(__name__)

Row = dict[str, Any]  # the columns of one StoredMail
Claim = tuple[int, int]  # a StoredMail's number, and at which try it was taken

FORGOTTEN_AFTER = timedelta(minutes=5)
TRIES = 8
# So many mails share a transaction. On SQLite the doors wait as long as it writes.
AT_ONCE = 10
BYTES_AT_ONCE = 2_000_000
PUT_OFF_KEPT = timedelta(days=2)


# Past the mapper: it would look through every row in hand for each mail.
_mails: Any = StoredMail.__table__
_SETTLE = (
    update(_mails)
    .where(
        _mails.c.id == bindparam("mail"),
        _mails.c.tries == bindparam("taken"),
        _mails.c.state == MailState.WORKING,
    )
    .values(next_try_at=None, done_at=bindparam("at"))
    .values({name: bindparam(f"new_{name}") for name in Outcome._fields})
)


class TakenOver(Exception):
    """Another worker has a mail by now that this one was still reading."""


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
    """Read up to `limit` stored mails. How many were."""
    taken = claim(db.session, _waiting(now()), limit=limit, mark=_take)
    for batch in list(_batches(taken)):
        _read_all(batch)
    return len(taken)


def _waiting(at: datetime) -> Select[StoredMail]:
    return (
        select(StoredMail)
        .where(StoredMail.next_try_at <= at)
        .order_by(StoredMail.next_try_at, StoredMail.id)
        .options(defer(StoredMail.raw_sealed))
        .execution_options(populate_existing=True)
    )


def _take(stored: StoredMail) -> None:
    # A worker that dies now leaves the mail due again a little later, and nothing else.
    stored.state, stored.claimed_at = MailState.WORKING, now()
    stored.next_try_at = now() + FORGOTTEN_AFTER
    stored.tries += 1


def _batches(taken: Sequence[StoredMail]) -> Iterator[list[Claim]]:
    """The mails in their order, some at once, but never two of one conversation: the second is
    read in the light of what the first has changed."""
    batch: list[Claim] = []
    heard: set[tuple[int | None, int | None]] = set()
    size = 0
    for stored in taken:
        conversation = stored.mask_id, stored.notice_id
        is_full = len(batch) == AT_ONCE or size + stored.size > BYTES_AT_ONCE
        if batch and (is_full or conversation in heard):
            yield batch
            batch, heard, size = [], set(), 0
        batch.append((stored.id, stored.tries))
        size += stored.size
        if any(conversation):
            heard.add(conversation)
    if batch:
        yield batch


def _read_all(claims: Sequence[Claim]) -> None:
    """Read mails in one transaction; if anything is wrong with one, each in its own.

    A commit costs the same for one mail as for many, and so does much of what the mapper does.
    """
    try:
        _read(claims)
    except Exception as fault:
        db.session.rollback()
        if len(claims) == 1:
            _give_up(claims[0][0], fault)
        else:
            for one in claims:
                _read_all([one])


def _read(claims: Sequence[Claim]) -> None:
    """Look at the mails, which takes time and writes nothing; then do what follows and commit."""
    with reading():
        batch = _still_ours(claims)
        findings = look_at_all((stored, _opened(stored)) for stored in batch)
        db.session.commit()
    if batch:
        _settle(batch, act_on_all(list(zip(batch, findings, strict=True))))
        db.session.commit()


def _opened(stored: StoredMail) -> bytes:
    """The mail as it came in. Its sealed form is let go: both at once are twice 25 MB."""
    raw = raw_of(stored)
    db.session.expire(stored, ["raw_sealed"])
    return raw


def _still_ours(claims: Sequence[Claim]) -> list[StoredMail]:
    """The claimed mails with all that belongs to them as it is now; none that another worker has
    taken over."""
    query = select(StoredMail).where(
        StoredMail.id.in_([stored_id for stored_id, _ in claims]),
        StoredMail.state == MailState.WORKING,
    )
    fresh = query.options(*with_parties()).execution_options(populate_existing=True)
    found = {(stored.id, stored.tries): stored for stored in db.session.scalars(fresh)}
    return [found[one] for one in claims if one in found]


def _settle(batch: Sequence[StoredMail], outcomes: Sequence[Outcome]) -> None:
    """Write down what became of the mails. Raises TakenOver if one is not this worker's to say."""
    at = now()
    rows = [
        {"mail": stored.id, "taken": stored.tries, "at": at}
        | {f"new_{name}": value for name, value in outcome._asdict().items()}
        for stored, outcome in zip(batch, outcomes, strict=True)
    ]
    settled = cast("CursorResult[Any]", db.session.execute(_SETTLE, rows))
    if settled.rowcount != len(rows):
        raise TakenOver


def _give_up(stored_id: int, fault: Exception) -> None:
    """Put a mail back that could not be read."""
    if isinstance(fault, TakenOver):
        # It took so long that another worker has taken the mail over: what was done is undone.
        return
    # The class of the error and no more: its text may quote the mail.
    log.error("stored mail %s could not be read: %s", stored_id, type(fault).__name__)
    _put_back(stored_id, type(fault).__name__)


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


def note_missing_row() -> None:
    """Somebody wrote to a mask that carries our mark and has no row: does an older backup run?
    The alarm stands on `/readyz`."""
    db.session.rollback()
    before = find_beat(ROW_MISSING)
    lately = before is not None and before.at > now() - timedelta(days=1)
    beat(ROW_MISSING, mails=before.said["mails"] + 1 if before and lately else 1)
    db.session.commit()


def put_off_since(raw: bytes, recipient: str) -> datetime:
    """When this mail was put off for the first time, since its sender could not be checked."""
    about = f"{recipient.lower()}|{content_digest(raw)}"
    key = vault().blind(about, about="put off")
    first = db.session.get(PutOff, key)
    if first is None:
        first = db.session.merge(PutOff(key=key, first_at=now()))
    db.session.commit()
    return first.first_at
