"""The marketplace says that a buyer's account has another mail address now."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.extensions import db
from app.relay.erasure import erase_buyer
from app.relay.inbound import Envelope, read_waiting, receive
from app.relay.models import StoredMail
from app.relay.outbound import deliver_due
from app.tickets.models import Buyer, Ticket
from app.tickets.own_details import address_of
from tests.api.conftest import Ask
from tests.factories import KIM, Cast, answer, mail_in, mask_of, write_mail
from tests.fakes import MemorySmtp

NEW = "kim.new@mailbox.example"


@pytest.fixture
def put(client: FlaskClient, token: str, ask: Ask) -> Any:
    def put(path: str, **fields: str) -> TestResponse:
        headers = {"Authorization": f"Bearer {token}"}
        return client.put(f"/api/v1/{path}", json=fields, headers=headers)

    return put


def state_of_mail_from(sender: str, mask: str) -> str:
    stored = receive(write_mail(mask, f"From {sender}", sender=sender), Envelope(mask, sender))
    read_waiting()
    db.session.expire_all()
    return db.session.get_one(StoredMail, stored).state


def bound(ticket: Ticket) -> str:
    db.session.refresh(ticket)
    return address_of(db.session.get_one(Buyer, ticket.buyer_id))


def test_one_conversation_is_bound_anew_and_its_mask_stays(
    cast: Cast, put: Any, post: MemorySmtp
) -> None:
    ticket = mail_in(cast.lavande)
    mask = mask_of(ticket)
    said = put(f"conversations/{ticket.id}/buyer", buyer=NEW)
    assert (said.status_code, said.json) == (200, {"ticket": ticket.id, "mask": mask})
    assert bound(ticket) == NEW
    answer(ticket, cast.ana)
    deliver_due()
    assert [sent.recipient for sent in post.sent] == [NEW]
    assert [state_of_mail_from(sender, mask) for sender in (NEW, KIM)] == ["done", "held"]


def test_an_account_is_bound_anew_with_every_vendor(cast: Cast, put: Any) -> None:
    vendors = (cast.lavande, cast.lavande, cast.nordlicht)
    tickets = [mail_in(vendor, f"Question {number}") for number, vendor in enumerate(vendors)]
    said = put("buyers", was=KIM.upper(), buyer=NEW)
    assert said.json == {"conversations": 3}
    assert {bound(ticket) for ticket in tickets} == {NEW}
    assert put("buyers", was=KIM, buyer=NEW).json == {"conversations": 0}


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("conversations/4711/buyer", {"buyer": NEW}, 404),
        ("conversations/1/buyer", {"buyer": "kim"}, 422),
        ("conversations/1/buyer", {"was": KIM, "buyer": NEW}, 422),
        ("buyers", {"buyer": NEW}, 422),
        ("buyers", {"was": KIM, "buyer": "c" * 23 + "@reply.dragoman.test"}, 422),
    ],
)
def test_what_cannot_be_is_a_sentence(
    put: Any, path: str, fields: dict[str, str], status: int
) -> None:
    said = put(path, **fields)
    assert said.status_code == status
    assert "kim" not in said.text.lower()


def test_who_was_forgotten_stays_forgotten(cast: Cast, put: Any) -> None:
    ticket = mail_in(cast.lavande)
    erase_buyer(db.session.get_one(Buyer, ticket.buyer_id))
    db.session.commit()
    assert put(f"conversations/{ticket.id}/buyer", buyer=NEW).status_code == 409
    assert db.session.get_one(Buyer, ticket.buyer_id).address_sealed == b""
