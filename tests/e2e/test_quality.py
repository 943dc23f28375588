"""The pages of quality in a real browser: from a figure to its tickets, from a step to its plan."""

import re
from datetime import timedelta
from random import Random

import pytest
from playwright.sync_api import Page, expect

from app.lib.clock import now
from tests.e2e.conftest import Visit
from tests.e2e.desk import Desk
from tests.e2e.quality_desk import database_of, sow
from tests.e2e.test_look import CONTRAST, be

PAGES = (
    "/quality", "/quality/vendors/lavande?days=90", "/quality/vendors/lavande/answer",
    "/quality/themes", "/quality/themes/order_status", "/quality/satisfaction",
    "/quality/standards", "/quality/onboarding", "/bell",
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _figures(desk: Desk) -> None:
    with database_of(desk):
        sow(Random(7))


def quality(visit: Visit, name: str = "Odile", path: str = "/quality", **options: object) -> Page:
    page = be(visit(**options), name)
    page.goto(path)
    return page


def test_the_operator_goes_from_the_overview_to_the_tickets_behind_a_figure(visit: Visit) -> None:
    page = quality(visit)
    page.get_by_role("link", name="Maison Lavande").click()
    expect(page.locator("h1")).to_have_text("Scorecard: Maison Lavande")
    of = page.locator("tr", has_text="Answered in time").first.locator("td").first
    thirty = of.inner_text()
    page.get_by_role("link", name="90 days").click()
    expect(page.get_by_role("link", name="90 days")).to_have_attribute("aria-current", "page")
    assert of.inner_text() != thirty
    page.get_by_role("link", name="Tickets behind: Answered in time").click()
    expect(page.locator("h1")).to_have_text("Answered in time")
    assert "days=90" in page.url
    page.get_by_role("link", name="No", exact=True).click()
    page.locator(".cell-ticket a").first.click()
    expect(page).to_have_url(re.compile(r"/tickets/\d+$"))


def test_a_definition_and_a_table_open_beside_their_figures(visit: Visit) -> None:
    page = quality(visit, path="/quality/vendors/lavande")
    meaning = page.locator("dd", has_text="those who gave four or five of five")
    expect(meaning).to_be_hidden()
    page.get_by_text("What is counted").click()
    expect(meaning).to_be_visible()
    table = page.locator(".plot table")
    expect(table).to_be_hidden()
    page.get_by_text("As a table").press("Enter")
    expect(table).to_be_visible()
    assert table.locator("tbody tr").count() == 30


def test_a_step_is_confirmed_and_a_plan_is_answered(visit: Visit) -> None:
    page = quality(visit, path="/quality/standards")
    expect(page.get_by_role("link", name="Standards 1")).to_be_visible()
    page.locator("tr", has_text="Proposed").get_by_role("link").click()
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("h1 + p")).to_contain_text("Confirmed")
    expect(page.get_by_role("button", name="Confirm")).to_have_count(0)

    page = quality(visit, "Lea", "/quality/standards")  # her desk speaks French
    page.get_by_role("link", name="Plan d’action").click()
    page.locator("textarea[name=plan]").fill("Two more people from next week on.")
    page.get_by_role("button", name="Envoyer le plan").click()
    expect(page.locator(".flash")).to_be_visible()

    page = quality(visit, path="/bell")
    page.get_by_role("link", name="the vendor sent its plan").click()
    expect(page.locator("main")).to_contain_text("Two more people from next week on.")


def test_the_page_of_a_restriction_says_what_the_marketplace_answered(visit: Visit) -> None:
    page = quality(visit, path="/quality/standards")
    page.get_by_role("link", name="Restriction").click()
    row = page.locator("tr", has_text="Not taken yet, 3 tries")
    expect(row).to_contain_text("its answer was 503")


def test_the_barometer_leads_from_a_carrier_to_buyers_words(visit: Visit) -> None:
    page = quality(visit, path="/quality/themes")
    page.get_by_role("link", name="Schneckenpost").click()
    expect(page.locator("main")).to_contain_text("Carrier: Schneckenpost")
    page.locator("th a").first.click()
    expect(page.locator("article").first).to_be_visible()
    page.get_by_role("link", name="What buyers write about").click()
    expect(page.locator("main")).to_contain_text("Carrier: Schneckenpost")
    page.get_by_role("link", name="Show all").click()
    expect(page.locator("#product-title")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_of_quality_scrolls_sideways_and_every_text_is_readable(
    visit: Visit, width: int
) -> None:
    page = quality(visit, viewport={"width": width, "height": 844})
    for address in PAGES:
        page.goto(address)
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 0, address
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate(CONTRAST) == [], (address, scheme)


def test_on_a_phone_every_figure_says_what_it_is(visit: Visit) -> None:
    page = quality(visit, viewport={"width": 390, "height": 844})
    said = "cell => getComputedStyle(cell, '::before').content"
    cell = page.locator(".board td[data-label]").first
    assert cell.evaluate(said) == f'"{cell.get_attribute("data-label")}"'


def test_on_paper_there_is_the_card_and_nothing_of_the_desk(visit: Visit) -> None:
    paper = {"width": 703, "height": 1000}  # A4 without its margins
    page = quality(visit, path="/quality/vendors/lavande", viewport=paper)
    expect(page.get_by_role("columnheader", name="Level 1").first).not_to_be_in_viewport()
    page.emulate_media(media="print")
    expect(page.get_by_role("columnheader", name="Level 1").first).to_be_in_viewport()
    expect(page.get_by_role("heading", name="Scorecard: Maison Lavande")).to_be_visible()
    for gone in ("header", "nav.tabs", "form.filters"):
        for one in page.locator(gone).all():
            expect(one).to_be_hidden()
    assert len(page.pdf(format="A4")) > 10_000


def test_without_scripts_a_month_is_chosen_by_its_button(visit: Visit) -> None:
    page = visit(java_script_enabled=False)
    page.locator(".person:has(.person-name:text-is('Odile'))").click()
    page.goto("/quality/vendors/lavande")
    month = f"{now() - timedelta(days=31):%Y-%m}"
    page.locator("select[name=month]").select_option(month)
    page.get_by_role("button", name="Show").click()
    expect(page.locator("main")).to_contain_text(f"{month}-01 – {month}")
