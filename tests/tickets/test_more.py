"""Tags, putting aside, spam, blocking: what is done with a ticket besides answering."""

import pytest

from app.extensions import db
from app.relay.inbound import Envelope, read_waiting, receive
from app.relay.models import MailState, StoredMail
from app.tickets.models import Ticket, TicketState
from app.tickets.queries import Filters, View
from app.tickets.queue.lists import queue_page
from tests.browser import Browser
from tests.factories import KIM, Cast, mail_in, make_ticket, mask_of, write_mail
from tests.fakes import SteppedClock
from tests.tickets.staging import messages


@pytest.fixture
def ticket(cast: Cast, clock: SteppedClock) -> Ticket:
    ticket = make_ticket(cast.lavande)
    ticket.assignee_id = cast.ana.id
    db.session.commit()
    return ticket


def test_a_tag_is_put_on_and_taken_off(cast: Cast, browser: Browser, ticket: Ticket) -> None:
    browser.be(cast.ana).post(f"/tickets/{ticket.id}/tags", data={"name": " #Fragile "})
    assert "<span>fragile</span>" in browser.get(f"/tickets/{ticket.id}").text
    browser.post(f"/tickets/{ticket.id}/tags/removal", data={"name": "fragile"})
    assert "<span>fragile</span>" not in browser.get(f"/tickets/{ticket.id}").text
    assert browser.post(f"/tickets/{ticket.id}/tags", data={"name": " # "}).status_code == 422


def mine(cast: Cast, clock: SteppedClock) -> list[int]:
    page = queue_page(cast.ana, View.MINE, now=clock(), filters=Filters())
    return [row.id for row in page.rows]


def test_a_ticket_that_is_put_aside_comes_back_before_its_deadline(
    cast: Cast, browser: Browser, ticket: Ticket, clock: SteppedClock
) -> None:
    address = f"/tickets/{ticket.id}/snooze"
    browser.be(cast.ana)
    for until in ("", "nonsense", "2026-03-01T10:00", "2026-03-09T10:00"):
        assert browser.post(address, data={"until": until}).status_code == 422
    due_at = ticket.due_at
    assert browser.post(address, data={"until": "2026-03-02T15:00"}).status_code == 303
    assert mine(cast, clock) == []
    assert "Put aside until" in browser.get(f"/tickets/{ticket.id}").text
    clock.advance(hours=7)
    assert mine(cast, clock) == [ticket.id]
    db.session.refresh(ticket)
    assert ticket.due_at == due_at
    browser.post(address, data={"until": "2026-03-02T20:00"})
    browser.post(f"{address}/removal")
    assert mine(cast, clock) == [ticket.id]


def test_new_words_wake_a_ticket(cast: Cast, browser: Browser, clock: SteppedClock) -> None:
    ticket = mail_in(cast.lavande)
    ticket.snooze(clock.at.replace(hour=15), at=clock(), agent_id=cast.ana.id)
    db.session.commit()
    mail = write_mail(mask_of(ticket), "Hello? Where is it?")
    receive(mail, Envelope(mask_of(ticket), KIM))
    read_waiting()
    db.session.refresh(ticket)
    assert ticket.snoozed_until is None


def test_spam_is_closed_with_its_reason(cast: Cast, browser: Browser, ticket: Ticket) -> None:
    assert browser.be(cast.ana).post(f"/tickets/{ticket.id}/spam").status_code == 303
    db.session.refresh(ticket)
    assert (ticket.state, ticket.due_at) == (TicketState.CLOSED, None)
    assert "Called it spam and closed it" in browser.get(f"/tickets/{ticket.id}").text


@pytest.mark.parametrize("door", ["mask", "vendor's door"])
def test_a_blocked_buyer_s_mail_is_kept_and_has_no_effect(
    cast: Cast, browser: Browser, clock: SteppedClock, door: str
) -> None:
    ticket = mail_in(cast.lavande)
    browser.be(cast.ana).post(f"/tickets/{ticket.id}/block")
    if door == "mask":
        receive(write_mail(mask_of(ticket), "Buy this!"), Envelope(mask_of(ticket), KIM))
        read_waiting()
    else:
        mail_in(cast.lavande, "Buy this!")
    assert len(messages(ticket)) == 1
    stored = db.session.scalars(db.select(StoredMail).order_by(StoredMail.id.desc())).first()
    assert stored is not None
    assert (stored.state, stored.reason) == (MailState.IGNORED, "blocked")
    assert stored.raw_sealed
    browser.post(f"/tickets/{ticket.id}/block/removal")
    mail_in(cast.nordlicht, "Another vendor never noticed.")
    assert db.session.scalar(db.select(db.func.count()).select_from(Ticket)) == 2


def test_the_vendor_s_notes_stand_on_each_ticket_of_the_buyer(
    cast: Cast, browser: Browser, ticket: Ticket
) -> None:
    browser.be(cast.ana).post(f"/tickets/{ticket.id}/buyer-note", data={"note": "Rings twice."})
    other = make_ticket(cast.lavande)
    assert ">Rings twice.</textarea>" in browser.get(f"/tickets/{other.id}").text
    elsewhere = make_ticket(cast.nordlicht)
    assert "Rings twice." not in browser.be(cast.omar).get(f"/tickets/{elsewhere.id}").text
