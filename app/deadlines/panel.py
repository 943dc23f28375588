"""One ticket beside the board: its clocks, its last words, and who could take it. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, lazyload

from app.accounts.models import Agent
from app.deadlines.acknowledging import acknowledgement_text
from app.deadlines.board import people_of
from app.deadlines.models import Excuse
from app.extensions import db
from app.tickets.clocks.dial import Face, faces
from app.tickets.forms import read_local_moment, suggested_promise
from app.tickets.models import Message, Ticket
from app.tickets.page import facts_of
from app.tickets.queries import last_answer, scope_of
from app.translation.models import Draft, DraftState

SHOWN = 4


@dataclass(frozen=True)
class Panel:
    """What the panel shows besides the ticket. `words` is the desk's own acknowledgement, `seen`
    the newest message, `until` the suggested date as the form has it."""

    faces: Sequence[Face]
    messages: Sequence[Message]
    translations: dict[tuple[str, str], str]
    people: Sequence[Any]
    excuse: str | None
    words: str
    until: str
    seen: int
    is_overdue: bool


def look_at(agent: Agent, ticket: Ticket, now: datetime) -> Panel:
    """Gather the panel: six queries."""
    messages = _last_messages(ticket)
    until = suggested_promise(now, agent.timezone)
    moment = read_local_moment(until, agent.timezone) or now
    return Panel(
        faces=faces(facts_of(ticket, last_answer(ticket)), now=now),
        messages=messages,
        translations=_translations(ticket, agent.reads[0]),
        people=people_of(ticket.vendor_id),
        excuse=_excuse(ticket),
        words=acknowledgement_text(ticket, ticket.assignee or agent, moment),
        until=until,
        seen=max((message.id for message in messages), default=0),
        is_overdue=ticket.due_at is not None and ticket.due_at <= now,
    )


def _last_messages(ticket: Ticket) -> list[Message]:
    query = (
        select(Message)
        .where(Message.ticket_id == ticket.id)
        .order_by(Message.id.desc())
        .limit(SHOWN)
        .options(
            joinedload(Message.author).options(lazyload(Agent.languages), lazyload(Agent.vendor))
        )
    )
    return list(reversed(db.session.scalars(query).all()))


def _translations(ticket: Ticket, lang: str) -> dict[tuple[str, str], str]:
    """Drafts in the reader's language, by the language and the words that they translate."""
    query = select(Draft.source_lang, Draft.source_text, Draft.text).where(
        Draft.scope == scope_of(ticket), Draft.target_lang == lang, Draft.state == DraftState.DONE
    )
    return {(source, words): text for source, words, text in db.session.execute(query)}


def _excuse(ticket: Ticket) -> str | None:
    query = select(Excuse.reason).where(
        Excuse.ticket_id == ticket.id, Excuse.clock == ticket.clock,
        Excuse.clock_started_at == ticket.clock_started_at,
    )  # fmt: skip
    return db.session.scalar(query)
