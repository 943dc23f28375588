"""Whether the worker still sweeps the deadlines: the red banner on every page. Knows one beat."""

from datetime import datetime, timedelta

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
    """For the layout: asks the database once a page."""
    return is_stalled(last_beat("sweep"), now())
