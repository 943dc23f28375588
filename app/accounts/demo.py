"""The demo desk's accounts, which have no secret: they open only on the machine itself."""

from collections.abc import Sequence

from sqlalchemy import select

from app.accounts.models import Agent
from app.config import Settings
from app.extensions import db, part
from app.web.guards import asked_from_this_machine

DEMO_PASSWORD = "dragoman"  # noqa: S105  not a secret: it is printed on the log-in page


def demo_is_open() -> bool:
    """True while the desk listens on this machine alone and the visitor sits at it."""
    settings: Settings = part("settings")
    return settings.serves_loopback_only and asked_from_this_machine()


def demo_accounts() -> Sequence[Agent]:
    """The accounts to offer on the log-in page; none where they would be refused."""
    if not demo_is_open():
        return []
    query = select(Agent).where(Agent.is_demo, Agent.disabled_at.is_(None)).order_by(Agent.id)
    return db.session.scalars(query).all()
