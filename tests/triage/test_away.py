"""Absence: what waits is handed over, and nothing new comes."""

from datetime import UTC, datetime, timedelta

import pytest

from app.extensions import db
from app.tickets.conversation import Words, continue_ticket
from app.tickets.models import Ticket
from app.triage.routing import candidates_of, route
from tests.browser import Browser
from tests.factories import Cast, answer, make_ticket
from tests.fakes import SteppedClock

OFFICE = [["09:00", "17:00"]] * 5 + [[], []]


def away(browser: Browser, agent_id: int, **data: str):  # type: ignore[no-untyped-def]
    return browser.post(f"/people/{agent_id}/absence", data=data)


def holder(ticket: Ticket) -> int | None:
    db.session.refresh(ticket)
    return ticket.assignee_id


def test_the_desk_hands_over_what_waits(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    assert holder(ticket) == cast.ana.id
    assert away(browser.be(cast.ana), cast.ana.id).location == "/me#absence"
    assert holder(ticket) == cast.bo.id
    assert "1 ticket was handed over." in browser.get("/me").text
    assert holder(make_ticket(cast.lavande, sender="jo@mailbox.example")) == cast.bo.id


def test_a_named_colleague_takes_over_and_the_history_says_so(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    away(browser.be(cast.lea), cast.ana.id, to=str(cast.lea.id))
    assert holder(ticket) == cast.lea.id
    assert "handed over by somebody who is away" in browser.get(f"/tickets/{ticket.id}").text


@pytest.mark.parametrize("to", ["omar", "away"])
def test_only_a_colleague_who_is_here_takes_over(
    cast: Cast, browser: Browser, clock: SteppedClock, to: str
) -> None:
    ticket = make_ticket(cast.lavande)
    cast.bo.away_since = clock()
    db.session.commit()
    heir = cast.omar if to == "omar" else cast.bo
    assert away(browser.be(cast.ana), cast.ana.id, to=str(heir.id)).status_code == 422
    assert holder(ticket) == cast.ana.id
    assert cast.ana.away_since is None


def test_the_absence_ends_on_the_day_of_return(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    cast.ana.timezone = "Europe/Paris"
    db.session.commit()
    away(browser.be(cast.ana), cast.ana.id, until="2026-03-10")
    db.session.refresh(cast.ana)
    assert cast.ana.away_until == datetime(2026, 3, 9, 23, tzinfo=UTC)
    here = {one.id for one in candidates_of(cast.lavande.id)}
    clock.advance(days=8)
    assert {one.id for one in candidates_of(cast.lavande.id)} - here == {cast.ana.id}


@pytest.mark.parametrize("until", ["2026-03-02", "2026-02-30", "tomorrow"])
def test_a_day_that_cannot_be_is_refused(cast: Cast, browser: Browser, until: str) -> None:
    assert away(browser.be(cast.ana), cast.ana.id, until=until).status_code == 422


def test_who_is_back_gets_tickets_again(cast: Cast, browser: Browser) -> None:
    away(browser.be(cast.ana), cast.ana.id)
    browser.post(f"/people/{cast.ana.id}/return")
    assert holder(make_ticket(cast.lavande)) == cast.ana.id


def test_a_buyer_who_writes_again_does_not_wait_for_the_absent(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    ticket = make_ticket(cast.lavande)
    answer(ticket, cast.ana)
    away(browser.be(cast.ana), cast.ana.id)
    assert holder(ticket) == cast.ana.id  # the buyer is to write next
    continue_ticket(ticket, Words("", "Any news?"), at=clock.advance(hours=1))
    route(ticket, at=clock())
    assert ticket.assignee_id == cast.bo.id


def test_who_is_switched_off_leaves_nothing_behind(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    browser.be(cast.lea).post(f"/people/{cast.ana.id}/closure", data={"to": cast.bo.id})
    assert holder(ticket) == cast.bo.id


def test_an_agent_sends_nobody_else_away(cast: Cast, browser: Browser) -> None:
    assert away(browser.be(cast.ana), cast.bo.id).status_code == 404


def test_a_ticket_goes_to_who_comes_to_work_before_it_is_due(
    cast: Cast, clock: SteppedClock
) -> None:
    cast.ana.work_hours = OFFICE
    db.session.commit()
    assert holder(make_ticket(cast.lavande)) == cast.ana.id  # Monday morning
    friday = clock.advance(days=4, hours=9)
    assert friday.weekday() == 4
    late = make_ticket(cast.lavande, sender="jo@mailbox.example")
    assert holder(late) == cast.bo.id  # due on Saturday
    assert late.due_at == friday + timedelta(hours=24)


def test_when_nobody_comes_in_time_the_usual_rules_hold(cast: Cast, clock: SteppedClock) -> None:
    for person in (cast.ana, cast.bo, cast.lea):
        person.work_hours = OFFICE
    db.session.commit()
    clock.advance(days=4, hours=9)
    assert holder(make_ticket(cast.lavande)) == cast.ana.id
