"""The last look before a text leaves: has the page gone stale, and did the agent see this text?

Reads, notes a doubt that was overruled, and commits nothing. What it refuses comes back to the
page with its text.
"""

import logging
from dataclasses import dataclass

from app.accounts.models import Agent
from app.extensions import part
from app.lib.clock import now
from app.tickets import present, queries
from app.tickets.composer.approval import FIRM, Candidate, blanks, objections
from app.tickets.composer.check_words import doubt_words
from app.tickets.composer.checks import Look, look_over
from app.tickets.composer.contacts import contacts_in
from app.tickets.conversation import Answer
from app.tickets.forms import LONGEST, ReplyForm
from app.tickets.models import Message, MessageKind, Ticket
from app.tickets.page import Voices, voices_of
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
    overrules: bool = False
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


def approved(ticket: Ticket, agent: Agent, form: ReplyForm, *, has_date: bool = False) -> Answer:
    """The text that the agent approved by sending it. `has_date` when the date of the next news is
    kept with it. Raises Refused."""
    refuse_too_long(form)
    newer = queries.words_since(ticket, form.seen)
    if newer:
        said = gettext("Somebody wrote while this page was open. Nothing was sent yet.")
        raise Refused([said], status=409, news=tuple(newer))
    voices = voices_of(agent, ticket)
    draft = drafts.find(queries.scope_of(ticket), form.draft_id) if form.draft_id else None
    sure = form.sure or _overrules(agent, form)
    found = objections(_candidate(form, draft), sure=sure)
    complaints = [
        present.objection_words(objection, voices.buyers, blanks=blanks(form.text))
        for objection in found
    ]
    if not FIRM.isdisjoint(found):
        raise Refused(complaints)
    if not sure:
        doubts = look_over(_look(ticket, form, voices, has_date=has_date))
        complaints += [doubt_words(doubt, voices.buyers) for doubt in doubts]
    _refuse_contacts(ticket, agent, form, lang=voices.buyers, said=complaints)
    return Answer(
        text=form.text,
        lang=voices.buyers,
        own_text="" if voices.direct else form.own_text,
        own_lang=voices.own,
        draft_id=draft.id if draft else None,
        macro_id=form.macro_id,
    )


def _refuse_contacts(
    ticket: Ticket, agent: Agent, form: ReplyForm, *, lang: str, said: list[str]
) -> None:
    """Refuse what leads around the marketplace, together with what was `said` against the text;
    note what is sent in spite of a doubt, or by an operator with a reason."""
    exempt = ticket.vendor.own_contacts | frozenset(filter(None, [ticket.order_ref]))
    found = contacts_in(form.text, lang=lang, exempt=exempt)
    certain = any(contact.certain for contact in found)
    overruled = _overrules(agent, form)
    kinds = sorted({contact.kind for contact in found})
    if said or (found and not (overruled or (form.sure and not certain))):
        if found:
            log.warning("an answer on ticket %s was refused: %s", ticket.id, ", ".join(kinds))
        said = said + [present.contact_found_words(contact.text) for contact in found]
        overrules = certain and agent.is_operator
        raise Refused(said, asks_sure=not certain or overrules, overrules=overrules)
    if found:
        why = {"reason": form.override} if overruled else {}
        ticket.log("contacts_sent", at=now(), agent_id=agent.id, kinds=kinds, **why)


def _overrules(agent: Agent, form: ReplyForm) -> bool:
    """The operator sends it all the same, and says why."""
    return agent.is_operator and bool(form.override)


def _look(ticket: Ticket, form: ReplyForm, voices: Voices, *, has_date: bool) -> Look:
    asked = queries.last_words(ticket)
    found = queries.translation_of(ticket, asked, voices.own) if asked else None
    return Look(
        text=form.text,
        lang=voices.buyers,
        detected=part("detector").detect(form.text),
        own_text="" if voices.direct else form.own_text,
        asked=asked.body if asked else "",
        asked_own=found.text if found and found.is_useful else "",
        has_date=has_date or ticket.promised_for is not None,
    )


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
