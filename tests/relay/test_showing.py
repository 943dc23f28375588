"""What was hidden by mistake is asked about by an agent and shown again by the operator."""

import pytest

from app.extensions import db
from app.relay.inbound import Envelope, read_waiting, receive
from app.relay.masks import door_address
from app.relay.models import StoredMail
from app.tickets.models import Message, Ticket, TicketEvent
from tests.api.conftest import Ask, ask, token
from tests.browser import Browser, browser
from tests.factories import KIM, Cast, mask_of, write_mail

__all__ = ["ask", "browser", "token"]

PART = "0171-2345678"
WORDS = f"Please call me about {PART}. My number is 0160 98 76 543, I am {KIM}."
WHY = "it is the part, not a telephone"


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    door = door_address(cast.lavande)
    receive(write_mail(door, WORDS), Envelope(door, KIM))
    read_waiting()
    return db.session.scalars(db.select(Ticket)).one()


def first(ticket: Ticket) -> Message:
    query = db.select(Message).filter_by(ticket_id=ticket.id).order_by(Message.id)
    return db.session.scalars(query.execution_options(populate_existing=True)).first()  # type: ignore[return-value]


def events(ticket: Ticket, kind: str) -> list[TicketEvent]:
    return list(
        db.session.scalars(db.select(TicketEvent).filter_by(ticket_id=ticket.id, kind=kind))
    )


def here(ticket: Ticket, deed: str) -> str:
    return f"/tickets/{ticket.id}/messages/{first(ticket).id}/{deed}"


def test_an_agent_asks_and_the_operator_finds_the_mail(
    cast: Cast, browser: Browser, ticket: Ticket
) -> None:
    assert PART not in first(ticket).body
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    assert "Hidden by mistake? Ask the operator" in page
    for _ in range(2):
        assert browser.post(here(ticket, "doubt")).status_code == 303
    assert len(events(ticket, "doubted")) == 1
    found = browser.be(cast.odile).get("/relay/mails?state=doubted").text
    assert found.count("data-row=") == 1
    stored = db.session.scalars(db.select(StoredMail)).one()
    assert "hidden by mistake" in browser.get(f"/relay/mails/{stored.id}").text


def test_a_value_is_shown_again_here_and_in_what_comes_later(
    cast: Cast, browser: Browser, ticket: Ticket
) -> None:
    browser.be(cast.ana).post(here(ticket, "doubt"))
    data = {"value": PART, "reason": WHY}
    assert browser.be(cast.odile).post(here(ticket, "showing"), data=data).status_code == 303
    body = first(ticket).body
    assert PART in body
    assert "98 76 543" not in body
    assert KIM not in body
    assert [event.data["reason"] for event in events(ticket, "shown_again")] == [WHY]
    assert browser.get("/relay/mails?state=doubted").text.count("data-row=") == 0
    assert WHY in browser.be(cast.lea).get(f"/tickets/{ticket.id}").text
    mask = mask_of(ticket)
    receive(write_mail(mask, f"Again: call me about {PART}."), Envelope(mask, KIM))
    read_waiting()
    newest = db.session.scalars(db.select(Message).order_by(Message.id.desc())).first()
    assert newest is not None
    assert PART in newest.body


@pytest.mark.parametrize(
    ("value", "reason", "said"),
    [
        (KIM, WHY, "stays hidden"),
        ("kim.buyer", WHY, "stays hidden"),
        ("0171-9999999", WHY, "exactly as it stands"),
        ("01", WHY, "exactly as it stands"),
        (PART, "why", "Say why"),
    ],
)
def test_what_is_not_shown_again(
    cast: Cast, browser: Browser, ticket: Ticket, value: str, reason: str, said: str
) -> None:
    before = first(ticket).body
    refused = browser.be(cast.odile).post(
        here(ticket, "showing"), data={"value": value, "reason": reason}
    )
    assert refused.status_code == 422
    assert said in refused.text
    assert first(ticket).body == before
    assert events(ticket, "shown_again") == []


def test_there_is_nothing_to_doubt_where_nothing_is_hidden(cast: Cast, browser: Browser) -> None:
    door = door_address(cast.lavande)
    receive(write_mail(door, "Where is it?"), Envelope(door, KIM))
    read_waiting()
    ticket = db.session.scalars(db.select(Ticket)).one()
    assert browser.be(cast.ana).post(here(ticket, "doubt")).status_code == 422
    assert "Ask the operator" not in browser.get(f"/tickets/{ticket.id}").text


def test_numbers_that_the_marketplace_gives_stay(cast: Cast, ask: Ask, browser: Browser) -> None:
    assert ask(text=WORDS, numbers=[PART, "4006381333931"]).status_code == 201
    ticket = db.session.scalars(db.select(Ticket)).one()
    assert PART in first(ticket).body
    assert "98 76 543" not in first(ticket).body
    mask = mask_of(ticket)
    receive(write_mail(mask, f"Call me about {PART}!"), Envelope(mask, KIM))
    read_waiting()
    bodies = db.session.scalars(db.select(Message.body).order_by(Message.id)).all()
    assert PART in bodies[-1]


@pytest.mark.parametrize("numbers", ["x", ["x"] * 31, [7], ["a" * 61], ["two\nlines"], {}])
def test_numbers_that_are_none_are_refused(ask: Ask, numbers: object) -> None:
    refused = ask(numbers=numbers)
    assert refused.status_code == 422
    assert "numbers" in (refused.json or {})["error"]
