"""Working hours of a week."""

from datetime import UTC, datetime

import pytest

from app.lib.week import BadHours, is_at_work, read_week, shifts, works_between

OFFICE = [["09:00", "17:00"]] * 5 + [[], []]
NIGHT = [["22:00", "06:00"]] + [[]] * 6
PARIS = "Europe/Paris"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """March 2026: the 2nd is a Monday, the clocks of Paris go forward on Sunday the 29th."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("week", "moment", "there"),
    [
        (OFFICE, at(2, 7, 59), False),
        (OFFICE, at(2, 8), True),  # nine in Paris
        (OFFICE, at(2, 15, 59), True),
        (OFFICE, at(2, 16), False),
        (OFFICE, at(7, 10), False),  # Saturday
        (OFFICE, at(30, 7), True),  # nine in Paris in summer
        (OFFICE, at(30, 15), False),
        (NIGHT, at(2, 21), True),
        (NIGHT, at(3, 4, 59), True),  # the shift goes on into Tuesday
        (NIGHT, at(3, 5), False),
        (NIGHT, at(2, 4), False),  # Sunday's night is none
        ([], at(7, 3), True),
    ],
)
def test_who_is_at_work(week: list[list[str]], moment: datetime, there: bool) -> None:
    assert is_at_work(week, PARIS, moment) is there


@pytest.mark.parametrize(
    ("start", "end", "comes"),
    [
        (at(6, 17), at(7, 17), False),  # Friday evening to Saturday evening
        (at(6, 17), at(9, 8), False),  # until Monday at nine, not a moment more
        (at(6, 17), at(9, 8, 1), True),
        (at(6, 15), at(7, 15), True),
    ],
)
def test_who_comes_before_a_deadline(start: datetime, end: datetime, comes: bool) -> None:
    assert works_between(OFFICE, PARIS, start, end) is comes


def test_a_shift_over_the_change_of_clocks_is_as_long_as_it_is() -> None:
    saturday = [[]] * 5 + [["22:00", "06:00"]] + [[]]
    ((begins, ends),) = shifts(saturday, PARIS, at(28, 21), at(28, 22))
    assert (ends - begins).total_seconds() == 7 * 3600


def test_a_week_is_read_as_it_was_typed() -> None:
    assert read_week({"from_0": "9:00".zfill(5), "to_0": "17:30"})[0] == ["09:00", "17:30"]
    assert read_week({}) == []


@pytest.mark.parametrize("form", [{"from_3": "09:00"}, {"from_3": "x", "to_3": "y"}])
def test_half_a_day_is_refused(form: dict[str, str]) -> None:
    with pytest.raises(BadHours) as fault:
        read_week(form)
    assert fault.value.day == 3
