"""The sample of "no reply needed": who says it, what supervisors read, and what they can do."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.deadlines.silences import SHOWN, drawn
from app.extensions import db
from app.tickets.clocks.promises import Silence, SilenceReason
from app.tickets.conversation import be_silent
from app.tickets.handing import move
from app.tickets.models import Ticket, TicketEvent
from app.translation.draft import ask
from tests.browser import Browser
from tests.factories import Cast, make_ticket
from tests.fakes import SteppedClock
from tests.tickets.staging import Counted, Said, finish, polish_ticket

PAGE = "/deadlines/silences"


def hush(ticket: Ticket, agent: object, at: object, note: str = "") -> Silence:
    silence = be_silent(ticket, agent, SilenceReason.THANKS, at=at, note=note)  # type: ignore[arg-type]
    db.session.commit()
    return silence


@pytest.fixture
def silence(cast: Cast, clock: SteppedClock) -> Silence:
    """Ana said of Kim's words that no reply was needed, an hour after they came."""
    ticket = make_ticket(cast.lavande, "But where is my refund?")
    return hush(ticket, cast.ana, clock.advance(hours=1), "she only thanks")


def test_a_supervisor_reads_who_said_it_of_which_words_and_why(
    cast: Cast, silence: Silence, browser: Browser
) -> None:
    page = browser.be(cast.lea).get(PAGE).text
    for said in ("But where is my refund?", "The buyer only says thank you", "she only thanks"):
        assert said in page
    assert f"by={cast.ana.id}" in page
    assert f'href="{PAGE}"' in browser.get("/deadlines").text


def test_foreign_words_are_shown_in_the_readers_language(
    cast: Cast, clock: SteppedClock, browser: Browser
) -> None:
    ticket = polish_ticket(cast, "Dziękuję bardzo!")
    finish(
        ask(f"ticket:{ticket.id}", "Dziękuję bardzo!", source="pl", target="fr"),
        Said("Dziękuję bardzo!", "Merci beaucoup !"),
    )
    hush(ticket, cast.ana, clock.at)
    assert "Merci beaucoup !" in browser.be(cast.lea).get(PAGE).text


def test_the_words_are_those_before_it_was_said(
    cast: Cast, silence: Silence, clock: SteppedClock, browser: Browser
) -> None:
    clock.advance(hours=1)
    ticket = db.session.get_one(Ticket, silence.ticket_id)
    make_later = make_ticket(cast.lavande, "Hello again!")
    db.session.execute(
        db.text("UPDATE message SET ticket_id = :to WHERE ticket_id = :of"),
        {"to": ticket.id, "of": make_later.id},
    )
    db.session.commit()
    page = browser.be(cast.lea).get(PAGE).text
    assert "But where is my refund?" in page
    assert "Hello again!" not in page


def test_what_was_looked_over_is_not_shown_again(
    cast: Cast, silence: Silence, browser: Browser
) -> None:
    done = browser.be(cast.lea).post(f"{PAGE}/{silence.id}/approval?of=newest")
    assert done.location == f"{PAGE}?of=newest"
    page = browser.get(done.location).text
    assert "Looked over: no reply was needed." in page
    assert "Nothing to look over." in page
    again = browser.post(f"{PAGE}/{silence.id}/approval")
    assert (again.status_code, "Somebody looked this over already." in again.text) == (422, True)
    assert browser.post(f"{PAGE}/{silence.id}/objection").status_code == 422


def test_who_disagrees_puts_the_clock_back_to_where_it_was(
    cast: Cast, silence: Silence, clock: SteppedClock, browser: Browser
) -> None:
    started = clock.at - timedelta(hours=1)
    clock.advance(hours=2)
    done = browser.be(cast.lea).post(f"{PAGE}/{silence.id}/objection")
    assert "runs on from where it was" in browser.get(done.location).text
    ticket = db.session.get_one(Ticket, silence.ticket_id)
    assert ticket.unanswered_since == started
    event = db.session.scalars(
        select(TicketEvent).filter_by(ticket_id=ticket.id, kind="silence_overruled")
    ).one()
    assert event.agent_id == cast.lea.id


def test_each_person_s_are_counted_and_shown_alone(
    cast: Cast, silence: Silence, clock: SteppedClock, browser: Browser
) -> None:
    for number in range(2):
        hush(make_ticket(cast.lavande, "Merci !", sender=f"k{number}@m.example"), cast.bo, clock.at)
    page = browser.be(cast.lea).get(PAGE).text
    assert page.index(">Bo<") < page.index(">Ana<")
    assert "But where is my refund?" not in browser.get(f"{PAGE}?by={cast.bo.id}").text
    clock.advance(days=31)
    assert "In the last 30 days" not in browser.get(PAGE).text


def test_another_vendor_s_are_out_of_reach(cast: Cast, silence: Silence, browser: Browser) -> None:
    cast.omar.role = "supervisor"
    db.session.commit()
    browser.be(cast.omar)
    assert "But where is my refund?" not in browser.get(PAGE).text
    assert browser.post(f"{PAGE}/{silence.id}/approval").status_code == 404
    assert browser.post(f"{PAGE}/99999/objection").status_code == 404


def test_a_ticket_that_was_moved_takes_no_note_along(
    cast: Cast, silence: Silence, clock: SteppedClock, browser: Browser
) -> None:
    ticket = db.session.get_one(Ticket, silence.ticket_id)
    move(ticket, cast.nordlicht, cast.odile, at=clock.at)
    cast.omar.role = "supervisor"
    db.session.commit()
    assert "she only thanks" not in browser.be(cast.omar).get(PAGE).text
    assert "she only thanks" not in browser.be(cast.lea).get(PAGE).text
    assert "she only thanks" in browser.be(cast.odile).get(PAGE).text


def test_the_sample_is_by_chance_and_the_same_all_day() -> None:
    ids = list(range(1, 200))
    today = drawn(ids, "2026-03-02")
    assert len(today) == SHOWN
    assert today == drawn(list(reversed(ids)), "2026-03-02")
    assert today != drawn(ids, "2026-03-03")
    assert drawn([one for one in ids if one != today[0]], "2026-03-02")[: SHOWN - 1] == today[1:]


def test_the_page_takes_few_queries(cast: Cast, clock: SteppedClock, browser: Browser) -> None:
    for number in range(12):
        hush(make_ticket(cast.lavande, "Merci !", sender=f"k{number}@m.example"), cast.bo, clock.at)
    browser.be(cast.lea)
    with Counted(db.engine) as counted:
        page = browser.get(PAGE).text
    assert len(counted.asked) <= 10
    assert page.count("No reply was needed<") == SHOWN
