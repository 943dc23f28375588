"""One macro as the answer to many tickets: what each buyer would get, and who is left out and why.

A ticket is left out as soon as its text asks a person to look: a slot that stays open, a language
that the macro lacks, a doubt. Looks everything up for all tickets at once. Never commits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2s

from sqlalchemy import func, select

from app.accounts.models import Agent
from app.extensions import db, part
from app.tickets import present
from app.tickets.composer.approval import Objection, blanks
from app.tickets.composer.check_words import doubt_words
from app.tickets.composer.checks import Look, look_over
from app.tickets.composer.contacts import contacts_in
from app.tickets.conversation import Answer, reply
from app.tickets.macros import prepared as macros
from app.tickets.macros.filling import Line, fill
from app.tickets.macros.prepared import Macro
from app.tickets.models import DeliveryState, Message, MessageKind, NotAllowed, Ticket
from app.tickets.page import known_of
from app.tickets.queue.deeds import Done, each
from app.translation.detect import Detected
from app.web.i18n import gettext, language_name


@dataclass(frozen=True)
class Offered:
    """A macro of the menu, and how many of the tickets it has a language for."""

    id: int
    title: str
    count: int


@dataclass(frozen=True)
class Prepared:
    """What one buyer would get. `why_not` is empty when nothing is left to be looked at; `mark`
    says what stood on the page, so that nothing else is sent than what was seen."""

    ticket: Ticket
    answer: Answer
    why_not: str
    mark: str


@dataclass(frozen=True)
class Heard:
    """The newest words of a ticket, and what the buyer last wrote."""

    newest: int = 0
    asked: str = ""


def offered(agent: Agent, tickets: Sequence[Ticket]) -> list[Offered]:
    """The macros that the desk can fill by itself for at least one of the tickets, the one that
    fits most of them first."""
    lines = macros.filled_by_the_desk(
        {ticket.vendor_id for ticket in tickets},
        {ticket.lang for ticket in tickets} | {agent.reads[0]},
        carrier=any(ticket.purchase and ticket.purchase.carrier for ticket in tickets),
    )
    versions: dict[tuple[int | None, str], dict[str, Line]] = {}
    for line in lines:
        versions.setdefault((line.vendor_id, line.key), {})[line.lang] = line
    ranked = []
    for (vendor_id, key), spoken in versions.items():
        fits = [t for t in tickets if t.lang in spoken and vendor_id in {None, t.vendor_id}]
        if fits:
            shown = spoken.get(agent.reads[0]) or spoken[fits[0].lang]
            alike = sum(ticket.intent == shown.intent for ticket in fits)
            ranked.append(((-len(fits), -alike, -shown.used, key), shown, len(fits)))
    ranked.sort(key=lambda one: one[0])
    return [Offered(shown.id, shown.title, count) for _rank, shown, count in ranked]


def prepare(
    agent: Agent, tickets: Sequence[Ticket], macro_id: int, *, day: date | None = None
) -> list[Prepared]:
    """The macro filled for each ticket in its buyer's language, with the `day` that the agent gave
    for all of them. Raises NotAllowed when none of them may see it."""
    versions = {version.lang: version for version in macros.versions_of(macro_id)}
    vendor_ids = {version.vendor_id for version in versions.values()}
    if not vendor_ids & {None, *(ticket.vendor_id for ticket in tickets)}:
        raise NotAllowed("This macro is gone.")
    heard = _heard([ticket.id for ticket in tickets])
    wanted = {ticket.lang for ticket in tickets} & set(versions)
    seen = {lang: part("detector").detect(versions[lang].body) for lang in wanted}
    return [
        _prepared(
            ticket, _filled(agent, ticket, versions, day=day), heard.get(ticket.id, Heard()),
            seen=seen,
        )
        for ticket in tickets
    ]  # fmt: skip


def _prepared(
    ticket: Ticket, answer: Answer, heard: Heard, *, seen: Mapping[str, Detected]
) -> Prepared:
    if not answer.text:
        why_not = _no_language(ticket.lang)
    else:
        why_not = _doubt(ticket, answer, heard, seen[ticket.lang])
    digest = blake2s(answer.text.encode(), digest_size=6).hexdigest()
    return Prepared(ticket, answer, why_not, f"{ticket.id}-{heard.newest}-{digest}")


def _filled(
    agent: Agent, ticket: Ticket, versions: Mapping[str, Macro], *, day: date | None
) -> Answer:
    own, known = agent.reads[0], known_of(agent, ticket, day=day)
    theirs = {
        lang: one for lang, one in versions.items() if one.vendor_id in {None, ticket.vendor_id}
    }
    texts = {
        lang: fill(theirs[lang].body, lang, known) for lang in {ticket.lang, own} & set(theirs)
    }
    used = theirs.get(ticket.lang)
    return Answer(
        text=texts.get(ticket.lang, ""),
        lang=ticket.lang,
        own_text="" if ticket.lang in agent.reads else texts.get(own, ""),
        own_lang=ticket.lang if ticket.lang in agent.reads else own,
        macro_id=used.id if used else None,
    )


def _no_language(lang: str) -> str:
    if lang == "und":
        return gettext("The buyer’s language is not known yet.")
    return gettext("The macro has no text in %(language)s.", language=language_name(lang))


def _doubt(ticket: Ticket, answer: Answer, heard: Heard, seen: Detected) -> str:
    """The first thing that a person has to look at; empty when there is none."""
    if open_slots := blanks(answer.text):
        return present.objection_words(Objection.UNFILLED, answer.lang, blanks=open_slots)
    exempt = ticket.vendor.own_contacts | frozenset(filter(None, [ticket.order_ref]))
    for contact in contacts_in(answer.text, lang=answer.lang, exempt=exempt):
        return present.contact_found_words(contact.text)
    look = Look(
        answer.text, answer.lang, seen,
        asked=heard.asked, has_date=ticket.promised_for is not None,
    )  # fmt: skip
    return next((doubt_words(doubt, answer.lang) for doubt in look_over(look)), "")


def _heard(ticket_ids: Sequence[int]) -> dict[int, Heard]:
    """What was last said in each ticket: one query."""
    spoken = Message.kind != MessageKind.NOTE
    stands = Message.delivery.is_distinct_from(DeliveryState.UNDONE)
    newest = (
        select(
            Message.ticket_id,
            func.max(Message.id).label("newest"),
            func.max(Message.id).filter(Message.kind == MessageKind.BUYER).label("buyers"),
        )
        .where(Message.ticket_id.in_(ticket_ids), spoken, stands)
        .group_by(Message.ticket_id)
        .subquery()
    )
    query = select(newest.c.ticket_id, newest.c.newest, Message.body)
    rows = db.session.execute(query.outerjoin(Message, Message.id == newest.c.buyers))
    return {ticket_id: Heard(last, body or "") for ticket_id, last, body in rows}


def send(
    agent: Agent, prepared: Sequence[Prepared], marks: Sequence[str], *, at: datetime
) -> tuple[Done, list[int]]:
    """Queue what was approved by its mark; also the numbers of the answers, in order."""
    approved = {mark.partition("-")[0]: mark for mark in marks}
    chosen = {one.ticket.id: one for one in prepared if str(one.ticket.id) in approved}
    sent: list[int] = []

    def answer(ticket: Ticket) -> None:
        one = chosen[ticket.id]
        if one.mark != approved[str(ticket.id)]:
            raise NotAllowed("Something changed since you looked at it.")
        if one.why_not:
            raise NotAllowed(one.why_not)
        sent.append(reply(ticket, agent, one.answer, at=at).id)

    return each([one.ticket for one in chosen.values()], answer), sent
