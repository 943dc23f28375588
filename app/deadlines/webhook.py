"""Stages told to a machine: the marketplace's own system is called at one configured address.

A call is a row with a body that is the same at every attempt: numbers of tickets, vendors, clocks,
stages and moments, and nothing of a person's. Signed, so that the receiver knows the caller. Goes
to the address of the settings and nowhere else; follows no redirect. Commits.
"""

import contextlib
import hmac
import http.client
import json
import logging
import socket
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from threading import Event, Timer
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from app.accounts.models import Vendor
from app.config import Settings
from app.deadlines.models import Manner
from app.deadlines.telling_models import WebhookCall
from app.extensions import db, part
from app.lib.clock import now
from app.lib.ids import random_id
from app.lib.outgoing import DeliveryState, Pace, claim_due, give_up, has_left, try_later

log = logging.getLogger(__name__)

PACE = Pace(longest_wait=timedelta(hours=1), give_up_after=timedelta(days=1))
STAGES = 500  # in one call
PATIENCE = 10.0  # seconds for the whole call, however slowly the other side speaks


class NotTaken(Exception):
    """The other side did not say 2xx. `code` is its answer, 0 where none came."""

    def __init__(self, code: int) -> None:
        super().__init__(f"The webhook answered {code}.")
        self.code = code


# --- what is told --------------------------------------------------------------------------


def note_calls(alerts: Sequence[Any], tickets: Mapping[int, Any], manner: Manner) -> None:
    """Queue what these alerts tell, in the transaction that claimed them. Nothing without an
    address in the settings."""
    settings: Settings = part("settings")
    if not settings.webhook_url or not alerts:
        return
    slugs = _slugs({tickets[alert.ticket_id].vendor_id for alert in alerts})
    stages = [
        {
            "ticket": alert.ticket_id,
            "vendor": slugs.get(tickets[alert.ticket_id].vendor_id, ""),
            "clock": alert.clock,
            "stage": alert.stage,
            "reached_at": alert.reached_at.isoformat(),
            "late": manner is Manner.DIGEST,
        }
        for alert in alerts
    ]
    for start in range(0, len(stages), STAGES):
        db.session.add(_call(stages[start : start + STAGES]))


def _slugs(vendor_ids: set[int]) -> dict[int, str]:
    query = select(Vendor.id, Vendor.slug).where(Vendor.id.in_(vendor_ids))
    return {row.id: row.slug for row in db.session.execute(query)}


def _call(stages: Sequence[dict[str, Any]]) -> WebhookCall:
    name = random_id(32)
    return WebhookCall(
        name=name, body=json.dumps({"id": name, "stages": stages}, separators=(",", ":")),
        created_at=now(), delivery=DeliveryState.QUEUED, next_try_at=now(),
    )  # fmt: skip


# --- calling -------------------------------------------------------------------------------


def call_due(*, limit: int = 10) -> int:
    """Make up to `limit` calls whose time has come. How many were tried."""
    calls = claim_due(WebhookCall, limit=limit)
    for call in calls:
        _make(call)
        db.session.commit()
    return len(calls)


def _make(call: WebhookCall) -> None:
    """Anything but 2xx is tried again for a day: receivers are mended too."""
    settings: Settings = part("settings")
    body = call.body.encode()
    try:
        _post(settings.webhook_url, body, _headers(call.name, body, settings.webhook_secret))
    except NotTaken as trouble:
        why = f"answered {trouble.code}" if trouble.code else "no answer"
        if not try_later(call, why, pace=PACE):
            log.warning("webhook call %s was given up: %s", call.id, why)
            give_up(call, "gave_up")
    else:
        has_left(call)


def _headers(name: str, body: bytes, secret: str) -> dict[str, str]:
    at = str(int(now().timestamp()))
    return {
        "Content-Type": "application/json",
        "User-Agent": "Dragoman",
        "Dragoman-Delivery": name,
        "Dragoman-Timestamp": at,
        "Dragoman-Signature": f"v1={signature(secret, at, body)}",
    }


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over the timestamp, a dot and the body, in hex. The timestamp is in it so that
    the receiver can refuse what somebody recorded and plays again."""
    return hmac.digest(secret.encode(), timestamp.encode() + b"." + body, "sha256").hex()


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> None:
    """One request. Raises NotTaken for everything that is not 2xx."""
    place = urlsplit(url)
    https = place.scheme == "https"
    kind = http.client.HTTPSConnection if https else http.client.HTTPConnection
    connection = kind(place.hostname or "", place.port, timeout=PATIENCE)
    path = (place.path or "/") + (f"?{place.query}" if place.query else "")
    try:
        with _within_patience(connection):
            connection.request("POST", path, body=body, headers=dict(headers))
            status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        raise NotTaken(0) from None
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise NotTaken(status)


@contextlib.contextmanager
def _within_patience(connection: http.client.HTTPConnection) -> Iterator[None]:
    """Hang up when the time is over: a server that sends a byte now and then resets the socket's
    own limit each time. What it said by then does not count. Raises TimeoutError."""
    is_over = Event()

    def hang_up() -> None:
        is_over.set()
        with contextlib.suppress(OSError):
            if connection.sock:
                connection.sock.shutdown(socket.SHUT_RDWR)

    alarm = Timer(PATIENCE, hang_up)
    alarm.daemon = True
    alarm.start()
    try:
        yield
    finally:
        alarm.cancel()
    if is_over.is_set():
        raise TimeoutError
