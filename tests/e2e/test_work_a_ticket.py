"""A person works a ticket, in a real browser, from the buyer's mail to the buyer's mailbox."""

import re
import time
from collections.abc import Callable
from email import message_from_string, policy

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.desk import PASSWORD, YVONNE, Desk

LETTER = (
    "Hello, where is my order {order}? It should have arrived on 12 November. "
    "You can write to me at kim@buyers.example. Kim"
)
ANSWER = "Bonjour,\nvotre commande {order} est partie hier."
PENDING = 30_000  # the worker shares this machine with the browser


def log_in(page: Page, email: str = YVONNE, password: str = PASSWORD) -> Page:
    page.get_by_label("E-mail").fill(email)
    page.locator("input[type=password]").fill(password)
    page.locator("button.primary").click()
    expect(page.locator("#queue")).to_be_visible()
    return page


@pytest.fixture
def letter(desk: Desk, request: pytest.FixtureRequest) -> Callable[[], str]:
    """A new English mail to Maison Lavande. Returns the order number that it names."""

    def letter() -> str:
        order = f"941-{abs(hash(request.node.name)) % 10_000_000:07d}"
        desk.write_in(LETTER.format(order=order), sender=f"kim{order[4:]}@buyers.example")
        return order

    return letter


def open_ticket(page: Page, order: str) -> Page:
    """Wait until the mail is a ticket, and open it."""
    deadline = time.monotonic() + 30
    row = page.locator(".row", has_text=order)
    while not row.count() and time.monotonic() < deadline:
        page.goto("/tickets?view=all&lang=en")
        page.wait_for_timeout(300)
    row.locator("a").click()
    expect(page.locator(".turn-buyer").first).to_be_visible()
    return page


def test_from_the_buyer_s_mail_to_the_buyer_s_mailbox(
    desk: Desk, visit: Visit, letter: Callable[[], str]
) -> None:
    order = letter()
    page = open_ticket(log_in(visit()), order)

    words = page.locator(".turn-buyer .words")
    expect(words.locator(".pending")).to_have_count(0, timeout=PENDING)
    expect(words.locator(".text-original")).to_have_attribute("lang", "en")
    assert order in words.inner_text()
    assert "kim" not in page.locator("main").inner_text().replace("Kim", "")
    expect(page.locator(".words .pill-hidden:visible").first).to_be_visible()

    page.fill("#own_text", ANSWER.format(order=order))
    page.locator("[data-role=draft]").click()
    expect(page.locator("#text")).not_to_have_value("", timeout=PENDING)
    assert order in page.input_value("#own_text")
    page.fill("#text", f"Hello,\nyour order {order} left yesterday.")
    page.locator("[data-role=send]").click()

    expect(page.locator(".turn-reply .text").first).to_contain_text(f"your order {order} left")
    expect(page.locator(".ticket-head")).to_contain_text(re.compile("Répondu en"))
    _wait_for(page, lambda: f"your order {order} left" in desk.posted())
    page.reload()
    expect(page.locator(".turn-reply .tone-good")).to_contain_text("Envoyé")

    mail = _mail_about(desk, f"your order {order} left")
    assert "lavande.example" not in mail["From"]
    assert mail["From"].endswith("@reply.dragoman.test>")


def _mail_about(desk: Desk, words: str):  # type: ignore[no-untyped-def]
    for path in (desk.folder / "outbox" / "new").iterdir():
        mail = message_from_string(path.read_text("utf-8"), policy=policy.default)
        body = mail.get_body(("plain",))
        if body is not None and words in body.get_content():
            return mail
    raise AssertionError("no such mail left")


def _wait_for(page: Page, happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in 20 seconds"
        page.wait_for_timeout(200)


def test_a_draft_of_changed_words_is_marked_stale_and_asked_about(
    visit: Visit, letter: Callable[[], str]
) -> None:
    page = open_ticket(log_in(visit()), letter())
    page.fill("#own_text", "Nous sommes désolés.")
    page.locator("[data-role=draft]").click()
    expect(page.locator("#pane-theirs .pending")).to_have_count(0, timeout=PENDING)
    expect(page.locator("#text")).to_have_value("We are sorry.")
    expect(page.locator("[data-role=stale]")).to_be_hidden()
    page.locator("#own_text").press_sequentially(" Pas encore.")
    expect(page.locator("[data-role=stale]")).to_be_visible()
    page.locator("[data-role=send]").click()
    expect(page.locator(".complaint")).to_be_visible()
    assert page.input_value("#own_text").endswith("Pas encore.")


def test_the_original_and_the_translation_change_places(
    visit: Visit, letter: Callable[[], str]
) -> None:
    page = open_ticket(log_in(visit()), letter())
    expect(page.locator(".words .pending")).to_have_count(0, timeout=PENDING)
    switch = page.locator(".switch")
    if not switch.count():
        pytest.skip("the shipped package translates nothing of this letter")
    original, translation = page.locator(".text-original"), page.locator(".text-translation")
    expect(original).to_be_hidden()
    switch.get_by_label("Original").check()
    expect(original).to_be_visible()
    expect(translation).to_be_hidden()
    switch.get_by_label("Côte à côte").check()
    expect(original).to_be_visible()
    expect(translation).to_be_visible()


def test_a_note_a_level_and_a_colleague(visit: Visit, letter: Callable[[], str]) -> None:
    page = open_ticket(log_in(visit()), letter())
    page.locator("label[for=tab-note]").click()
    page.fill("#note", "Le transporteur cherche.")
    page.locator("button.for-note").click()
    expect(page.locator(".turn-note")).to_contain_text("Le transporteur cherche.")

    level = page.locator(".menu", has=page.locator(".level"))
    level.locator("summary").click()
    level.locator("input[name=reason]").fill("litige")
    level.locator("button[value='2']").click()
    expect(page.locator(".ticket-facts .level-2")).to_be_visible()
    expect(page.locator(".history")).to_contain_text("litige")

    page.locator(".menu", has=page.locator("[name=agent_id]")).locator("summary").click()
    page.get_by_role("button", name="Prendre").click()
    expect(page.locator(".history")).to_contain_text("Attribué à Yvonne")


def test_level_2_is_acknowledged_with_a_date(visit: Visit, letter: Callable[[], str]) -> None:
    page = open_ticket(log_in(visit()), letter())
    level = page.locator(".menu", has=page.locator(".level"))
    level.locator("summary").click()
    if page.locator(".ticket-facts .level-1").count():
        level.locator("button[value='2']").click()
    by = page.input_value(".acknowledge [name=until]")[:10]
    page.fill("#text", f"Yvonne looks after it. You hear from us by {by}.")
    page.locator(".acknowledge summary").click()
    page.locator(".acknowledge button").click()
    expect(page.locator("#clocks")).to_contain_text("Nouvelles promises")


def test_without_javascript_everything_works(
    desk: Desk, visit: Visit, letter: Callable[[], str]
) -> None:
    order = letter()
    page = open_ticket(log_in(visit(java_script_enabled=False)), order)
    button = page.locator(".words form button")
    if button.count():
        button.click()
    page.fill("#own_text", ANSWER.format(order=order))
    page.locator("[data-role=draft]").click()
    expect(page.locator("#own_text")).to_have_value(ANSWER.format(order=order))
    _reload_until(page, lambda: not page.locator("#pane-theirs .pending").count())
    page.fill("#text", f"Your order {order} has left.")
    page.locator("[data-role=send]").click()
    expect(page.locator(".turn-reply")).to_contain_text(f"Your order {order} has left.")


def _reload_until(page: Page, happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PENDING / 1000
    while not happened():
        assert time.monotonic() < deadline
        page.wait_for_timeout(500)
        page.reload()


def test_the_keyboard_alone_answers_a_ticket(visit: Visit, letter: Callable[[], str]) -> None:
    order = letter()
    page = visit()
    page.keyboard.type(YVONNE)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#queue")).to_be_visible()
    page = open_ticket(page, order)
    _tab_to(page, "own_text")
    page.keyboard.type("Bonjour")
    _tab_to(page, "text")
    page.keyboard.type("Good morning.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".turn-reply")).to_contain_text("Good morning.")


def _tab_to(page: Page, element: str) -> None:
    for _ in range(60):
        if page.evaluate("document.activeElement.id") == element:
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key never reached {element}")


def test_the_skip_link_is_the_first_stop(visit: Visit) -> None:
    page = log_in(visit())
    page.goto("/tickets?view=all")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
