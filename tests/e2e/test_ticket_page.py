"""The ticket page in a real browser: nothing that was written is lost, and the keys work."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.desk import Desk
from tests.e2e.test_work_a_ticket import PENDING, letter, log_in, open_ticket

__all__ = ["letter"]
KEPT = 15_000  # a text is handed in two seconds after a pause; the machine is shared


def write(page: Page, text: str) -> None:
    """Type into the own text and wait until the desk has it."""
    page.fill("#own_text", text)
    expect(page.locator("[data-role=kept]")).to_have_text("Conservé sur le bureau", timeout=KEPT)


def test_a_closed_browser_loses_no_text_and_two_tabs_lose_neither(
    desk: Desk, visit: Visit, letter: Callable[[], str]
) -> None:
    first = open_ticket(log_in(visit()), letter())
    write(first, "Bonjour, premier texte.")
    second = log_in(visit())
    second.goto(first.url)
    expect(second.locator("#own_text")).to_have_value("Bonjour, premier texte.")
    write(second, "Un autre texte.")
    first.fill("#own_text", "Bonjour, premier texte, et la suite.")
    expect(first.locator(".news-tab")).to_be_visible(timeout=KEPT)
    expect(first.locator("#own_text")).to_have_value("Bonjour, premier texte, et la suite.")
    first.locator("[data-role=keep-mine]").click()
    expect(first.locator(".news-tab")).to_have_count(0, timeout=KEPT)
    third = log_in(visit())
    third.goto(first.url)
    expect(third.locator("#own_text")).to_have_value("Bonjour, premier texte, et la suite.")


def test_a_session_that_ends_takes_no_text_with_it(
    desk: Desk, visit: Visit, letter: Callable[[], str]
) -> None:
    page = open_ticket(log_in(visit()), letter())
    expect(page.locator(".words .pending")).to_have_count(0, timeout=PENDING)
    page.context.clear_cookies()
    page.fill("#text", "Hello, this must survive.")
    expect(page.locator(".seat-lost")).to_be_visible(timeout=KEPT)
    page.locator("[data-role=send]").click()
    expect(page.locator("textarea[name=text]")).to_have_value("Hello, this must survive.")
    with page.context.expect_page() as opened:
        page.locator("a[target=_blank]").click()
    log_in(opened.value)
    page.locator("form button.primary").click()
    expect(page.locator("textarea[name=text]")).to_have_value("Hello, this must survive.")
    expect(page.locator(".composer")).to_be_visible()


def test_of_two_agents_who_send_at_once_one_is_asked(
    desk: Desk, visit: Visit, letter: Callable[[], str]
) -> None:
    pages = [log_in(visit())]
    pages.append(log_in(visit()))
    open_ticket(pages[0], letter())
    pages[1].goto(pages[0].url)
    for number, page in enumerate(pages):
        page.fill("#text", f"Hello, this is answer {number}.")
    pages[0].locator("[data-role=send]").click()
    expect(pages[0].locator(".turn-reply")).to_have_count(1)
    pages[1].locator("[data-role=send]").click()
    expect(pages[1].locator(".complaint .composer-news")).to_contain_text("this is answer 0")
    expect(pages[1].locator("#text")).to_have_value("Hello, this is answer 1.")
    expect(pages[1].locator(".turn-reply")).to_have_count(1)


def test_doubts_are_explained_and_the_agent_decides(
    desk: Desk, visit: Visit, letter: Callable[[], str]
) -> None:
    page = open_ticket(log_in(visit()), letter())
    page.fill("#text", "Hello, we will get back to you!!!")
    page.locator("[data-role=send]").click()
    expect(page.locator(".complaint")).to_contain_text("get back to you")
    page.locator("[name=sure]").check()
    page.locator("[data-role=send]").click()
    expect(page.locator(".turn-reply")).to_contain_text("get back to you")
    page.keyboard.press("z")  # the ten seconds may be over on a busy machine; nothing else happens
    expect(page.locator(".ticket-head")).to_be_visible()


def test_single_keys_and_the_palette(desk: Desk, visit: Visit, letter: Callable[[], str]) -> None:
    page = log_in(visit())
    order = letter()
    open_ticket(page, order)
    page.keyboard.press("u")
    expect(page.locator("#queue")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".turn-buyer").first).to_be_visible()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator("#note")).to_be_focused()
    page.keyboard.type("r?u")
    expect(page.locator("#note")).to_have_value("r?u")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("r")
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    page.keyboard.type("Merci ::")
    expect(page.locator("details.macros")).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("#1")
    expect(page.locator(".palette [role=option]").first).to_contain_text("#1")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def test_keys_can_be_turned_off(desk: Desk, visit: Visit, letter: Callable[[], str]) -> None:
    page = open_ticket(log_in(visit()), letter())
    page.keyboard.press("?")
    page.locator("[data-role=keys-off]").check()
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()
    assert re.search(r"/tickets/\d+", page.url)


def test_a_tag_a_pause_and_a_note_on_the_buyer(
    desk: Desk, visit: Visit, letter: Callable[[], str]
) -> None:
    page = open_ticket(log_in(visit()), letter())
    page.fill("#tag-name", "Fragile")
    page.locator(".tag-form button").click()
    expect(page.locator(".tags")).to_contain_text("fragile")
    page.locator(".more-fold > summary").click()
    expect(page.locator(".more-in")).to_be_visible()
    page.locator("summary", has_text="Nos notes").click()
    page.fill("#buyer-note", "Sonner deux fois.")
    page.locator("form:has(#buyer-note) button").click()
    expect(page.locator("#buyer-note")).to_have_value("Sonner deux fois.")


def test_who_else_is_here_is_seen(desk: Desk, visit: Visit, letter: Callable[[], str]) -> None:
    page = open_ticket(log_in(visit()), letter())
    other = visit()
    other.locator(".person:has(.person-name:text-is('Odile'))").click()
    expect(other.locator("#queue")).to_be_visible()
    other.goto(page.url)
    expect(other.locator(".here")).to_contain_text("Yvonne", timeout=KEPT)
    page.fill("#own_text", "J’écris")
    expect(other.locator(".here .tone-soon")).to_contain_text("Yvonne", timeout=25_000)
