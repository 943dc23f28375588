"""Tags: a vendor's own words on its tickets."""

import pytest

from app.extensions import db
from app.lib.clock import now
from app.tickets.models import Ticket
from app.tickets.tags import LONGEST, TicketTag, known_to, read_name, tag, untag
from tests.factories import Cast, make_ticket


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Fragile", "fragile"),
        ("  #Black   Friday ", "black friday"),
        ("ÉTÉ", "été"),
        ("#", ""),
        ("", ""),
        ("x" * 90, "x" * LONGEST),
    ],
)
def test_a_tag_is_written_small(typed: str, read: str) -> None:
    assert read_name(typed) == read


def names(ticket: Ticket) -> list[str]:
    db.session.expire(ticket)
    query = db.select(Ticket).filter_by(id=ticket.id).options(db.joinedload(Ticket.tags))
    return [one.name for one in db.session.scalars(query).unique().one().tags]


def test_a_tag_is_put_on_many_at_once_and_taken_off(cast: Cast) -> None:
    tickets = [make_ticket(cast.lavande), make_ticket(cast.nordlicht)]
    tag(tickets, "fragile", cast.odile, at=now())
    tag(tickets, "fragile", cast.odile, at=now())
    tag(tickets[:1], "été", cast.ana, at=now())
    db.session.commit()
    assert names(tickets[0]) == ["fragile", "été"]
    assert names(tickets[1]) == ["fragile"]
    assert [one.name for one in known_to(cast.nordlicht.id)] == ["fragile"]
    untag(tickets, "fragile", cast.odile, at=now())
    untag(tickets, "unheard of", cast.odile, at=now())
    db.session.commit()
    assert [names(ticket) for ticket in tickets] == [["été"], []]


def test_history_says_once_that_a_tag_was_put_on(cast: Cast) -> None:
    ticket = make_ticket(cast.lavande)
    for _ in range(2):
        tag([ticket], "fragile", cast.ana, at=now())
    untag([ticket], "fragile", cast.ana, at=now())
    db.session.commit()
    kinds = [event.kind for event in db.session.scalars(ticket.events.select())]
    assert (kinds.count("tagged"), kinds.count("untagged")) == (1, 1)
    assert db.session.scalar(db.select(db.func.count()).select_from(TicketTag)) == 0
