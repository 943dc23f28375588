"""From a letter's row to the bytes that leave. Every attempt of one letter has the same bytes.

Takes only what the buyer may see: the vendor's name, the mask, the approved text, and the ids of
our own earlier mails in this conversation.
"""

from sqlalchemy import select

from app.config import Settings
from app.extensions import db, part
from app.mail.build import Outgoing, compose
from app.relay.masks import give_mask, mask_address, question_address, relay_domain
from app.relay.models import Notice
from app.relay.reading import instance_id
from app.relay.signing import Signer
from app.relay.wording import delimiter
from app.tickets.models import Message

EARLIER_IDS = 10


def composed(letter: Message | Notice, recipient: str) -> bytes:
    """The mail in which `letter` goes to `recipient`, signed where the desk has a key."""
    mail = _notice(letter, recipient) if isinstance(letter, Notice) else _answer(letter, recipient)
    signer: Signer | None = part("signer")
    content = compose(mail)
    return signer.signed(content, at=letter.created_at) if signer else content


def _answer(message: Message, recipient: str) -> Outgoing:
    ticket = message.ticket
    settings: Settings = part("settings")
    if message.mail_references is None:
        # Fixed at the first attempt, so that a later one repeats the same bytes.
        message.mail_references = _earlier_ids(message)
    references = tuple(f"{mail_id}@{relay_domain()}" for mail_id in message.mail_references)
    return Outgoing(
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


def _notice(notice: Notice, recipient: str) -> Outgoing:
    """What the desk itself says comes from the marketplace, and asks machines not to answer."""
    settings: Settings = part("settings")
    return Outgoing(
        message_id=f"{notice.mail_id}@{relay_domain()}",
        date=notice.created_at,
        from_name=settings.market_name,
        from_address=question_address(notice) or mask_address(give_mask(notice.ticket)),
        to_address=recipient,
        subject=notice.subject,
        text=notice.body,
        language=notice.lang,
        loop_id=instance_id(),
        is_reply=False,
        system_notice=True,
        delimiter=delimiter(notice.lang) if notice.token_sealed else "",
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
