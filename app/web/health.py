"""Whether the worker still sweeps the deadlines: the red banner on every page. Knows one beat."""

from datetime import datetime, timedelta

from flask import current_app

from app.lib.clock import now
from app.lib.heartbeat import last_beat

SILENT_FOR = timedelta(minutes=2)


def is_stalled(beat_at: datetime | None, at: datetime) -> bool:
    """True when the last sweep is too long ago, or there never was one."""
    return beat_at is None or at - beat_at > SILENT_FOR


def seconds_since(beat_at: datetime | None, at: datetime) -> int | None:
    """How long ago a sign of life was. Never less than none, when the clock was set back."""
    return None if beat_at is None else max(0, round((at - beat_at).total_seconds()))


def sweep_is_stalled() -> bool:
    """For the layout of every page. A beat that is recent enough answers without the database:
    one that came since could only be more recent still."""
    at, seen = now(), current_app.extensions.get("last_sweep_seen")
    if seen is not None and not is_stalled(seen, at):
        return False
    beat_at = last_beat("sweep")
    current_app.extensions["last_sweep_seen"] = beat_at
    return is_stalled(beat_at, at)
