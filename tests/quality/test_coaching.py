"""Coaching: what an agent sees of themselves, what a supervisor writes, and who sees neither."""

from datetime import timedelta

import pytest

from app.extensions import db
from app.lib.clock import now
from app.quality.coaching import best_answers, to_review
from app.quality.coaching_models import POINTS, Review
from app.quality.rollup import rebuild
from app.quality.survey_models import Survey
from app.tickets.models import DeliveryState, Ticket
from tests.browser import Browser
from tests.factories import Cast, answer, make_ticket
from tests.fakes import SteppedClock

pytestmark = pytest.mark.db

MARKS = dict.fromkeys(POINTS, "2")


def closed_by_ana(cast: Cast, clock: SteppedClock, text: str = "It arrives today.") -> Ticket:
    """A ticket that Ana closed with one answer."""
    ticket = make_ticket(cast.lavande)
    clock.advance(minutes=30)
    answer(ticket, cast.ana, text).delivery = DeliveryState.SENT
    ticket.close(at=now(), agent_id=cast.ana.id)
    db.session.commit()
    return ticket


@pytest.fixture
def closed(cast: Cast, clock: SteppedClock) -> Ticket:
    ticket = closed_by_ana(cast, clock)
    rebuild(now())
    return ticket


def test_an_agent_sees_the_own_figures_and_no_form(
    cast: Cast, closed: Ticket, browser: Browser
) -> None:
    page = browser.be(cast.ana).get(f"/quality/people/{cast.ana.id}").text
    assert "Your own figures" in page
    assert "100.0 %" in page
    assert "Save the review" not in page


def test_a_supervisor_s_review_reaches_the_agent(
    cast: Cast, closed: Ticket, browser: Browser
) -> None:
    form = MARKS | {"ticket": closed.id, "words": "Well explained."}
    browser.be(cast.lea)
    assert "Save the review" in browser.get(f"/quality/people/{cast.ana.id}").text
    browser.post(f"/quality/people/{cast.ana.id}/reviews", data=form)
    assert to_review(cast.ana, now().date()) == []
    page = browser.be(cast.ana).get(f"/quality/people/{cast.ana.id}").text
    assert "Well explained." in page
    assert "Lea" in page


def test_a_review_counts_once(cast: Cast, closed: Ticket, browser: Browser) -> None:
    browser.be(cast.lea)
    for words in ("First.", "Second."):
        form = MARKS | {"ticket": closed.id, "words": words}
        browser.post(f"/quality/people/{cast.ana.id}/reviews", data=form)
    assert db.session.scalars(db.select(Review.words)).all() == ["First."]


@pytest.mark.parametrize("marks", [{}, {"friendly": "9"}, {"friendly": "x"}])
def test_a_review_without_all_answers_is_asked_for_again(
    cast: Cast, closed: Ticket, browser: Browser, marks: dict[str, str]
) -> None:
    form = {**dict.fromkeys(POINTS[:2], "1"), **marks, "ticket": closed.id}
    said = browser.be(cast.lea).post(f"/quality/people/{cast.ana.id}/reviews", data=form)
    assert said.status_code == 422
    assert "Answer all four questions." in said.text


def test_nobody_reviews_themselves_a_stranger_or_a_ticket_of_another(
    cast: Cast, closed: Ticket, browser: Browser
) -> None:
    form = MARKS | {"ticket": closed.id}
    browser.be(cast.lea)
    for person in (cast.lea, cast.omar, cast.bo):
        path = f"/quality/people/{person.id}/reviews"
        assert browser.post(path, data=form).status_code == 404


def test_the_sample_is_the_same_all_day(cast: Cast, clock: SteppedClock) -> None:
    for _ in range(6):
        closed_by_ana(cast, clock)
    rebuild(now())
    today = now().date()
    first = [row.id for row in to_review(cast.ana, today)]
    assert first == [row.id for row in to_review(cast.ana, today)]
    assert len(first) == 3
    assert to_review(cast.ana, today + timedelta(days=60)) == []


def test_the_best_answers_are_those_of_content_buyers(cast: Cast, clock: SteppedClock) -> None:
    plain, praised, scolded = (
        closed_by_ana(cast, clock, text) for text in ("Plain.", "Praised.", "Scolded.")
    )
    for ticket, score in ((praised, 5), (scolded, 1)):
        db.session.add(
            Survey(key=f"k{ticket.id}", ticket_id=ticket.id, vendor_id=cast.lavande.id,
                   agent_id=cast.ana.id, buyer_id=ticket.buyer_id, lang="en",
                   closed_at=now(), asked_at=now(), answered_at=now(), score=score)
        )  # fmt: skip
    rebuild(now())
    found = best_answers(cast.lavande.id, "order_status", now().date())
    assert [(one.ticket_id, one.words, one.score) for one in found] == [
        (praised.id, "Praised.", 5), (plain.id, "Plain.", None),
    ]  # fmt: skip
    assert best_answers(cast.nordlicht.id, "order_status", now().date()) == []
