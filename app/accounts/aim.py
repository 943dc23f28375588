"""A vendor's own aim: to answer within so many of its working hours. Pure.

It stands beside the marketplace's clock and never instead of it: no list, stage or figure knows it.
Working hours are wall-clock hours in the vendor's zone; what lies between two of them is counted
as it passes, so an hour that summer time skips or repeats is skipped or counted twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

DAYS = 7
LONGEST = 168
LOOKED_AHEAD = 400  # days: further than any aim reaches in a week with one working minute a day


class BadAim(ValueError):
    """Hours that no week can have. Its text is for the person who entered them."""


@dataclass(frozen=True)
class Shift:
    """The working hours of a weekday. An end of 00:00 is midnight."""

    begins: time
    ends: time

    def __str__(self) -> str:
        return f"{self.begins:%H:%M}-{self.ends:%H:%M}"

    def on(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Its two instants on one day."""
        last = day + timedelta(days=1) if self.ends == time() else day
        return (
            datetime.combine(day, self.begins, zone).astimezone(UTC),
            datetime.combine(last, self.ends, zone).astimezone(UTC),
        )


@dataclass(frozen=True)
class Aim:
    """Answered within `hours` of a `week` (Monday first, None: no work that day) in `zone`."""

    hours: int
    zone: str
    week: Sequence[Shift | None]

    def kept(self) -> dict[str, Any]:
        """As the vendor's row keeps it."""
        week = [str(shift) if shift else "" for shift in self.week]
        return {"hours": self.hours, "zone": self.zone, "week": week}


def aim_of(kept: Mapping[str, Any] | None) -> Aim | None:
    """The aim that a vendor's row keeps, None where it has none."""
    if not kept:
        return None
    week = [_shift(*text.split("-")) if text else None for text in kept["week"]]
    return Aim(kept["hours"], kept["zone"], week)


def aimed_at(aim: Aim, started_at: datetime) -> datetime | None:
    """When an answer is aimed at to a message that arrived at `started_at`."""
    left = timedelta(hours=aim.hours)
    for opens, ends in _shifts(aim, started_at):
        begins = max(opens, started_at)
        if begins + left <= ends:
            return begins + left
        left -= max(ends - begins, timedelta(0))
    return None


def _shifts(aim: Aim, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    zone = ZoneInfo(aim.zone)
    first = since.astimezone(zone).date()
    for number in range(LOOKED_AHEAD):
        day = first + timedelta(days=number)
        shift = aim.week[day.weekday()]
        if shift is not None:
            yield shift.on(day, zone)


# --- as people enter it --------------------------------------------------------------------


def read_aim(form: Mapping[str, str]) -> Aim | None:
    """The aim that a form says: `hours`, `zone`, and `begins0`, `ends0` … of each weekday. None
    when the hours are left empty. Raises BadAim."""
    hours = form.get("hours", "").strip()
    if not hours:
        return None
    if not (hours.isascii() and hours.isdecimal() and 1 <= int(hours[:4]) <= LONGEST):
        raise BadAim("The hours are a whole number from 1 to 168, or empty.")
    zone = form.get("zone", "").strip()
    if zone not in available_timezones():
        raise BadAim("Name a time zone such as Europe/Paris.")
    week = [_day(form, day) for day in range(DAYS)]
    if not any(week):
        raise BadAim("Give the working hours of at least one day.")
    return Aim(int(hours), zone, week)


def _day(form: Mapping[str, str], day: int) -> Shift | None:
    begins, ends = (form.get(f"{name}{day}", "").strip() for name in ("begins", "ends"))
    return _shift(begins, ends) if begins or ends else None


def _shift(begins: str, ends: str) -> Shift:
    try:
        first, last = (datetime.strptime(text, "%H:%M").time() for text in (begins, ends))  # noqa: DTZ007 - times of day
    except ValueError:
        raise BadAim("Give both hours of a day as 09:00 and 18:00, or none.") from None
    if last <= first and last != time():
        raise BadAim("A working day ends after it begins; midnight is 00:00.")
    return Shift(first, last)
