"""A person's history at the desk: what was changed about them, by whom. Codes, never secrets."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.accounts.models import Agent, AgentEvent
from app.extensions import db
from app.lib.clock import now

SHOWN = 30


def note_change(person: Agent, kind: str, *, by: Agent | None, **data: Any) -> None:
    """Append to the person's history. Not committed."""
    by_id = by.id if by else None
    db.session.add(AgentEvent(agent_id=person.id, kind=kind, at=now(), by_id=by_id, data=data))


def history_of(person: Agent) -> list[tuple[AgentEvent, str | None]]:
    """The newest lines with the names of who made them."""
    by = aliased(Agent)
    query = (
        select(AgentEvent, by.name)
        .outerjoin(by, by.id == AgentEvent.by_id)
        .where(AgentEvent.agent_id == person.id)
        .order_by(AgentEvent.id.desc())
        .limit(SHOWN)
    )
    return [(event, name) for event, name in db.session.execute(query)]
