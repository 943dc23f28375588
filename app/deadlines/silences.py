"""The waits that people ended with "no reply needed", for the supervisors who look over them: how
many each person has, and a few to read.

A few are drawn by chance and stay the same for a day, so that two supervisors read the same ones
and reloading helps nobody. Whoever disagrees puts the clock back (`conversation.break_silence`).
Never commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from app.accounts.models import Agent
from app.extensions import db
from app.tickets.access import get_ticket, may_see, visible_to
from app.tickets.clocks.promises import Silence
from app.tickets.conversation import break_silence
from app.tickets.languages.scope import scope_column
from app.tickets.models import Message, MessageKind, NotAllowed, Ticket
from app.translation.models import Draft, DraftState

LOOKED_BACK = timedelta(days=30)
SHOWN = 10
DRAWN_FROM = 2_000  # the newest ones


class Of(StrEnum):
    """Which ones are shown."""

    CHANCE = "chance"
    NEWEST = "newest"


@dataclass(frozen=True)
class Silenced:
    """One of them: who said it of which words. `translation` is in the reader's language."""

    silence: Silence
    by: str
    ticket: Ticket
    words: str
    lang: str
    translation: str | None


@dataclass(frozen=True)
class Count:
    """How often a person said it in 30 days, and how often a supervisor disagreed."""

    agent_id: int
    name: str
    count: int
    reviewed: int
    overruled: int


def counts(agent: Agent, now: datetime) -> Sequence[Count]:
    """The people who said it, those who did most often in front."""
    query = (
        select(
            Agent.id, Agent.name, func.count(), func.count(Silence.reviewed_at),
            func.count(Silence.overruled_at),
        )
        .join(Agent, Agent.id == Silence.agent_id)
        .where(may_see(agent, Silence.vendor_id), Silence.at > now - LOOKED_BACK)
        .group_by(Agent.id, Agent.name)
        .order_by(func.count().desc(), Agent.id)
        .limit(100)
    )  # fmt: skip
    return [Count(*row) for row in db.session.execute(query)]


def some(agent: Agent, now: datetime, *, of: Of, by: int | None = None) -> Sequence[Silenced]:
    """A few that nobody has looked over yet, one person's where `by` says so."""
    open_ones = [*_mine(agent), Silence.at > now - LOOKED_BACK, Silence.reviewed_at.is_(None)]
    if by is not None:
        open_ones.append(Silence.agent_id == by)
    ids = _ids(open_ones)
    chosen = drawn(ids, now.date().isoformat()) if of is Of.CHANCE else ids[:SHOWN]
    rows = db.session.execute(_whole(chosen, agent.reads[0])).all()
    found = {row[0].id: Silenced(*row) for row in rows}
    return [found[one] for one in chosen if one in found]


def drawn(ids: Sequence[int], day: str) -> list[int]:
    """SHOWN of them by chance: the same ones all day, and the next in turn when one is done."""
    return sorted(ids, key=lambda one: blake2b(f"{day} {one}".encode()).digest())[:SHOWN]


def _mine(agent: Agent) -> list[ColumnElement[bool]]:
    """A ticket that went to another vendor takes along no note of the one before."""
    return [may_see(agent, Silence.vendor_id), visible_to(agent)]


def _ids(conditions: Sequence[ColumnElement[bool]]) -> Sequence[int]:
    query = (
        select(Silence.id)
        .join(Ticket, Ticket.id == Silence.ticket_id)
        .where(*conditions)
        .order_by(Silence.at.desc(), Silence.id.desc())
        .limit(DRAWN_FROM)
    )
    return db.session.scalars(query).all()


def _whole(ids: Sequence[int], lang: str) -> Select[*tuple[Any, ...]]:
    """The silences with the buyer's last words before each, and their translation."""
    last = (
        select(func.max(Message.id))
        .where(
            Message.ticket_id == Silence.ticket_id, Message.kind == MessageKind.BUYER,
            Message.created_at <= Silence.at,
        )
        .correlate(Silence)
        .scalar_subquery()
    )  # fmt: skip
    return (
        select(Silence, Agent.name, Ticket, Message.body, Message.lang, Draft.text)
        .join(Agent, Agent.id == Silence.agent_id)
        .join(Ticket, Ticket.id == Silence.ticket_id)
        .join(Message, Message.id == last)
        .outerjoin(
            Draft,
            (Draft.scope == scope_column(Message.ticket_id))
            & (Draft.source_lang == Message.lang)
            & (Draft.source_text == Message.body)
            & (Draft.target_lang == lang)
            & (Draft.state == DraftState.DONE),
        )
        .where(Silence.id.in_(ids))
    )


# --- looking over --------------------------------------------------------------------------


def get_silence(agent: Agent, silence_id: int) -> tuple[Silence, Ticket]:
    """One of them with its ticket, locked. Raises TicketNotFound."""
    query = select(Silence).join(Ticket).where(Silence.id == silence_id, *_mine(agent))
    found = db.session.scalar(query)
    ticket = get_ticket(agent, found.ticket_id if found else 0)
    silence = db.session.get_one(Silence, silence_id, populate_existing=True)
    return silence, ticket


def agree(silence: Silence, agent: Agent, *, at: datetime) -> None:
    """No reply was needed: nobody has to look at it again."""
    _must_be_open(silence)
    silence.reviewed_at, silence.reviewed_by_id = at, agent.id


def disagree(silence: Silence, ticket: Ticket, agent: Agent, *, at: datetime) -> None:
    """A reply was needed: the clock runs on from where it was."""
    _must_be_open(silence)
    break_silence(ticket, silence, agent, at=at)


def _must_be_open(silence: Silence) -> None:
    if silence.reviewed_at is not None:
        raise NotAllowed("Somebody looked this over already.")
