"""Working hours by weekday, in a zone. Pure: knows no person and no clock.

A week is seven pairs of local times, Monday first: `["09:00", "18:00"]`, an empty pair for a free
day. A shift whose end is not after its start goes on into the next day. An empty week says
nothing: somebody may always be there.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

Week = Sequence[Sequence[str]]

DAYS = 7


class BadHours(ValueError):
    """Hours that cannot be read. `day` counts from Monday, 0."""

    def __init__(self, day: int) -> None:
        super().__init__("Give both hours of a day as 09:00 and 18:00, or none.")
        self.day = day


def read_week(form: Mapping[str, str]) -> list[list[str]]:
    """The week of the fields `from_0`, `to_0` … `to_6`; [] when all are empty. Raises BadHours."""
    week = [_read_day(form, day) for day in range(DAYS)]
    return week if any(week) else []


def _read_day(form: Mapping[str, str], day: int) -> list[str]:
    begins, ends = (form.get(f"{name}_{day}", "").strip()[:5] for name in ("from", "to"))
    if not begins and not ends:
        return []
    try:
        return [f"{time.fromisoformat(hour):%H:%M}" for hour in (begins, ends)]
    except ValueError:
        raise BadHours(day) from None


def is_at_work(week: Week, zone: str, at: datetime) -> bool:
    """Whether `at` lies in a shift."""
    return works_between(week, zone, at, at + timedelta(microseconds=1))


def works_between(week: Week, zone: str, start: datetime, end: datetime) -> bool:
    """Whether a shift touches the time from `start` to `end`, aware instants."""
    return not week or any(a < end and b > start for a, b in shifts(week, zone, start, end))


def shifts(
    week: Week, zone: str, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Every shift that could touch the time from `start` to `end`, in UTC, in order."""
    there = ZoneInfo(zone)
    day = start.astimezone(there).date() - timedelta(days=1)
    last = end.astimezone(there).date()
    while day <= last:
        hours = week[day.weekday()] if len(week) == DAYS else ()
        if hours:
            begins, ends = (time.fromisoformat(hour) for hour in hours)
            until = day if ends > begins else day + timedelta(days=1)
            yield (
                _instant(datetime.combine(day, begins), there),
                _instant(datetime.combine(until, ends), there),
            )
        day += timedelta(days=1)


def _instant(local: datetime, zone: ZoneInfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)
