"""The one door for new buyer words, whether they come by mail or from the marketplace.

Contact data is hidden before anything else looks at the text. Then the language is detected, the
ticket opened or continued, its level set with reasons, an agent chosen and a draft asked for. What
the database is asked and told costs little more for ten arrivals than for one. Never commits: the
caller does, together with its own row.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from sqlalchemy import select

from app.accounts.models import AgentLanguage, Vendor
from app.attachments.cleaning import CleanFile
from app.extensions import db, part
from app.lib.ids import random_id
from app.privacy.addresses import normalise
from app.privacy.keys import vault
from app.privacy.redact import Redaction, redact
from app.tickets.access import lock
from app.tickets.conversation import Heard, Words, continue_ticket, open_ticket, write_down
from app.tickets.files import attach
from app.tickets.languages.scope import scope
from app.tickets.models import Buyer, Message, Ticket
from app.tickets.own_details import known_secrets
from app.translation.check import in_script
from app.translation.detect import Detected, Detector
from app.translation.draft import Asked, ask_all
from app.triage.classify import Classifier
from app.triage.classify import Message as Question
from app.triage.known import facts_of
from app.triage.orders import find_order
from app.triage.resorting import sort_ticket
from app.triage.routing import Roster, route
from app.triage.verdict import Reason, Verdict
from app.triage.weights import ModelError

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
    return understand_all([arrival])[0]


def understand_all(arrivals: Sequence[Arrival]) -> list[Understood]:
    """The same for many, which is quicker than for one after the other."""
    buyers = _Buyers(arrivals)
    words = [_words(arrival, buyers) for arrival in arrivals]
    questions = [_question(*about) for about in zip(arrivals, words, strict=True)]
    verdicts = classifier().classify_many(questions) if questions else []
    return [Understood(*found) for found in zip(words, verdicts, strict=True)]


def take_in(arrival: Arrival, understood: Understood) -> Message:
    """Make a buyer's words a message of a new or a running ticket. Not committed."""
    return take_in_all([(arrival, understood)])[0]


def take_in_all(understood: Sequence[tuple[Arrival, Understood]]) -> list[Message]:
    """The same for many, in their order. No two may belong to one conversation."""
    with db.session.no_autoflush:
        arrivals = [arrival for arrival, _ in understood]
        buyers = _Buyers(arrivals)
        if running := [arrival.ticket for arrival in arrivals if arrival.ticket]:
            lock(*running)
        heard = [_hear(arrival, found.words, buyers) for arrival, found in understood]
        messages, roster = write_down(heard), Roster()
        for message, (arrival, found) in zip(messages, understood, strict=True):
            _sort(message, arrival, found, roster)
        _ask_drafts(messages)
    return messages


def _hear(arrival: Arrival, words: Words, buyers: "_Buyers") -> Heard:
    if arrival.ticket is not None:
        return continue_ticket(arrival.ticket, words, at=arrival.at)
    return open_ticket(
        arrival.vendor,
        buyers.get(arrival),
        words,
        at=arrival.at,
        order_ref=arrival.order_ref or find_order(words.subject, words.body),
    )


def _sort(message: Message, arrival: Arrival, understood: Understood, roster: Roster) -> None:
    ticket = message.ticket
    if arrival.files:
        attach(message, arrival.files)
    subject = understood.words.subject if arrival.ticket is None else None
    sort_ticket(ticket, message, understood.verdict, at=arrival.at, subject=subject)
    route(ticket, at=ticket.active_at, roster=roster)


def _words(arrival: Arrival, buyers: "_Buyers") -> Words:
    exempt = arrival.vendor.own_contacts | _order_numbers(arrival)
    secrets = known_secrets(arrival.sender, arrival.ticket)

    def hide(text: str) -> Redaction:
        return redact(text, lang=detected.lang, exempt=exempt, secrets=secrets)

    detected = _detect(arrival, buyers)
    body, quoted, subject = hide(arrival.text), hide(arrival.quoted), hide(arrival.subject)
    return Words(
        subject=subject.text,
        body=body.text,
        quoted=quoted.text,
        hidden=len(body.hidden) + len(quoted.hidden) + len(subject.hidden),
        lang=detected.lang,
    )


def _order_numbers(arrival: Arrival) -> frozenset[str]:
    """What belongs to the order by exact value: the marketplace's word, or the operator's."""
    ticket = arrival.ticket
    known = arrival.order_ref or (ticket.order_ref if ticket else None)
    further = (*arrival.known_numbers, *(ticket.known_numbers if ticket else ()))
    return frozenset(filter(None, (known, *further)))


def _detect(arrival: Arrival, buyers: "_Buyers") -> Detected:
    """The language of the new words; what the buyer wrote earlier weighs when they are few. What a
    person said about the buyer holds for all that is in that language's script."""
    buyer = arrival.ticket.buyer if arrival.ticket else buyers.find(arrival)
    told = buyer.lang if buyer else None
    if told and in_script(arrival.text, (), target=told):
        return Detected(told, 1.0)
    detector: Detector = part("detector")
    earlier = arrival.ticket.lang if arrival.ticket else None
    priors = {lang: weight for lang, weight in ((arrival.locale, 0.2), (earlier, 0.4)) if lang}
    detected = detector.detect(arrival.text, priors=priors or None)
    if detected.lang == "und" and earlier:
        return Detected(earlier, 0.0)
    return detected


class _Buyers:
    """The buyers who wrote some arrivals, all looked up at once; who is new is made."""

    def __init__(self, arrivals: Iterable[Arrival]) -> None:
        strangers = [arrival for arrival in arrivals if arrival.ticket is None]
        self._indexes = {
            one.sender: vault().blinds(normalise(one.sender), about="buyer address")
            for one in strangers
        }
        self._found: dict[tuple[int, str], Buyer] = {}
        if strangers:
            query = select(Buyer).where(
                Buyer.vendor_id.in_({one.vendor.id for one in strangers}),
                Buyer.address_index.in_(set(chain.from_iterable(self._indexes.values()))),
            )
            found = db.session.scalars(query)
            self._found = {(buyer.vendor_id, buyer.address_index): buyer for buyer in found}

    def find(self, arrival: Arrival) -> Buyer | None:
        """Who wrote this to the vendor, None when nobody has from that address."""
        keys = ((arrival.vendor.id, index) for index in self._indexes[arrival.sender])
        return next((self._found[key] for key in keys if key in self._found), None)

    def get(self, arrival: Arrival) -> Buyer:
        """The same, made where nobody has."""
        return self.find(arrival) or self._make(arrival)

    def _make(self, arrival: Arrival) -> Buyer:
        address, index = normalise(arrival.sender), self._indexes[arrival.sender][0]
        buyer = Buyer(
            vendor_id=arrival.vendor.id,
            pseudonym=f"Buyer {random_id(4).upper()}",
            address_index=index,
            address_sealed=vault().seal_text(address, about=f"buyer|{index}"),
        )
        db.session.add(buyer)
        self._found[arrival.vendor.id, index] = buyer
        return buyer


def is_buyers_address(buyer: Buyer, address: str) -> bool:
    """Whether a mail from `address` comes from this buyer's own mailbox."""
    return buyer.address_index in vault().blinds(normalise(address), about="buyer address")


def _question(arrival: Arrival, words: Words) -> Question:
    body = words.body[:JUDGED]
    text = body if arrival.ticket else f"{words.subject}\n{body}"
    facts = facts_of(arrival.ticket, words, at=arrival.at, files=len(arrival.files))
    return text, words.lang, facts


def said(reason: Reason) -> str:
    """A reason as a person reads it: the words that weighed and what they stand for."""
    return f"“{reason.text}”: {reason.says}" if reason.text else reason.says


def classifier() -> Classifier:
    """The trained classifier, loaded at its first use."""
    found: Classifier = part("classifier")()
    return found


def warm_up() -> None:
    """Make what understanding needs and what is else made at the first words that come in. A desk
    that has not learned to sort yet says so then, not here."""
    detector: Detector = part("detector")
    detector.detect("Where is my order?")
    with suppress(ModelError):
        classifier()


def _ask_drafts(messages: Sequence[Message]) -> None:
    """Ask for each message in the language that its agent works in, unless they read it anyway."""
    reads = _languages_of({message.ticket.assignee_id for message in messages} - {None})
    unread = [
        message for message in messages
        if (known := reads.get(message.ticket.assignee_id)) and message.lang not in (*known, "und")
    ]  # fmt: skip
    drafts = ask_all([
        Asked(scope(message.ticket.id), message.body, message.lang,
              reads[message.ticket.assignee_id][0])
        for message in unread
    ])  # fmt: skip
    for message, draft in zip(unread, drafts, strict=True):
        message.draft_id = draft.id


def _languages_of(agent_ids: Iterable[int | None]) -> Mapping[int | None, list[str]]:
    """What the agents said they read, the language they work in first."""
    query = select(AgentLanguage.agent_id, AgentLanguage.lang)
    query = query.where(AgentLanguage.agent_id.in_(agent_ids)).order_by(AgentLanguage.rank)
    found: dict[int | None, list[str]] = {}
    for agent_id, lang in db.session.execute(query):
        found.setdefault(agent_id, []).append(lang)
    return found
