"""Mail out: what agents approved leaves from the mask, once.

The row is the queue. A message is claimed, composed from its row (so every attempt has the same
bytes), looked at for leaks, and handed to the transport. A message that a dead worker left in
`sending` may have left already: it is sent again with the same Message-ID, since a duplicate that
the buyer's server can recognise beats an answer that never came.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload

from app.extensions import db, part
from app.lib.claim import claim
from app.lib.clock import now
from app.mail.smtp import MaybeSent, Refused, Transport, TryAgain
from app.relay.bounces import fail
from app.relay.compose import composed
from app.relay.leaks import find_leaks
from app.relay.masks import give_way_back
from app.tickets.models import DeliveryState, Message, Ticket
from app.triage.intake import address_of

log = logging.getLogger(__name__)

FORGOTTEN_AFTER = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(days=3)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=4)


def transport() -> Transport:
    """How mail leaves this desk: a smart host, or the Maildir of the demo."""
    found: Transport = part("transport")
    return found


def deliver_due(*, limit: int = 20) -> int:
    """Send up to `limit` messages whose time has come. How many were tried."""
    taken = claim(db.session, _due(now()), limit=limit, mark=_take)
    for message in taken:
        _deliver(message)
    return len(taken)


def _due(at: datetime) -> Select[Message]:
    queued = and_(Message.delivery == DeliveryState.QUEUED, Message.next_try_at <= at)
    forgotten = and_(
        Message.delivery == DeliveryState.SENDING, Message.claimed_at < at - FORGOTTEN_AFTER
    )
    return (
        select(Message)
        .where(or_(queued, forgotten))
        .order_by(Message.next_try_at, Message.id)
        .options(
            joinedload(Message.ticket).joinedload(Ticket.vendor),
            joinedload(Message.ticket).joinedload(Ticket.buyer),
        )
        .execution_options(populate_existing=True)
    )


def _take(message: Message) -> None:
    message.delivery, message.claimed_at = DeliveryState.SENDING, now()
    message.tries += 1


def _deliver(message: Message) -> None:
    recipient = address_of(message.ticket.buyer)
    content = composed(message, recipient)
    leaks = find_leaks(content, secrets=[recipient])
    if leaks:
        _hold(message, leaks[0].kind)
        return
    way_back = give_way_back(message)
    db.session.commit()
    try:
        transport().send(sender=way_back, recipient=recipient, content=content)
    except (TryAgain, MaybeSent) as trouble:
        _try_later(message, trouble)
    except Refused as refusal:
        fail(message, f"refused {refusal.code}")
    else:
        message.delivery, message.sent_at = DeliveryState.SENT, now()
        message.next_try_at, message.failure = None, None
    db.session.commit()


def _hold(message: Message, kind: str) -> None:
    log.warning("message %s is held: it would have shown a %s", message.id, kind)
    message.delivery, message.failure = DeliveryState.HELD, f"leak:{kind}"
    message.ticket.log("held", at=now(), message=message.id, reason=f"leak:{kind}")
    db.session.commit()


def _try_later(message: Message, trouble: TryAgain | MaybeSent) -> None:
    """Back off, from a minute up to four hours, for three days; then the answer has failed."""
    if now() - message.created_at > GIVE_UP_AFTER:
        fail(message, "gave_up")
        return
    wait = min(FIRST_WAIT * 2 ** (message.tries - 1), LONGEST_WAIT)
    message.delivery, message.next_try_at = DeliveryState.QUEUED, now() + wait
    message.failure = f"delayed {getattr(trouble, 'code', '')}".strip()
