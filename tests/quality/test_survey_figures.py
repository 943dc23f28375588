"""What the answers add up to, by tables, and where they stand at the desk."""

import csv
import io
from datetime import date, timedelta
from math import isclose

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from app.accounts.models import Agent, Vendor
from app.extensions import db
from app.lib.clock import now
from app.lib.ids import random_id
from app.quality.figures import Span
from app.quality.survey_figures import (
    Satisfaction,
    by_agent,
    by_vendor,
    dimensions,
    satisfaction,
    t_quantile,
)
from app.quality.survey_models import Survey
from app.tickets.handing import move
from app.tickets.models import Ticket
from tests.browser import Browser
from tests.factories import KIM, Cast, make_ticket
from tests.fakes import SteppedClock


@pytest.mark.parametrize(
    ("scores", "mean", "low", "high"),
    [
        ({}, None, None, None),
        ({4: 1}, 4.0, None, None),
        ({4: 2}, 4.0, 4.0, 4.0),
        ({5: 1, 4: 1}, 4.5, 1.0, 5.0),
        # By hand: 1 2 3 4 5, s = 1.5811, t = 2.776, reach = 1.963.
        ({1: 1, 2: 1, 3: 1, 4: 1, 5: 1}, 3.0, 1.037, 4.963),
        # 100 answers: s = 0.8792, t(99) = 1.984, reach = 0.1744.
        ({5: 50, 4: 30, 3: 18, 1: 2}, 4.26, 4.084, 4.436),
    ],
)
def test_a_mean_says_where_it_lies(
    scores: dict[int, int], mean: float | None, low: float | None, high: float | None
) -> None:
    found = Satisfaction(200, scores)
    assert found.mean == mean
    if low is None:
        assert found.interval is None
    else:
        assert found.interval == pytest.approx((low, high), abs=0.003)


@pytest.mark.parametrize(("freedom", "t"), [(1, 12.706), (30, 2.042), (40, 2.021), (120, 1.980)])
def test_the_quantiles_are_student_s(freedom: int, t: float) -> None:
    assert isclose(t_quantile(freedom), t, abs_tol=0.002)


@given(st.dictionaries(st.integers(1, 5), st.integers(1, 50), min_size=1))
def test_the_interval_holds_the_mean_and_stays_on_the_scale(scores: dict[int, int]) -> None:
    found = Satisfaction(1_000, scores)
    assert found.mean is not None
    if found.interval:
        low, high = found.interval
        assert 1 <= low <= found.mean + 1e-9 <= high + 2e-9 <= 5 + 3e-9


def put(vendor: Vendor, agent: Agent | None, score: int | None, **more: object) -> Survey:
    ticket = make_ticket(vendor, sender=f"{random_id(6)}@mailbox.example")
    at = now()
    survey = Survey(
        key=random_id(16), ticket_id=ticket.id, vendor_id=vendor.id, buyer_id=ticket.buyer_id,
        agent_id=agent.id if agent else None, lang="pl", closed_at=at, asked_at=at, score=score,
        answered_at=at if score else None, **more,
    )  # fmt: skip
    db.session.add(survey)
    db.session.commit()
    return survey


@pytest.fixture
def span(clock: SteppedClock) -> Span:
    today = clock().date()
    return Span(today - timedelta(days=29), today)


def test_each_vendor_and_agent_has_their_own_answers(cast: Cast, span: Span) -> None:
    for score in (5, 4, None):
        put(cast.lavande, cast.ana, score)
    put(cast.lavande, cast.bo, 2)
    put(cast.nordlicht, cast.omar, 1)
    put(cast.lavande, None, 3)
    cast.bo.disabled_at = now()
    db.session.commit()
    assert satisfaction(None, span) == Satisfaction(6, {5: 1, 4: 1, 3: 1, 2: 1, 1: 1})
    assert by_vendor(None, span)[cast.nordlicht.id] == Satisfaction(1, {1: 1})
    agents = by_agent([cast.lavande.id], span)
    assert agents[cast.ana.id] == ("Ana", Satisfaction(3, {5: 1, 4: 1}))
    assert agents[cast.bo.id][0] == "Bo"


def test_a_vendor_without_tickets_has_no_figures(cast: Cast, span: Span) -> None:
    found = satisfaction([cast.nordlicht.id], span)
    assert (found.asked, found.rate, found.mean, found.is_small) == (0, None, None, True)


def test_a_span_has_whole_days_and_both_its_ends(cast: Cast, clock: SteppedClock) -> None:
    put(cast.lavande, None, 5)
    today = clock().date()
    assert satisfaction(None, Span(today, today)).answered == 1
    yesterday = today - timedelta(days=1)
    assert satisfaction(None, Span(yesterday, yesterday)).answered == 0


def test_the_long_form_has_a_mean_a_sentence(cast: Cast, span: Span) -> None:
    put(cast.lavande, None, 5, tangibles=4, empathy=2)
    put(cast.lavande, None, 5, tangibles=5)
    assert dimensions(None, span) == {"tangibles": (4.5, 2), "empathy": (2.0, 1)}


# --- at the desk -----------------------------------------------------------------------------


def test_a_supervisor_sees_their_own_vendor_and_the_operator_all(
    cast: Cast, browser: Browser
) -> None:
    put(cast.lavande, cast.ana, 5, words="Kind people", words_lang="en")
    put(cast.nordlicht, cast.omar, 1, words="Slow people", words_lang="en")
    page = browser.be(cast.lea).open("/quality/satisfaction").text
    assert ("Kind people" in page, "Slow people" in page) == (True, False)
    page = browser.be(cast.odile).open("/quality/satisfaction").text
    assert ("Kind people" in page, "Slow people" in page) == (True, True)
    page = browser.open("/quality/satisfaction?vendor=nordlicht").text
    assert ("Kind people" in page, "Slow people" in page) == (False, True)
    assert browser.open("/quality/satisfaction?vendor=nobody").status_code == 404
    page = browser.be(cast.lea).open("/quality/satisfaction?vendor=nordlicht").text
    assert "Slow people" not in page


def test_few_answers_are_marked(cast: Cast, browser: Browser) -> None:
    put(cast.lavande, cast.ana, 5)
    assert 'class="few"' in browser.be(cast.lea).open("/quality/satisfaction").text


def test_the_answers_are_paged_by_the_last_one_seen(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    for number in range(53):
        clock.advance(minutes=1)
        put(cast.lavande, None, 1 + number % 5, words=f"said {number:02}.")
    first = browser.be(cast.lea).open("/quality/satisfaction").text
    assert (first.count("said "), "said 52." in first) == (50, True)
    cursor = first.partition("after=")[2].partition('"')[0].partition("&")[0]
    last = browser.open(f"/quality/satisfaction?after={cursor}").text
    assert (last.count("said "), "said 00." in last, 'rel="next"' in last) == (3, True, False)


def test_the_page_asks_as_many_questions_for_many_answers_as_for_few(
    cast: Cast, browser: Browser
) -> None:
    put(cast.lavande, cast.ana, 4)
    few = queries(browser.be(cast.odile), "/quality/satisfaction")
    for _ in range(20):
        put(cast.lavande, cast.bo, 4, words="x")
    assert queries(browser, "/quality/satisfaction") == few
    assert few <= 10


def queries(browser: Browser, path: str) -> int:
    seen: list[str] = []

    def note(*about: object) -> None:
        seen.append(str(about[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    db.session.expire_all()
    browser.open(path)
    event.remove(db.engine, "before_cursor_execute", note)
    return len([one for one in seen if one.lstrip().upper().startswith(("SELECT", "WITH"))])


def test_the_table_has_numbers_and_no_person(cast: Cast, browser: Browser) -> None:
    put(cast.lavande, cast.ana, 4, words="=cmd: write to me", empathy=5)
    put(cast.nordlicht, cast.omar, None)
    found = browser.be(cast.lea).open("/quality/satisfaction/answers.csv").text
    rows = list(csv.DictReader(io.StringIO(found)))
    assert [(row["vendor"], row["score"], row["empathy"], row["has_words"]) for row in rows] == [
        ("lavande", "4", "5", "1")
    ]
    for secret in ("write to me", KIM, "Ana", "Buyer"):
        assert secret not in found


def test_the_ticket_shows_what_its_buyer_said_to_the_vendor_who_earned_it(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    survey = put(cast.lavande, cast.ana, 2, words="They were rude", words_lang="en")
    path = f"/tickets/{survey.ticket_id}"
    assert "They were rude" in browser.be(cast.ana).open(path).text
    move(db.session.get_one(Ticket, survey.ticket_id), cast.nordlicht, cast.odile, at=clock())
    db.session.commit()
    assert "They were rude" not in browser.be(cast.omar).open(path).text


def test_a_period_that_is_none_is_not_found(cast: Cast, browser: Browser) -> None:
    assert browser.be(cast.lea).open("/quality/satisfaction?days=8").status_code == 404
    assert browser.open("/quality/satisfaction?month=2026-13").status_code == 404
    assert date(2026, 3, 2) == now().date()


def test_words_of_a_stranger_stay_words(cast: Cast, browser: Browser) -> None:
    put(cast.lavande, cast.ana, 2, words="<script>alert(1)</script>", words_lang="und")
    page = browser.be(cast.lea).open("/quality/satisfaction").text
    assert "<script>alert" not in page


def test_the_client_is_a_buyer_s_when_nobody_logged_in(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/quality/satisfaction").status_code in {302, 303}
