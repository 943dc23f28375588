"""The supervisors' board in a real browser: what moves, what must not, and what keys do."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.desk import Desk
from tests.e2e.test_look import CONTRAST, be

TICK = "document.getElementById('board').dispatchEvent(new CustomEvent('tick'))"
Sql = Callable[..., list[tuple[int]]]


@pytest.fixture
def sql(desk: Desk) -> Iterator[Sql]:
    """The desk's own database, to move its clocks without waiting."""
    connection = sqlite3.connect(desk.folder / "dragoman.db", timeout=20, isolation_level=None)

    def run(query: str, *values: object) -> list[tuple[int]]:
        return connection.execute(query, values).fetchall()

    yield run
    connection.close()


def board(visit: Visit, path: str = "/deadlines", **options: object) -> Page:
    page = be(visit(**options), "Odile")
    page.goto(path)
    return page


def waiting(sql: Sql, count: int) -> list[int]:
    """Tickets whose reply clock runs and is not over yet, those due last in front."""
    found = sql(
        "SELECT id FROM ticket WHERE clock = 'reply' AND due_at > ? ORDER BY due_at DESC LIMIT ?",
        datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"), count,
    )  # fmt: skip
    assert len(found) == count
    return [row[0] for row in found]


def set_over(sql: Sql, ids: list[int]) -> None:
    """Their buyers have waited for a day and a bit."""
    since = datetime.now(UTC) - timedelta(hours=25)
    words = [at.strftime("%Y-%m-%d %H:%M:%S.%f") for at in (since, since + timedelta(hours=24))]
    for one in ids:
        sql(
            "UPDATE ticket SET unanswered_since = ?1, clock_started_at = ?1, due_at = ?2"
            " WHERE id = ?3",
            words[0], words[1], one,
        )  # fmt: skip
        sql(
            "UPDATE wait SET next_stage = 'day_over', next_stage_at = '2999-01-01 00:00:00'"
            " WHERE ticket_id = ?", one,
        )  # fmt: skip


def settle(sql: Sql, one: int) -> None:
    """As an answer leaves the ticket."""
    sql(
        "UPDATE ticket SET unanswered_since = NULL, clock = NULL, clock_started_at = NULL,"
        " due_at = NULL, state = 'waiting' WHERE id = ?",
        one,
    )
    sql("DELETE FROM wait WHERE ticket_id = ?", one)


def rows(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all(
        "[data-row]", "rows => rows.map(row => row.dataset.row)"
    )
    return found


def test_tiles_filter_and_the_address_keeps_it(visit: Visit) -> None:
    page = board(visit)
    whole = rows(page)
    page.locator(".tile-unassigned, .tile", has_text="Unassigned").first.click()
    expect(page.locator(".tile[aria-current]")).to_contain_text("Unassigned")
    assert "only=unassigned" in page.url
    narrowed = rows(page)
    assert set(narrowed) <= set(whole)
    page.reload()
    assert rows(page) == narrowed


def test_groups_open_beside_the_board_and_lead_back_to_it(visit: Visit) -> None:
    page = board(visit)
    page.get_by_text("In groups").click()
    expect(page.locator("#groups tbody tr").first).to_be_visible()
    page.locator("#groups").get_by_role("link", name="By language").click()
    expect(page.locator("#groups [aria-current]")).to_have_text("By language")
    page.locator("#groups tbody a").first.click()
    page.wait_for_url("**/deadlines?lang=*")


def test_several_tickets_are_nudged_and_taken_over_at_once(visit: Visit) -> None:
    page = board(visit)
    for place in range(2):
        page.locator("[data-row] input[name=ticket]").nth(place).check()
    page.locator("#bulk").get_by_role("button", name="Nudge").click()
    expect(page.locator(".flash")).to_contain_text("nudged")
    first = rows(page)[0]
    page.locator(f"[data-row='{first}'] input[name=ticket]").check()
    page.locator("#bulk").get_by_role("button", name="Take over").click()
    expect(page.locator(f"[data-row='{first}'] .cell-person")).to_contain_text("Odile")


def test_a_ticket_is_given_to_somebody_from_its_panel(visit: Visit) -> None:
    page = board(visit)
    page.locator("[data-role=look]").first.click()
    panel = page.locator("#panel")
    expect(panel.get_by_role("button", name="Reassign")).to_be_visible()
    chooser = panel.locator("select[name=agent_id]")
    name = chooser.locator("option").last.inner_text().split(" · ")[0]
    chooser.select_option(index=chooser.locator("option").count() - 1)
    panel.get_by_role("button", name="Reassign").click()
    expect(page.locator(".flash")).to_be_visible()
    expect(page.locator("#board")).to_contain_text(name)


def test_the_keyboard_alone_looks_at_a_row_and_comes_back(visit: Visit) -> None:
    page = board(visit)
    page.locator(".cell-ticket a").first.focus()
    page.keyboard.press("Space")
    panel = page.locator("#panel")
    expect(panel).to_be_focused()
    expect(panel.locator(".last-words")).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator("[data-role=look]").first).to_be_focused()


def test_rows_do_not_jump_and_a_bar_offers_what_is_overdue(visit: Visit, sql: Sql) -> None:
    page = board(visit)
    before = rows(page)
    page.locator("[data-row]").first.hover()
    set_over(sql, waiting(sql, 3))
    page.evaluate(TICK)
    bar = page.locator(".news-bar")
    expect(bar).to_have_text("3 new overdue — show")
    assert rows(page) == before
    bar.get_by_role("button").click()
    expect(bar).to_have_count(0)
    assert rows(page) != before


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_an_answered_row_stands_grey_for_ten_seconds_and_leaves(
    visit: Visit, sql: Sql, motion: str
) -> None:
    page = board(visit, reduced_motion=motion)
    page.mouse.move(0, 0)
    page.clock.install()
    gone = rows(page)[1]
    place = rows(page).index(gone)
    settle(sql, int(gone))
    page.evaluate(TICK)
    row = page.locator(f"[data-row='{gone}']")
    expect(row).to_have_class("row-leaving")
    assert rows(page).index(gone) == place
    expect(page.locator("#board-said")).to_have_text(f"#{gone} no longer waits here")
    page.clock.run_for(9_000)
    expect(row).to_have_count(1)
    page.clock.run_for(2_000)
    expect(row).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/deadlines", "/deadlines/groups", "/deadlines/silences"])
def test_it_fits_a_telephone_by_day_and_night(visit: Visit, scheme: str, path: str) -> None:
    page = board(visit, path, viewport={"width": 390, "height": 844}, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert page.evaluate(CONTRAST) == []


def test_an_empty_board_says_when_the_next_deadline_is(visit: Visit, sql: Sql) -> None:
    over = sql("SELECT id FROM ticket WHERE due_at <= strftime('%Y-%m-%d %H:%M:%S', 'now')")
    for (one,) in over:
        settle(sql, one)
    page = board(visit, "/deadlines?only=overdue")
    expect(page.locator(".empty")).to_contain_text("Nothing overdue. Next deadline in")
