"""What the world is answered when it brings a mail, through whatever door.

Knows the words of every answer. Says 250 after the commit and not before, and 451 with a constant
text for whatever goes wrong, so that the sender's server keeps the mail and tries again.
"""

import logging
from collections.abc import Callable

from app.config import Settings
from app.extensions import db, part
from app.lib.database import reading
from app.privacy.addresses import log_name
from app.relay.examining import Delivery, examine
from app.relay.inbound import Row, keep, sealed_row
from app.relay.masks import ConversationOver, RowMissing, UnknownRecipient, find_recipient
from app.relay.rates import Rates

log = logging.getLogger(__name__)

KNOWN = "250 2.1.5 OK"
TAKEN = "250 2.0.0 Taken"
TRY_AGAIN = "451 4.3.0 This mail cannot be taken right now, please try again later"
UNKNOWN = "550 5.1.1 There is no such address here"
OVER = "550 5.2.1 This conversation is over, please write to the shop again"
OVER_AT = "550 5.2.1 This conversation is over, please write again at {portal}"


def look_up(address: str) -> str:
    """Whether `address` stands for somebody."""

    def work() -> str:
        with reading():
            find_recipient(address)
            db.session.rollback()
        return KNOWN

    return _answered(work, address)


def take(
    content: bytes, delivery: Delivery, rates: Rates, *, write: Callable[[Row], None] | None = None
) -> str:
    """Look at the header and the sender, keep the mail, say so. `write` keeps it for good."""

    def work() -> str:
        examined = examine(content, delivery, rates)
        if examined.refusal:
            return examined.refusal
        row = sealed_row(content, delivery.envelope(examined.standing))
        (write or _keep_one)(row)
        return TAKEN

    return _answered(work, delivery.recipient)


def _keep_one(row: Row) -> None:
    keep([row])


def _answered(work: Callable[[], str], address: str) -> str:
    try:
        return work()
    except UnknownRecipient:
        return UNKNOWN
    except ConversationOver:
        return _over()
    except RowMissing:
        log.error("%s carries our mark and has no row", log_name(address))
        return TRY_AGAIN
    except Exception as fault:
        log.error("a mail was put off: %s", type(fault).__name__)
        return TRY_AGAIN
    finally:
        db.session.remove()


def _over() -> str:
    """What is said of a conversation that takes no more mail: always the same."""
    settings: Settings = part("settings")
    return OVER_AT.format(portal=settings.portal_url) if settings.portal_url else OVER
