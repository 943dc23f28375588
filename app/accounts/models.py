"""Vendors and the people who work at the desk.

Knows names, roles, languages and password hashes. Must never know a buyer.
"""

from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_login import UserMixin
from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.lib.clock import Instant, now

hasher = PasswordHasher()


@cache
def nobodys_hash() -> str:
    """Verified when no such agent exists, so that an unknown e-mail address costs the same time."""
    return hasher.hash("nobody")


class Role(StrEnum):
    """What a person may do. A supervisor without a vendor is the operator's: of all vendors."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"


class Vendor(Model):
    """A seller on the marketplace, with the contact card that the marketplace requires."""

    __tablename__ = "vendor"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    lang: Mapped[str] = mapped_column(String(8), default="en")
    postal_address: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    hours: Mapped[str] = mapped_column(String(200), default="")
    answer_within_hours: Mapped[int | None]  # the operator's word; None: the desk's
    own_aim: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)

    agents: Mapped[list["Agent"]] = relationship(back_populates="vendor")

    @property
    def missing_contacts(self) -> list[str]:
        """The fields of the contact card that the marketplace requires and that are empty."""
        required = ("postal_address", "phone", "email", "hours")
        return [name for name in required if not getattr(self, name).strip()]

    @property
    def own_contacts(self) -> frozenset[str]:
        """The vendor's published data, which is never hidden in a message."""
        return frozenset(filter(None, (self.phone, self.email, self.name)))


class VendorEvent(Model):
    """One line of a vendor's history: what was changed about it, by whom."""

    __tablename__ = "vendor_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(Instant)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    __table_args__ = (Index(None, "vendor_id", "id"),)


class Team(Model):
    """An outside team that answers for several vendors: a "delegate"."""

    __tablename__ = "team"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)


class TeamVendor(Model):
    """A vendor whose tickets a team may see and answer."""

    __tablename__ = "team_vendor"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"), primary_key=True)

    __table_args__ = (Index(None, "vendor_id"),)


class Agent(UserMixin, Model):  # type: ignore[misc]
    """A person who works at the desk: for one vendor, for an outside team, or for the operator."""

    __tablename__ = "agent"

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int | None] = mapped_column(ForeignKey("vendor.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(16), default=Role.AGENT)
    handles_level: Mapped[int] = mapped_column(default=1)
    ui_lang: Mapped[str] = mapped_column(String(8), default="en")
    timezone: Mapped[str] = mapped_column(String(40), default="UTC")
    theme: Mapped[str] = mapped_column(String(8), default="")  # light, dark; empty: the system's
    single_keys: Mapped[bool] = mapped_column(default=True)
    work_hours: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    away_since: Mapped[datetime | None] = mapped_column(Instant)
    away_until: Mapped[datetime | None] = mapped_column(Instant)
    second_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    second_step: Mapped[int | None] = mapped_column(BigInteger)  # of the last code; None: no factor
    is_demo: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)

    vendor: Mapped[Vendor | None] = relationship(back_populates="agents", lazy="joined")
    languages: Mapped[list["AgentLanguage"]] = relationship(
        back_populates="agent", cascade="all, delete-orphan", lazy="selectin",
        order_by="AgentLanguage.rank",
    )  # fmt: skip

    __table_args__ = (Index(None, "vendor_id", "role"), Index(None, "name", "id"))

    @property
    def is_active(self) -> bool:
        """Flask-Login's question: a disabled agent's session ends at the next request."""
        return self.disabled_at is None

    @property
    def is_supervisor(self) -> bool:
        """True for supervisors of a vendor and of the operator."""
        return self.role == Role.SUPERVISOR

    @property
    def is_operator(self) -> bool:
        """True for the operator's supervisor, who sees every vendor."""
        return self.is_supervisor and self.vendor_id is None and self.team_id is None

    @property
    def has_second_factor(self) -> bool:
        """Whether the password alone does not let this agent in."""
        return self.second_step is not None

    def is_away(self, at: datetime) -> bool:
        """Whether this agent is absent: their tickets went to others, and new ones do too."""
        return self.away_since is not None and (self.away_until is None or at < self.away_until)

    @property
    def reads(self) -> tuple[str, ...]:
        """The languages that this agent reads, the best one first. Never empty."""
        return tuple(language.lang for language in self.languages) or (self.ui_lang,)

    def set_password(self, password: str) -> None:
        """Keep the argon2 hash of `password`."""
        self.password_hash = hasher.hash(password)

    def read_languages(self, langs: tuple[str, ...]) -> None:
        """Say which languages this agent reads, the best one first."""
        self.languages = [AgentLanguage(lang=lang, rank=rank) for rank, lang in enumerate(langs)]


class AgentEvent(Model):
    """One line of a person's history at the desk: what was changed about them, by whom."""

    __tablename__ = "agent_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    __table_args__ = (Index(None, "agent_id", "id"),)


class AgentLanguage(Model):
    """A language that an agent reads. Rank 0 is the one they work in."""

    __tablename__ = "agent_language"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id", ondelete="CASCADE"))
    lang: Mapped[str] = mapped_column(String(8))
    rank: Mapped[int] = mapped_column(default=0)

    agent: Mapped[Agent] = relationship(back_populates="languages")

    __table_args__ = (UniqueConstraint("agent_id", "lang"),)


def password_fits(agent: Agent | None, password: str) -> bool:
    """Whether `password` is the agent's. Takes as long for nobody as for somebody."""
    kept = agent.password_hash if agent else ""
    try:
        hasher.verify(kept or nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(kept)
