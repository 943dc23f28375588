"""What a buyer wrote before anything was hidden: kept sealed, read by the operator alone.

Words that came by mail lie in the stored mail. Words from the REST door are kept beside them under
the reason `api`. Never logs, never commits; who may ask is decided by whoever calls.
"""

import json
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select

from app.extensions import db
from app.lib.ids import random_id
from app.mail.errors import UnreadableMail
from app.mail.parse import read
from app.privacy.keys import vault
from app.relay.keeping import raw_of, sealed_about
from app.relay.models import MailState, StoredMail
from app.tickets.models import Message

FROM_API = "api"


@dataclass(frozen=True)
class Original:
    """A buyer's own words."""

    subject: str
    text: str


def keep_original(raw: bytes, message: Message, *, mask_id: int, vendor_id: int) -> StoredMail:
    """Keep words that came without a mail, done and sealed. Not committed."""
    index = vault().blind(random_id(16), about="recipient")
    digest = sha256(random_id(32).encode()).hexdigest()
    stored = StoredMail(
        recipient_index=index, digest=digest, vendor_id=vendor_id, mask_id=mask_id,
        raw_sealed=vault().seal(raw, about=sealed_about(index, digest)), size=len(raw),
        received_at=message.created_at, state=MailState.DONE, reason=FROM_API,
        message_id=message.id, done_at=message.created_at,
    )  # fmt: skip
    db.session.add(stored)
    return stored


def is_erased(stored: StoredMail) -> bool:
    """True when the mail itself was taken away and only its row is left."""
    return not stored.raw_sealed


def original_of(message: Message) -> Original | None:
    """The words behind a message; None when they were erased or never kept."""
    query = select(StoredMail).where(StoredMail.message_id == message.id).order_by(StoredMail.id)
    stored = db.session.scalars(query.limit(1)).first()
    return None if stored is None or is_erased(stored) else words_of(stored)


def words_of(stored: StoredMail) -> Original | None:
    """The words of one stored mail; None when it is no mail that can be read."""
    raw = raw_of(stored)
    if stored.reason == FROM_API:
        return Original(**json.loads(raw))
    try:
        mail = read(raw)
    except UnreadableMail:
        return None
    return Original(mail.subject, mail.text)
