"""What the world is answered when it brings a mail, through whatever door.

Knows the words of every answer. Says 250 after the commit and not before, and 451 with a constant
text for whatever goes wrong, so that the sender's server keeps the mail and tries again.
"""

import logging

from sqlalchemy.exc import SQLAlchemyError

from app.config import Settings
from app.extensions import db, part
from app.lib.database import reading
from app.privacy.addresses import log_name
from app.relay.examining import Delivery, examine
from app.relay.inbound import Row, keep, note_missing_row, sealed_row
from app.relay.masks import (
    ConversationOver,
    Recipient,
    RowMissing,
    UnknownRecipient,
    find_recipient,
)
from app.relay.rates import Rates

log = logging.getLogger(__name__)

KNOWN = "250 2.1.5 OK"
TAKEN = "250 2.0.0 Taken"
TRY_AGAIN = "451 4.3.0 This mail cannot be taken right now, please try again later"
UNKNOWN = "550 5.1.1 There is no such address here"
OVER = "550 5.2.1 This conversation is over, please write to the shop again"
OVER_AT = "550 5.2.1 This conversation is over, please write again at {portal}"


def look_up(address: str) -> tuple[str, Recipient | None]:
    """Whether `address` stands for somebody, and for whom."""
    try:
        return KNOWN, _found(address)
    except Exception as fault:
        return answer_to(fault, address), None
    finally:
        db.session.remove()


def prepare(content: bytes, delivery: Delivery, rates: Rates) -> Row | str:
    """Look at the header and the sender: the row to be kept, or what is said instead."""
    try:
        examined = examine(content, delivery, rates)
        if examined.refusal:
            return examined.refusal
        to = delivery.to or _found(delivery.recipient)
        return sealed_row(content, delivery.envelope(examined.standing), to)
    except Exception as fault:
        return answer_to(fault, delivery.recipient)
    finally:
        db.session.remove()


def take(content: bytes, delivery: Delivery, rates: Rates) -> str:
    """Prepare a mail, keep it for good, say so."""
    prepared = prepare(content, delivery, rates)
    if isinstance(prepared, str):
        return prepared
    try:
        keep([prepared])
    except Exception as fault:
        return answer_to(fault, delivery.recipient)
    finally:
        db.session.remove()
    return TAKEN


def _found(address: str) -> Recipient:
    with reading():
        to = find_recipient(address)
        db.session.rollback()
    return to


def answer_to(fault: Exception, address: str) -> str:
    """What is said when a mail cannot be taken; whatever is not foreseen is put off."""
    match fault:
        case UnknownRecipient():
            return UNKNOWN
        case ConversationOver():
            return _over()
        case RowMissing():
            log.error("%s carries our mark and has no row", log_name(address))
            _alarm()
        case _:
            log.error("a mail was put off: %s", type(fault).__name__)
    return TRY_AGAIN


def _alarm() -> None:
    try:
        note_missing_row()
    except SQLAlchemyError as fault:
        # The sender is put off all the same, and the log has said it.
        log.error("the alarm could not be raised: %s", type(fault).__name__)


def _over() -> str:
    """What is said of a conversation that takes no more mail: always the same."""
    settings: Settings = part("settings")
    return OVER_AT.format(portal=settings.portal_url) if settings.portal_url else OVER
