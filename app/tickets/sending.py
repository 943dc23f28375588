"""The last look before a text leaves: has the page gone stale, and did the agent see this text?

Reads, notes a doubt that was overruled, and commits nothing. What it refuses comes back to the
page with its text.
"""

import logging
from dataclasses import dataclass

from app.accounts.models import Agent
from app.lib.clock import now
from app.tickets import present, queries
from app.tickets.approval import FIRM, Candidate, blanks, objections
from app.tickets.contacts import contacts_in
from app.tickets.conversation import Answer
from app.tickets.forms import LONGEST, ReplyForm
from app.tickets.models import Message, MessageKind, Ticket
from app.tickets.page import voices_of
from app.translation import draft as drafts
from app.translation.models import Draft
from app.web.i18n import gettext

log = logging.getLogger(__name__)


@dataclass
class Refused(Exception):
    """A form that cannot be taken as it is: the page comes back with its text."""

    complaints: list[str]
    status: int = 422
    asks_sure: bool = False
    news: tuple[Message, ...] = ()


def was_sent_already(ticket: Ticket, agent: Agent, form: ReplyForm) -> bool:
    """A second click on Send: this very text of this agent is among the newest messages."""
    return any(
        message.kind == MessageKind.REPLY
        and message.author_id == agent.id
        and message.body == form.text
        for message in queries.words_since(ticket, form.seen)
    )


def refuse_too_long(form: ReplyForm) -> None:
    """Refuse what is longer than the desk sends: it is never cut without a word."""
    if form.is_too_long:
        said = gettext(
            "This text is too long: %(most)s letters at most. Nothing was cut.", most=LONGEST
        )
        raise Refused([said])


def approved(ticket: Ticket, agent: Agent, form: ReplyForm) -> Answer:
    """The text that the agent approved by sending it. Raises Refused."""
    refuse_too_long(form)
    newer = queries.words_since(ticket, form.seen)
    if newer:
        said = gettext("Somebody wrote while this page was open. Nothing was sent yet.")
        raise Refused([said], status=409, news=tuple(newer))
    voices = voices_of(agent, ticket)
    draft = drafts.find(queries.scope_of(ticket), form.draft_id) if form.draft_id else None
    found = objections(_candidate(form, draft), sure=form.sure)
    if found:
        complaints = [
            present.objection_words(objection, voices.buyers, blanks=blanks(form.text))
            for objection in found
        ]
        raise Refused(complaints, asks_sure=FIRM.isdisjoint(found))
    _refuse_contacts(ticket, agent, form, lang=voices.buyers)
    return Answer(
        text=form.text,
        lang=voices.buyers,
        own_text="" if voices.direct else form.own_text,
        own_lang=voices.own,
        draft_id=draft.id if draft else None,
        macro_id=form.macro_id,
    )


def _refuse_contacts(ticket: Ticket, agent: Agent, form: ReplyForm, *, lang: str) -> None:
    """Refuse what leads around the marketplace; note what an agent sends in spite of a doubt."""
    exempt = ticket.vendor.own_contacts | frozenset(filter(None, [ticket.order_ref]))
    found = contacts_in(form.text, lang=lang, exempt=exempt)
    certain = any(contact.certain for contact in found)
    if found and (certain or not form.sure):
        kinds = sorted({contact.kind for contact in found})
        log.warning("an answer on ticket %s was refused, it had: %s", ticket.id, ", ".join(kinds))
        said = [present.contact_found_words(contact.text) for contact in found]
        raise Refused(said, asks_sure=not certain)
    if found:
        kinds = sorted({contact.kind for contact in found})
        ticket.log("contacts_sent", at=now(), agent_id=agent.id, kinds=kinds)


def _candidate(form: ReplyForm, draft: Draft | None) -> Candidate:
    if draft is None:
        return Candidate(form.text, form.own_text)
    return Candidate(
        form.text,
        form.own_text,
        draft_text=draft.text.strip(),
        draft_source=draft.source_text.strip(),
        untranslated=present.untranslated(draft),
    )
