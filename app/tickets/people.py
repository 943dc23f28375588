"""The people around a ticket: who may be given it, who has it open, and what the one who looks
wrote and did not send yet. One query for all three.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, select

from app.accounts.models import Agent, Team
from app.extensions import db
from app.tickets.access import works_for
from app.tickets.composer.seats import KEPT, THERE, Neighbour, Seat, Unsent, is_typing
from app.tickets.models import Ticket


@dataclass(frozen=True)
class Person:
    """Somebody who may be given the ticket; `team` names the outside team that they belong to,
    empty for the vendor’s own."""

    id: int
    name: str
    team: str


@dataclass(frozen=True)
class Around:
    """Everybody around a ticket, as one of them sees it."""

    team: Sequence[Person]
    here: Sequence[Neighbour]
    unsent: Unsent


def around(ticket: Ticket, agent: Agent, *, now: datetime) -> Around:
    """Who works on the ticket, who looks at it now, and `agent`'s own text."""
    works = works_for(ticket.vendor_id)
    there = Seat.seen_at > now - THERE
    mine = Agent.id == agent.id
    # Nobody but the writer reads what was not sent.
    texts = [case((mine, column)).label(column.key) for column in KEPT]
    query = (
        select(Agent.id, Agent.name, Team.name, works, there, Seat.typed_at, *texts)
        .outerjoin(Team, Team.id == Agent.team_id)
        .outerjoin(Seat, and_(Seat.agent_id == Agent.id, Seat.ticket_id == ticket.id))
        .where(Agent.disabled_at.is_(None), works | there | (mine & Seat.agent_id.is_not(None)))
        .order_by(Agent.name)
    )
    return _sorted(db.session.execute(query).all(), agent, now)


def _sorted(rows: Sequence[Any], agent: Agent, now: datetime) -> Around:
    team = [Person(row[0], row[1], row[2] or "") for row in rows if row[3]]
    here = [
        Neighbour(row[0], row[1], is_typing(row[5], now))
        for row in rows
        if row[4] and row[0] != agent.id
    ]
    own = next((row for row in rows if row[0] == agent.id and row.seen is not None), None)
    unsent = Unsent(**{column.key: getattr(own, column.key) for column in KEPT}) if own else None
    return Around(team, here, unsent or Unsent())
