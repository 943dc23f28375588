"""Which agent gets a ticket. A pure choice over the candidates, and the query that finds them.

First an agent who reads the buyer's language and handles the level, the lightest load first;
then one who handles the level and works with drafts; then the vendor's supervisor.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.accounts.models import Agent
from app.extensions import db
from app.tickets.models import Ticket


@dataclass(frozen=True)
class Candidate:
    """An agent as the choice sees them. `load` is the number of tickets that wait for them."""

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
    load = (
        select(Ticket.assignee_id, func.count().label("load"))
        .where(Ticket.vendor_id == vendor_id, Ticket.due_at.is_not(None))
        .group_by(Ticket.assignee_id)
        .subquery()
    )
    query = (
        select(Agent, func.coalesce(load.c.load, 0))
        .outerjoin(load, load.c.assignee_id == Agent.id)
        .where(Agent.vendor_id == vendor_id, Agent.disabled_at.is_(None))
    )
    return [
        Candidate(agent.id, agent.reads, agent.handles_level, agent.is_supervisor, busy)
        for agent, busy in db.session.execute(query)
    ]
