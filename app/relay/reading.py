"""One stored mail becomes words in a ticket, or a reason why not.

First it is looked at, which takes time and writes nothing; then acted on, in a short transaction
that `inbound` commits. Joins the pure parts: parse, judge, cut, understand.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy import select

from app.attachments.cleaning import clean
from app.extensions import db, part
from app.mail.errors import UnreadableMail
from app.mail.parse import Mail, read
from app.mail.quotes import Anchors, cut
from app.mail.reports import Report, read_report
from app.privacy.addresses import AddressError
from app.privacy.own import Secrets
from app.relay.bounces import note_bounce
from app.relay.masks import make_mask, relay_domain
from app.relay.models import MailState, StoredMail, WayBack
from app.relay.screening import Facts, Judgement, Verdict, judge
from app.relay.wording import DELIMITERS
from app.tickets.models import Message, MessageKind, Ticket
from app.triage.intake import Arrival, Understood, is_buyers_address, take_in, understand

SENT_TEXTS = 5  # the buyer quotes one of our last answers, hardly an older one


class Outcome(NamedTuple):
    """What became of a stored mail: its new state, the reason, the message it became."""

    state: MailState
    reason: str
    message_id: int | None = None


@dataclass(frozen=True)
class Finding:
    """What a stored mail turned out to be, before anything is written."""

    judgement: Judgement
    report: Report | None = None
    arrival: Arrival | None = None
    understood: Understood | None = None


def look_at(stored: StoredMail, raw: bytes) -> Finding:
    """Parse, judge, cut, hide, detect, classify: all that takes time, and writes nothing."""
    try:
        mail = read(raw)
    except UnreadableMail as fault:
        return Finding(Judgement(Verdict.HOLD, f"unreadable:{type(fault).__name__}"[:60]))
    report = read_report(raw) if stored.way_back_id or stored.null_sender else None
    judgement = judge(_facts(stored, mail, is_report=report is not None))
    if judgement.verdict is not Verdict.ACCEPT:
        return Finding(judgement, report)
    arrival = _arrival(stored, mail)
    return Finding(judgement, report, arrival, understand(arrival))


def act_on(stored: StoredMail, finding: Finding) -> Outcome:
    """Do what follows from a finding. Not committed."""
    verdict, reason = finding.judgement.verdict, finding.judgement.reason
    if finding.arrival and finding.understood:
        message = take_in(finding.arrival, finding.understood)
        if finding.arrival.ticket is None:
            make_mask(message.ticket)
        return Outcome(MailState.DONE, reason, message.id)
    if verdict is Verdict.BOUNCE:
        way_back = db.session.get_one(WayBack, stored.way_back_id)
        return Outcome(MailState.DONE, note_bounce(way_back, finding.report))
    return Outcome(MailState.HELD if verdict is Verdict.HOLD else MailState.IGNORED, reason)


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


def _arrival(stored: StoredMail, mail: Mail) -> Arrival:
    ticket = stored.mask.ticket if stored.mask else None
    vendor = ticket.vendor if ticket else stored.vendor
    if vendor is None:
        raise LookupError("A mail for nobody was accepted.")
    parts = cut(mail.text, _anchors(ticket))
    return Arrival(
        vendor=vendor,
        sender=mail.from_addresses[0],
        subject=mail.subject,
        text=parts.new,
        quoted="\n".join(filter(None, (parts.signature, parts.quoted))),
        files=clean(mail.attachments, Secrets(addresses=mail.from_addresses[:1])),
        at=stored.received_at,
        ticket=ticket,
        locale=(mail.content_language or "")[:2] or None,
    )


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
