"""The rules of tickets that change hands, row by row as docs/deadlines.md tells them."""

from datetime import timedelta

import pytest

from app.deadlines.audit import audit
from app.extensions import db
from app.lib.clock import now
from app.relay.outbound import deliver_due
from app.tickets.conversation import note
from app.tickets.handing import merge, move, split
from app.tickets.models import NotAllowed, Ticket, TicketState
from app.tickets.purchases import Purchase, note_purchase
from app.tickets.queries import thread_of
from app.tickets.tags import Tag, TicketTag, tag
from app.triage.intake import Arrival
from tests.factories import KIM, Cast, answer, make_ticket, write_in
from tests.fakes import SteppedClock
from tests.tickets.staging import messages


def write_again(ticket: Ticket, text: str = "And another thing: where is the invoice?") -> None:
    write_in(Arrival(ticket.vendor, KIM, subject="My order", text=text, at=now(), ticket=ticket))


@pytest.fixture
def pair(cast: Cast, clock: SteppedClock) -> tuple[Ticket, Ticket]:
    """Two tickets of one buyer, the first an hour older."""
    older = make_ticket(cast.lavande)
    clock.advance(hours=1)
    return older, make_ticket(cast.lavande, "The lamp is broken, what shall I do?")


@pytest.mark.parametrize("source", [0, 1], ids=["older into newer", "newer into older"])
def test_after_a_merge_the_older_wait_rules(
    cast: Cast, pair: tuple[Ticket, Ticket], source: int
) -> None:
    oldest = min(ticket.unanswered_since for ticket in pair)
    away, kept = pair[source], pair[1 - source]
    merge(away, kept, cast.lea, at=now())
    assert (kept.unanswered_since, kept.state) == (oldest, TicketState.OPEN)
    assert (away.unanswered_since, away.due_at, away.state) == (None, None, TicketState.CLOSED)
    assert len(messages(kept)) == 2
    assert audit().differences == []


def test_after_a_merge_the_tags_of_both_are_there(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    away, kept = pair
    tag([away, kept], "fragile", cast.ana, at=now())
    tag([away], "gift", cast.ana, at=now())
    merge(away, kept, cast.lea, at=now())
    query = db.select(Tag.name).join(TicketTag).where(TicketTag.ticket_id == kept.id)
    assert sorted(db.session.scalars(query)) == ["fragile", "gift"]


Order = tuple[str | None, list[str], str | None, str | None]


def order_of(ticket: Ticket) -> Order:
    found = db.session.get(Purchase, ticket.id) or Purchase()
    return ticket.order_ref, ticket.known_numbers, found.carrier, found.product


def say_order(ticket: Ticket, ref: str | None, numbers: list[str], *names: str | None) -> None:
    ticket.order_ref, ticket.known_numbers = ref, numbers
    note_purchase(ticket, carrier=names[0], product=names[1])
    db.session.commit()


LAMP = ("12345678", ["777001"], "Blitzpost", "Lamp")
NOTHING: Order = (None, [], None, None)


@pytest.mark.parametrize(
    ("source", "target", "kept"),
    [
        (NOTHING, NOTHING, NOTHING),
        (LAMP, NOTHING, LAMP),
        (NOTHING, LAMP, LAMP),
        (LAMP, LAMP, LAMP),
        (LAMP, ("22223333", [], None, "Rug"),
         ("22223333", ["12345678", "777001"], "Blitzpost", "Rug")),
        (LAMP, (None, ["777001"], "Schneckenpost", None),
         ("12345678", ["777001"], "Schneckenpost", "Lamp")),
        ((None, [], None, "Rug"), LAMP, LAMP),
    ],
)  # fmt: skip
def test_after_a_merge_the_target_knows_of_the_order_what_it_did_not(
    cast: Cast,
    pair: tuple[Ticket, Ticket],
    source: Order,
    target: Order,
    kept: Order,
) -> None:
    say_order(pair[0], *source)
    say_order(pair[1], *target)
    merge(*pair, cast.lea, at=now())
    db.session.commit()
    assert order_of(pair[1]) == kept


@pytest.mark.parametrize("order", [NOTHING, LAMP, (None, [], None, "Rug")])
def test_what_is_known_of_the_order_is_known_of_a_part_that_was_split_off(
    cast: Cast, clock: SteppedClock, order: Order
) -> None:
    ticket = make_ticket(cast.lavande)
    say_order(ticket, *order)
    clock.advance(hours=1)
    write_again(ticket)
    new = split(ticket, messages(ticket)[-1:], cast.lea, at=now())
    db.session.commit()
    assert order_of(new) == order_of(ticket) == order


def test_a_merge_into_a_ticket_of_another_buyer_is_refused(cast: Cast) -> None:
    one = make_ticket(cast.lavande)
    other = make_ticket(cast.lavande, sender="someone.else@mail.example")
    with pytest.raises(NotAllowed, match="same buyer"):
        merge(one, other, cast.lea, at=now())


def test_a_split_message_keeps_its_own_start(cast: Cast, clock: SteppedClock) -> None:
    ticket = make_ticket(cast.lavande)
    first = ticket.unanswered_since
    clock.advance(hours=3)
    write_again(ticket)
    second = messages(ticket)[-1]
    arrived = now()
    clock.advance(hours=2)
    new = split(ticket, [second], cast.lea, at=now())
    assert (ticket.unanswered_since, new.unanswered_since) == (first, arrived)
    assert new.due_at == arrived + timedelta(hours=new.within_hours)
    assert audit().differences == []


def test_an_answered_message_cannot_be_split_off(cast: Cast, clock: SteppedClock) -> None:
    ticket = make_ticket(cast.lavande)
    asked = messages(ticket)[0]
    answer(ticket, cast.ana)
    clock.advance(hours=1)
    write_again(ticket)
    with pytest.raises(NotAllowed, match="wait for an answer"):
        split(ticket, [asked], cast.lea, at=now())


def test_a_move_changes_the_vendor_and_no_clock(cast: Cast, clock: SteppedClock) -> None:
    ticket = make_ticket(cast.lavande)
    before, buyer = (ticket.unanswered_since, ticket.due_at), ticket.buyer_id
    clock.advance(hours=5)
    move(ticket, cast.nordlicht, cast.odile, at=now())
    assert ticket.vendor_id == cast.nordlicht.id
    assert (ticket.unanswered_since, ticket.due_at) == before
    assert ticket.buyer_id != buyer  # known to the other vendor under another name
    assert audit().differences == []


def test_the_next_vendor_does_not_read_what_the_first_one_noted(
    cast: Cast, clock: SteppedClock
) -> None:
    ticket = make_ticket(cast.lavande)
    note(ticket, cast.ana, "Our supplier is to blame.", at=now())
    db.session.commit()
    clock.advance(hours=1)
    move(ticket, cast.nordlicht, cast.odile, at=now())
    clock.advance(hours=1)
    note(ticket, cast.omar, "Ours now.", at=now())
    db.session.commit()
    assert [one.body for one in thread_of(ticket) if one.kind == "note"] == ["Ours now."]


def test_a_vendor_cannot_move_a_ticket(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="Only the operator"):
        move(make_ticket(cast.lavande), cast.nordlicht, cast.lea, at=now())


def test_a_ticket_is_moved_when_its_answers_have_left(cast: Cast) -> None:
    ticket = make_ticket(cast.lavande)
    answer(ticket, cast.ana)
    with pytest.raises(NotAllowed, match="on its way"):
        move(ticket, cast.nordlicht, cast.odile, at=now())
    deliver_due()
    move(ticket, cast.nordlicht, cast.odile, at=now())
    assert ticket.vendor_id == cast.nordlicht.id


def test_a_buyer_s_words_after_the_closing_start_a_new_clock(
    cast: Cast, clock: SteppedClock
) -> None:
    ticket = make_ticket(cast.lavande)
    answer(ticket, cast.ana)
    ticket.close(at=now(), agent_id=cast.ana.id)
    clock.advance(days=2)
    write_again(ticket)
    assert (ticket.state, ticket.unanswered_since) == (TicketState.OPEN, now())
    assert audit().differences == []
