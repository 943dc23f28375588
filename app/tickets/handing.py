"""Tickets that change hands: merged, split, moved to another vendor. The clocks go along.

Nobody who waits is forgotten and no clock starts anew: what is moved keeps its own start and its
own hours. The rules stand in docs/deadlines.md. Never commits.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from app.accounts.models import Agent, Vendor
from app.extensions import db
from app.lib.ids import random_id
from app.tickets.access import lock
from app.tickets.clocks.promises import Acknowledgement, Promise, Silence
from app.tickets.clocks.replay import FROM_ELSEWHERE, Happened, State, replay
from app.tickets.models import (
    Buyer,
    DeliveryState,
    Message,
    MessageKind,
    NotAllowed,
    Ticket,
    TicketEvent,
)
from app.tickets.purchases import carry_order
from app.tickets.tags import carry_over

ON_ITS_WAY = (DeliveryState.QUEUED, DeliveryState.SENDING)


def merge(source: Ticket, target: Ticket, agent: Agent, *, at: datetime) -> None:
    """`source` goes on in `target`: its words, its promises, its clock. Mails to it follow."""
    for ticket in sorted((source, target), key=lambda ticket: ticket.id):
        lock(ticket)
    _may_merge(source, target)
    for row in (Message, Promise, Acknowledgement, Silence):
        db.session.execute(
            update(row).where(row.ticket_id == source.id).values(ticket_id=target.id)
        )
    for ticket in (source, target):
        db.session.expire(ticket, ["promises", "messages"])
    carry_over(source, target)
    carry_order(source, target)
    target.take_over(source, at=at)
    target.level = max(target.level, source.level)
    source.continued_in_id = target.id
    target.log("merged", at=at, agent_id=agent.id, source=source.id)
    db.session.flush()  # the replay takes over before it clears
    source.log("merged_away", at=at, agent_id=agent.id, to=target.id)


def _may_merge(source: Ticket, target: Ticket) -> None:
    if source.id == target.id:
        raise NotAllowed("A ticket cannot be merged into itself.")
    if source.buyer_id != target.buyer_id:
        raise NotAllowed("Only tickets of the same buyer are merged.")
    if source.continued_in_id is not None or target.continued_in_id is not None:
        raise NotAllowed("This ticket was merged already.")
    _nothing_on_its_way(source)


def _nothing_on_its_way(ticket: Ticket) -> None:
    query = select(Message.id).where(
        Message.ticket_id == ticket.id, Message.delivery.in_(ON_ITS_WAY)
    )
    if db.session.scalar(query.limit(1)) is not None:
        raise NotAllowed(
            "An answer of this ticket is still on its way. Try again when it has left."
        )


def split(ticket: Ticket, messages: Sequence[Message], agent: Agent, *, at: datetime) -> Ticket:
    """Messages that wait become a ticket of their own, each with its own start. What was answered
    stays where its answer is."""
    waiting = state_of(ticket).waiting
    ids = sorted({message.id for message in messages})
    if not ids or not set(ids) <= set(waiting):
        raise NotAllowed("Only messages that wait for an answer can be split off.")
    of_buyer = select(Message.id).where(
        Message.ticket_id == ticket.id, Message.kind == MessageKind.BUYER
    )
    if set(db.session.scalars(of_buyer)) <= set(ids):
        raise NotAllowed("One message of the buyer must stay in the ticket.")
    new = _new_beside(ticket, min(waiting[one].at for one in ids), at)
    db.session.execute(update(Message).where(Message.id.in_(ids)).values(ticket_id=new.id))
    ticket.log("split", at=at, agent_id=agent.id, to=new.id, messages=ids)
    new.log("split_off", at=at, agent_id=agent.id, source=ticket.id, messages=ids)
    oldest = min(waiting[one] for one in ids)
    new.wait_on(oldest.at, oldest.within, at=at)
    left = min((wait for one, wait in waiting.items() if one not in ids), default=None)
    ticket.wait_on(left.at if left else None, left.within if left else ticket.within_hours, at=at)
    return new


def _new_beside(ticket: Ticket, opened_at: datetime, at: datetime) -> Ticket:
    new = Ticket(
        vendor_id=ticket.vendor_id, buyer_id=ticket.buyer_id, assignee_id=ticket.assignee_id,
        subject=ticket.subject, snippet=ticket.snippet, lang=ticket.lang, level=ticket.level,
        level_confidence=ticket.level_confidence, intent=ticket.intent, exchanges=0,
        opened_at=opened_at, active_at=at,
    )  # fmt: skip
    db.session.add(new)
    db.session.flush()
    carry_order(ticket, new)
    return new


def move(ticket: Ticket, vendor: Vendor, agent: Agent, *, at: datetime) -> None:
    """The operator gives a ticket to another vendor. Its clocks do not notice: the buyer has waited
    all the time, and what they were promised still holds."""
    if not agent.is_operator:
        raise NotAllowed("Only the operator moves a ticket to another vendor.")
    if vendor.id == ticket.vendor_id:
        raise NotAllowed("The ticket is this vendor’s already.")
    _nothing_on_its_way(ticket)
    was, ticket.vendor_id = ticket.vendor_id, vendor.id
    ticket.buyer_id = _counterpart(ticket.buyer_id, vendor).id
    ticket.assignee_id = None
    db.session.expire(ticket, ["vendor", "buyer", "assignee"])
    ticket.log("moved", at=at, agent_id=agent.id, was=was, to=vendor.id)


def _counterpart(buyer_id: int, vendor: Vendor) -> Buyer:
    """The same buyer as the other vendor knows them, under a pseudonym of their own."""
    buyer = db.session.get_one(Buyer, buyer_id)
    if not buyer.address_sealed:
        raise NotAllowed("This buyer’s data was erased.")
    known = select(Buyer).filter_by(vendor_id=vendor.id, address_index=buyer.address_index)
    found = db.session.scalar(known)
    if found is None:
        found = Buyer(
            vendor_id=vendor.id, pseudonym=f"Buyer {random_id(4).upper()}", lang=buyer.lang,
            address_index=buyer.address_index, address_sealed=buyer.address_sealed,
        )  # fmt: skip
        db.session.add(found)
        db.session.flush()
    return found


def link(ticket: Ticket, other: Ticket, agent: Agent, *, at: datetime) -> None:
    """Each ticket's history names the other. Nothing else changes."""
    if ticket.id == other.id:
        raise NotAllowed("A ticket cannot be linked with itself.")
    for one, two in ((ticket, other), (other, ticket)):
        one.log("linked", at=at, agent_id=agent.id, to=two.id)


def state_of(ticket: Ticket) -> State:
    """What the ticket's history says of its clocks, that of the tickets it came from included."""
    db.session.flush()
    return replay(family_events([ticket.id])).get(ticket.id, State())


def family_events(ticket_ids: Sequence[int]) -> list[Happened]:
    """The events of these tickets and of those that they came from, in order."""
    known: set[int] = set()
    rows: dict[int, Happened] = {}
    wanted = set(ticket_ids)
    while wanted:
        query = select(TicketEvent).where(TicketEvent.ticket_id.in_(wanted))
        for event in db.session.scalars(query):
            rows[event.id] = Happened(
                event.ticket_id, event.kind, event.at, event.data, event.agent_id
            )
        known |= wanted
        sources = {row.data["source"] for row in rows.values() if row.kind in FROM_ELSEWHERE}
        wanted = sources - known
    return [rows[event_id] for event_id in sorted(rows)]
