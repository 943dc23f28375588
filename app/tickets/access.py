"""The one door through which people reach tickets. A vendor sees only its own.

Every list, search and export is narrowed by `visible_to`, and every single ticket comes from
`get_ticket`. Another vendor's ticket and a ticket that does not exist look the same from outside.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import joinedload, lazyload

from app.accounts.models import Agent, TeamVendor
from app.extensions import db
from app.lib.database import only_reads
from app.tickets.models import Ticket


class TicketNotFound(LookupError):
    """No such ticket for this person."""


def visible_to(agent: Agent) -> ColumnElement[bool]:
    """The condition on tickets that `agent` may see."""
    return may_see(agent, Ticket.vendor_id)


def may_see(agent: Agent, vendor_id: Any) -> ColumnElement[bool]:
    """The same on any rows with a vendor: `vendor_id` is their column."""
    if agent.is_operator:
        return true()
    if agent.team_id is not None:
        mine: ColumnElement[bool] = vendor_id.in_(served_by(agent.team_id))
        return mine
    # An operator's agent without a vendor and without the supervisor's role sees nothing.
    own: ColumnElement[bool] = vendor_id == (agent.vendor_id or 0)
    return own


def served_by(team_id: int) -> Select[int]:
    """The vendors that an outside team answers for."""
    return select(TeamVendor.vendor_id).where(TeamVendor.team_id == team_id)


def works_for(vendor_id: int) -> ColumnElement[bool]:
    """The condition on agents who may be given a ticket of this vendor: its own and its teams'."""
    teams = select(TeamVendor.team_id).where(TeamVendor.vendor_id == vendor_id)
    return (Agent.vendor_id == vendor_id) | Agent.team_id.in_(teams)


def get_ticket(agent: Agent, ticket_id: int) -> Ticket:
    """The ticket with its vendor, buyer, assignee, tags and purchase. Raises TicketNotFound.

    Whoever may write gets it locked and as it is now, so that two agents change it one after the
    other.
    """
    query = (
        select(Ticket)
        .where(Ticket.id == ticket_id, visible_to(agent))
        .options(
            joinedload(Ticket.vendor),
            joinedload(Ticket.buyer),
            joinedload(Ticket.tags),
            joinedload(Ticket.purchase),
            joinedload(Ticket.assignee).options(lazyload(Agent.languages), lazyload(Agent.vendor)),
        )
    )
    found = db.session.scalars(query if only_reads() else locked(query))
    ticket = found.unique().one_or_none()
    if ticket is None:
        raise TicketNotFound("There is no such ticket on your desk.")
    return ticket


def lock(*tickets: Ticket) -> None:
    """Lock tickets that were read earlier, and bring them up to date. Everybody locks in the order
    of their numbers, so that nobody waits in a circle."""
    query = select(Ticket).where(Ticket.id.in_({ticket.id for ticket in tickets}))
    db.session.scalars(locked(query.order_by(Ticket.id))).all()


def locked(query: Select[Ticket]) -> Select[Ticket]:
    """`query`, reading the rows anew, each with its wait, and locking them until the transaction
    ends."""
    query = query.options(joinedload(Ticket.wait)).with_for_update(of=Ticket)
    return query.execution_options(populate_existing=True)
