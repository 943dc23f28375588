"""An agent's seat at a ticket: whether they are there, whether they type, and what they wrote and
did not send yet.

One row an agent and ticket. The text is nobody's but its writer's: others learn only that somebody
is there. Never commits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Text, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Agent
from app.extensions import Model, db
from app.lib.clock import Instant
from app.lib.database import insert_or_skip

THERE = timedelta(seconds=45)  # an open page says every 15 seconds that it is open
TYPING = timedelta(seconds=20)
FRESH = timedelta(seconds=10)  # a page that says so more often is believed without writing it down


class Seat(Model):
    """Where one agent sits. `seen` is the newest message that stood on the page they wrote on."""

    __tablename__ = "seat"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
    typed_at: Mapped[datetime | None] = mapped_column(Instant)
    kept_at: Mapped[datetime | None] = mapped_column(Instant)
    text: Mapped[str] = mapped_column(Text, default="")
    own_text: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    draft_id: Mapped[int | None]
    macro_id: Mapped[int | None]
    seen: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True)
class Neighbour:
    """Somebody who has the ticket open too."""

    agent_id: int
    name: str
    types: bool


@dataclass(frozen=True)
class Unsent:
    """What stands in a composer. `kept_at` says which state of it this is."""

    text: str = ""
    own_text: str = ""
    note: str = ""
    draft_id: int | None = None
    macro_id: int | None = None
    seen: int = 0
    kept_at: datetime | None = None

    @property
    def words(self) -> tuple[str, str, str]:
        """The three texts."""
        return self.text, self.own_text, self.note

    @property
    def version(self) -> str:
        """The state's name in a form, so that a second tab does not write over a newer one."""
        return str(int(self.kept_at.timestamp() * 1_000_000)) if self.kept_at else ""


KEPT = (Seat.text, Seat.own_text, Seat.note, Seat.draft_id, Seat.macro_id, Seat.seen, Seat.kept_at)


def unsent_in(seat: Seat | None) -> Unsent:
    """What was kept there."""
    if seat is None:
        return Unsent()
    return Unsent(**{column.key: getattr(seat, column.key) for column in KEPT})


def find_seat(ticket_id: int, agent_id: int) -> Seat | None:
    """The agent's own seat."""
    return db.session.get(Seat, (ticket_id, agent_id), populate_existing=True)


def neighbours(ticket_id: int, but: int, *, now: datetime) -> Sequence[Neighbour]:
    """Who else has the ticket open, by name."""
    query = (
        select(Agent.id, Agent.name, Seat.typed_at)
        .join(Seat, Seat.agent_id == Agent.id)
        .where(Seat.ticket_id == ticket_id, Seat.agent_id != but, Seat.seen_at > now - THERE)
        .order_by(Agent.name)
    )
    return [
        Neighbour(who, name, is_typing(typed_at, now))
        for who, name, typed_at in db.session.execute(query)
    ]


def is_typing(typed_at: datetime | None, now: datetime) -> bool:
    """Whether somebody who typed at that time may still be at it."""
    return typed_at is not None and typed_at > now - TYPING


def sit(ticket_id: int, agent_id: int, *, at: datetime, typing: bool) -> None:
    """The agent has the ticket open."""
    said = {"seen_at": at} | ({"typed_at": at} if typing else {})
    _write(ticket_id, agent_id, said)


def is_news(seat: Seat | None, *, at: datetime, typing: bool) -> bool:
    """Whether `sit` would say something that is not known yet."""
    if seat is None or seat.seen_at is None or seat.seen_at < at - FRESH:
        return True
    return typing and (seat.typed_at is None or seat.typed_at < at - FRESH)


def keep(ticket_id: int, agent_id: int, unsent: Unsent, *, at: datetime) -> None:
    """Keep what stands in the composer until it is sent."""
    _write(ticket_id, agent_id, vars(unsent) | {"kept_at": at})


def forget(ticket_id: int, agent_id: int, *, note_only: bool = False) -> None:
    """What was kept is sent, or not wanted any more. A note stays when an answer was sent."""
    answer = {name: value for name, value in vars(Unsent()).items() if name != "note"}
    mine = Seat.ticket_id == ticket_id, Seat.agent_id == agent_id
    gone = {"note": ""} if note_only else answer
    db.session.execute(update(Seat).where(*mine).values(**gone, typed_at=None))


def _write(ticket_id: int, agent_id: int, values: Mapping[str, object]) -> None:
    key = {"ticket_id": ticket_id, "agent_id": agent_id}
    db.session.execute(insert_or_skip(Seat).values(**key))
    mine = Seat.ticket_id == ticket_id, Seat.agent_id == agent_id
    db.session.execute(update(Seat).where(*mine).values(**values))


def empty_seats(ticket_id: int) -> None:
    """What anybody wrote there and did not send is gone: the buyer's data was erased."""
    mine = Seat.ticket_id == ticket_id
    db.session.execute(update(Seat).where(mine).values(**vars(Unsent())))
