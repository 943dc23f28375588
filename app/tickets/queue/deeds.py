"""What is done to many tickets at once, and what of it could not be done.

Each ticket keeps its own rules: where one says no, the others go on, and the answer names it with
its reason. Never commits.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Agent
from app.extensions import db
from app.lib.database import only_reads
from app.tickets.access import locked, visible_to, works_for
from app.tickets.conversation import undo
from app.tickets.models import Message, NotAllowed, Ticket
from app.tickets.tags import read_name, tag

MOST = 100


@dataclass
class Done:
    """How many tickets were changed, and the numbers of the others by the reason."""

    count: int = 0
    refused: dict[str, list[int]] = field(default_factory=dict)


def chosen(agent: Agent, numbers: Sequence[int]) -> Sequence[Ticket]:
    """The tickets with these numbers that `agent` sees; for whoever may write, locked in the order
    in which everybody locks."""
    query = (
        select(Ticket)
        .where(Ticket.id.in_(sorted(set(numbers))[:MOST]), visible_to(agent))
        .options(joinedload(Ticket.buyer), joinedload(Ticket.vendor), joinedload(Ticket.purchase))
        .order_by(Ticket.id)
    )
    return db.session.scalars(query if only_reads() else locked(query)).all()


def each(tickets: Sequence[Ticket], deed: Callable[[Ticket], None]) -> Done:
    """Do something to each ticket that allows it."""
    done = Done()
    for ticket in tickets:
        try:
            deed(ticket)
        except NotAllowed as no:
            done.refused.setdefault(str(no), []).append(ticket.id)
        else:
            done.count += 1
    return done


def close_all(tickets: Sequence[Ticket], agent: Agent, *, at: datetime) -> Done:
    """Close what nobody waits in."""
    return each(tickets, lambda ticket: ticket.close(at=at, agent_id=agent.id))


def tag_all(tickets: Sequence[Ticket], agent: Agent, name: str, *, at: datetime) -> Done:
    """Put one word on all of them."""
    word = read_name(name)
    if not word:
        raise NotAllowed("A tag needs a word.")
    return each(tickets, lambda ticket: tag([ticket], word, agent, at=at))


def assign_all(tickets: Sequence[Ticket], agent: Agent, to: int | None, *, at: datetime) -> Done:
    """Give all of them to one person, or back to the team (None)."""
    person = db.session.get(Agent, to) if to else None
    vendors = _vendors_of(to, tickets) if to else set()

    def assign(ticket: Ticket) -> None:
        if person is not None and ticket.vendor_id not in vendors and person.id != agent.id:
            raise NotAllowed("This person does not work on this ticket’s team.")
        ticket.assign(person, at=at, by=agent.id, why="by hand")

    if to and (person is None or person.disabled_at is not None):
        raise NotAllowed("This person does not work on this ticket’s team.")
    return each(tickets, assign)


def take_back_all(agent: Agent, message_ids: Sequence[int], *, at: datetime) -> Done:
    """Take an agent's answers back, each as long as it has not left."""
    mine = Message.id.in_(message_ids[:MOST]), Message.author_id == agent.id
    messages = db.session.scalars(select(Message).where(*mine)).all()
    by_ticket = {message.ticket_id: message for message in messages}
    tickets = chosen(agent, list(by_ticket))
    return each(tickets, lambda ticket: undo(ticket, by_ticket[ticket.id], agent, at=at))


def _vendors_of(agent_id: int, tickets: Sequence[Ticket]) -> set[int]:
    """Those of the tickets' vendors that a person works for."""
    vendors = {ticket.vendor_id for ticket in tickets}
    return {
        vendor_id
        for vendor_id in vendors
        if db.session.scalar(select(Agent.id).where(Agent.id == agent_id, works_for(vendor_id)))
    }
