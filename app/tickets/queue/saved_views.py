"""Saved views of the queue: a name for a tab with its filters, for oneself or for all colleagues.

Knows the table and who sees which row. What a view shows is decided when it is opened, by who opens
it: a shared view shows nobody more than they may see. Never commits.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, ForeignKey, String, UniqueConstraint, and_, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Agent
from app.extensions import Model, db
from app.tickets.models import NotAllowed

MOST = 20
LONGEST = 40


class SavedView(Model):
    """A tab with filters, as its address says it, under the name that somebody gave it."""

    __tablename__ = "saved_view"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    vendor_id: Mapped[int | None] = mapped_column(ForeignKey("vendor.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    name: Mapped[str] = mapped_column(String(LONGEST))
    query: Mapped[str] = mapped_column(String(300))
    shared: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (UniqueConstraint("agent_id", "name"),)


def seen_by(agent: Agent) -> Sequence[SavedView]:
    """The agent's own views and those that colleagues share, by name."""
    mine = SavedView.agent_id == agent.id
    query = select(SavedView).where(or_(mine, and_(SavedView.shared, _same_side(agent))))
    return db.session.scalars(query.order_by(func.lower(SavedView.name), SavedView.id)).all()


def _same_side(agent: Agent) -> ColumnElement[bool]:
    """Views of the agent's vendor, of their outside team, or of the operator."""
    return and_(
        SavedView.vendor_id.is_not_distinct_from(agent.vendor_id),
        SavedView.team_id.is_not_distinct_from(agent.team_id),
    )


def keep(agent: Agent, name: str, query: str, *, shared: bool) -> SavedView:
    """Save a view under a name; the agent's own one of that name is replaced."""
    name = " ".join(name.split())[:LONGEST].strip()
    if not name:
        raise NotAllowed("Give the view a name.")
    own = db.session.scalars(select(SavedView).filter_by(agent_id=agent.id)).all()
    view = next((one for one in own if one.name == name), None)
    if view is None:
        if len(own) >= MOST:
            raise NotAllowed("Twenty views are enough. Take one away first.")
        view = SavedView(agent_id=agent.id, name=name)
        db.session.add(view)
    view.vendor_id, view.team_id = agent.vendor_id, agent.team_id
    view.query, view.shared = query, shared
    return view


def forget(agent: Agent, view_id: int) -> bool:
    """Take away a view of the agent's own. False when there is none."""
    view = db.session.scalar(select(SavedView).filter_by(id=view_id, agent_id=agent.id))
    if view is not None:
        db.session.delete(view)
    return view is not None
