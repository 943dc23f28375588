"""What the queue's lists of choices hold: the people and the tags that an agent may filter by.

Reads only, and no more than a menu holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, literal, select, union_all

from app.accounts.models import Agent
from app.extensions import db
from app.tickets.access import may_see, works_for
from app.tickets.tags import Tag

MOST = 200


def is_colleague(agent: Agent) -> ColumnElement[bool]:
    """The condition on people who may have been given a ticket that `agent` sees."""
    if agent.vendor_id is not None:
        return works_for(agent.vendor_id)
    return may_see(agent, Agent.vendor_id) | (Agent.team_id == agent.team_id)


@dataclass(frozen=True)
class Choices:
    """People by number and name, and the names of tags."""

    people: Sequence[tuple[int, str]]
    tags: Sequence[str]


def choices(agent: Agent) -> Choices:
    """The people and the tags, each by name, a name of a tag once. One query."""
    working = is_colleague(agent), Agent.disabled_at.is_(None)
    people = select(Agent.id, Agent.name).where(*working).order_by(Agent.name).limit(MOST)
    tags = select(func.min(Tag.id).label("id"), Tag.name).where(may_see(agent, Tag.vendor_id))
    tags = tags.group_by(Tag.name).order_by(Tag.name).limit(MOST)
    found = [
        select(literal(kind).label("kind"), some.c.id, some.c.name)
        for kind, some in (("p", people.subquery()), ("t", tags.subquery()))
    ]
    rows = sorted(db.session.execute(union_all(*found)), key=lambda row: row.name.casefold())
    return Choices(
        [(row.id, row.name) for row in rows if row.kind == "p"],
        [row.name for row in rows if row.kind == "t"],
    )
