"""Which order a buyer writes about."""

import pytest

from app.triage.orders import find_order


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("Order 203-5548120-9917346 is late", "203-5548120-9917346"),
        ("Commande 931-4474582.", "931-4474582"),
        ("AB-1234567 please", "AB-1234567"),
        ("call [phone number hidden]", None),
        ("it costs 129-149 euros, size 42-44", None),
        ("on 2026-03-11 at 18:05", None),
        ("", None),
    ],
)
def test_an_order_number_is_found_and_nothing_else_is(text: str, order: str | None) -> None:
    assert find_order(text) == order


def test_the_subject_comes_first() -> None:
    assert find_order("Order 111-2222222", "not 333-4444444 but 555-6666666") == "111-2222222"
