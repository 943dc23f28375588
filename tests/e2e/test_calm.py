"""Nothing moves under the reader, nothing moves that should not, little is loaded, and a whole
answer is written without a mouse."""

from collections import Counter
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.desk import PASSWORD, YVONNE, Desk
from tests.e2e.test_look import be
from tests.e2e.test_work_a_ticket import PENDING, letter, log_in, open_ticket

__all__ = ["letter"]
MOST_BYTES = 120_000  # of a first page, without pictures
# What the browser saw move, also within the half second after a key or a click.
WATCH = """
window.moved = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) {
    const what = one.sources.map((source) => source.node?.className || source.node?.nodeName);
    window.moved.push(`${one.value}: ${what}`);
  }
}).observe({ type: "layout-shift", buffered: true });
"""
MOVING = """() => [...document.querySelectorAll("*")].flatMap((element) =>
  [null, "::before", "::after"].flatMap((part) => {
    const style = getComputedStyle(element, part);
    const times = `${style.animationName === "none" ? "0s" : style.animationDuration},`
      + style.transitionDuration;
    const longest = Math.max(...times.split(",").map((time) =>
      parseFloat(time) / (time.trim().endsWith("ms") ? 1000 : 1)));
    return longest > 0.01 || style.scrollBehavior === "smooth"
      ? [`${element.nodeName}.${element.className} ${longest}`] : [];
  }))"""
# What has the focus and does not show it; empty when it does.
UNSEEN_FOCUS = """() => {
  const element = document.activeElement;
  if (element === document.body) return "";
  const shows = (one) => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1.5;
  };
  const around = [element.closest(".row"), ...(element.labels ?? [])].filter(Boolean);
  const seen = [element, ...around].some(shows);
  return element.matches(":focus-visible") && seen ? "" : element.outerHTML.slice(0, 200);
}"""


def moved(page: Page) -> list[str]:
    """What moved since the last time that this was asked."""
    page.wait_for_timeout(500)
    found: list[str] = page.evaluate("window.moved.splice(0)")
    return found


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_moves_under_the_reader(
    visit: Visit, letter: Callable[[], str], width: int
) -> None:
    order = letter()
    page = log_in(visit(viewport={"width": width, "height": 900}))
    page.context.add_init_script(WATCH)
    open_ticket(page, order)
    expect(page.locator(".words .pending")).to_have_count(0, timeout=PENDING)
    page.goto("/tickets?view=all")
    assert moved(page) == [], "the queue was opened"
    with page.expect_response(lambda answer: "/tickets?" in answer.url):
        page.evaluate("document.querySelector('#queue').setAttribute('hx-vals', '{}')")
        page.evaluate("document.querySelector('#queue').dispatchEvent(new CustomEvent('tick'))")
    assert moved(page) == [], "the queue was brought anew"
    page.locator(".row-pick").first.click()
    assert moved(page) == [], "a ticket was selected"
    page.locator(".row", has_text=order).locator("a").click()
    expect(page.locator(".composer")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert moved(page) == [], "the ticket was opened"
    for keys in ("t", "t", "r"):
        page.keyboard.press(keys)
        assert moved(page) == [], keys
    page.keyboard.type("Nous sommes désolés.")
    moved(page)  # a text that is written needs its room
    page.evaluate("document.activeElement.blur()")
    for keys in ("m", "Escape", "g", "Escape"):
        page.keyboard.press(keys)
        assert moved(page) == [], keys
    page.locator("[data-role=draft]").click()
    assert moved(page) == [], "a draft was asked for"
    expect(page.locator("#text")).to_have_value("We are sorry.", timeout=PENDING)
    assert moved(page) == [], "the draft came"


@pytest.mark.parametrize("width", [1280, 390])
def test_a_page_that_comes_in_pieces_is_shown_whole(visit: Visit, width: int) -> None:
    page = be(visit(viewport={"width": width, "height": 900}), "Odile")
    page.context.add_init_script(WATCH)
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": 30_000, "uploadThroughput": -1}
    for path in ("/tickets?view=all", "/deadlines"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        line.send("Network.emulateNetworkConditions", slow)
        page.goto(path)
        line.send("Network.emulateNetworkConditions", slow | {"downloadThroughput": -1})
        assert moved(page) == [], path


# Too much for the strip under the draft: the shipped package leaves all but the first as they are.
LEFT = ["Nous sommes désolés.", *(f"Le zébu numéro {n} zigzague." for n in range(1, 8))]
PLACES = """() => ["#own_text", "#text", ".draft-button", "[data-role=send]"].flatMap((one) => {
  const { top, height } = document.querySelector(one).getBoundingClientRect();
  return [top - document.querySelector(".composer").getBoundingClientRect().top, height];
})"""


@pytest.mark.parametrize("width", [1280, 390])
def test_however_much_a_draft_warns_of_nothing_moves(
    visit: Visit, letter: Callable[[], str], width: int
) -> None:
    page = open_ticket(log_in(visit(viewport={"width": width, "height": 900})), letter())
    expect(page.locator(".words .pending")).to_have_count(0, timeout=PENDING)
    page.fill("#own_text", " ".join(LEFT))
    before = pytest.approx(page.evaluate(PLACES), abs=1)  # pixels
    page.locator("[data-role=draft]").click()
    warnings = page.locator(".pane-said li")
    expect(warnings).to_have_count(len(LEFT) - 1, timeout=PENDING)
    assert page.evaluate(PLACES) == before
    foot, said = page.locator(".pane-foot"), page.locator("[data-role=said]")
    assert foot.evaluate("(one) => one.scrollHeight > one.clientHeight")
    expect(said).to_have_attribute("aria-live", "polite")
    expect(said).to_contain_text(LEFT[-1])  # read out, however much of it is seen
    expect(said).not_to_contain_text("Votre texte a changé")
    tab_to(page, "#text", most=8)
    page.keyboard.press("Tab")
    expect(foot).to_be_focused()
    page.keyboard.press("End")
    expect(warnings.last).to_be_in_viewport()
    page.locator("#own_text").press_sequentially(" Pas")
    expect(page.locator("[data-role=stale]")).to_be_in_viewport()
    expect(said).to_contain_text("Votre texte a changé")
    assert page.evaluate(PLACES) == before


def test_words_typed_while_a_draft_is_made_are_not_taken_for_its_own(
    visit: Visit, letter: Callable[[], str]
) -> None:
    page = open_ticket(log_in(visit()), letter())
    page.fill("#own_text", "Nous sommes désolés.")
    page.locator("[data-role=draft]").click()
    page.fill("#own_text", "Nous sommes désolés. Pas encore.")
    expect(page.locator("#text")).to_have_value("We are sorry.", timeout=PENDING)
    expect(page.locator("[data-role=stale]")).to_be_visible()
    expect(page.locator("[data-role=kept]")).to_have_text("Conservé sur le bureau", timeout=PENDING)
    page.reload()
    expect(page.locator("[data-role=stale]")).to_be_visible()


def test_who_wants_no_motion_gets_none(visit: Visit) -> None:
    page = be(visit(reduced_motion="reduce"), "Odile")
    page.goto("/tickets?view=all")
    ticket = str(page.locator(".row a").first.get_attribute("href"))
    page.goto(ticket)
    ticket += f"#{page.locator('.turn').first.get_attribute('id')}"  # which is pointed out
    for path in ("/tickets?view=all", ticket, "/deadlines", "/bell", "/settings/languages"):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert page.evaluate(MOVING) == [], path
    page.emulate_media(reduced_motion="no-preference")
    page.goto("/bell")
    page.goto(ticket)
    assert page.evaluate(MOVING) != []  # the ruler finds what there is


def weight(page: Page, path: str) -> Counter[str]:
    """What a browser that knows nothing yet receives for a page, by kind, heads and all."""
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.clearBrowserCache")
    network.on("Network.responseReceived", lambda e: kinds.update({e["requestId"]: e["type"]}))
    network.on(
        "Network.loadingFinished",
        lambda e: sizes.update({e["requestId"]: int(e["encodedDataLength"])}),
    )
    page.goto(path)
    page.wait_for_load_state("networkidle")
    network.detach()
    found: Counter[str] = Counter()
    for request, size in sizes.items():
        found[kinds.get(request, "?")] += size
    return found


def test_a_first_page_is_light_whatever_letters_stand_on_it(visit: Visit) -> None:
    page = be(visit(), "Odile")
    for path in ("/tickets?view=all", "/tickets?view=all&lang=pl"):
        page.goto(path)
        ticket = str(page.locator(".row a").first.get_attribute("href"))
        for address in (path, ticket):
            found = weight(page, address)
            assert found["Stylesheet"] > 0  # nothing came from the browser's own store
            assert found.total() - found["Image"] <= MOST_BYTES, (address, found)


def tab_to(page: Page, wanted: str, *, most: int = 60) -> None:
    """Press Tab until what is wanted has the focus, which shows at every step."""
    for _ in range(most):
        page.keyboard.press("Tab")
        assert page.evaluate(UNSEEN_FOCUS) == ""
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"no way to {wanted}")


def test_an_answer_is_written_sent_and_taken_back_without_a_mouse(
    desk: Desk, visit: Visit, letter: Callable[[], str]
) -> None:
    order = letter()
    page = visit()
    tab_to(page, "input[type=email], input[name=email]")
    page.keyboard.type(YVONNE)
    tab_to(page, "input[type=password]", most=3)
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#queue")).to_be_visible()
    page.keyboard.press("/")
    expect(page.locator("input[name=q]")).to_be_focused()
    for _ in range(60):
        page.keyboard.type(order)
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?**")
        if page.locator(".row").count():
            break
        page.wait_for_timeout(300)
        page.keyboard.press("/")
        page.keyboard.press("Control+a")
    tab_to(page, ".row a")
    page.keyboard.press("Enter")
    expect(page.locator(".turn-buyer").first).to_be_visible()
    page.keyboard.press("r")
    expect(page.locator("#own_text")).to_be_focused()
    page.keyboard.type("Nous sommes désolés.")
    tab_to(page, "[data-role=draft]", most=3)
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_have_value("We are sorry.", timeout=PENDING)
    tab_to(page, "#text", most=8)
    tab_to(page, "[data-role=send]", most=8)
    page.keyboard.press("Enter")
    expect(page.locator(".turn-reply")).to_contain_text("We are sorry.")
    tab_to(page, ".turn-reply [data-key=z]", most=8)
    page.keyboard.press("Enter")
    expect(page.locator(".flash")).to_contain_text("Rien n’a été envoyé")
    expect(page.locator("#text")).to_have_value("We are sorry.")
    assert order not in desk.posted()
