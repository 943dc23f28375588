"""The supervisors' board."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.deadlines.board import Group, group_of
from app.extensions import db
from tests.browser import Browser
from tests.factories import Cast, make_ticket
from tests.fakes import SteppedClock
from tests.tickets.staging import Counted

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
    assert group_of(NINE + timedelta(hours=ahead), now=NINE, zone=PARIS) == group


def test_no_deadline_is_a_group_of_its_own() -> None:
    assert group_of(None, now=NINE, zone=PARIS) == Group.STOPPED


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
    return [int(piece.split("<")[0]) for piece in page.split('class="tile-count num">')[1:]]


def rows(page: str) -> int:
    return page.count("data-row=")


def test_the_tiles_count_what_a_supervisor_asks_for(
    desk_in_trouble: Cast, browser: Browser
) -> None:
    page = browser.be(desk_in_trouble.lea).get("/deadlines").text
    assert counts(page) == [1, 1, 1, 1, 1, 1]
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
    assert "which is good" in browser.be(cast.lea).get("/deadlines").text


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
