"""Merge, split, link and move as people do them."""

import pytest
from sqlalchemy import select

from app.extensions import db
from app.lib.clock import now
from app.tickets.models import Message, Ticket, TicketEvent
from app.triage.intake import Arrival
from tests.browser import Browser
from tests.factories import KIM, Cast, make_ticket, write_in
from tests.fakes import SteppedClock
from tests.tickets.staging import messages


@pytest.fixture
def pair(cast: Cast, clock: SteppedClock) -> tuple[Ticket, Ticket]:
    """Two tickets of Kim's, the first an hour older."""
    older = make_ticket(cast.lavande)
    clock.advance(hours=1)
    return older, make_ticket(cast.lavande, "The lamp is broken, what shall I do?")


def test_the_ticket_page_leads_to_it_and_it_offers_the_buyers_other_tickets(
    cast: Cast, pair: tuple[Ticket, Ticket], browser: Browser
) -> None:
    one, two = pair
    assert (
        f'href="/tickets/{one.id}/handing"' in browser.be(cast.ana).get(f"/tickets/{one.id}").text
    )
    page = browser.get(f"/tickets/{one.id}/handing").text
    assert f'<option value="{two.id}">' in page
    assert "where is my order" in page
    assert "Move to another vendor" not in page
    assert "Nordlicht" in browser.be(cast.odile).get(f"/tickets/{one.id}/handing").text


def test_two_tickets_of_a_buyer_are_merged(
    cast: Cast, pair: tuple[Ticket, Ticket], browser: Browser
) -> None:
    one, two = pair
    done = browser.be(cast.ana).post(f"/tickets/{two.id}/merger", data={"other": f"#{one.id}"})
    assert done.location == f"/tickets/{one.id}"
    page = browser.get(done.location).text
    assert f"Merged. #{two.id} goes on here." in page
    assert "The lamp is broken" in page
    assert f"Another ticket of the buyer was merged into this one: #{two.id}" in page


@pytest.mark.parametrize(
    "other", ["", "0", "x", "999999", "99999999999999", "nordlicht", "self", "stranger"]
)
def test_what_cannot_be_merged_is_a_sentence_and_changes_nothing(
    cast: Cast, pair: tuple[Ticket, Ticket], browser: Browser, other: str
) -> None:
    one, _ = pair
    known = {
        "nordlicht": make_ticket(cast.nordlicht).id, "self": one.id,
        "stranger": make_ticket(cast.lavande, sender="jo@mailbox.example").id,
    }  # fmt: skip
    typed = str(known.get(other, other))
    for deed in ("merger", "link"):
        if (deed, other) == ("link", "stranger"):
            continue
        page = browser.be(cast.ana).post(f"/tickets/{one.id}/{deed}", data={"other": typed})
        assert page.status_code == 422, deed
        assert 'role="alert"' in page.text
    said = {"self": "into itself", "stranger": "same buyer"}.get(other, "no such ticket")
    page = browser.post(f"/tickets/{one.id}/merger", data={"other": typed})
    assert said in page.text
    kinds = set(db.session.scalars(select(TicketEvent.kind).filter_by(ticket_id=one.id)))
    assert not kinds & {"merged", "merged_away", "linked"}


def test_messages_that_wait_are_split_off(
    cast: Cast, pair: tuple[Ticket, Ticket], browser: Browser, clock: SteppedClock
) -> None:
    one = pair[0]
    clock.advance(hours=1)
    text = "Where is the invoice?"
    write_in(Arrival(cast.lavande, KIM, subject="", text=text, at=now(), ticket=one))
    last = messages(one)[-1].id
    done = browser.be(cast.ana).post(f"/tickets/{one.id}/split", data={"message": [last]})
    assert done.status_code == 303
    page = browser.get(done.location).text
    assert f"Split off from #{one.id}." in page
    assert "Where is the invoice?" in page
    moved = db.session.get_one(Message, last)
    assert moved.ticket_id != one.id


def test_a_message_of_another_ticket_and_all_of_them_are_refused(
    cast: Cast, pair: tuple[Ticket, Ticket], browser: Browser
) -> None:
    one, two = pair
    browser.be(cast.ana)
    for ids in ([], [messages(two)[0].id], [999_999]):
        page = browser.post(f"/tickets/{one.id}/split", data={"message": ids})
        assert (page.status_code, "can be split off" in page.text) == (422, True)
    page = browser.post(f"/tickets/{one.id}/split", data={"message": [messages(one)[0].id]})
    assert (page.status_code, "must stay in the ticket" in page.text) == (422, True)


def test_linked_tickets_name_each_other(
    cast: Cast, pair: tuple[Ticket, Ticket], browser: Browser
) -> None:
    one, two = pair
    browser.be(cast.ana).post(f"/tickets/{one.id}/link", data={"other": str(two.id)})
    assert f"Linked with another ticket: #{two.id}" in browser.get(f"/tickets/{one.id}").text
    assert f"Linked with another ticket: #{one.id}" in browser.get(f"/tickets/{two.id}").text


def test_the_operator_alone_moves_a_ticket(
    cast: Cast, pair: tuple[Ticket, Ticket], browser: Browser
) -> None:
    url, where = f"/tickets/{pair[0].id}/move", {"vendor": str(cast.nordlicht.id)}
    page = browser.be(cast.lea).post(url, data=where)
    assert (page.status_code, "Only the operator" in page.text) == (422, True)
    odile = browser.be(cast.odile)
    assert odile.post(url, data={"vendor": "9999"}).status_code == 422
    assert "already" in odile.post(url, data={"vendor": str(cast.lavande.id)}).text
    done = odile.post(url, data=where)
    assert "Moved to Nordlicht." in odile.get(done.location).text
    assert browser.be(cast.ana).get(f"/tickets/{pair[0].id}").status_code == 404
