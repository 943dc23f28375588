"""The level by keyboard: one key opens it, one more confirms or corrects it."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.desk import Desk
from tests.e2e.test_work_a_ticket import letter, log_in, open_ticket

__all__ = ["letter"]


def test_two_keys_correct_a_level(desk: Desk, visit: Visit, letter: Callable[[], str]) -> None:
    page = open_ticket(log_in(visit()), letter())
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("l")
    expect(page.locator(".menu-level")).to_be_visible()
    page.keyboard.press("2")
    expect(page.locator(".flash")).to_contain_text("2")
    expect(page.locator("summary[data-key=l] .level-2")).to_be_visible()


def test_keys_are_letters_while_somebody_types(
    desk: Desk, visit: Visit, letter: Callable[[], str]
) -> None:
    page = open_ticket(log_in(visit()), letter())
    page.locator("#own_text").press_sequentially("l2")
    expect(page.locator("#own_text")).to_have_value("l2")
    expect(page.locator(".menu-level")).to_be_hidden()
