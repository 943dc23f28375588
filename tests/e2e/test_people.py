"""People come in, look after themselves and each other, in a real browser."""

import time

import pyotp
from playwright.sync_api import Page, Response, expect

from tests.e2e.conftest import Visit
from tests.e2e.desk import PASSWORD, YVONNE, Desk
from tests.e2e.test_look import be

FIRST_PAGE = 120_000  # bytes over the wire, without pictures
NEW = "four words make sense"


def log_in(page: Page, email: str, password: str) -> Page:
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", password)
    page.locator("button.primary").click()
    return page


def weigh(visit: Visit, path: str, who: str | None) -> int:
    """What a browser that knows nothing yet gets for one page, heads and fonts included."""
    page = visit()
    if who:
        be(page, who)
    context = page.context
    fresh = context.browser.new_context(  # type: ignore[union-attr]
        base_url=page.url.partition("/login")[0] if not who else page.url.partition("/tickets")[0],
        storage_state=context.storage_state(), locale="en-GB",
    )  # fmt: skip
    answers: list[Response] = []
    cold = fresh.new_page()
    cold.on("response", lambda answer: _keep(answers, answer))
    cold.goto(path, wait_until="networkidle")
    cold.evaluate("document.fonts.ready")
    sizes = [
        answer.request.sizes() for answer in answers if answer.request.resource_type != "image"
    ]
    fresh.close()
    assert all(answer.status < 400 for answer in answers)
    return sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)


def _keep(answers: list[Response], answer: Response) -> None:
    answers.append(answer)


def test_the_first_page_is_light(visit: Visit) -> None:
    assert weigh(visit, "/login", None) <= FIRST_PAGE
    assert weigh(visit, "/tickets?view=mine", "Ana") <= FIRST_PAGE


def test_a_second_page_brings_no_file_again(visit: Visit) -> None:
    page = be(visit(), "Ana")
    page.goto("/me", wait_until="networkidle")
    brought = page.evaluate(
        "performance.getEntriesByType('resource').filter(r => r.transferSize).map(r => r.name)"
    )
    assert [url for url in brought if "/static/" in url] == []


def test_an_invited_person_comes_in_and_sets_up_a_device(visit: Visit) -> None:
    page = be(visit(), "Lea")
    page.goto("/people/new")
    page.get_by_label("E-Mail").or_(page.locator("input[name=email]")).first.fill(
        f"zoe{time.time_ns()}@lavande.example"
    )
    page.fill("input[name=name]", "Zoe")
    page.select_option("select[name=ui_lang]", "en")
    email = page.input_value("input[name=email]")
    page.locator("main button.primary").click()
    link = page.locator("#fresh-link").inner_text()

    other = visit(link)
    other.fill("input[name=new]", NEW)
    other.fill("input[name=again]", NEW)
    other.locator("button.primary").click()
    log_in(other, email, NEW)
    expect(other.locator("#queue")).to_be_visible()

    other.goto("/me/second-factor")
    secret = other.locator("code.secret").inner_text()
    expect(other.locator("svg.qr")).to_be_visible()
    other.fill("input[name=code]", pyotp.TOTP(secret).now())
    other.locator("main button.primary").click()
    codes = other.locator(".codes code").all_inner_texts()
    assert len(codes) == 10

    third = log_in(visit(), email, NEW)
    third.fill("input[name=code]", codes[0])
    third.locator("button.primary").click()
    expect(third.locator("#queue")).to_be_visible()
    third.goto("/me")
    third.get_by_role("button", name="Log out everywhere else").click()
    other.goto("/tickets")
    expect(other.locator("input[name=password]").first).to_be_visible()


def test_who_goes_away_hands_over_without_javascript(desk: Desk, visit: Visit) -> None:
    page = log_in(visit(java_script_enabled=False), YVONNE, PASSWORD)
    page.goto("/me")
    page.locator("#absence button").click()
    expect(page.locator(".flash")).to_be_visible()
    page.locator("#absence button").click()
    expect(page.locator("#absence input[name=until]")).to_be_visible()


def test_the_chosen_colours_follow_the_person(visit: Visit) -> None:
    page = log_in(visit(color_scheme="light"), YVONNE, PASSWORD)
    page.goto("/me")
    page.select_option("select[name=theme]", "dark")
    page.locator("form", has=page.locator("[name=theme]")).locator("button.primary").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    elsewhere = log_in(visit(color_scheme="light"), YVONNE, PASSWORD)
    expect(elsewhere.locator("#queue")).to_be_visible()
    ground = elsewhere.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert ground == page.evaluate("getComputedStyle(document.documentElement).backgroundColor")


def test_the_settings_menu_is_reached_by_the_keyboard(visit: Visit) -> None:
    page = be(visit(viewport={"width": 390, "height": 844}), "Lea")
    page.locator(".bar-nav summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".menu-links")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people")
