"""A note from a vendor's people to the marketplace's operator about a ticket, and back. It rings
the bells of those whom it is for. The buyer never sees it.

What the operator writes, who may see everything, is cleared of the buyer's contact data before it
is kept. Never commits, never sends.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.accounts.models import Agent
from app.deadlines.telling import Staff, lines_for, put_up, staff_of
from app.deadlines.telling_models import Matter
from app.extensions import db
from app.tickets.access import works_for
from app.tickets.conversation import note
from app.tickets.models import Addressee, Message, Ticket
from app.tickets.own_details import for_the_vendor


def other_side(agent: Agent) -> Addressee:
    """Whom this person writes to across the desk."""
    return Addressee.VENDOR if agent.is_operator else Addressee.OPERATOR


def write_across(ticket: Ticket, agent: Agent, text: str, *, at: datetime) -> Message:
    """Keep the note and tell the other side of it."""
    to = other_side(agent)
    if to == Addressee.VENDOR:
        text = for_the_vendor(text, ticket).text
    message = note(ticket, agent, text, at=at, to=to)
    writers = _writers(ticket)
    staff = staff_of({ticket.vendor_id}, [ticket, *writers])
    told = readers(ticket, to, staff, writers=[one.assignee_id for one in writers])
    others = [one for one in told if one != agent.id]
    said = {"matter": Matter.NOTE, "ticket_id": ticket.id, "by_id": agent.id}
    put_up(lines_for(staff, others, **said))
    return message


def readers(ticket: Ticket, to: Addressee, staff: Staff, *, writers: Iterable[int]) -> list[int]:
    """Who is told: the operator's supervisors; or whoever looks after the ticket for the vendor
    and whoever wrote to the operator, the vendor's supervisors where there is nobody."""
    people = staff.of(ticket.vendor_id, ticket.assignee_id)
    if to == Addressee.OPERATOR:
        return list(people.operators)
    wanted = dict.fromkeys([*filter(None, [people.assignee]), *writers])
    theirs = [one for one in wanted if one in staff.agents and not staff.agents[one].is_operator]
    return theirs or list(people.supervisors)


def _writers(ticket: Ticket) -> list[Any]:
    """Who wrote to the operator here and still works for the vendor, as `staff_of` wants them."""
    query = (
        select(Agent.id.label("assignee_id"))
        .join(Message, Message.author_id == Agent.id)
        .where(Message.ticket_id == ticket.id, Message.addressee == Addressee.OPERATOR)
        .where(works_for(ticket.vendor_id))
    )
    return list(db.session.execute(query.distinct()))
