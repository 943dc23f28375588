"""The queue and the search in a real browser: search, filters, a saved view, many tickets at once,
and two people who see each other's work."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.desk import Desk
from tests.e2e.test_look import be

LETTER = "Bonjour, mon abat-jour zeppelin est arrivé cassé, commande 941-5550001."


@pytest.fixture(scope="module")
def letter(desk: Desk) -> str:
    """A buyer's letter with a word that stands nowhere else."""
    desk.write_in(LETTER, sender="marie.dupont@buyers.example")
    return LETTER


def find(page: Page, words: str) -> None:
    page.locator("input[name=q]").fill(words)
    page.locator("input[name=q]").press("Enter")
    page.wait_for_url("**/search?**")


def wait_for_letter(page: Page) -> None:
    for _ in range(60):
        find(page, "zeppelin")
        if page.locator(".row").count():
            return
        page.wait_for_timeout(500)


def test_a_letter_is_found_by_the_beginning_of_a_word(visit: Visit, letter: str) -> None:
    page = be(visit(), "Odile")
    wait_for_letter(page)
    find(page, "zepp")
    expect(page.locator(".row mark")).to_have_text("zeppelin")
    find(page, "order:941-5550001")
    expect(page.locator(".row")).to_have_count(1)
    page.keyboard.press("/")
    find(page, "level:9")
    expect(page.get_by_role("alert")).to_contain_text("1 or 2")


def test_filters_make_a_view_that_is_kept(visit: Visit, letter: str) -> None:
    page = be(visit(), "Odile")
    page.goto("/tickets?view=all")
    page.locator(".narrowing > summary").click()
    page.locator("select[name=lang]").select_option("fr")
    page.wait_for_url(re.compile("lang=fr"))
    assert set(page.locator(".row .pair [aria-hidden]").all_text_contents()) == {"FR"}
    page.locator(".saved-views > summary").click()
    page.get_by_label("Save what you see as").fill("In French")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto("/tickets?view=team")
    page.locator(".saved-views > summary").click()
    page.get_by_role("link", name="In French").click()
    page.wait_for_url(re.compile("view=all.*lang=fr"))


def test_a_range_of_rows_is_changed_at_once(visit: Visit, letter: str) -> None:
    page = be(visit(), "Odile")
    page.goto("/tickets?view=team")
    boxes = page.locator(".row-pick")
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(page.locator("[data-role=count]")).to_have_text("3 selected")
    page.locator(".many-bar input[name=tag]").fill("urgent parcel")
    page.get_by_role("button", name="Put tag").click()
    expect(page.locator(".flashes")).to_contain_text("3 tickets changed.")
    page.goto("/tickets?view=all&tag=urgent+parcel")
    expect(page.locator(".row")).to_have_count(3)


def test_many_buyers_are_answered_at_once_and_it_is_taken_back(visit: Visit, desk: Desk) -> None:
    for who, order in (("lola", "951-5550001"), ("juan", "951-5550002")):
        desk.write_in(
            f"Hola, el pedido {order} con las dos tazas azules no ha llegado todavía.",
            sender=f"{who}@buyers.example",
        )
    page = be(visit(), "Odile")
    rows = page.locator(".row", has_text="tazas azules")
    for _ in range(60):
        page.goto("/tickets?view=team&lang=es")
        if rows.count() == 2:
            break
        page.wait_for_timeout(500)
    for number in range(2):
        rows.nth(number).locator(".row-pick").click()
    page.get_by_role("button", name="Answer with a macro").click()
    page.get_by_label("Date in the text").fill("2026-12-04")
    page.locator("select[name=macro]").select_option(index=1)
    expect(page.locator(".many-letters > li")).to_have_count(2)
    page.locator(".many-letters input").nth(1).uncheck()
    page.get_by_role("button", name="Send what is ticked").click()
    expect(page.locator(".flashes")).to_contain_text("1 ticket answered.")
    page.keyboard.press("z")
    expect(page.locator(".flashes")).to_contain_text("1 answer taken back.")


def test_a_colleague_s_new_ticket_is_offered_and_no_row_jumps(
    visit: Visit, desk: Desk, letter: str
) -> None:
    page = be(visit(), "Odile")
    page.goto("/tickets?view=team&lang=fr")  # few enough for one page, at whose end the new one is
    expect(page.get_by_role("link", name="Next page")).to_have_count(0)
    first = page.locator(".row").first
    first.hover()
    before = page.locator(".row").evaluate_all("rows => rows.map(row => row.dataset.row)")
    desk.write_in("Bonjour, où est ma commande ?", sender="somebody.else@buyers.example")
    expect(page.locator(".news-bar button")).to_be_visible(timeout=60_000)
    after = page.locator(".row").evaluate_all("rows => rows.map(row => row.dataset.row)")
    assert after == before
    page.locator(".news-bar button").click()
    expect(page.locator(".row")).not_to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_queue_fits_a_phone(visit: Visit, letter: str, scheme: str) -> None:
    page = be(visit(viewport={"width": 390, "height": 844}, color_scheme=scheme), "Odile")
    page.goto("/tickets?view=team")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
    find(page, "zeppelin")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
