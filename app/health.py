"""Is the desk alive, and does everything that was accepted move on?

`/healthz` answers for the web process alone; `/readyz` looks at the database, the worker and the
mail door. Both tell numbers and moments, never a word or an address.
"""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db
from app.lib.clock import now
from app.lib.heartbeat import ROW_MISSING, find_beat, last_beat
from app.relay.models import MailState, StoredMail
from app.tickets.models import DeliveryState, Message
from app.translation.models import Draft, DraftState
from app.web.health import is_stalled, seconds_since

ALARMED_FOR = timedelta(days=1)
UNREAD = (MailState.WAITING, MailState.WORKING, MailState.FAILED)

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    """The web process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """200 while mail is taken and deadlines are swept, 503 with what is wrong otherwise."""
    try:
        report = state_of_desk(now())
    except SQLAlchemyError:
        return jsonify(status="down", wrong=["The database does not answer."]), 503
    return jsonify(report), 200 if report["status"] == "ok" else 503


def state_of_desk(at: datetime) -> dict[str, Any]:
    """What `/readyz` says, as a dictionary of plain values."""
    sweep, door = last_beat("sweep"), last_beat("door")
    wrong = []
    if is_stalled(sweep, at):
        wrong.append("The worker has not swept the deadlines for two minutes.")
    if is_stalled(door, at):
        wrong.append("The mail door has not answered for two minutes.")
    return {
        "status": "stalled" if wrong else "ok",
        "wrong": wrong,
        "alarms": _alarms(at),
        "last_sweep_at": sweep.isoformat() if sweep else None,
        "last_sweep_seconds": seconds_since(sweep, at),
        "audit": _audit(at),
        "mail_door_at": door.isoformat() if door else None,
        "queues": {
            "mail": _queue(at, StoredMail.received_at, StoredMail.state.in_(UNREAD)),
            "drafts": _queue(at, Draft.asked_at, Draft.state == DraftState.WAITING),
            "outgoing": _queue(at, Message.created_at, Message.delivery == DeliveryState.QUEUED),
        },
    }


def _alarms(at: datetime) -> list[str]:
    """What the operator has to look into while the desk goes on."""
    missing = find_beat(ROW_MISSING)
    if missing is None or missing.at < at - ALARMED_FOR:
        return []
    said = (
        f"Mail came {missing.said['mails']} times lately to masks of this desk that its database "
        "does not have. It is put off. Does an older backup run?"
    )
    return [said]


def _audit(at: datetime) -> dict[str, Any] | None:
    """What the last audit of the clocks found; None while there was none."""
    found = find_beat("audit")
    return {**found.said, "seconds": seconds_since(found.at, at)} if found else None


def oldest_unread() -> datetime | None:
    """When the mail came in that waits longest to be read, None when all are read."""
    return db.session.scalar(
        select(func.min(StoredMail.received_at)).where(StoredMail.state.in_(UNREAD))
    )


def _queue(at: datetime, since: Any, waits: Any) -> dict[str, float | int]:
    waiting, oldest = db.session.execute(select(func.count(), func.min(since)).where(waits)).one()
    return {
        "waiting": waiting,
        "oldest_seconds": round((at - oldest).total_seconds(), 1) if oldest else 0,
    }
