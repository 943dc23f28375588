"""How the pages stand on small screens, in the dark, and for a supervisor."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.desk import Desk

WIDTHS = (390, 768, 1280)
# The ratio of two colours by WCAG 2.2, for every text that is really on the screen.
CONTRAST = """() => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    brush.clearRect(0, 0, 1, 1); brush.fillStyle = colour; brush.fillRect(0, 0, 1, 1);
    return [...brush.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b]
    .map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return rgba(getComputedStyle(document.documentElement).backgroundColor);
  };
  const poor = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !element.checkVisibility({ visibilityProperty: true })) continue;
    if (element.closest(".unseen, .skip, option")) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(rgba(style.color)), light(ground(element))].sort((x, y) => y - x);
    const big = parseFloat(style.fontSize) >= 24;
    const ratio = (a + 0.05) / (b + 0.05);
    const words = element.textContent.trim().slice(0, 40);
    if (ratio < (big ? 3 : 4.5)) poor.push(`${element.className}: ${words} ${ratio.toFixed(2)}`);
  }
  return poor;
}"""


def be(page: Page, name: str) -> Page:
    """One click on the demo's log-in page."""
    page.locator(f".person:has(.person-name:text-is('{name}'))").click()
    expect(page.locator("#queue")).to_be_visible()
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overflows_and_every_text_is_readable(
    visit: Visit, width: int, scheme: str
) -> None:
    page = visit(viewport={"width": width, "height": 844}, color_scheme=scheme)
    assert page.evaluate(CONTRAST) == []
    be(page, "Odile")
    page.goto("/tickets?view=all")
    first = page.locator(".row a").first.get_attribute("href")
    for address in (
        "/tickets?view=all",
        str(first),
        "/deadlines",
        "/settings/languages",
        "/demo/outbox",
        "/nothing",
    ):
        page.goto(address)
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 0, address
        assert page.evaluate(CONTRAST) == [], address


def test_the_ruler_of_contrast_finds_what_is_too_pale(visit: Visit) -> None:
    page = visit()
    page.evaluate("document.querySelector('.door-brand p').style.color = '#b8c0c6'")
    assert len(page.evaluate(CONTRAST)) == 1


def test_dark_and_light_can_be_chosen(visit: Visit) -> None:
    page = be(visit(color_scheme="light"), "Odile")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)
    page.locator("[data-behaviour=theme]").click()
    dark = page.evaluate(ground)
    assert dark != light
    page.reload()
    assert page.evaluate(ground) == dark


def test_the_fonts_are_the_desk_s_own(visit: Visit) -> None:
    page = be(visit(), "Odile")
    page.evaluate("document.fonts.ready")
    loaded = page.evaluate(
        "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
    )
    assert {name.strip('"') for name in loaded} >= {"Source Sans 3", "Source Serif 4"}


def test_a_supervisor_goes_from_a_tile_to_a_ticket(visit: Visit) -> None:
    page = be(visit(), "Odile")
    page.get_by_role("link", name="Deadlines").click()
    page.locator(".tile").nth(3).click()
    expect(page.locator(".tile[aria-current]")).to_have_count(1)
    page.goto("/deadlines")
    page.locator(".cell-ticket a").first.click()
    expect(page.locator(".thread")).to_be_visible()


def test_the_buyer_writes_back_from_the_outbox(desk: Desk, visit: Visit) -> None:
    page = be(visit(), "Odile")
    page.get_by_role("link", name="What the buyer sees").click()
    mail = page.locator(".mail").first
    mail.locator("summary").click()
    mail.locator("textarea").fill("Thank you, it has arrived after all.")
    mail.get_by_role("button", name="Send to the desk").click()
    expect(page.locator(".flash")).to_contain_text("Sent.")


def test_the_menus_close_with_escape(visit: Visit) -> None:
    page = be(visit(), "Odile")
    page.goto("/tickets?view=all")
    page.locator(".row a").first.click()
    menu = page.locator(".menu").first
    menu.locator("summary").click()
    expect(menu.locator(".menu-in")).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu.locator(".menu-in")).to_be_hidden()


def test_rows_do_not_move_under_the_pointer(visit: Visit) -> None:
    page = be(visit(), "Odile")
    page.goto("/tickets?view=all")
    first = page.locator(".row").first
    first.hover()
    page.evaluate("document.querySelector('.row').dataset.row = 'gone'")
    page.evaluate("document.querySelector('#queue').setAttribute('hx-vals', '{}')")
    with page.expect_response(lambda answer: "/tickets?view=all" in answer.url):
        page.evaluate("document.querySelector('#queue').dispatchEvent(new CustomEvent('tick'))")
    expect(page.locator(".news-bar button")).to_be_visible()
    assert first.get_attribute("data-row") == "gone"
    page.locator(".news-bar button").click()
    expect(page.locator(".row").first).not_to_have_attribute("data-row", "gone")
    expect(page.locator(".news-bar")).to_have_count(0)
