"""The files of messages: kept with their rows, found for a page, swept when they belong to none.

A row names a file of `app.attachments.store`, or says why there is none. A file is asked for
together with its ticket, so a key alone opens nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import or_, select

from app.attachments import store
from app.attachments.cleaning import CleanFile
from app.extensions import db
from app.tickets.models import Attachment, Message, Ticket

# A mail is read in minutes; a file without a row after this long belongs to nothing.
ORPHAN_AFTER = timedelta(hours=6)
BATCH = 500


def attach(message: Message, files: Sequence[CleanFile]) -> None:
    """Keep the files of a message: each on the disk first, then as a row. Not committed.

    A file whose row is rolled back is an orphan, which `sweep_orphans` takes away.
    """
    for position, file in enumerate(files, start=1):
        content = file.content
        db.session.add(
            Attachment(
                message_id=message.id,
                position=position,
                name=file.name,
                type=file.type,
                size=file.size,
                key=None if content is None else store.put(content),
                sha256=None if content is None else sha256(content).hexdigest(),
                withheld=file.withheld,
                preview_key=None if file.preview is None else store.put(file.preview),
            )
        )
    db.session.flush()


def find_file(ticket: Ticket, key: str) -> Attachment | None:
    """The kept file of that key, or whose preview has it, if it belongs to this ticket."""
    query = (
        select(Attachment)
        .join(Message, Message.id == Attachment.message_id)
        .where(Message.ticket_id == ticket.id)
        .where(or_(Attachment.key == key, Attachment.preview_key == key))
    )
    return db.session.scalar(query)


def forget_files(ticket: Ticket) -> int:
    """Take every kept file of a ticket away; the rows stay and say so. Not committed."""
    query = (
        select(Attachment)
        .join(Message, Message.id == Attachment.message_id)
        .where(Message.ticket_id == ticket.id, Attachment.key.is_not(None))
    )
    files = db.session.scalars(query).all()
    for file in files:
        for key in filter(None, (file.key, file.preview_key)):
            store.remove(key)
        file.key, file.preview_key, file.withheld = None, None, "erased"
    return len(files)


def sweep_orphans(at: datetime) -> int:
    """Take away the files that no row names, once they are ORPHAN_AFTER old. How many were."""
    gone = 0
    batch: list[str] = []
    for key in store.keys_before(at - ORPHAN_AFTER):
        batch.append(key)
        if len(batch) == BATCH:
            gone += _remove_orphans(batch)
            batch = []
    return gone + _remove_orphans(batch)


def _remove_orphans(keys: Sequence[str]) -> int:
    orphans = set(keys)
    for column in (Attachment.key, Attachment.preview_key):
        orphans -= set(db.session.scalars(select(column).where(column.in_(keys))))
    for key in orphans:
        store.remove(key)
    return len(orphans)
