"""The forecast and the table that leave the board."""

import csv
from datetime import UTC, datetime, timedelta

import pytest

from app.deadlines.forecast import ANSWERS, usual_answers
from app.extensions import db
from app.tickets import queries
from tests.browser import Browser
from tests.factories import Cast, answer, make_ticket
from tests.fakes import SteppedClock
from tests.tickets.staging import Counted

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_an_hour_usually_brings_what_it_brought_on_the_days_before() -> None:
    answered = [NOON - timedelta(days=day, hours=-2, minutes=-5) for day in range(1, 15)]
    usual = usual_answers(answered, now=NOON)
    assert usual[2] == 1.0
    assert sum(usual) == 1.0


def test_a_busy_desk_counts_the_days_that_its_newest_answers_cover() -> None:
    answered = [NOON - timedelta(days=2) * (number / ANSWERS) for number in range(1, ANSWERS + 1)]
    assert sum(usual_answers(answered, now=NOON)) == pytest.approx(ANSWERS / 2)


def test_the_forecast_shows_the_hour_in_which_too_much_falls_due(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    answer(make_ticket(cast.lavande, sender="jo@mailbox.example"), cast.ana)
    make_ticket(cast.lavande)
    make_ticket(cast.nordlicht)
    clock.advance(hours=20)
    browser.be(cast.lea)
    with Counted(db.engine) as counted:
        page = browser.get("/deadlines/forecast").text
    assert len(counted.asked) <= 10
    assert page.count("forecast-short") == 1
    assert '<th scope="row" class="num">08:00</th><td class="num" data-label="Deadlines">1<' in page
    assert browser.fragment("/deadlines/forecast").text.lstrip().startswith('<div id="forecast"')


def test_the_table_has_every_page_and_nothing_of_a_buyer(
    cast: Cast, browser: Browser, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    for number in range(5):
        make_ticket(cast.lavande, sender=f"k{number}@mailbox.example")
    make_ticket(cast.nordlicht)
    clock.advance(hours=25)
    found = browser.be(cast.lea).get("/deadlines.csv?only=overdue")
    assert found.mimetype == "text/csv"
    table = list(csv.DictReader(found.text.splitlines()))
    assert len(table) == 5
    assert {row["vendor"] for row in table} == {"Maison Lavande"}
    assert {row["overdue_minutes"] for row in table} == {"60"}
    for secret in ("mailbox.example", "where is my order", "My order", "Buyer", "@"):
        assert secret not in found.text


def test_no_cell_is_a_formula(cast: Cast, browser: Browser) -> None:
    cast.lavande.name = '=HYPERLINK("x")'
    make_ticket(cast.lavande)
    db.session.commit()
    (row,) = csv.DictReader(browser.be(cast.lea).get("/deadlines.csv").text.splitlines())
    assert row["vendor"] == '\'=HYPERLINK("x")'
    assert int(row["overdue_minutes"]) < 0
