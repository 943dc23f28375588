"""One stored mail becomes words in a ticket, or a reason why not.

It is only looked at here, which takes time and writes nothing; `acting` does what follows. Joins
the pure parts: parse, judge, cut, understand.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from app.attachments.cleaning import clean
from app.config import Settings
from app.extensions import db, part
from app.mail.errors import UnreadableMail
from app.mail.parse import Mail, read
from app.mail.quotes import Anchors, cut
from app.mail.reports import Report, read_report
from app.relay.blocked import blocked_among
from app.relay.familiar import is_familiar
from app.relay.masks import relay_domain
from app.relay.models import StoredMail
from app.relay.screening import Facts, Judgement, Verdict, judge
from app.relay.senders import Standing
from app.relay.threshold import sole_sender
from app.relay.wording import DELIMITERS
from app.tickets.models import Message, MessageKind, Ticket
from app.tickets.own_details import known_secrets
from app.triage.intake import (
    Arrival,
    Understood,
    is_buyers_address,
    understand_all,
)

SENT_TEXTS = 5  # the buyer quotes one of our last answers, hardly an older one


@dataclass(frozen=True)
class Finding:
    """What a stored mail turned out to be, before anything is written."""

    judgement: Judgement
    report: Report | None = None
    sender: str | None = None  # the one address in From, when there is one
    arrival: Arrival | None = None
    understood: Understood | None = None
    said: str = ""  # the new words of an answer to a question of the desk
    mail_id: str = ""  # the mail's own id, as its sender's program gave it


def look_at_all(opened: Iterable[tuple[StoredMail, bytes]]) -> list[Finding]:
    """Parse, judge, cut, hide, detect, classify: all that takes time, and writes nothing."""
    letters = [_open(stored, raw) for stored, raw in opened]
    blocked = blocked_among((one.stored, one.sender) for one in letters if one.sender)
    findings = [_look_at(one, is_blocked=one.stored.id in blocked) for one in letters]
    words = iter(understand_all([one.arrival for one in findings if one.arrival]))
    return [replace(one, understood=next(words)) if one.arrival else one for one in findings]


@dataclass(frozen=True)
class _Letter:
    """A stored mail and what its bytes say, which are not needed any more."""

    stored: StoredMail
    mail: Mail | UnreadableMail
    sender: str | None = None
    report: Report | None = None


def _open(stored: StoredMail, raw: bytes) -> _Letter:
    try:
        mail = read(raw)
    except UnreadableMail as fault:
        return _Letter(stored, fault)
    report = read_report(raw) if stored.way_back_id or stored.null_sender else None
    sender = sole_sender([raw for name, raw in mail.fields if name == "from"])
    return _Letter(stored, mail, sender, report)


def _look_at(letter: _Letter, *, is_blocked: bool) -> Finding:
    stored, mail, sender, report = letter.stored, letter.mail, letter.sender, letter.report
    if isinstance(mail, UnreadableMail):
        return Finding(Judgement(Verdict.HOLD, f"unreadable:{type(mail).__name__}"[:60]))
    judgement = judge(_facts(letter, mail, is_blocked=is_blocked))
    if judgement.verdict is Verdict.ANSWER and stored.notice:
        said = cut(mail.text, _anchors(stored.notice.ticket)).new
        return Finding(judgement, report, sender, said=said)
    if judgement.verdict is not Verdict.ACCEPT:
        return Finding(judgement, report, sender)
    arrival = arrival_of(stored, mail, at=stored.received_at)
    return Finding(judgement, report, sender, arrival, mail_id=mail.message_id or "")


def _facts(letter: _Letter, mail: Mail, *, is_blocked: bool) -> Facts:
    settings: Settings = part("settings")
    stored, sender = letter.stored, letter.sender
    return Facts(
        to_postmaster=not (
            stored.vendor_id or stored.mask_id or stored.way_back_id or stored.notice_id
        ),
        to_way_back=stored.way_back_id is not None,
        to_question=stored.notice_id is not None,
        null_sender=stored.null_sender,
        senders=1 if sender else 0,
        is_report=letter.report is not None,
        auto_reply=mail.auto_reply,
        looped=instance_id() in mail.loops,
        encrypted=mail.encrypted,
        partial=mail.partial,
        sender_is_bound=sender is not None and _is_bound(stored, sender),
        buyer_is_blocked=is_blocked,
        sender_is_proven=not settings.checks_senders or stored.sender_check == Standing.PASS,
    )


def instance_id() -> str:
    """What this desk writes into its own mails to know them again."""
    found: str = part("instance_id")
    return found


def _is_bound(stored: StoredMail, sender: str) -> bool:
    """Whether `sender` is the buyer of the conversation, under whatever address was confirmed; at
    a vendor's door, anybody but us."""
    parties = stored.mask or stored.notice
    if parties is None:
        return not sender.endswith("@" + relay_domain())
    if is_buyers_address(parties.ticket.buyer, sender):
        return True
    # A question is answered from the bound address alone.
    return stored.mask is not None and is_familiar(stored.mask, sender)


def arrival_of(stored: StoredMail, mail: Mail, *, at: datetime) -> Arrival:
    """The mail as new words of a buyer that count from `at`. Raises LookupError for a mail to
    nobody's conversation."""
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
        files=clean(mail.attachments, known_secrets(mail.from_addresses[0], ticket)),
        at=at,
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
