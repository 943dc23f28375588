"""Calls to the marketplace's own machine, at the one address that the settings name.

A call is a row with a body that is the same at every attempt. Signed, so that the receiver knows
the caller; follows no redirect; waits no longer than PATIENCE. Knows nothing of what it carries:
whoever queues a call answers for its holding nothing of a person's. Commits.
"""

import contextlib
import hmac
import http.client
import json
import logging
import socket
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from threading import Event, Timer
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.config import Settings
from app.extensions import Model, db, part
from app.lib.clock import Instant, now
from app.lib.ids import random_id
from app.lib.outgoing import DeliveryState, Pace, claim_due, give_up, has_left, try_later

log = logging.getLogger(__name__)

PACE = Pace(longest_wait=timedelta(hours=1), give_up_after=timedelta(days=1))
PATIENCE = 10.0  # seconds for the whole call, however slowly the other side speaks


class WebhookCall(Model):
    """One call. The row is the queue: its name and body are the same at every attempt, so that the
    receiver can tell a repetition."""

    __tablename__ = "webhook_call"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)

    delivery: Mapped[str] = mapped_column(String(8))
    next_try_at: Mapped[datetime | None] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    failure: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (
        Index("ix_webhook_call_outgoing", "delivery", "next_try_at",
              sqlite_where=text("delivery IN ('queued', 'sending')"),
              postgresql_where=text("delivery IN ('queued', 'sending')")),
    )  # fmt: skip


class NotTaken(Exception):
    """The other side did not say 2xx. `code` is its answer, 0 where none came."""

    def __init__(self, code: int) -> None:
        super().__init__(f"The webhook answered {code}.")
        self.code = code


def queue_call(kind: str, content: Mapping[str, Any]) -> WebhookCall | None:
    """Queue a call that says `content`, in the caller's transaction. None, and nothing is queued,
    where the settings name no address."""
    settings: Settings = part("settings")
    if not settings.webhook_url:
        return None
    name = random_id(32)
    body = json.dumps({"id": name, "kind": kind, **content}, separators=(",", ":"))
    call = WebhookCall(
        name=name,
        body=body,
        created_at=now(),
        delivery=DeliveryState.QUEUED,
        next_try_at=now(),
    )
    db.session.add(call)
    return call


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
            give_up(call, why)
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
