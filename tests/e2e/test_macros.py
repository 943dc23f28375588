"""A macro in a real browser: it joins what was typed, and shows what is still to be filled in."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.desk import Desk
from tests.e2e.test_work_a_ticket import letter, log_in, open_ticket

__all__ = ["letter"]

CHOSEN = """(() => {
  const field = document.activeElement;
  return field.value.slice(field.selectionStart, field.selectionEnd);
})()"""


def test_a_macro_joins_what_was_typed(desk: Desk, visit: Visit, letter: Callable[[], str]) -> None:
    order = letter()
    page = open_ticket(log_in(visit()), order)
    page.fill("#own_text", "Avant tout, merci.")
    page.locator(".macros > summary").click()
    links = page.locator(".macros li a")
    expect(links.first).to_have_attribute("lang", "fr")
    assert 1 < links.count() <= 12
    links.first.click()
    expect(page.locator("#text")).to_have_value(re.compile(r"^Hello,\n"))
    expect(page.locator(".macros")).not_to_have_attribute("open", "")
    assert page.input_value("#own_text").startswith("Avant tout, merci.\n\nBonjour,\n")
    assert order in page.input_value("#text")
    assert page.input_value("[name=macro_id]").isdecimal()
    if "{" in page.input_value("#text"):
        chosen = page.evaluate(CHOSEN)
        assert chosen.startswith("{")
        page.locator("[data-role=send]").click()
        expect(page.locator(".complaint")).to_contain_text(chosen)
