"""Which agent gets a ticket. A pure choice over the candidates, and the query that finds them.

First an agent who reads the buyer's language and handles the level, the lightest load first;
then one who handles the level and works with drafts; then the vendor's supervisor.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import select

from app.accounts.models import Agent, AgentLanguage, Role
from app.extensions import db
from app.tickets.models import Ticket

NEWEST = 200


@dataclass(frozen=True)
class Candidate:
    """An agent as the choice sees them. `load`: their share of the newest waiting tickets."""

    id: int
    reads: tuple[str, ...]
    handles_level: int
    is_supervisor: bool
    load: int


@dataclass(frozen=True)
class Choice:
    """Who, and the code of why, which the ticket's history explains."""

    agent_id: int | None
    why: str


def choose(candidates: Sequence[Candidate], *, lang: str, level: int) -> Choice:
    """The best candidate for a ticket in `lang` at `level`; nobody when there is none."""
    able = [c for c in candidates if c.handles_level >= level and not c.is_supervisor]
    readers = [c for c in able if lang in c.reads]
    supervisors = [c for c in candidates if c.is_supervisor]
    for group, why in (
        (readers, "reads_language"),
        (able, "handles_level"),
        (supervisors, "supervisor"),
        (list(candidates), "only_one"),
    ):
        if group:
            return Choice(min(group, key=lambda c: (c.load, c.id)).id, why)
    return Choice(None, "nobody")


def candidates_of(vendor_id: int) -> list[Candidate]:
    """The vendor's active agents with their loads, in two queries."""
    people = (
        select(Agent.id, Agent.role, Agent.handles_level, Agent.ui_lang, AgentLanguage.lang)
        .outerjoin(AgentLanguage, AgentLanguage.agent_id == Agent.id)
        .where(Agent.vendor_id == vendor_id, Agent.disabled_at.is_(None))
        .order_by(Agent.id, AgentLanguage.rank)
    )
    loads = _loads_of(vendor_id)
    return [
        _candidate(list(rows), loads)
        for _, rows in groupby(db.session.execute(people), key=lambda row: row.id)
    ]


def _candidate(rows: list[Any], loads: Mapping[int | None, int]) -> Candidate:
    first = rows[0]
    return Candidate(
        first.id,
        tuple(row.lang for row in rows if row.lang) or (first.ui_lang,),
        first.handles_level,
        first.role == Role.SUPERVISOR,
        loads.get(first.id, 0),
    )


def _loads_of(vendor_id: int) -> Counter[int | None]:
    """How the vendor's newest waiting tickets are spread over its agents.

    Not all that wait: the newest say who is busy, and cost the same however many there are.
    """
    newest = (
        select(Ticket.assignee_id)
        .where(Ticket.vendor_id == vendor_id, Ticket.due_at.is_not(None))
        .order_by(Ticket.due_at.desc(), Ticket.id.desc())
        .limit(NEWEST)
    )
    return Counter(db.session.scalars(newest))
