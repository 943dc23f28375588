"""Forgets calls and digests that left, or were given up, long ago.

The lines of the bells stay, and so do the calls by which the marketplace's machine was told of a
step: its page shows what became of them. Commits.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from app.config import Settings
from app.deadlines.telling_models import Digest, Telling
from app.extensions import db, part
from app.lib.outgoing import DeliveryState
from app.lib.webhook import WebhookCall
from app.quality.standards_models import StepCall

BATCH = 5_000
OVER = (DeliveryState.SENT, DeliveryState.FAILED)


def forget_sent(now: datetime, *, batch: int = BATCH) -> int:
    """Forget what is older than KEEP_SENT_DAYS. How many rows; each batch is committed."""
    settings: Settings = part("settings")
    before, gone = now - timedelta(days=settings.keep_sent_days), 0
    of_steps = select(StepCall.call_id)
    for row, spared in ((WebhookCall, [WebhookCall.id.not_in(of_steps)]), (Digest, [])):
        while ids := _old(row, before, spared, limit=batch):
            _forget(row, ids)
            db.session.commit()
            gone += len(ids)
    db.session.commit()
    return gone


def _old(row: Any, before: datetime, spared: Sequence[Any], *, limit: int) -> Sequence[int]:
    """The first of them, locked: a second worker takes others."""
    query = select(row.id).where(row.delivery.in_(OVER), row.created_at < before, *spared)
    query = query.order_by(row.id).limit(limit).with_for_update(skip_locked=True)
    return db.session.scalars(query).all()


def _forget(row: Any, ids: Sequence[int]) -> None:
    if row is Digest:
        theirs = update(Telling).where(Telling.digest_id.in_(ids))
        db.session.execute(theirs.values(digest_id=None))
    db.session.execute(delete(row).where(row.id.in_(ids)))
