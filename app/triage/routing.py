"""Which agent gets a ticket. A pure choice over the candidates, and the queries that find them.

First an agent of the vendor who reads the buyer's language and handles the level, then one of an
outside team that serves the vendor; then whoever handles the level, with drafts; then the vendor's
supervisor. Among equals the lightest load. Who is away is left out, and who comes to work only when
it is due is left to those who come earlier. Changes the ticket; never commits.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import select

from app.accounts.models import Agent, AgentLanguage, Role
from app.accounts.people import is_here
from app.extensions import db
from app.lib.clock import now
from app.lib.week import Week, works_between
from app.tickets.access import works_for
from app.tickets.models import Ticket

NEWEST = 200
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Candidate:
    """An agent as the choice sees them. `load`: their share of the newest waiting tickets.

    A delegate works for an outside team, not for the vendor.
    """

    id: int
    reads: tuple[str, ...]
    handles_level: int
    is_supervisor: bool
    load: int
    is_delegate: bool = False
    week: Week = ()
    zone: str = "UTC"


@dataclass(frozen=True)
class Choice:
    """Who, the code of why, which the ticket's history explains, and how much they had to do."""

    agent_id: int | None
    why: str
    load: int = 0


def choose(candidates: Sequence[Candidate], *, lang: str, level: int) -> Choice:
    """The best candidate for a ticket in `lang` at `level`; nobody when there is none."""
    able = [c for c in candidates if c.handles_level >= level and not c.is_supervisor]
    own, outside = _apart(able)
    for group, why in (
        ([c for c in own if lang in c.reads], "reads_language"),
        ([c for c in outside if lang in c.reads], "delegate_reads"),
        (own, "handles_level"),
        (outside, "delegate_handles"),
        ([c for c in candidates if c.is_supervisor], "supervisor"),
        (list(candidates), "only_one"),
    ):
        if group:
            best = min(group, key=lambda c: (c.load, c.id))
            return Choice(best.id, why, best.load)
    return Choice(None, "nobody")


def _apart(able: Sequence[Candidate]) -> tuple[list[Candidate], list[Candidate]]:
    return [c for c in able if not c.is_delegate], [c for c in able if c.is_delegate]


class Roster:
    """Who can be given tickets, asked for once a vendor and kept up while they are given out."""

    def __init__(self) -> None:
        self._candidates: dict[int, list[Candidate]] = {}

    def of(self, vendor_id: int) -> list[Candidate]:
        """The vendor's candidates with their loads."""
        if vendor_id not in self._candidates:
            self._candidates[vendor_id] = candidates_of(vendor_id)
        return self._candidates[vendor_id]

    def note(self, vendor_id: int, agent_id: int | None) -> None:
        """An agent has been given one more."""
        self._candidates[vendor_id] = [
            replace(one, load=one.load + 1) if one.id == agent_id else one
            for one in self.of(vendor_id)
        ]


def route(ticket: Ticket, *, at: datetime, roster: Roster | None = None) -> None:
    """Give the ticket to somebody, unless who has it can handle its level.

    Level 2 leaves an agent of level 1; nobody loses a ticket to a lighter load. Who routes many
    tickets brings one roster for all of them.
    """
    if ticket.level == 1 and _is_looked_after(ticket, at):
        return
    roster = roster or Roster()
    candidates = in_time(roster.of(ticket.vendor_id), at, ticket.due_at)
    if any(c.id == ticket.assignee_id and c.handles_level >= ticket.level for c in candidates):
        return
    choice = choose(candidates, lang=ticket.lang, level=ticket.level)
    if ticket.assignee_id is None or choice.agent_id not in {None, ticket.assignee_id}:
        ticket.route(
            choice.agent_id, at=at, why=choice.why, level=ticket.level, lang=ticket.lang,
            load=choice.load,
        )  # fmt: skip
        roster.note(ticket.vendor_id, choice.agent_id)


def in_time(
    candidates: Sequence[Candidate], at: datetime, due_at: datetime | None
) -> Sequence[Candidate]:
    """Those who come to work before the ticket is due; all of them when nobody does."""
    until = due_at if due_at and due_at > at else at + A_DAY
    there = [c for c in candidates if works_between(c.week, c.zone, at, until)]
    return there or candidates


def _is_looked_after(ticket: Ticket, at: datetime) -> bool:
    """Whether who has the ticket is here: neither away nor gone."""
    if ticket.assignee_id is None:
        return False
    query = select(Agent.id).where(Agent.id == ticket.assignee_id, is_here(at))
    return db.session.scalar(query) is not None


def candidates_of(vendor_id: int) -> list[Candidate]:
    """The vendor's agents who are here and its outside teams', with their loads, in two queries."""
    people = (
        select(Agent.id, Agent.role, Agent.handles_level, Agent.ui_lang, Agent.team_id,
               Agent.work_hours, Agent.timezone, AgentLanguage.lang)
        .outerjoin(AgentLanguage, AgentLanguage.agent_id == Agent.id)
        .where(works_for(vendor_id), is_here(now()))
        .order_by(Agent.id, AgentLanguage.rank)
    )  # fmt: skip
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
        is_delegate=first.team_id is not None,
        week=first.work_hours,
        zone=first.timezone,
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
