"""Rows that are their own outgoing queue: what every letter and every call of the desk shares.

A row is claimed by conditional update and says how often it was tried, when again, and what became
of it. Knows no letter's content and no way out; commits only what it claims.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import Select, and_, or_, select

from app.extensions import db
from app.lib.claim import claim
from app.lib.clock import now

R = TypeVar("R")

# A worker that died in the middle had this long; the row is taken again afterwards.
FORGOTTEN_AFTER = timedelta(minutes=5)
FIRST_WAIT = timedelta(minutes=1)


class DeliveryState(StrEnum):
    """Where something that leaves stands. Undone: taken back before it left."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    HELD = "held"
    UNDONE = "undone"


@dataclass(frozen=True)
class Pace:
    """How patiently a row is tried: the longest wait between two tries, and when it is over."""

    longest_wait: timedelta
    give_up_after: timedelta


def claim_due(row: type[R], *options: Any, limit: int) -> Sequence[R]:
    """Take up to `limit` rows whose time has come, loaded with `options`, and count the try."""
    return claim(db.session, _due(row, now()).options(*options), limit=limit, mark=_take)


def _due(row: Any, at: datetime) -> Select[Any]:
    queued = and_(row.delivery == DeliveryState.QUEUED, row.next_try_at <= at)
    forgotten = and_(row.delivery == DeliveryState.SENDING, row.claimed_at < at - FORGOTTEN_AFTER)
    return (
        select(row)
        .where(or_(queued, forgotten))
        .order_by(row.next_try_at, row.id)
        .execution_options(populate_existing=True)
    )


def _take(row: Any) -> None:
    row.delivery, row.claimed_at = DeliveryState.SENDING, now()
    row.tries += 1


def has_left(row: Any) -> None:
    """It is with the receiver."""
    row.delivery, row.sent_at = DeliveryState.SENT, now()
    row.next_try_at, row.failure = None, None


def try_later(row: Any, why: str, *, pace: Pace) -> bool:
    """Put it off, a minute at first and twice as long each time. False when its time is over."""
    if now() - row.created_at > pace.give_up_after:
        return False
    wait = min(FIRST_WAIT * 2 ** min(row.tries - 1, 20), pace.longest_wait)
    row.delivery, row.next_try_at, row.failure = DeliveryState.QUEUED, now() + wait, why
    return True


def give_up(row: Any, why: str) -> None:
    """It will not be tried again."""
    row.delivery, row.failure, row.next_try_at = DeliveryState.FAILED, why, None
