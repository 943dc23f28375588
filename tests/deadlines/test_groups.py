"""The board by vendor, agent, language and level: what waits, the worst of it, and the share in
time."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from app.accounts.models import Agent
from app.deadlines.board import Selection
from app.deadlines.groups import By, GroupLine, group_lines
from app.deadlines.tiles import Day, Tile
from app.extensions import db
from app.quality.rollup import catch_up
from app.tickets.conversation import undo
from tests.browser import Browser
from tests.factories import Cast, answer, make_ticket
from tests.fakes import SteppedClock
from tests.tickets.staging import Counted


@pytest.fixture
def desk_at_work(cast: Cast, clock: SteppedClock) -> Cast:
    """Ana answered one in time and one too late; three of two vendors wait, one of them overdue."""
    in_time = make_ticket(cast.lavande, sender="a@mailbox.example")
    late = make_ticket(cast.lavande, sender="b@mailbox.example")
    answer(in_time, cast.ana)
    clock.advance(hours=30)
    answer(late, cast.ana)
    worst = make_ticket(cast.lavande, sender="c@mailbox.example")
    worst.assignee_id = cast.ana.id
    clock.advance(hours=25)
    other = make_ticket(cast.lavande, "My lawyer will write.", sender="d@mailbox.example")
    other.assignee_id, other.lang = None, "pl"
    db.session.flush()
    make_ticket(cast.nordlicht)
    catch_up(clock.at)
    return cast


def lines(agent: Agent, by: By, clock: SteppedClock, **chosen: object) -> list[GroupLine]:
    selection = Selection(**chosen)  # type: ignore[arg-type]
    return list(group_lines(agent, selection, by, Day(clock.at, ZoneInfo("UTC"))))


def told(found: list[GroupLine]) -> list[tuple[object, int, int, int]]:
    return [(line.name or line.key, line.count, line.counted, line.hits) for line in found]


def test_each_group_has_its_number_its_worst_and_its_share(
    desk_at_work: Cast, clock: SteppedClock
) -> None:
    cast = desk_at_work
    by_vendor = lines(cast.odile, By.VENDOR, clock)
    # The wait that is overdue and has no answer counts too.
    assert told(by_vendor) == [("Maison Lavande", 2, 3, 1), ("Nordlicht", 1, 0, 0)]
    assert by_vendor[0].due_at == clock.at - timedelta(hours=1)
    assert by_vendor[0].share == pytest.approx(1 / 3)
    assert by_vendor[1].share is None
    assert told(lines(cast.lea, By.AGENT, clock)) == [("Ana", 1, 3, 1), (None, 1, 0, 0)]
    assert told(lines(cast.lea, By.LANG, clock)) == [("en", 1, 3, 1), ("pl", 1, 0, 0)]
    assert told(lines(cast.lea, By.LEVEL, clock)) == [(1, 1, 3, 1), (2, 1, 0, 0)]


def test_what_is_chosen_narrows_the_groups(desk_at_work: Cast, clock: SteppedClock) -> None:
    cast = desk_at_work
    assert told(lines(cast.odile, By.VENDOR, clock, only=Tile.OVERDUE)) == [
        ("Maison Lavande", 1, 3, 1)
    ]
    assert told(lines(cast.odile, By.LANG, clock, vendor=cast.nordlicht.id)) == [("en", 1, 0, 0)]
    assert told(lines(cast.odile, By.LEVEL, clock, lang="pl")) == [(2, 1, 0, 0)]
    assert lines(cast.odile, By.LANG, clock, only=Tile.UNDELIVERABLE) == []


def test_an_answer_that_was_taken_back_leaves_the_share(
    desk_at_work: Cast, clock: SteppedClock
) -> None:
    cast = desk_at_work
    ticket = make_ticket(cast.nordlicht, sender="e@mailbox.example")
    message = answer(ticket, cast.omar)
    catch_up(clock.at)
    assert ("Nordlicht", 1, 1, 1) in told(lines(cast.odile, By.VENDOR, clock))
    assert ("en", 2, 4, 2) in told(lines(cast.odile, By.LANG, clock))
    undo(ticket, message, cast.omar, at=clock.at)
    db.session.commit()
    catch_up(clock.at)
    assert ("Nordlicht", 2, 0, 0) in told(lines(cast.odile, By.VENDOR, clock))
    assert ("en", 3, 3, 1) in told(lines(cast.odile, By.LANG, clock))


def test_what_is_older_than_thirty_days_is_forgotten(
    desk_at_work: Cast, clock: SteppedClock
) -> None:
    clock.advance(days=35)
    assert told(lines(desk_at_work.odile, By.LANG, clock))[0] == ("en", 2, 0, 0)


def test_the_page_takes_few_queries_and_leads_to_the_board(
    desk_at_work: Cast, browser: Browser
) -> None:
    browser.be(desk_at_work.odile)
    with Counted(db.engine) as counted:
        page = browser.get("/deadlines/groups").text
    assert len(counted.asked) <= 8
    assert "33.3 %" in page
    assert "Overdue by 1 h 00" in page
    assert f'href="/deadlines?vendor={desk_at_work.lavande.id}"' in page
    piece = browser.fragment("/deadlines/groups?by=agent&level=1").text
    assert piece.lstrip().startswith('<div id="groups"')
    assert f'href="/deadlines?agent={desk_at_work.ana.id}&amp;level=1"' in piece


def test_a_vendors_own_supervisor_groups_by_everything_but_vendors(
    desk_at_work: Cast, browser: Browser
) -> None:
    browser.be(desk_at_work.lea)
    assert "By vendor" not in browser.get("/deadlines/groups").text
    assert browser.get("/deadlines/groups?by=vendor").status_code == 404
    assert browser.get("/deadlines/groups?by=moon").status_code == 404
    assert "Nordlicht" not in browser.get("/deadlines/groups?by=lang").text
