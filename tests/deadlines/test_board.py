"""The supervisors' board."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.deadlines.board import Selection
from app.deadlines.sweep import sweep
from app.deadlines.tiles import BY_DUE, Day, Group, Tile, Window
from app.extensions import db
from app.tickets import queries
from app.tickets.conversation import Answer, acknowledge
from app.translation.draft import ask
from tests.browser import Browser
from tests.factories import Cast, answer, make_ticket
from tests.fakes import SteppedClock
from tests.tickets.staging import POLISH, Counted, Said, finish, polish_ticket

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("ahead", "group"),
    [
        (-1, Group.OVERDUE),
        (0, Group.OVERDUE),
        (2, Group.NEAR),
        (2.1, Group.TODAY),
        (13.9, Group.TODAY),
        (14, Group.TOMORROW),
        (37.9, Group.TOMORROW),
        (38, Group.LATER),
    ],
)
def test_a_deadline_falls_into_the_supervisor_s_own_day(ahead: float, group: Group) -> None:
    assert Day(NINE, PARIS).group_of(NINE + timedelta(hours=ahead)) == group


@given(
    passed=st.timedeltas(timedelta(0), timedelta(days=400)),
    ahead=st.timedeltas(timedelta(days=-3), timedelta(days=4)),
)
def test_a_deadline_lies_in_its_group_s_window_and_in_no_other(
    passed: timedelta, ahead: timedelta
) -> None:
    day, due_at = Day(NINE + passed, PARIS), NINE + passed + ahead
    holding = [group for group in BY_DUE if _holds(day.window_of(group), due_at)]
    assert holding == [day.group_of(due_at)]


def _holds(window: Window, at: datetime) -> bool:
    return (window.after is None or at > window.after) and (
        window.until is None or at <= window.until
    )


def test_two_windows_together_are_what_lies_in_both() -> None:
    soon, late = NINE + timedelta(hours=1), NINE + timedelta(hours=9)
    assert Window(NINE, late) & Window(soon) == Window(soon, late)
    assert Window() & Window(until=late) == Window(until=late)
    assert (Window(until=NINE) & Window(NINE)).is_empty
    assert not Window(until=NINE).is_empty


def test_what_could_not_be_delivered_is_one_group_whether_a_clock_runs_or_not(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    for number, answered in enumerate((False, True, False)):
        ticket = make_ticket(cast.lavande, sender=f"kim{number}@mailbox.example")
        if answered:
            answer(ticket, cast.ana)
        ticket.undeliverable = True
        db.session.commit()
        clock.advance(hours=1)
    page = browser.be(cast.lea).get("/deadlines?only=undeliverable").text
    assert rows(page) == 3
    assert page.count('class="group"') == 1
    assert 'data-live="count-undeliverable">3<' in page


@pytest.mark.parametrize("only", Tile)
def test_a_tile_s_groups_count_what_its_page_shows(
    desk_in_trouble: Cast, browser: Browser, only: Tile
) -> None:
    page = browser.be(desk_in_trouble.odile).get(f"/deadlines?only={only}").text
    counted = re.findall(r'data-live="count-\w+">(\d+)<', page)
    assert sum(map(int, counted)) == rows(page)


@pytest.fixture
def desk_in_trouble(cast: Cast, clock: SteppedClock) -> Cast:
    """One late, one near, one fresh and grave; one late at another vendor."""
    make_ticket(cast.lavande, sender="late@mailbox.example")
    make_ticket(cast.nordlicht, sender="late@mailbox.example")
    clock.advance(hours=1)
    make_ticket(cast.lavande, sender="near@mailbox.example")
    clock.advance(hours=20)
    grave = make_ticket(cast.lavande, "My lawyer will write to you.", sender="g@mailbox.example")
    grave.undeliverable = True
    grave.assignee_id = None
    db.session.commit()
    clock.advance(hours=3, minutes=30)
    return cast


def counts(page: str) -> list[int]:
    return [int(found) for found in re.findall(r'data-live="tile-\w+">(\d+)<', page)]


def rows(page: str) -> int:
    return page.count("data-row=")


def test_the_tiles_count_what_a_supervisor_asks_for(
    desk_in_trouble: Cast, browser: Browser
) -> None:
    page = browser.be(desk_in_trouble.lea).get("/deadlines").text
    assert counts(page) == [1, 1, 0, 1, 1, 1, 1]
    assert rows(page) == 3


def test_the_operator_sees_every_vendor_and_which(desk_in_trouble: Cast, browser: Browser) -> None:
    page = browser.be(desk_in_trouble.odile).get("/deadlines").text
    assert counts(page)[0] == 2
    assert "Nordlicht" in page
    assert "Nordlicht" not in browser.be(desk_in_trouble.lea).get("/deadlines").text


@pytest.mark.parametrize(
    "only", ["overdue", "unacknowledged", "near", "shift", "unassigned", "undeliverable"]
)
def test_a_tile_is_a_filter(desk_in_trouble: Cast, browser: Browser, only: str) -> None:
    page = browser.be(desk_in_trouble.lea).get(f"/deadlines?only={only}").text
    assert rows(page) == 1
    assert 'aria-current="true"' in page


def test_an_unknown_tile_does_not_exist(cast: Cast, browser: Browser) -> None:
    assert browser.be(cast.lea).get("/deadlines?only=secret").status_code == 404


def test_the_worst_stands_first_in_groups(desk_in_trouble: Cast, browser: Browser) -> None:
    page = browser.be(desk_in_trouble.lea).get("/deadlines").text
    assert page.index("Overdue by 30 min") < page.index("In the next 2 hours")
    assert page.index("In the next 2 hours") < page.index("Tomorrow")


def test_nothing_to_do_is_a_sentence(cast: Cast, browser: Browser) -> None:
    assert "Nothing overdue." in browser.be(cast.lea).get("/deadlines").text


def test_the_empty_board_says_when_the_next_one_is_due(cast: Cast, browser: Browser) -> None:
    make_ticket(cast.lavande)
    page = browser.be(cast.lea).get("/deadlines?only=overdue").text
    assert "Nothing overdue. Next deadline in 24 h 00." in page


def test_agents_are_told_that_it_is_not_theirs(cast: Cast, browser: Browser) -> None:
    found = browser.be(cast.ana).get("/deadlines")
    assert found.status_code == 403
    assert "This page is for supervisors." in found.text


def test_htmx_gets_the_board_alone(desk_in_trouble: Cast, browser: Browser) -> None:
    piece = browser.be(desk_in_trouble.lea).fragment("/deadlines").text
    assert piece.lstrip().startswith('<div id="board"')


def test_the_page_asks_few_questions(desk_in_trouble: Cast, browser: Browser) -> None:
    browser.be(desk_in_trouble.odile)
    with Counted(db.engine) as counted:
        browser.get("/deadlines")
    assert len(counted.asked) <= 10, counted.asked


@pytest.mark.parametrize(
    ("query", "shown"),
    [("level=2", 1), ("level=1", 2), ("lang=en", 3), ("lang=pl", 0), ("level=7&lang=xx", 3)],
)
def test_the_board_is_narrowed_in_the_address(
    desk_in_trouble: Cast, browser: Browser, query: str, shown: int
) -> None:
    page = browser.be(desk_in_trouble.lea).get(f"/deadlines?{query}").text
    assert rows(page) == shown
    assert sum(counts(page)[:1]) <= shown


def test_tiles_and_pages_keep_what_the_board_is_narrowed_to(
    desk_in_trouble: Cast, browser: Browser
) -> None:
    page = browser.be(desk_in_trouble.lea).get("/deadlines?only=overdue&level=1").text
    assert "/deadlines?only=near&amp;level=1" in page
    assert Selection(level=2).address(after="") == {"level": "2"}


def test_another_vendor_s_filter_shows_nothing(desk_in_trouble: Cast, browser: Browser) -> None:
    other = desk_in_trouble.nordlicht.id
    assert rows(browser.be(desk_in_trouble.lea).get(f"/deadlines?vendor={other}").text) == 0
    assert rows(browser.be(desk_in_trouble.odile).get(f"/deadlines?vendor={other}").text) == 1


def test_pages_are_cut_behind_the_last_row(
    cast: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    for number in range(5):
        make_ticket(cast.lavande, sender=f"kim{number}@mailbox.example")
    browser.be(cast.lea)
    url, seen = "/deadlines", []
    while url:
        page = browser.get(url).text
        seen += re.findall(r'data-row="(\d+)"', page)
        more = re.search(r'href="([^"]+)" rel="next"', page)
        url = more[1].replace("&amp;", "&") if more else ""
        assert 'data-live="count-tomorrow">5<' in page
    assert len(seen) == len(set(seen)) == 5


def test_a_promise_due_today_has_a_tile_and_its_own_dial(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    ticket = make_ticket(cast.lavande, "My lawyer will write to you.")
    words = Answer(text="Bo looks after it.", lang="en")
    acknowledge(ticket, cast.bo, words, until=clock() + timedelta(hours=5), at=clock())
    db.session.commit()
    page = browser.be(cast.lea).get("/deadlines?only=promises").text
    assert counts(page)[2] == rows(page) == 1
    assert "Promised news" in page


def test_a_row_says_how_often_it_was_told_and_who_sits_there(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    ticket = make_ticket(cast.lavande)
    ticket.assign(cast.ana, at=clock(), by=cast.ana.id, why="by hand")
    db.session.commit()
    browser.be(cast.lea)
    assert "at work" in browser.get("/deadlines").text
    sweep(clock.advance(hours=12))
    page = browser.get("/deadlines").text
    assert "1 ×" in page
    assert "last seen 12 h 00 ago" in page


def test_the_buyer_s_words_stand_in_the_supervisor_s_language(cast: Cast, browser: Browser) -> None:
    ticket = polish_ticket(cast)
    draft = ask(f"ticket:{ticket.id}", POLISH, source="pl", target="fr")
    finish(draft, Said(POLISH, "Bonjour, où est ma commande ?"))
    assert "où est ma commande" in browser.be(cast.lea).get("/deadlines").text


def test_the_page_says_whether_the_desk_behind_it_moves(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    sweep(clock())
    clock.advance(seconds=40)
    page = browser.be(cast.lea).get("/deadlines").text
    assert "Deadlines watched 40 s ago" in page
    assert 'role="alert"' not in page
    clock.advance(minutes=5)
    page = browser.get("/deadlines").text
    assert "Deadlines last watched 5 min ago" in page
    assert 'role="alert"' in page
