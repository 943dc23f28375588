"""Quiet hours: when a person wants no mail. Pure. Delays the telling, never a clock."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def read_hour(text: str) -> time | None:
    """ "22:00" as a time of day, None when it is none."""
    try:
        return datetime.strptime(text.strip(), "%H:%M").time()  # noqa: DTZ007 - a time of day
    except ValueError:
        return None


def quiet_until(now: datetime, zone: str, *, start: str, end: str) -> datetime | None:
    """When the quiet hours end in which `now` lies; None outside of them, and where there are
    none. They may go over midnight; both ends are the person's own wall-clock time."""
    first, last = read_hour(start), read_hour(end)
    if first is None or last is None or first == last:
        return None
    local = now.astimezone(ZoneInfo(zone))
    at = local.time()
    over_night = first > last
    is_quiet = (at >= first or at < last) if over_night else first <= at < last
    if not is_quiet:
        return None
    tomorrow = over_night and at >= first
    day = local.date() + timedelta(days=1 if tomorrow else 0)
    return datetime.combine(day, last, ZoneInfo(zone)).astimezone(UTC)
