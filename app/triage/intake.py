"""The one door for new buyer words, whether they come by mail or from the marketplace.

Contact data is hidden before anything else looks at the text. Then the language is detected, the
ticket opened or continued, its level set with reasons, an agent chosen and a draft asked for.
Never commits: the caller does, together with its own row.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from app.accounts.models import AgentLanguage, Vendor
from app.attachments.cleaning import CleanFile
from app.extensions import db, part
from app.lib.ids import random_id
from app.privacy.addresses import normalise
from app.privacy.keys import vault
from app.privacy.own import Secrets
from app.privacy.redact import Redaction, redact
from app.tickets.access import lock
from app.tickets.conversation import Words, continue_ticket, open_ticket
from app.tickets.files import attach
from app.tickets.models import Buyer, Message, Ticket
from app.translation.check import in_script
from app.translation.detect import Detected, Detector
from app.translation.draft import ask
from app.triage.classify import Classifier
from app.triage.known import facts_of
from app.triage.orders import find_order
from app.triage.resorting import sort_ticket
from app.triage.routing import route
from app.triage.verdict import Reason, Verdict

# What a buyer wants is said within so many letters; what follows is somebody's log file.
JUDGED = 20_000


@dataclass(frozen=True)
class Arrival:
    """New words of a buyer as they came in, nothing hidden yet."""

    vendor: Vendor
    sender: str
    subject: str
    text: str
    at: datetime
    quoted: str = ""
    files: Sequence[CleanFile] = field(default=())
    ticket: Ticket | None = None
    order_ref: str | None = None
    locale: str | None = None
    known_numbers: Sequence[str] = ()


@dataclass(frozen=True)
class Understood:
    """What the desk made of an arrival's words, before anything is written."""

    words: Words
    verdict: Verdict


def understand(arrival: Arrival) -> Understood:
    """Hide, detect, classify: the slow and pure part. Reads the arrival's rows and no others."""
    words = _words(arrival)
    return Understood(words, _judge(arrival, words))


def take_in(arrival: Arrival, understood: Understood) -> Message:
    """Make a buyer's words a message of a new or a running ticket. Not committed."""
    with db.session.no_autoflush:
        return _take_in(arrival, understood)


def _take_in(arrival: Arrival, understood: Understood) -> Message:
    words, ticket = understood.words, arrival.ticket
    is_new = ticket is None
    if ticket is None:
        buyer = _buyer_of(arrival)
        ticket, message = open_ticket(
            arrival.vendor,
            buyer,
            words,
            at=arrival.at,
            order_ref=arrival.order_ref or find_order(words.subject, words.body),
        )
    else:
        lock(ticket)
        message = continue_ticket(ticket, words, at=arrival.at)
        ticket = message.ticket
    if arrival.files:
        attach(message, arrival.files)
    subject = words.subject if is_new else None
    sort_ticket(ticket, message, understood.verdict, at=arrival.at, subject=subject)
    route(ticket, at=ticket.active_at)
    _ask_draft(ticket, message)
    return message


def _words(arrival: Arrival) -> Words:
    exempt = arrival.vendor.own_contacts | _order_numbers(arrival)
    secrets = known_secrets(arrival.sender, arrival.ticket)

    def hide(text: str) -> Redaction:
        return redact(text, lang=detected.lang, exempt=exempt, secrets=secrets)

    detected = _detect(arrival)
    body, quoted, subject = hide(arrival.text), hide(arrival.quoted), hide(arrival.subject)
    return Words(
        subject=subject.text,
        body=body.text,
        quoted=quoted.text,
        hidden=len(body.hidden) + len(quoted.hidden) + len(subject.hidden),
        lang=detected.lang,
    )


def known_secrets(sender: str, ticket: Ticket | None) -> Secrets:
    """What must never show of a buyer: where they wrote from, and the address that is kept."""
    kept = address_of(ticket.buyer) if ticket and ticket.buyer.address_sealed else sender
    return Secrets(addresses=tuple(dict.fromkeys((sender, kept))))


def _order_numbers(arrival: Arrival) -> frozenset[str]:
    """What belongs to the order by exact value: the marketplace's word, or the operator's."""
    ticket = arrival.ticket
    known = arrival.order_ref or (ticket.order_ref if ticket else None)
    further = (*arrival.known_numbers, *(ticket.known_numbers if ticket else ()))
    return frozenset(filter(None, (known, *further)))


def _detect(arrival: Arrival) -> Detected:
    """The language of the new words; what the buyer wrote earlier weighs when they are few. What a
    person said about the buyer holds for all that is in that language's script."""
    told = _told_language(arrival)
    if told and in_script(arrival.text, (), target=told):
        return Detected(told, 1.0)
    detector: Detector = part("detector")
    earlier = arrival.ticket.lang if arrival.ticket else None
    priors = {lang: weight for lang, weight in ((arrival.locale, 0.2), (earlier, 0.4)) if lang}
    detected = detector.detect(arrival.text, priors=priors or None)
    if detected.lang == "und" and earlier:
        return Detected(earlier, 0.0)
    return detected


def _told_language(arrival: Arrival) -> str | None:
    buyer = arrival.ticket.buyer if arrival.ticket else _find_buyer(arrival)
    return buyer.lang if buyer else None


def _find_buyer(arrival: Arrival) -> Buyer | None:
    indexes = vault().blinds(normalise(arrival.sender), about="buyer address")
    query = select(Buyer).where(
        Buyer.vendor_id == arrival.vendor.id, Buyer.address_index.in_(indexes)
    )
    return db.session.scalar(query)


def _buyer_of(arrival: Arrival) -> Buyer:
    buyer = _find_buyer(arrival)
    if buyer is None:
        address = normalise(arrival.sender)
        index = vault().blind(address, about="buyer address")
        buyer = Buyer(
            vendor_id=arrival.vendor.id,
            pseudonym=f"Buyer {random_id(4).upper()}",
            address_index=index,
            address_sealed=vault().seal_text(address, about=f"buyer|{index}"),
        )
        db.session.add(buyer)
    return buyer


def address_of(buyer: Buyer) -> str:
    """The buyer's address in the clear. Only the relay asks, at the moment of sending."""
    return vault().open_text(buyer.address_sealed, about=f"buyer|{buyer.address_index}")


def is_buyers_address(buyer: Buyer, address: str) -> bool:
    """Whether a mail from `address` comes from this buyer's own mailbox."""
    return buyer.address_index in vault().blinds(normalise(address), about="buyer address")


def _judge(arrival: Arrival, words: Words) -> Verdict:
    body = words.body[:JUDGED]
    return classifier().classify(
        body if arrival.ticket else f"{words.subject}\n{body}",
        lang=words.lang,
        facts=facts_of(arrival.ticket, words, at=arrival.at, files=len(arrival.files)),
    )


def said(reason: Reason) -> str:
    """A reason as a person reads it: the words that weighed and what they stand for."""
    return f"“{reason.text}”: {reason.says}" if reason.text else reason.says


def classifier() -> Classifier:
    """The trained classifier, loaded at its first use."""
    found: Classifier = part("classifier")()
    return found


def _ask_draft(ticket: Ticket, message: Message) -> None:
    """Ask for the message in the language that its agent works in, unless they read it anyway."""
    query = select(AgentLanguage.lang).filter_by(agent_id=ticket.assignee_id)
    reads = db.session.scalars(query.order_by(AgentLanguage.rank)).all()
    if not reads or message.lang in reads or message.lang == "und":
        return
    draft = ask(f"ticket:{ticket.id}", message.body, source=message.lang, target=reads[0])
    message.draft_id = draft.id
