"""The queue page."""

import pytest

from app.extensions import db
from app.web.paging import PAGE_SIZE
from tests.browser import Browser
from tests.factories import Cast, answer, make_ticket
from tests.fakes import SteppedClock
from tests.tickets.staging import Counted


def rows(page: str) -> list[int]:
    """The tickets of a page in their order."""
    return [int(piece.split('"')[0]) for piece in page.split('data-row="')[1:]]


def test_the_nearest_deadline_stands_first(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    old = make_ticket(cast.lavande, sender="a@mailbox.example")
    clock.advance(hours=3)
    new = make_ticket(cast.lavande, sender="b@mailbox.example")
    clock.advance(hours=20)
    page = browser.be(cast.lea).get("/tickets?view=team").text
    assert rows(page) == [old.id, new.id]
    assert "Due in 1 h 00" in page
    assert "Due in 4 h 00" in page


def test_a_late_ticket_says_so_in_words_and_with_an_icon(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    make_ticket(cast.lavande)
    clock.advance(hours=24, minutes=20)
    page = browser.be(cast.lea).get("/tickets?view=overdue").text
    assert "Overdue by 20 min" in page
    assert "icons.svg#alert" in page


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ("mine", "Nothing waits for you."),
        ("team", "Nobody waits for an answer."),
        ("unassigned", "Every ticket has somebody who looks after it."),
        ("overdue", "Nothing overdue."),
        ("closed", "Nothing was closed yet."),
    ],
)
def test_an_empty_tab_is_a_sentence(cast: Cast, browser: Browser, view: str, words: str) -> None:
    assert words in browser.be(cast.ana).get(f"/tickets?view={view}").text


def test_nothing_overdue_names_the_next_deadline(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    make_ticket(cast.lavande)
    clock.advance(hours=22, minutes=20)
    page = browser.be(cast.lea).get("/tickets?view=overdue").text
    assert "Nothing overdue. Next deadline on the desk in 1 h 40." in page


def test_the_queue_is_narrowed_by_level_and_language(cast: Cast, browser: Browser) -> None:
    calm = make_ticket(cast.lavande, sender="a@mailbox.example")
    grave = make_ticket(cast.lavande, "My lawyer will write to you.", sender="b@mailbox.example")
    grave.lang = "de"
    db.session.commit()
    browser.be(cast.lea)
    assert rows(browser.get("/tickets?view=team&level=2").text) == [grave.id]
    assert rows(browser.get("/tickets?view=team&lang=en").text) == [calm.id]
    assert len(rows(browser.get("/tickets?view=team&level=9&lang=xx").text)) == 2


def test_an_unknown_tab_does_not_exist(cast: Cast, browser: Browser) -> None:
    assert browser.be(cast.ana).get("/tickets?view=secret").status_code == 404


def test_a_long_queue_is_paged_without_losing_a_row(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    made = [
        make_ticket(cast.lavande, sender=f"{n}@mailbox.example").id for n in range(PAGE_SIZE + 2)
    ]
    first = browser.be(cast.lea).get("/tickets?view=team").text
    after = first.split("after=")[1].split('"')[0]
    second = browser.get(f"/tickets?view=team&after={after}").text
    assert rows(first) + rows(second) == made
    assert "Next page" not in second


def test_htmx_gets_the_list_alone(cast: Cast, browser: Browser) -> None:
    make_ticket(cast.lavande)
    piece = browser.be(cast.lea).fragment("/tickets?view=team").text
    assert piece.lstrip().startswith('<div id="queue"')
    assert "<html" not in piece


def test_an_answered_ticket_waits_for_the_buyer(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    answer(ticket, cast.ana)
    browser.be(cast.ana)
    assert rows(browser.get("/tickets?view=waiting").text) == [ticket.id]
    assert rows(browser.get("/tickets?view=team").text) == []


def test_another_vendor_s_tickets_are_in_no_tab(cast: Cast, browser: Browser) -> None:
    make_ticket(cast.lavande)
    browser.be(cast.omar)
    for view in ("mine", "team", "unassigned", "overdue", "waiting", "closed", "all"):
        assert rows(browser.get(f"/tickets?view={view}").text) == []


def test_the_page_asks_few_questions_however_long_it_is(cast: Cast, browser: Browser) -> None:
    for number in range(12):
        make_ticket(cast.lavande, sender=f"{number}@mailbox.example")
    browser.be(cast.lea)
    with Counted(db.engine) as counted:
        assert len(rows(browser.get("/tickets?view=team").text)) == 12
    assert len(counted.asked) <= 10, counted.asked
