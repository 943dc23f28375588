"""Mail out: what agents approved leaves from the mask, once.

The row is the queue. A message is claimed, composed from its row (so every attempt has the same
bytes), looked at for leaks, and handed to the transport. A message that a dead worker left in
`sending` may have left already: it is sent again with the same Message-ID, since a duplicate that
the buyer's server can recognise beats an answer that never came.
"""

import logging
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload

from app.extensions import db, part
from app.lib.claim import claim
from app.lib.clock import now
from app.mail.smtp import MaybeSent, Refused, Transport, TryAgain
from app.relay.bounces import fail, is_paused
from app.relay.compose import composed
from app.relay.leaks import find_leaks
from app.relay.masks import give_way_back
from app.relay.models import Notice
from app.tickets.conversation import not_delivered
from app.tickets.models import DeliveryState, Message, Ticket
from app.triage.intake import address_of

log = logging.getLogger(__name__)
L = TypeVar("L", Message, Notice)

FORGOTTEN_AFTER = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(days=3)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=4)


def transport() -> Transport:
    """How mail leaves this desk: a smart host, or the Maildir of the demo."""
    found: Transport = part("transport")
    return found


def deliver_due(*, limit: int = 20) -> int:
    """Send up to `limit` answers whose time has come, then as many notices. How many were tried."""
    answers = claim(db.session, _due(Message, now()), limit=limit, mark=_take)
    for message in answers:
        _deliver(message)
    notices = claim(db.session, _due(Notice, now()), limit=limit, mark=_take)
    for notice in notices:
        _deliver(notice)
    return len(answers) + len(notices)


def _due(row: type[L], at: datetime) -> Select[L]:
    queued = and_(row.delivery == DeliveryState.QUEUED, row.next_try_at <= at)
    forgotten = and_(row.delivery == DeliveryState.SENDING, row.claimed_at < at - FORGOTTEN_AFTER)
    return (
        select(row)
        .where(or_(queued, forgotten))
        .order_by(row.next_try_at, row.id)
        .options(
            joinedload(row.ticket).joinedload(Ticket.vendor),
            joinedload(row.ticket).joinedload(Ticket.buyer),
        )
        .execution_options(populate_existing=True)
    )


def _take(letter: Message | Notice) -> None:
    letter.delivery, letter.claimed_at = DeliveryState.SENDING, now()
    letter.tries += 1


def _deliver(letter: Message | Notice) -> None:
    if obstacle := _obstacle(letter):
        fail(letter, obstacle)
        db.session.commit()
        return
    recipient = address_of(letter.ticket.buyer)
    content = composed(letter, recipient)
    leaks = find_leaks(content, secrets=[recipient])
    if leaks:
        _hold(letter, leaks[0].kind)
        return
    way_back = give_way_back(letter)
    db.session.commit()
    try:
        transport().send(sender=way_back, recipient=recipient, content=content)
    except (TryAgain, MaybeSent) as trouble:
        _try_later(letter, trouble)
    except Refused as refusal:
        fail(letter, f"refused {refusal.code}")
    else:
        letter.delivery, letter.sent_at = DeliveryState.SENT, now()
        letter.next_try_at, letter.failure = None, None
        if isinstance(letter, Message):
            letter.ticket.undeliverable = False
    db.session.commit()


def _obstacle(letter: Message | Notice) -> str | None:
    """Why nothing can be sent to this buyer at all."""
    if not letter.ticket.buyer.address_sealed:
        return "erased"
    return "paused" if is_paused(letter) else None


def _hold(letter: Message | Notice, kind: str) -> None:
    log.warning("message %s is held: it would have shown a %s", letter.id, kind)
    letter.delivery, letter.failure = DeliveryState.HELD, f"leak:{kind}"
    if isinstance(letter, Message):
        not_delivered(letter, at=now(), reason=f"leak:{kind}", kind="held")
    db.session.commit()


def _try_later(letter: Message | Notice, trouble: TryAgain | MaybeSent) -> None:
    """Back off, from a minute up to four hours, for three days; then the answer has failed."""
    if now() - letter.created_at > GIVE_UP_AFTER:
        fail(letter, "gave_up")
        return
    wait = min(FIRST_WAIT * 2 ** (letter.tries - 1), LONGEST_WAIT)
    letter.delivery, letter.next_try_at = DeliveryState.QUEUED, now() + wait
    letter.failure = f"delayed {getattr(trouble, 'code', '')}".strip()
