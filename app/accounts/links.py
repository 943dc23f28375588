"""Links that let a person in without a password: an invitation, or a forgotten password.

A link is signed, works once, ends by itself, and with every other link of its person when one is
used. The row is the mail's queue too. Knows the random name that is signed, and never the link:
that is made when the mail leaves or the page shows it.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import ForeignKey, Index, String, func, select, text, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.accounts.models import Agent
from app.config import Settings
from app.extensions import Model, db, part
from app.lib.clock import Instant
from app.lib.ids import random_id
from app.lib.outgoing import DeliveryState

MOST_FORGOTTEN = 3  # mails in an hour to somebody who forgets often


class LinkKind(StrEnum):
    """What a link is for."""

    INVITATION = "invitation"
    FORGOTTEN = "forgotten"


LASTS = {LinkKind.INVITATION: timedelta(days=7), LinkKind.FORGOTTEN: timedelta(hours=1)}


class EntryLink(Model):
    """One link for one person, and the mail that brings it (no state: it is not mailed)."""

    __tablename__ = "entry_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    kind: Mapped[str] = mapped_column(String(12))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)

    delivery: Mapped[str | None] = mapped_column(String(8))
    mail_id: Mapped[str] = mapped_column(String(200), unique=True)
    next_try_at: Mapped[datetime | None] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    failure: Mapped[str | None] = mapped_column(String(200))

    agent: Mapped[Agent] = relationship(lazy="raise", foreign_keys=[agent_id])

    __table_args__ = (
        Index(None, "agent_id", "created_at"),
        Index("ix_entry_link_outgoing", "delivery", "next_try_at",
              sqlite_where=text("delivery IN ('queued', 'sending')"),
              postgresql_where=text("delivery IN ('queued', 'sending')")),
    )  # fmt: skip


def make_link(agent: Agent, kind: LinkKind, *, at: datetime, by: Agent | None = None) -> EntryLink:
    """A new link; the person's earlier ones of this kind end. It is mailed when the desk knows its
    own address. Not committed."""
    end_links(agent, at=at, kind=kind)
    link = EntryLink(
        agent_id=agent.id, kind=kind, made_by_id=by.id if by else None, created_at=at,
        expires_at=at + LASTS[kind], mail_id=random_id(32),
        delivery=DeliveryState.QUEUED if desk_url() else None, next_try_at=at,
    )  # fmt: skip
    db.session.add(link)
    db.session.flush()
    return link


def was_asked_often(agent: Agent, *, at: datetime) -> bool:
    """Whether this person was sent enough links for a while."""
    lately = select(func.count()).where(
        EntryLink.agent_id == agent.id, EntryLink.kind == LinkKind.FORGOTTEN,
        EntryLink.created_at > at - timedelta(hours=1),
    )  # fmt: skip
    return (db.session.scalar(lately) or 0) >= MOST_FORGOTTEN


def token_of(link: EntryLink) -> str:
    """What stands at the end of the link's address."""
    return _signer().dumps(link.mail_id)


def find_link(token: str, *, at: datetime) -> EntryLink | None:
    """The link with its person, None when it was altered, used, too old, or its account closed."""
    try:
        name = _signer().loads(token)
    except BadSignature:
        return None
    query = (
        select(EntryLink)
        .join(Agent, Agent.id == EntryLink.agent_id)
        .where(EntryLink.mail_id == name, EntryLink.used_at.is_(None), EntryLink.expires_at > at)
        .where(Agent.disabled_at.is_(None))
        .options(joinedload(EntryLink.agent))
    )
    return db.session.scalar(query)


def use_up(link: EntryLink, *, at: datetime) -> bool:
    """Use the link and end its person's others. False when another request was quicker."""
    used = update(EntryLink).where(EntryLink.id == link.id, EntryLink.used_at.is_(None))
    if not db.session.execute(used.values(used_at=at)).rowcount:  # type: ignore[attr-defined]
        return False
    end_links(link.agent, at=at)
    return True


def end_links(agent: Agent, *, at: datetime, kind: LinkKind | None = None) -> None:
    """No open link of this person (of this kind) works from now on. Not committed."""
    mine = update(EntryLink).where(EntryLink.agent_id == agent.id, EntryLink.used_at.is_(None))
    db.session.execute((mine.where(EntryLink.kind == kind) if kind else mine).values(used_at=at))


def desk_url() -> str:
    """Where the desk's pages are reached, as a mail may say it; "" when nobody told the desk.

    Never what a request's Host header says: whoever asks could write anything there.
    """
    settings: Settings = part("settings")
    if settings.desk_url:
        return settings.desk_url.rstrip("/")
    return f"http://127.0.0.1:{settings.port}" if settings.serves_loopback_only else ""


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(part("settings").secret_key, salt="entry link")
