"""Every page by axe-core's rules for WCAG 2.2 AA: by role, light and dark, on a desk and a phone.

A new page fails here until it is listed.
"""

from pathlib import Path

import axe_playwright_python
import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.e2e.conftest import Visit
from tests.e2e.test_look import be

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
# Folds stand open; menus, which lie over each other, are opened one by one.
RUN = """async () => {
  const runOnly = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const menus = [...document.querySelectorAll("details.menu, details.clock")];
  document.querySelectorAll("details:not(.menu, .clock)").forEach((one) => { one.open = true; });
  const violations = [];
  for (const part of [document, ...menus]) {
    if (!part.isConnected) continue;  // the clocks were brought anew meanwhile
    if (part !== document) part.open = true;
    const found = await axe.run(part, { runOnly, preload: false, resultTypes: ["violations"] });
    if (part !== document) part.open = false;
    violations.push(...found.violations);
  }
  return violations.map((one) => `${one.id}: ${one.nodes.map((n) => n.target).join(" | ")}`);
}"""
# What a browser opens, by endpoint; {…} is found on the list page before it.
EVERYBODY = {
    "queue.show": "/tickets?view=all",
    "search.show": "/search?q=order",
    "tickets.show": "{ticket}",
    "bell.show": "/bell",
    "bell.settings": "/bell/settings",
    "me.show": "/me",
    "second.show": "/me/second-factor",
}
AGENTS = EVERYBODY | {
    "many.prepare": "{macro}",
    "own_macros.show": "/settings/macros",
}
SUPERVISORS = EVERYBODY | {
    "deadlines.board": "/deadlines",
    "deeds.show": "/deadlines{ticket}",
    "figures.show_forecast": "/deadlines/forecast",
    "figures.show_groups": "/deadlines/groups",
    "silences.show": "/deadlines/silences",
    "people.show_all": "/people",
    "people.new": "/people/new",
    "people.show": "{person}",
    "vendors.show": "/vendors/lavande",
    "aims.show": "/vendors/lavande/aim",
    "triage.board": "/settings/triage",
    "wording.show": "/settings/glossary",
    "quality.overview": "/quality",
    "quality.vendor": "/quality/vendors/lavande",
    "satisfaction.show": "/quality/satisfaction",
    "standards.show": "/quality/standards",
    "quality.tickets": "/quality/vendors/lavande/answer",
    "coaching.show": "/quality{person}",
    "themes.show": "/quality/themes",
    "themes.sample": "/quality/themes/order_status",
}
OPERATORS = SUPERVISORS | {
    "handing.show": "{ticket}/handing",
    "vendors.show_all": "/vendors",
    "charter.show_all": "/quality/onboarding",
    "charter.show": "/quality/onboarding/lavande",
    "charter.show_charter": "/quality/charter",
    "packages.show": "/settings/languages",
    "stored.mails": "/relay/mails",
    "stored.mail": "{mail}",
    "relay.outbox": "/demo/outbox",
}
NOBODY = {
    "accounts.login_page": "/login",
    "links.forgotten": "/forgotten",
    "links.enter": "/enter/over",
    "not found": "/nothing",
}
LISTS = {"ticket": ("/tickets?view=all", ".row a"), "person": ("/people", ".cell-ticket a"),
         "mail": ("/relay/mails", "main a[href^='/relay/mails/']")}  # fmt: skip
MANY = "/tickets/many/answers?" + "&".join(f"id={number}" for number in range(1, 40))
LOOKS = [(scheme, width) for scheme in ("light", "dark") for width in (1280, 390)]


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found: list[str] = page.evaluate(RUN)
    return found


def paths(page: Page, pages: dict[str, str]) -> dict[str, str]:
    """The addresses with what is in braces looked up."""
    names: dict[str, str] = {}
    for name, (where, link) in LISTS.items():
        if any(f"{{{name}}}" in path for path in pages.values()):
            page.goto(where)
            names[name] = str(page.locator(link).first.get_attribute("href"))
    if "{macro}" in pages.values():  # the letters that it would send are looked at too
        page.goto(MANY)
        page.locator("select[name=macro]").select_option(index=1)
        page.wait_for_url("**&macro=*")
        names["macro"] = page.url
    return {endpoint: path.format(**names) for endpoint, path in pages.items()}


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
@pytest.mark.parametrize(
    ("who", "pages"),
    [(None, NOBODY), ("Bo", AGENTS), ("Lea", SUPERVISORS), ("Odile", OPERATORS)],
    ids=["nobody", "agent", "supervisor", "operator"],
)
def test_no_page_violates_a_rule(
    visit: Visit, who: str | None, pages: dict[str, str], scheme: str, width: int
) -> None:
    page = visit(
        viewport={"width": width, "height": 844}, color_scheme=scheme, reduced_motion="reduce",
        bypass_csp=True,  # axe tries styles on the page, which the desk would refuse
    )  # fmt: skip
    if who:
        be(page, who)
    wrong = {}
    for endpoint, path in paths(page, pages).items():
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200 or who is None, (endpoint, answer.status)
        if found := violations(page):
            wrong[endpoint] = found
    assert wrong == {}


def test_the_ruler_finds_what_is_wrong(visit: Visit) -> None:
    page = visit(bypass_csp=True)
    page.evaluate("document.querySelector('label').replaceWith(document.createElement('input'))")
    assert any(one.startswith("label") for one in violations(page))


# Answers that are no pages of their own: pieces, tables, files, and what leads elsewhere.
NO_PAGES = {
    "bell.count", "checks.show_check", "figures.table", "files.show", "health.alive",
    "health.ready", "queue.front", "quality.csv", "quality.xlsx", "satisfaction.table",
    "search.show_similar", "seats.news", "static", "tickets.show_draft",
    "tickets.show_translation", "wording.export",
}  # fmt: skip
# Looked at elsewhere, for a state that the demo desk has not: a code, a link, a step, a survey.
ELSEWHERE = {
    "accounts.second_page", "standards.show_step", "survey.show", "survey.show_more",
    "survey.thank",
}  # fmt: skip


def test_every_page_is_listed(app: Flask) -> None:
    there = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert there - set(AGENTS) - set(OPERATORS) - set(NOBODY) - NO_PAGES - ELSEWHERE == set()
