"""What supervisors do from the board: nudge, give away, acknowledge, promise, excuse.

Every deed takes the tickets that this person may see, locked, and says what it did of how many.
Never commits, never sends.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import joinedload

from app.accounts.models import Agent, TeamVendor
from app.deadlines.acknowledging import acknowledgement_text
from app.deadlines.models import Excuse
from app.deadlines.telling import lines_for, put_up, readers, staff_of
from app.deadlines.telling_models import Matter, Telling
from app.extensions import db
from app.lib.database import insert_or_skip
from app.tickets.access import locked, visible_to
from app.tickets.clocks.due import Stage
from app.tickets.conversation import Answer, Word, acknowledge_for
from app.tickets.models import NotAllowed, Ticket

AT_ONCE = 1_000
NUDGED_FOR = timedelta(minutes=15)
NUDGES = text("telling.matter = 'nudge'")  # in these words the index has it


@dataclass
class Done:
    """What became of a deed on several tickets: how many it was done to, and why not to others."""

    done: int = 0
    gone: int = 0
    left: dict[str, int] = field(default_factory=dict)

    def leave(self, why: str) -> None:
        """One more ticket on which it was not done."""
        self.left[why] = self.left.get(why, 0) + 1


def chosen_tickets(agent: Agent, ids: Iterable[int]) -> tuple[Sequence[Ticket], Done]:
    """The tickets among `ids` that this person may see, locked in one order. One of another vendor
    and one that is gone count alike."""
    wanted = set(ids)
    query = (
        select(Ticket)
        .where(Ticket.id.in_(wanted), visible_to(agent))
        .order_by(Ticket.id)
        .options(joinedload(Ticket.vendor))
    )
    found = db.session.scalars(locked(query)).all()
    return found, Done(gone=len(wanted) - len(found))


def nudge(agent: Agent, tickets: Sequence[Ticket], done: Done, *, at: datetime) -> None:
    """Ask whoever answers for each ticket to look at it; a ticket once in a quarter of an hour."""
    lately = _nudged_lately([ticket.id for ticket in tickets], at)
    staff = staff_of({ticket.vendor_id for ticket in tickets}, tickets)
    lines = []
    for ticket in tickets:
        told = readers(Stage.HALF, staff.of(ticket.vendor_id, ticket.assignee_id))
        others = [reader for reader in told if reader != agent.id]
        if ticket.id in lately:
            done.leave("lately")
        elif not others:
            done.leave("nobody")
        else:
            done.done += 1
            ticket.log("nudged", at=at, agent_id=agent.id)
            said = {"matter": Matter.NUDGE, "ticket_id": ticket.id, "by_id": agent.id}
            lines += lines_for(staff, others, **said)
    put_up(lines)


def _nudged_lately(ids: Sequence[int], at: datetime) -> set[int]:
    query = select(Telling.ticket_id).where(
        Telling.ticket_id.in_(ids), NUDGES, Telling.at > at - NUDGED_FOR
    )
    return {ticket_id for ticket_id in db.session.scalars(query) if ticket_id}


def give(agent: Agent, tickets: Sequence[Ticket], done: Done, *, to: Agent, at: datetime) -> None:
    """Give the tickets to somebody who works for their vendor, or take them over."""
    serves = _vendors_of(to)
    for ticket in tickets:
        if to.id != agent.id and serves is not None and ticket.vendor_id not in serves:
            done.leave("other_team")
        elif ticket.assignee_id == to.id:
            done.leave("theirs")
        else:
            ticket.assign(to, at=at, by=agent.id, why="by hand")
            done.done += 1


def _vendors_of(person: Agent) -> set[int] | None:
    """The vendors that this person answers for; None: all, the operator's."""
    if person.is_operator:
        return None
    if person.team_id is None:
        return {person.vendor_id} if person.vendor_id else set()
    query = select(TeamVendor.vendor_id).where(TeamVendor.team_id == person.team_id)
    return set(db.session.scalars(query))


def acknowledge_all(
    agent: Agent, tickets: Sequence[Ticket], done: Done, *, until: datetime, at: datetime
) -> None:
    """Acknowledge level-2 tickets in the desk's own words, each in its assignee's name."""
    people = _people({one.assignee_id for one in tickets if one.assignee_id})
    for ticket in tickets:
        named = people.get(ticket.assignee_id or 0, agent)
        words = acknowledgement_text(ticket, named, until)
        if ticket.level != 2 or ticket.acknowledged_at or ticket.unanswered_since is None:
            done.leave("not_owed")
        elif not words:
            done.leave("no_words")
        else:
            word = Word(named, until)
            acknowledge_for(ticket, agent, Answer(words, ticket.lang), word=word, at=at)
            done.done += 1


def _people(ids: set[int]) -> dict[int, Agent]:
    query = select(Agent).where(Agent.id.in_(ids), Agent.disabled_at.is_(None))
    return {person.id: person for person in db.session.scalars(query)}


def excuse(ticket: Ticket, agent: Agent, reason: str, *, at: datetime) -> None:
    """Say why the clock that ran out could not be kept. It stays counted, as excused, and no
    further stage of it is told."""
    reason = " ".join(reason.split())[:200]
    if not reason:
        raise NotAllowed("An excuse needs a reason.")
    started = ticket.clock_started_at
    if ticket.due_at is None or started is None or ticket.due_at > at:
        raise NotAllowed("Only a deadline that has passed can be excused.")
    values = {
        "ticket_id": ticket.id, "vendor_id": ticket.vendor_id, "clock": ticket.clock,
        "clock_started_at": started, "agent_id": agent.id, "at": at,
        "reason": reason,
    }  # fmt: skip
    fresh = db.session.execute(insert_or_skip(Excuse).returning(Excuse.id), [values]).first()
    if fresh is None:
        raise NotAllowed("This deadline is excused already.")
    ticket.log(
        "excused", at=at, agent_id=agent.id, excuse=fresh.id, clock=ticket.clock,
        started=started.isoformat(),
    )  # fmt: skip
