"""A buyer's account gets another address: the mask stays, the old address is a stranger's."""

import pytest
from sqlalchemy import select

from app.extensions import db
from app.privacy.addresses import AddressError
from app.relay.binding import rebind
from app.tickets.models import Buyer, Ticket, TicketEvent
from app.tickets.own_details import address_of
from app.triage.intake import is_buyers_address
from tests.factories import KIM, Cast, make_ticket

NEW = "Kim.New@mailbox.example"


def buyer_of(ticket: Ticket) -> Buyer:
    return db.session.get_one(Buyer, ticket.buyer_id)


def test_the_new_address_is_bound_and_the_old_one_is_not(cast: Cast) -> None:
    buyer = rebind(buyer_of(make_ticket(cast.lavande)), NEW)
    db.session.commit()
    assert address_of(buyer) == NEW.lower()
    assert (is_buyers_address(buyer, NEW), is_buyers_address(buyer, KIM)) == (True, False)


def test_two_rows_of_one_person_become_one(cast: Cast) -> None:
    old, new = make_ticket(cast.lavande), make_ticket(cast.lavande, sender=NEW)
    elsewhere = make_ticket(cast.nordlicht)
    kept = rebind(buyer_of(old), NEW)
    db.session.commit()
    db.session.refresh(old)
    assert old.buyer_id == new.buyer_id == kept.id
    assert address_of(buyer_of(elsewhere)) == KIM


def test_the_same_address_again_changes_nothing(cast: Cast) -> None:
    buyer = buyer_of(make_ticket(cast.lavande))
    assert rebind(buyer, KIM.upper()) is buyer
    assert address_of(buyer) == KIM
    assert events(buyer) == []


def test_the_history_says_that_and_not_where(cast: Cast) -> None:
    buyer = rebind(buyer_of(make_ticket(cast.lavande)), NEW)
    (event,) = events(buyer)
    assert event.data == {}


def events(buyer: Buyer) -> list[TicketEvent]:
    query = select(TicketEvent).join(Ticket).where(Ticket.buyer_id == buyer.id)
    return list(db.session.scalars(query.where(TicketEvent.kind == "rebound")))


def test_what_is_no_address_binds_nobody(cast: Cast) -> None:
    with pytest.raises(AddressError):
        rebind(buyer_of(make_ticket(cast.lavande)), "kim at home")
