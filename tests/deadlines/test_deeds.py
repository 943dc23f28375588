"""What supervisors do from the board, and what the board answers to bad input."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import Agent, Role
from app.config import DESK_LANGUAGES
from app.deadlines.acknowledging import acknowledgement_text
from app.deadlines.models import Excuse
from app.deadlines.sweep import sweep
from app.deadlines.telling import tell_due
from app.deadlines.telling_models import Matter, Telling
from app.extensions import db
from app.tickets.clocks.promises import Acknowledgement, Promise
from app.tickets.models import Message, Ticket, TicketEvent
from tests.browser import Browser
from tests.factories import Cast, make_ticket
from tests.fakes import SteppedClock
from tests.tickets.staging import Counted, newest

GRAVE = "My lawyer will write to you."
SOON = "2026-03-04T17:00"


@pytest.fixture
def tickets(cast: Cast) -> list[Ticket]:
    """Two of Ana's, one of nobody's, one of another vendor's."""
    found = [make_ticket(cast.lavande, sender=f"k{number}@mailbox.example") for number in range(3)]
    found.append(make_ticket(cast.nordlicht))
    for ticket, agent in zip(found, (cast.ana, cast.ana, None, cast.omar), strict=True):
        ticket.assignee_id = agent.id if agent else None
    db.session.commit()
    return found


def nudges() -> list[tuple[int | None, int]]:
    query = select(Telling.ticket_id, Telling.agent_id).filter_by(matter=Matter.NUDGE)
    return [(ticket, agent) for ticket, agent in db.session.execute(query.order_by(Telling.id))]


def deed(browser: Browser, path: str, ids: list[int], **more: str) -> str:
    """Do it and read the board that comes back."""
    found = browser.post(path, data={"ticket": ids, **more})
    assert found.status_code == 303, found.text
    return browser.get(found.location).text


def test_a_nudge_reaches_the_assignee_once_in_a_quarter_of_an_hour(
    cast: Cast, browser: Browser, tickets: list[Ticket], clock: SteppedClock
) -> None:
    browser.be(cast.odile)
    first = tickets[0].id
    assert "1 ticket nudged." in deed(browser, "/deadlines/nudges", [first])
    again = deed(browser, "/deadlines/nudges", [first, tickets[1].id])
    assert "1 was nudged in the last quarter of an hour." in again
    assert nudges() == [(first, cast.ana.id), (tickets[1].id, cast.ana.id)]
    clock.advance(minutes=16)
    deed(browser, "/deadlines/nudges", [first])
    assert len(nudges()) == 3
    assert "Odile asks you to look at it" in browser.be(cast.ana).get("/bell").text


def test_what_nobody_has_is_nudged_at_the_supervisor(
    cast: Cast, browser: Browser, tickets: list[Ticket]
) -> None:
    browser.be(cast.lea)
    assert "1 has nobody but you to nudge." in deed(browser, "/deadlines/nudges", [tickets[2].id])
    deed(browser.be(cast.odile), "/deadlines/nudges", [tickets[2].id])
    assert nudges() == [(tickets[2].id, cast.lea.id)]


def test_another_vendor_s_and_a_vanished_ticket_look_the_same_and_stay_untouched(
    cast: Cast, browser: Browser, tickets: list[Ticket]
) -> None:
    ids = [tickets[0].id, tickets[3].id, 999_999]
    page = deed(browser.be(cast.lea), "/deadlines/nudges", ids)
    assert "1 ticket nudged." in page
    assert "2 are not on your desk any more." in page
    assert [ticket for ticket, _ in nudges()] == [tickets[0].id]


def test_five_hundred_nudges_at_once_are_neither_lost_nor_doubled(
    cast: Cast, browser: Browser
) -> None:
    ticket = make_ticket(cast.lavande)
    values = {column.name: getattr(ticket, column.name) for column in Ticket.__table__.columns}
    values |= {"assignee_id": cast.ana.id}
    del values["id"]
    db.session.execute(db.insert(Ticket), [values] * 499)
    db.session.execute(db.update(Ticket).values(assignee_id=cast.ana.id))
    db.session.commit()
    ids = list(db.session.scalars(select(Ticket.id)))
    browser.be(cast.lea)
    assert "500 tickets nudged." in deed(browser, "/deadlines/nudges", ids)
    assert sorted(ticket or 0 for ticket, _ in nudges()) == sorted(ids)
    assert "500 were nudged" in deed(browser, "/deadlines/nudges", ids)


def test_too_many_and_none_are_sentences(cast: Cast, browser: Browser) -> None:
    browser.be(cast.lea)
    many = browser.post("/deadlines/nudges", data={"ticket": list(range(1, 1_002))})
    assert (many.status_code, "At most 1000 tickets at once." in many.text) == (422, True)
    none = browser.post("/deadlines/nudges", data={"ticket": ["x", "-1", "٣"]})
    assert (none.status_code, "Choose at least one ticket." in none.text) == (422, True)


def test_tickets_are_given_and_taken_over(
    cast: Cast, browser: Browser, tickets: list[Ticket]
) -> None:
    ids = [ticket.id for ticket in tickets[:3]]
    browser.be(cast.lea)
    page = deed(browser, "/deadlines/assignments?level=1", ids, agent_id=str(cast.ana.id))
    assert "1 ticket reassigned. 2 were theirs already." in page
    assert 'name="level"' in page
    assert '<option value="1" selected>' in page
    assert "3 tickets are yours now." in deed(browser, "/deadlines/assignments", ids)
    assert set(db.session.scalars(select(Ticket.assignee_id).where(Ticket.id.in_(ids)))) == {
        cast.lea.id
    }


def test_nobody_gets_a_ticket_of_a_vendor_for_whom_they_do_not_work(
    cast: Cast, browser: Browser, tickets: list[Ticket]
) -> None:
    page = deed(
        browser.be(cast.odile), "/deadlines/assignments", [tickets[0].id, tickets[3].id],
        agent_id=str(cast.bo.id),
    )  # fmt: skip
    assert "1 belongs to a vendor for whom this person does not work." in page
    assert db.session.get_one(Ticket, tickets[3].id).assignee_id == cast.omar.id
    gone = browser.post("/deadlines/assignments", data={"ticket": 1, "agent_id": 999})
    assert gone.status_code == 422


# --- acknowledging and promising -----------------------------------------------------------


@pytest.mark.parametrize("lang", DESK_LANGUAGES)
def test_every_language_of_the_desk_has_an_acknowledgement(
    cast: Cast, lang: str, clock: SteppedClock
) -> None:
    ticket = make_ticket(cast.lavande, GRAVE)
    ticket.lang = lang
    text = acknowledgement_text(ticket, cast.bo, clock() + timedelta(days=2))
    assert "Bo" in text
    assert "Maison Lavande" in text
    assert "4" in text or "٤" in text
    assert "{" not in text


def test_the_chosen_are_acknowledged_in_their_assignees_names(
    cast: Cast, browser: Browser, tickets: list[Ticket]
) -> None:
    grave = make_ticket(cast.lavande, GRAVE)
    grave.assignee_id, grave.lang = cast.bo.id, "pl"
    strange = make_ticket(cast.lavande, GRAVE, sender="s@mailbox.example")
    strange.lang = "und"
    db.session.commit()
    ids = [grave.id, strange.id, tickets[0].id]
    page = deed(browser.be(cast.lea), "/deadlines/acknowledgements", ids, until=SOON)
    assert "1 ticket acknowledged." in page
    assert "1 owes no acknowledgement." in page
    assert "1 is in a language without a prepared text" in page
    (told,) = db.session.scalars(select(Acknowledgement))
    assert (told.ticket_id, told.agent_id, told.by_id) == (grave.id, cast.bo.id, cast.lea.id)
    assert "zajmuje się teraz osobiście Bo" in db.session.get_one(Message, told.message_id).body


def test_one_is_acknowledged_with_the_text_that_the_supervisor_saw(
    cast: Cast, browser: Browser, tickets: list[Ticket]
) -> None:
    grave = make_ticket(cast.lavande, GRAVE)
    url = f"/deadlines/tickets/{grave.id}"
    browser.be(cast.odile)
    assert "is now looking after your request personally" in browser.get(url).text
    form = {"text": "Bo looks after it until 4 March.", "until": SOON, "seen": newest(grave)}
    bad = browser.post(f"{url}/acknowledgement", data=form | {"text": "Call +44 7700 900123"})
    assert bad.status_code == 422
    assert "Call +44 7700 900123</textarea>" in bad.text
    assert browser.post(f"{url}/acknowledgement", data=form).status_code == 303
    assert browser.post(f"{url}/acknowledgement", data=form).status_code == 303
    assert db.session.scalar(select(func.count()).select_from(Acknowledgement)) == 1


@pytest.mark.parametrize("until", ["2026-03-01T10:00", "", "soon", "2126-01-01T10:00"])
def test_a_promise_in_the_past_is_refused_with_a_sentence(
    cast: Cast, browser: Browser, tickets: list[Ticket], until: str
) -> None:
    found = browser.be(cast.lea).post(
        f"/deadlines/tickets/{tickets[0].id}/promises", data={"until": until}
    )
    assert found.status_code == 422
    assert "date of the next news" in found.text
    assert db.session.scalars(select(Promise)).all() == []


def test_a_promise_given_elsewhere_is_a_deadline(
    cast: Cast, browser: Browser, tickets: list[Ticket]
) -> None:
    url = f"/deadlines/tickets/{tickets[0].id}/promises"
    assert browser.be(cast.lea).post(url, data={"until": SOON}).status_code == 303
    assert db.session.scalars(select(Promise.agent_id)).all() == [cast.ana.id]


# --- excuses -------------------------------------------------------------------------------


def test_an_excuse_needs_a_missed_deadline_and_a_reason(
    cast: Cast, browser: Browser, tickets: list[Ticket], clock: SteppedClock
) -> None:
    url = f"/deadlines/tickets/{tickets[0].id}/excuse"
    browser.be(cast.lea)
    early = browser.post(url, data={"reason": "strike"})
    assert (early.status_code, "has passed can be excused" in early.text) == (422, True)
    clock.advance(hours=25)
    assert browser.post(url, data={"reason": "  "}).status_code == 422
    assert browser.post(url, data={"reason": "carrier's  strike"}).status_code == 303
    again = browser.post(url, data={"reason": "once more"})
    assert (again.status_code, "excused already" in again.text) == (422, True)
    assert db.session.scalars(select(Excuse.reason)).all() == ["carrier's strike"]
    assert "excused</span>" in browser.get("/deadlines").text


def test_of_an_excused_clock_nothing_more_is_told(
    cast: Cast, browser: Browser, tickets: list[Ticket], clock: SteppedClock
) -> None:
    sweep(clock.advance(hours=24))
    tell_due()
    before = db.session.scalar(select(func.count()).select_from(Telling))
    browser.be(cast.lea)
    for ticket in tickets[:3]:
        browser.post(f"/deadlines/tickets/{ticket.id}/excuse", data={"reason": "strike"})
    sweep(clock.advance(hours=12))
    tell_due()
    fresh = db.session.scalars(select(Telling).offset(before).order_by(Telling.id)).all()
    assert {one.ticket_id for one in fresh} <= {tickets[3].id}


# --- the panel -----------------------------------------------------------------------------


def test_the_panel_shows_load_and_languages_in_few_questions(
    cast: Cast, browser: Browser, tickets: list[Ticket]
) -> None:
    browser.be(cast.lea)
    with Counted(db.engine) as counted:
        page = browser.get(f"/deadlines/tickets/{tickets[0].id}?only=overdue").text
    assert len(counted.asked) <= 12, counted.asked
    assert re.search(r"Ana · (FR EN|EN FR) · 2 wait", page)
    assert "only=overdue" in page
    piece = browser.fragment(f"/deadlines/tickets/{tickets[0].id}").text
    assert piece.lstrip().startswith('<aside id="panel"')


def test_a_panel_of_another_vendor_does_not_exist(
    cast: Cast, browser: Browser, tickets: list[Ticket]
) -> None:
    browser.be(cast.lea)
    for path in ("", "/promises", "/excuse", "/acknowledgement"):
        method = "POST" if path else "GET"
        url = f"/deadlines/tickets/{tickets[3].id}{path}"
        assert browser.open(url, method=method).status_code == 404


def test_a_delegate_team_s_supervisor_acts_on_its_vendors_alone(
    cast: Cast, browser: Browser, tickets: list[Ticket]
) -> None:
    stranger = Agent(name="Tom", email="tom@desk.example", role=Role.SUPERVISOR, ui_lang="en",
                     vendor_id=cast.nordlicht.id, password_hash="")  # fmt: skip
    db.session.add(stranger)
    db.session.commit()
    page = deed(browser.be(stranger), "/deadlines/assignments", [tickets[0].id, tickets[3].id])
    assert "1 ticket is yours now. 1 is not on your desk any more." in page
    kinds = db.session.scalars(select(TicketEvent.kind).filter_by(ticket_id=tickets[0].id)).all()
    assert "assigned" not in kinds[1:] or kinds.count("assigned") == 1
