"""Signs of life of the desk's processes: one row a beat, written by whoever lives.

`/readyz`, the red banner and the deadlines page read them.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model, db
from app.lib.clock import Instant, now

# What the door notes when mail comes to a mask that is ours and has no row.
ROW_MISSING = "row missing"


class Heartbeat(Model):
    """The last time that a part of the desk did its work, and what it has to say of it."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    said: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


def beat(name: str, **said: Any) -> None:
    """Note that `name` just did its work. Not committed."""
    db.session.merge(Heartbeat(name=name, at=now(), said=said))


def find_beat(name: str) -> Heartbeat | None:
    """The last sign of life of `name` with what it said, None when there never was one."""
    return db.session.get(Heartbeat, name)


def last_beat(name: str) -> datetime | None:
    """When `name` last did its work, None when it never has."""
    heartbeat = find_beat(name)
    return heartbeat.at if heartbeat else None
