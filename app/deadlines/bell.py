"""A person's bell: the lines that were told to them, how many are new, and what they read.

Narrowed to one person; a ticket that they may no longer see keeps its number and nothing else, a
step not even that.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import aliased, contains_eager, joinedload

from app.accounts.models import Agent
from app.deadlines.digest_words import Line
from app.deadlines.telling_models import Telling
from app.extensions import db
from app.quality.standards_deeds import step_visible_to
from app.quality.standards_models import Step
from app.tickets.access import visible_to
from app.tickets.models import Ticket
from app.web.paging import PAGE_SIZE, Cursor, Page

COUNT_UP_TO = 100


def unread(agent: Agent) -> int:
    """How many lines this person has not read, counted up to COUNT_UP_TO."""
    some = (
        select(Telling.id)
        .where(Telling.agent_id == agent.id, Telling.read_at.is_(None), ~Telling.muted)
        .limit(COUNT_UP_TO)
    )
    return db.session.scalar(select(func.count()).select_from(some.subquery())) or 0


def lines_of(agent: Agent, *, after: Cursor | None = None) -> Page[Line]:
    """One page of the bell, the newest first."""
    by = aliased(Agent)
    query = (
        select(Telling, Ticket, by.name, Step)
        .outerjoin(Ticket, (Ticket.id == Telling.ticket_id) & visible_to(agent))
        .outerjoin(Ticket.vendor)
        .outerjoin(by, by.id == Telling.by_id)
        .outerjoin(Step, (Step.id == Telling.step_id) & step_visible_to(agent))
        .where(Telling.agent_id == agent.id)
        .order_by(Telling.id.desc())
        .limit(PAGE_SIZE + 1)
        .options(contains_eager(Ticket.vendor), joinedload(Step.vendor))
    )
    if after:
        query = query.where(Telling.id < after.row_id)
    found = [Line(*row) for row in db.session.execute(query)]
    return Page(found[:PAGE_SIZE], _next(found))


def _next(found: Sequence[Line]) -> str | None:
    if len(found) <= PAGE_SIZE:
        return None
    last = found[PAGE_SIZE - 1].telling
    return str(Cursor(last.at, last.id))


def read(agent: Agent, *, at: datetime, up_to: int, only: int | None = None) -> int:
    """Mark this person's lines as read: all up to one, or a single one. How many were new."""
    which = Telling.id == only if only is not None else Telling.id <= up_to
    query = (
        update(Telling)
        .where(Telling.agent_id == agent.id, Telling.read_at.is_(None), which)
        .values(read_at=at)
        .returning(Telling.id)
    )
    return len(db.session.scalars(query).all())
