"""Notes from a vendor's people to the operator, and back."""

from sqlalchemy import select

from app.accounts.models import Agent
from app.deadlines.bell import unread
from app.deadlines.telling_models import Matter, Telling
from app.extensions import db
from app.tickets.models import Addressee, Message, MessageKind, Ticket, TicketEvent
from app.tickets.own_details import address_of
from tests.browser import Browser
from tests.factories import KIM, Cast, make_ticket


def write(browser: Browser, agent: Agent, ticket: Ticket, text: str) -> Message:
    """Write across as this person."""
    address = f"/tickets/{ticket.id}/notes-across"
    assert browser.be(agent).post(address, data={"note": text}).status_code == 303
    query = select(Message).filter_by(ticket_id=ticket.id).order_by(Message.id.desc())
    return db.session.scalars(query).first()  # type: ignore[return-value]


def told() -> list[tuple[int, str]]:
    rows = db.session.execute(select(Telling.agent_id, Telling.matter).order_by(Telling.id))
    return [(row.agent_id, row.matter) for row in rows]


def test_a_note_to_the_operator_rings_their_bell_and_stops_no_clock(
    cast: Cast, browser: Browser
) -> None:
    ticket = make_ticket(cast.lavande)
    due_at = ticket.due_at
    message = write(browser, cast.ana, ticket, "The carrier lost it. Who pays?")
    assert (message.kind, message.addressee) == (MessageKind.NOTE, Addressee.OPERATOR)
    assert message.delivery is None  # nothing of it ever leaves
    assert (ticket.due_at, ticket.exchanges) == (due_at, 0)
    assert told() == [(cast.odile.id, Matter.NOTE)]
    bell = browser.be(cast.odile).get("/bell").text
    assert "Ana wrote you a note there" in bell
    assert unread(cast.odile) == 1
    page = browser.get(f"/tickets/{ticket.id}").text
    assert "The carrier lost it. Who pays?" in page
    assert "<span>To the operator</span>" in page
    kinds = db.session.scalars(select(TicketEvent.kind).filter_by(ticket_id=ticket.id)).all()
    assert "told_operator" in kinds


def test_the_operator_s_answer_reaches_who_asked_and_who_looks_after_it(
    cast: Cast, browser: Browser
) -> None:
    ticket = make_ticket(cast.lavande)
    ticket.assignee_id = cast.bo.id
    write(browser, cast.ana, ticket, "Who pays?")
    db.session.query(Telling).delete()
    message = write(browser, cast.odile, ticket, "The carrier does.")
    assert message.addressee == Addressee.VENDOR
    assert sorted(told()) == sorted([(cast.bo.id, Matter.NOTE), (cast.ana.id, Matter.NOTE)])
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    assert "<span>To Maison Lavande</span>" in page


def test_without_anybody_at_work_the_vendor_s_supervisors_are_told(
    cast: Cast, browser: Browser
) -> None:
    ticket = make_ticket(cast.lavande)
    ticket.assignee_id = cast.odile.id  # the operator took it over
    write(browser, cast.odile, ticket, "Please look at this.")
    assert told() == [(cast.lea.id, Matter.NOTE)]


def test_what_the_operator_writes_is_cleared_of_the_buyer_s_contacts(
    cast: Cast, browser: Browser
) -> None:
    ticket = make_ticket(cast.lavande)
    local = KIM.partition("@")[0]
    text = f"Write to {KIM} ({local}) or call +44 7700 900123. Order 917-8364152."
    assert address_of(ticket.buyer) == KIM
    for kind, address in (("across", "notes-across"), ("plain", "notes")):
        browser.be(cast.odile).post(f"/tickets/{ticket.id}/{address}", data={"note": text})
        page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
        assert KIM not in page, kind
        assert local not in page, kind
        assert "900123" not in page, kind


def test_the_vendor_s_own_telephone_stays(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    message = write(browser, cast.odile, ticket, f"Your card says {cast.lavande.phone}.")
    assert message.body == "Your card says +33 4 65 71 00 00."


def test_an_empty_note_comes_back_with_its_recipient(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    address = f"/tickets/{ticket.id}/notes-across"
    found = browser.be(cast.ana).post(address, data={"note": " "})
    assert found.status_code == 422
    assert 'id="tab-across" checked' in found.text
    assert "The note is empty." in found.text
    assert told() == []


def test_the_recipient_is_written_out(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    assert f"To {ticket.buyer.pseudonym}, through the relay" in page
    assert "To the marketplace’s operator, who is told of it." in page
    page = browser.be(cast.odile).get(f"/tickets/{ticket.id}").text
    assert "To the people of Maison Lavande, who are told of it." in page


def test_another_vendor_s_people_read_and_write_nothing_there(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    write(browser, cast.ana, ticket, "Who pays?")
    address = f"/tickets/{ticket.id}/notes-across"
    assert browser.be(cast.omar).post(address, data={"note": "x"}).status_code == 404
    assert browser.get(f"/tickets/{ticket.id}").status_code == 404
