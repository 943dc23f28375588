"""From a message's row to the bytes that leave. Every attempt of one message has the same bytes.

Takes only what the buyer may see: the vendor's name, the mask, the approved text, and the ids of
our own earlier mails in this conversation.
"""

from sqlalchemy import select

from app.config import Settings
from app.extensions import db, part
from app.mail.build import Outgoing, compose
from app.relay.masks import give_mask, mask_address, relay_domain
from app.relay.reading import instance_id
from app.relay.wording import delimiter
from app.tickets.models import Message

EARLIER_IDS = 10


def composed(message: Message, recipient: str) -> bytes:
    """The mail in which `message` goes to `recipient`."""
    ticket = message.ticket
    settings: Settings = part("settings")
    if message.mail_references is None:
        # Fixed at the first attempt, so that a later one repeats the same bytes.
        message.mail_references = _earlier_ids(message)
    references = tuple(f"{mail_id}@{relay_domain()}" for mail_id in message.mail_references)
    return compose(
        Outgoing(
            message_id=f"{message.mail_id}@{relay_domain()}",
            date=message.created_at,
            from_name=f"{ticket.vendor.name} via {settings.market_name}",
            from_address=mask_address(give_mask(ticket)),
            to_address=recipient,
            subject=ticket.subject,
            text=message.body,
            language=message.lang,
            loop_id=instance_id(),
            in_reply_to=references[-1] if references else None,
            references=references,
            delimiter=delimiter(message.lang),
        )
    )


def _earlier_ids(message: Message) -> list[str]:
    """The ids of our earlier mails that this buyer got in this conversation, the oldest first."""
    query = (
        select(Message.mail_id)
        .where(
            Message.ticket_id == message.ticket_id,
            Message.mail_id.is_not(None),
            Message.sent_at.is_not(None),
            Message.id < message.id,
        )
        .order_by(Message.id.desc())
        .limit(EARLIER_IDS)
    )
    return [mail_id for mail_id in reversed(db.session.scalars(query).all()) if mail_id]
