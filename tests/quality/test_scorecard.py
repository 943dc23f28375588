"""What the scorecards show: shares with their size, the tickets behind, tables to take along."""

import csv
import io
from datetime import date, timedelta
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import event

from app.extensions import db
from app.lib.clock import now
from app.quality.export import HEAD, as_csv, as_xlsx
from app.quality.figures import Figure, Span, quantile, wilson
from app.quality.measures import Measure
from app.quality.rollup import rebuild
from app.quality.scorecard import Entry, columns, entries
from app.quality.survey_models import Survey
from app.tickets.models import Ticket
from tests.browser import Browser
from tests.factories import Cast, answer, make_ticket
from tests.fakes import SteppedClock

pytestmark = pytest.mark.db


@pytest.mark.parametrize(
    ("hits", "counted", "low", "high"),
    [(0, 0, 0.0, 1.0), (10, 10, 0.722, 1.0), (0, 10, 0.0, 0.278), (45, 50, 0.786, 0.957)],
)
def test_the_interval_of_a_share_is_wilson_s(
    hits: int, counted: int, low: float, high: float
) -> None:
    assert wilson(hits, counted) == pytest.approx((low, high), abs=0.001)


def test_the_span_before_ends_the_day_before_and_is_as_long() -> None:
    span = Span(date(2026, 3, 1), date(2026, 3, 31))
    assert span.days == 31
    assert span.before == Span(date(2026, 1, 29), date(2026, 2, 28))


@pytest.mark.parametrize(
    ("measure", "now_hits", "better"),
    [(Measure.ANSWER, 90, True), (Measure.ANSWER, 40, False), (Measure.REOPENED, 90, False),
     (Measure.SILENCE, 90, None), (Measure.ANSWER, 80, None)],
)  # fmt: skip
def test_a_share_is_better_by_the_measure_s_own_direction(
    measure: Measure, now_hits: int, better: bool | None
) -> None:
    entry = Entry(measure, Figure(100, now_hits), Figure(100, 80))
    assert entry.is_better == better


def test_of_a_few_nobody_says_that_they_are_better() -> None:
    assert Entry(Measure.ANSWER, Figure(19, 19), Figure(100, 50)).is_better is None


def test_a_long_span_is_drawn_by_weeks() -> None:
    first = date(2026, 1, 1)
    days = {first + timedelta(days=place): Figure(2, 1) for place in range(90)}
    weeks = columns(days, Span(first, first + timedelta(days=89)))
    assert [column.figure.counted for column in weeks] == [14] * 12 + [12]


def test_a_measure_that_vanished_is_still_shown() -> None:
    found = entries({}, {Measure.PROMISE: Figure(3, 3)})
    assert [(one.measure, one.now.share, one.moved) for one in found] == [
        (Measure.PROMISE, None, None)
    ]


@pytest.fixture
def worked(cast: Cast, clock: SteppedClock) -> Cast:
    """One ticket that Ana answered in time, one that nobody did, counted."""
    prompt, late = make_ticket(cast.lavande), make_ticket(cast.lavande, "My lamp is broken.")
    prompt.subject, late.subject = "The prompt one", "The late one"
    clock.advance(hours=2)
    answer(prompt, cast.ana)
    clock.advance(hours=30)
    rebuild(now())
    return cast


def test_a_supervisor_sees_the_vendor_s_card_and_its_definitions(
    worked: Cast, browser: Browser
) -> None:
    page = browser.be(worked.lea).get("/quality", follow_redirects=True).text
    assert "Scorecard: Maison Lavande" in page
    assert "50.0 %" in page
    assert "of 2" in page
    assert "few" in page
    assert "9–91 %" in page
    assert "Of the waits that were answered or whose time is up" in page
    assert "2 h 00" in page


def test_the_operator_sees_every_vendor_also_one_without_tickets(
    worked: Cast, browser: Browser
) -> None:
    page = browser.be(worked.odile).get("/quality?days=7").text
    assert "Maison Lavande" in page
    assert "Nordlicht" in page
    empty = browser.get("/quality/vendors/nordlicht").text
    assert "Nothing to count yet" in empty


def test_a_figure_opens_the_tickets_behind_it(worked: Cast, browser: Browser) -> None:
    browser.be(worked.lea)
    both = browser.get("/quality/vendors/lavande/answer").text
    assert "The prompt one" in both
    missed = browser.get("/quality/vendors/lavande/answer?hit=0").text
    assert "The late one" in missed
    assert "The prompt one" not in missed


def test_a_person_s_and_a_level_s_figure_open_their_own_tickets(
    worked: Cast, browser: Browser
) -> None:
    card = browser.be(worked.lea).get("/quality/vendors/lavande").text
    hers = f"/quality/vendors/lavande/answer?agent={worked.ana.id}&amp;days=30"
    assert hers in card
    found = browser.get(hers.replace("&amp;", "&")).text
    assert "The prompt one" in found
    assert "2026-02-02 – 2026-03-03 · Ana" in found
    nobody_s = browser.get(f"/quality/vendors/lavande/answer?agent={worked.omar.id}").text
    assert "No ticket counts here" in nobody_s
    assert "Omar" not in nobody_s
    for level, number in ((1, 2), (2, 0), (10**12, 2)):
        page = browser.get(f"/quality/vendors/lavande/answer?level={level}").text
        assert page.count('class="cell-ticket"') == number


def test_the_operator_goes_from_the_table_of_all_straight_to_the_tickets(
    worked: Cast, browser: Browser
) -> None:
    page = browser.be(worked.odile).get("/quality?days=7").text
    assert '<a class="num" href="/quality/vendors/lavande/answer?days=7">' in page


def test_a_span_may_end_on_an_earlier_day(worked: Cast, browser: Browser) -> None:
    browser.be(worked.lea)
    page = browser.get("/quality/vendors/lavande/answer?days=7&until=2026-03-01").text
    assert "2026-02-23 – 2026-03-01" in page
    assert "No ticket counts here" in page
    assert "hit=0&amp;days=7&amp;until=2026-03-01" in page


@pytest.fixture
def rated(worked: Cast) -> Cast:
    """One buyer was asked and gave four of five, counted."""
    ticket = db.session.scalars(db.select(Ticket).filter_by(subject="The prompt one")).one()
    survey = Survey(
        key="k", ticket_id=ticket.id, vendor_id=ticket.vendor_id, buyer_id=ticket.buyer_id,
        agent_id=worked.ana.id, lang="en", closed_at=now(), asked_at=now(),
    )  # fmt: skip
    db.session.add(survey)
    db.session.flush()
    survey.take(4, at=now())
    db.session.commit()
    rebuild(now())
    return worked


def test_what_buyers_said_is_a_line_of_every_card(rated: Cast, browser: Browser) -> None:
    paths = ("/quality/vendors/lavande", f"/quality/people/{rated.ana.id}")
    browser.be(rated.lea)
    for path in paths:
        page = browser.get(path).text
        assert "Satisfied buyers" in page
        assert "4.0 of 5 on average" in page
        assert "those who gave four or five of five" in page
    assert "Satisfied buyers" in browser.be(rated.odile).get("/quality").text


def test_satisfaction_opens_its_tickets_and_goes_along_in_the_tables(
    rated: Cast, browser: Browser
) -> None:
    page = browser.be(rated.odile).get("/quality/vendors/lavande/satisfaction").text
    assert "The prompt one" in page
    assert "4 satisfied" in page
    (row,) = [
        row for row in csv.DictReader(io.StringIO(browser.get("/quality/figures.csv").text))
        if row["vendor"] == "Maison Lavande"
    ]  # fmt: skip
    said = [row[f"satisfaction_{name}"] for name in ("share", "low", "counted", "hits", "mean")]
    assert said == ["1.0", "0.2065", "1", "1", "4.0"]


def test_a_ticket_that_moved_is_listed_for_the_operator_alone(
    worked: Cast, browser: Browser
) -> None:
    ticket = db.session.scalars(db.select(Ticket).filter_by(subject="The prompt one")).one()
    ticket.vendor_id = worked.nordlicht.id
    db.session.commit()
    path = "/quality/vendors/lavande/answer"
    assert "The prompt one" in browser.be(worked.odile).get(path).text
    page = browser.be(worked.lea).get(path).text
    assert "The prompt one" not in page
    assert "is counted and not listed" in page


def test_another_vendor_s_card_looks_like_none(worked: Cast, browser: Browser) -> None:
    worked.omar.role = "supervisor"
    db.session.commit()
    browser.be(worked.omar)
    for path in ("/quality/vendors/lavande", "/quality/vendors/nobody"):
        assert browser.get(path).status_code == 404


@pytest.mark.parametrize(
    "query",
    ["days=8", "days=x&month=2026-13", "month=1", "month=99999-01", "until=x", "until=0001-01-01"],
)
def test_a_period_that_does_not_exist_is_not_found(
    worked: Cast, browser: Browser, query: str
) -> None:
    assert browser.be(worked.odile).get(f"/quality?{query}").status_code == 404


def test_a_month_is_its_days(worked: Cast, browser: Browser) -> None:
    page = browser.be(worked.lea).get("/quality/vendors/lavande?month=2026-02").text
    assert "2026-02-01 – 2026-02-28" in page


def test_the_tables_have_no_buyer_in_them_and_no_formula(worked: Cast, browser: Browser) -> None:
    worked.nordlicht.name = "=1+1"
    db.session.commit()
    browser.be(worked.odile)
    lines = browser.get("/quality/figures.csv").text.splitlines()
    assert lines[0].split(",") == list(HEAD)
    assert any(line.startswith("Maison Lavande,0.5,0.0945,0.9055,2,1,0") for line in lines)
    assert any(line.startswith("'=1+1") for line in lines)
    assert not any("kim" in line.lower() for line in lines)
    book = ZipFile(io.BytesIO(browser.get("/quality/figures.xlsx").data))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "0.5" in sheet


def test_an_empty_table_is_a_head() -> None:
    assert as_csv([]).decode().strip() == ",".join(HEAD)
    assert as_xlsx([]).startswith(b"PK")


def test_a_card_asks_the_database_few_questions(
    worked: Cast, browser: Browser, desk: Flask
) -> None:
    asked: list[str] = []
    browser.be(worked.lea)

    def note(_conn, _cursor, statement, *_rest) -> None:  # type: ignore[no-untyped-def]
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        browser.get("/quality/vendors/lavande")
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    questions = [one for one in asked if not one.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))]
    assert len(questions) <= 14, questions


@pytest.mark.parametrize(
    ("spread", "median", "late"),
    [({}, None, None), ({5: 1}, 5, 5), ({1: 1, 2: 1, 3: 1}, 2, 3), ({10: 90, 20: 10}, 10, 20),
     ({10: 50, 20: 50}, 20, 20)],
)  # fmt: skip
def test_half_lie_below_the_median_and_nine_of_ten_below_the_other(
    spread: dict[int, int], median: int | None, late: int | None
) -> None:
    assert (quantile(spread, 0.5), quantile(spread, 0.9)) == (median, late)
