"""Mail out: what agents approved leaves from the mask, once.

The row is the queue. A message is claimed, composed from its row (so every attempt has the same
bytes), looked at for leaks, and handed to the transport. A message that a dead worker left in
`sending` may have left already: it is sent again with the same Message-ID, since a duplicate that
the buyer's server can recognise beats an answer that never came.
"""

import logging
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import joinedload

from app.extensions import db, part
from app.lib.clock import now
from app.lib.outgoing import Pace, claim_due, has_left, try_later
from app.mail.smtp import MaybeSent, Refused, Transport, TryAgain
from app.relay.bounces import fail, is_paused
from app.relay.compose import composed
from app.relay.leaks import find_leaks
from app.relay.masks import give_way_back
from app.relay.models import Notice
from app.tickets.conversation import not_delivered
from app.tickets.models import DeliveryState, Message, Ticket
from app.tickets.own_details import address_of

log = logging.getLogger(__name__)

PACE = Pace(longest_wait=timedelta(hours=4), give_up_after=timedelta(days=3))


def transport() -> Transport:
    """How mail leaves this desk: a smart host, or the Maildir of the demo."""
    found: Transport = part("transport")
    return found


def deliver_due(*, limit: int = 20) -> int:
    """Send up to `limit` answers whose time has come, then as many notices. How many were tried."""
    answers = claim_due(Message, *_whole(Message), limit=limit)
    for message in answers:
        _deliver(message)
    notices = claim_due(Notice, *_whole(Notice), limit=limit)
    for notice in notices:
        _deliver(notice)
    return len(answers) + len(notices)


def _whole(row: type[Message] | type[Notice]) -> tuple[Any, ...]:
    """With the ticket, its vendor and its buyer."""
    ticket = joinedload(row.ticket)
    return ticket.joinedload(Ticket.vendor), ticket.joinedload(Ticket.buyer)


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
        if not try_later(letter, f"delayed {trouble.code}", pace=PACE):
            fail(letter, "gave_up")
    except Refused as refusal:
        fail(letter, f"refused {refusal.code}")
    else:
        has_left(letter)
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
