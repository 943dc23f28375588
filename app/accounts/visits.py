"""Sessions as rows: who is logged in, on which device, seen when. The cookie names its row.

A session ends when its row goes: by its person's hand, with a changed password, with a closed
account, or when it was not used for a month. Knows no address of a device.
"""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column

from app.accounts.models import Agent
from app.extensions import Model, db
from app.lib.clock import Instant, now
from app.lib.ids import random_id

UNUSED_FOR = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=5)

BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


class Visit(Model):
    """One session of one person."""

    __tablename__ = "visit"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    device: Mapped[str] = mapped_column(String(60), default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)


def device_name(user_agent: str) -> str:
    """ "Firefox, Linux": names of programs and systems, the same in every language. May be ""."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return ", ".join(filter(None, (browser, system)))


def open_visit(agent: Agent, device: str = "") -> Visit:
    """A new session; those of this person that nobody used for a month go. Not committed."""
    at = now()
    db.session.execute(
        delete(Visit).where(Visit.agent_id == agent.id, Visit.seen_at < at - UNUSED_FOR)
    )
    visit = Visit(
        id=random_id(32), agent_id=agent.id, device=device[:60], created_at=at, seen_at=at
    )
    db.session.add(visit)
    db.session.flush()
    return visit


def find_visitor(visit_id: str, agent_id: int) -> tuple[Agent, datetime] | None:
    """The person of a session that still counts, with their languages, and when the session was
    last seen, in one query."""
    query = (
        select(Agent, Visit.seen_at)
        .join(Visit, Visit.agent_id == Agent.id)
        .where(Visit.id == visit_id, Agent.id == agent_id, Agent.disabled_at.is_(None))
        .where(Visit.seen_at > now() - UNUSED_FOR)
        .options(joinedload(Agent.languages))
    )
    found = db.session.execute(query).unique().one_or_none()
    return (found[0], found[1]) if found else None


def visits_of(agent_id: int) -> list[Visit]:
    """This person's sessions, the last used first."""
    query = select(Visit).where(Visit.agent_id == agent_id, Visit.seen_at > now() - UNUSED_FOR)
    return list(db.session.scalars(query.order_by(Visit.seen_at.desc(), Visit.id).limit(50)))


def end_visits(agent_id: int, *, but: str = "") -> None:
    """End this person's sessions, all `but` one. Not committed."""
    db.session.execute(delete(Visit).where(Visit.agent_id == agent_id, Visit.id != but))


def end_visit(agent_id: int, visit_id: str) -> None:
    """End one of this person's sessions. Not committed."""
    db.session.execute(delete(Visit).where(Visit.agent_id == agent_id, Visit.id == visit_id))
