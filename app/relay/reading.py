"""One stored mail becomes words in a ticket, or a reason why not.

Joins the pure parts: parse, cut, screen, take in. Runs inside the worker's transaction and never
commits; `inbound` does.
"""

from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import select

from app.extensions import db, part
from app.mail.attachments import Attachment, neutral_name
from app.mail.errors import UnreadableMail
from app.mail.parse import Mail, read
from app.mail.quotes import Anchors, cut
from app.mail.reports import read_report
from app.privacy.addresses import AddressError
from app.relay.bounces import note_bounce
from app.relay.masks import give_mask, relay_domain
from app.relay.models import MailState, StoredMail, WayBack
from app.relay.screening import Facts, Verdict, judge
from app.relay.wording import DELIMITERS
from app.tickets.models import Message, MessageKind, Ticket
from app.triage.intake import Arrival, is_buyers_address, take_in

SENT_TEXTS = 5  # the buyer quotes one of our last answers, hardly an older one


class Outcome(NamedTuple):
    """What became of a stored mail: its new state, the reason, the message it became."""

    state: MailState
    reason: str
    message_id: int | None = None


def read_mail(stored: StoredMail, raw: bytes) -> Outcome:
    """Decide about one mail and do what follows from it. Not committed."""
    try:
        mail = read(raw)
    except UnreadableMail as fault:
        return Outcome(MailState.HELD, f"unreadable:{type(fault).__name__}"[:60])
    report = read_report(raw) if stored.way_back_id or stored.null_sender else None
    judgement = judge(_facts(stored, mail, is_report=report is not None))
    match judgement.verdict:
        case Verdict.IGNORE:
            return Outcome(MailState.IGNORED, judgement.reason)
        case Verdict.HOLD:
            return Outcome(MailState.HELD, judgement.reason)
        case Verdict.BOUNCE:
            way_back = db.session.get_one(WayBack, stored.way_back_id)
            return Outcome(MailState.DONE, note_bounce(way_back, report))
        case Verdict.ACCEPT:
            message = _take_in(stored, mail)
            return Outcome(MailState.DONE, judgement.reason, message.id)


def _facts(stored: StoredMail, mail: Mail, *, is_report: bool) -> Facts:
    return Facts(
        to_postmaster=not (stored.vendor_id or stored.mask_id or stored.way_back_id),
        to_way_back=stored.way_back_id is not None,
        null_sender=stored.null_sender,
        senders=_usable_senders(mail),
        is_report=is_report,
        auto_reply=mail.auto_reply,
        looped=instance_id() in mail.loops,
        encrypted=mail.encrypted,
        sender_is_bound=_is_bound(stored, mail),
    )


def instance_id() -> str:
    """What this desk writes into its own mails to know them again."""
    found: str = part("instance_id")
    return found


def _usable_senders(mail: Mail) -> int:
    return len({address.lower() for address in mail.from_addresses})


def _is_bound(stored: StoredMail, mail: Mail) -> bool:
    if not mail.from_addresses:
        return False
    try:
        if stored.mask is None:
            return not mail.from_addresses[0].lower().endswith("@" + relay_domain())
        return is_buyers_address(stored.mask.ticket.buyer, mail.from_addresses[0])
    except AddressError:
        return False


def _take_in(stored: StoredMail, mail: Mail) -> Message:
    ticket = stored.mask.ticket if stored.mask else None
    vendor = ticket.vendor if ticket else stored.vendor
    if vendor is None:
        raise LookupError("A mail for nobody was accepted.")
    parts = cut(mail.text, _anchors(ticket))
    message = take_in(
        Arrival(
            vendor=vendor,
            sender=mail.from_addresses[0],
            subject=mail.subject,
            text=parts.new,
            quoted="\n".join(filter(None, (parts.signature, parts.quoted))),
            attachments=[
                _listed(position, attachment)
                for position, attachment in enumerate(mail.attachments, start=1)
            ],
            at=stored.received_at,
            ticket=ticket,
            locale=(mail.content_language or "")[:2] or None,
        )
    )
    give_mask(message.ticket)
    return message


def _listed(position: int, attachment: Attachment) -> dict[str, object]:
    """What the desk shows of an attachment. The name that the mail gave may name the buyer."""
    return {
        "name": neutral_name(position, attachment),
        "type": attachment.type,
        "size": attachment.size,
        "withheld": attachment.withheld,
    }


def general_anchors() -> Anchors:
    """What marks a quote of ours in any conversation: our domain, and the line that we print."""
    return Anchors(addresses=(relay_domain(),), delimiters=tuple(DELIMITERS.values()))


def _anchors(ticket: Ticket | None) -> Anchors:
    if ticket is None:
        return general_anchors()
    sent = select(Message.body).where(
        Message.ticket_id == ticket.id, Message.kind == MessageKind.REPLY
    )
    return replace(
        general_anchors(),
        names=(ticket.vendor.name,),
        sent_texts=tuple(db.session.scalars(sent.order_by(Message.id.desc()).limit(SENT_TEXTS))),
    )
