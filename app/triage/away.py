"""Absence: what waits is handed over, and routing leaves the absent out. Never commits.

Only what waits for the desk changes hands. A conversation in which the buyer is to write next stays
with its agent, and goes to somebody else when the buyer writes while they are away.
"""

from datetime import datetime

from sqlalchemy import select

from app.accounts.history import note_change
from app.accounts.models import Agent
from app.extensions import db
from app.tickets.access import locked
from app.tickets.models import Ticket
from app.triage.routing import Roster, route


def go_away(person: Agent, by: Agent, *, until: datetime | None, at: datetime) -> None:
    """From now on this person gets no tickets. To be followed by `hand_over`."""
    person.away_since, person.away_until = at, until
    note_change(person, "away", by=by, until=until.isoformat() if until else None)


def come_back(person: Agent, by: Agent) -> None:
    """They are here again. What was handed over stays where it is."""
    person.away_since = person.away_until = None
    note_change(person, "back", by=by)


def hand_over(person: Agent, to: Agent | None, by: Agent, *, at: datetime) -> int:
    """Give the tickets that wait at this person to `to`, or each to whom the desk's rules choose.
    How many."""
    query = select(Ticket).where(Ticket.assignee_id == person.id, Ticket.due_at.is_not(None))
    tickets = db.session.scalars(locked(query.order_by(Ticket.id))).all()
    roster = Roster()
    for ticket in tickets:
        if to is not None:
            ticket.assign(to, at=at, by=by.id, why="handed_over")
            continue
        ticket.assignee_id = None
        route(ticket, at=at, roster=roster)
    return len(tickets)
