"""How much comes in an hour: sliding windows of bounded size."""

from datetime import UTC, datetime, timedelta

import pytest

from app.relay.rates import Limits, Rates, Window

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
OUTSIDE, FRONT = "203.0.113.9", "10.0.0.7"


def rates() -> Rates:
    return Rates(Limits(per_mask=2, per_sender=3, per_ip=20, fronts=("10.0.0.0/24", "::1")))


def test_what_counts_is_the_hour_before_this_moment() -> None:
    window = Window(2)
    assert [window.allow("a", NOON + timedelta(minutes=m)) for m in (0, 40, 50, 59, 61, 62)] == [
        True, True, False, False, True, False,
    ]  # fmt: skip


def test_keys_do_not_count_for_each_other() -> None:
    window = Window(1)
    assert window.allow("a", NOON)
    assert window.allow("b", NOON)


def test_the_quietest_key_is_forgotten_when_there_are_too_many() -> None:
    window = Window(1, keys=2)
    for key in ("a", "b", "c"):
        window.allow(key, NOON)
    assert window.allow("a", NOON)
    assert not window.allow("c", NOON)


def test_a_mask_and_a_sender_have_their_measure() -> None:
    limits = rates()
    assert [limits.may_write("m1", "kim", NOON) for _ in range(3)] == [True, True, False]
    assert [limits.may_write("m2", "kim", NOON) for _ in range(2)] == [True, False]
    assert limits.may_write("m2", "", NOON)


def test_a_mail_that_is_put_off_for_its_sender_does_not_use_up_the_mask() -> None:
    limits = rates()
    for number in range(3):
        limits.may_write(f"m{number}", "kim", NOON)
    limits.may_write("other", "kim", NOON)
    assert [limits.may_write("other", "", NOON) for _ in range(3)] == [True, True, False]


def test_strangers_are_counted_and_front_servers_are_not() -> None:
    limits = rates()
    assert [limits.may_bring(OUTSIDE, NOON) for _ in range(21)].count(True) == 20
    assert all(limits.may_bring(FRONT, NOON) for _ in range(100))


@pytest.mark.parametrize(("ip", "may"), [(OUTSIDE, False), (FRONT, True), ("::1", True)])
def test_guesses_are_a_tenth(ip: str, may: bool) -> None:
    limits = rates()
    for _ in range(2):
        assert limits.may_ask(ip, NOON)
        limits.note_guess(ip, NOON)
    assert limits.may_ask(ip, NOON) is may


def test_no_address_is_no_front_server() -> None:
    assert not rates().is_front("")
