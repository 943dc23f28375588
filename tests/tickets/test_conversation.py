"""What happens to a ticket and its clock when people write."""

from datetime import timedelta

import pytest

from app.extensions import db
from app.tickets.conversation import Answer, acknowledge, not_delivered, note, reply
from app.tickets.models import DeliveryState, NotAllowed, Ticket, TicketState
from app.triage.intake import Arrival
from tests.factories import KIM, Cast, answer, make_ticket, write_in
from tests.fakes import SteppedClock


def write_again(ticket: Ticket, clock: SteppedClock, text: str = "Any news?") -> None:
    write_in(Arrival(ticket.vendor, KIM, subject="", text=text, at=clock(), ticket=ticket))


def kinds(ticket: Ticket) -> list[str]:
    return [event.kind for event in db.session.scalars(ticket.events.select())]


def test_the_clock_starts_when_the_first_message_arrived(cast: Cast, clock: SteppedClock) -> None:
    arrived_at = clock()
    ticket = make_ticket(cast.lavande)
    assert ticket.unanswered_since == arrived_at
    assert ticket.due_at == arrived_at + timedelta(hours=24)
    assert ticket.state == TicketState.OPEN


def test_a_second_message_does_not_move_the_deadline(cast: Cast, clock: SteppedClock) -> None:
    ticket = make_ticket(cast.lavande)
    due_at = ticket.due_at
    clock.advance(hours=5)
    write_again(ticket, clock)
    assert ticket.due_at == due_at


def test_an_answer_stops_the_clock_and_counts_one_exchange(cast: Cast, clock: SteppedClock) -> None:
    ticket = make_ticket(cast.lavande)
    write_again(ticket, clock)
    message = answer(ticket, cast.ana)
    assert (ticket.due_at, ticket.wait, ticket.exchanges) == (None, None, 1)
    assert ticket.state == TicketState.WAITING
    assert message.delivery == DeliveryState.QUEUED
    assert message.mail_id


def test_two_answers_in_a_row_are_one_exchange(cast: Cast) -> None:
    ticket = make_ticket(cast.lavande)
    answer(ticket, cast.ana)
    answer(ticket, cast.ana, "One more thing.")
    assert ticket.exchanges == 1


def test_a_note_does_not_stop_the_clock(cast: Cast) -> None:
    ticket = make_ticket(cast.lavande)
    due_at = ticket.due_at
    note(ticket, cast.ana, "Ask the carrier.", at=ticket.opened_at)
    ticket.set_level(2, at=ticket.opened_at, agent_id=cast.bo.id)
    ticket.assign(cast.bo, at=ticket.opened_at, by=cast.lea.id, why="by_hand")
    assert ticket.due_at == due_at


def test_a_failed_delivery_puts_the_clock_back_where_it_was(
    cast: Cast, clock: SteppedClock
) -> None:
    ticket = make_ticket(cast.lavande)
    due_at = ticket.due_at
    clock.advance(hours=3)
    message = answer(ticket, cast.ana)
    clock.advance(hours=1)
    not_delivered(message, at=clock(), reason="refused 550")
    assert (ticket.due_at, ticket.exchanges, ticket.undeliverable) == (due_at, 0, True)
    assert ticket.state == TicketState.OPEN


def test_a_failure_after_newer_words_keeps_the_older_start(cast: Cast, clock: SteppedClock) -> None:
    ticket = make_ticket(cast.lavande)
    started_at = ticket.unanswered_since
    message = answer(ticket, cast.ana)
    clock.advance(hours=2)
    write_again(ticket, clock)
    not_delivered(message, at=clock(), reason="refused 550")
    assert ticket.unanswered_since == started_at


def test_the_same_failure_told_twice_takes_one_exchange_back(cast: Cast) -> None:
    ticket = make_ticket(cast.lavande)
    message = answer(ticket, cast.ana)
    for _ in range(2):
        not_delivered(message, at=ticket.opened_at, reason="refused 550")
    assert ticket.exchanges == 0


def test_an_acknowledgement_promises_news_and_that_is_the_next_deadline(
    cast: Cast, clock: SteppedClock
) -> None:
    ticket = make_ticket(cast.lavande, "Your kettle caught fire.")
    until = clock() + timedelta(days=2)
    acknowledge(ticket, cast.bo, Answer("Bo looks into it.", "en"), until=until, at=clock())
    assert (ticket.clock, ticket.due_at) == ("promise", until)
    assert ticket.acknowledged_at == clock()


def test_news_in_time_keeps_the_promise(cast: Cast, clock: SteppedClock) -> None:
    ticket = make_ticket(cast.lavande)
    until = clock() + timedelta(days=2)
    acknowledge(ticket, cast.bo, Answer("Bo looks into it.", "en"), until=until, at=clock())
    clock.advance(days=1)
    answer(ticket, cast.bo, "It is solved.")
    assert "promise_kept" in kinds(ticket)
    assert ticket.due_at is None


def test_news_too_late_breaks_the_promise(cast: Cast, clock: SteppedClock) -> None:
    ticket = make_ticket(cast.lavande)
    until = clock() + timedelta(days=2)
    acknowledge(ticket, cast.bo, Answer("Bo looks into it.", "en"), until=until, at=clock())
    clock.advance(days=3)
    answer(ticket, cast.bo, "It is solved.")
    assert "promise_broken" in kinds(ticket)


def test_a_promise_in_the_past_is_refused(cast: Cast, clock: SteppedClock) -> None:
    ticket = make_ticket(cast.lavande)
    with pytest.raises(NotAllowed, match="still be to come"):
        acknowledge(ticket, cast.bo, Answer("Soon.", "en"), until=clock(), at=clock())


def test_a_ticket_whose_buyer_waits_cannot_be_closed(cast: Cast, clock: SteppedClock) -> None:
    ticket = make_ticket(cast.lavande)
    with pytest.raises(NotAllowed, match="still waits"):
        ticket.close(at=clock(), agent_id=cast.ana.id)


def test_new_words_reopen_a_closed_ticket_and_start_its_clock(
    cast: Cast, clock: SteppedClock
) -> None:
    ticket = make_ticket(cast.lavande)
    answer(ticket, cast.ana)
    ticket.close(at=clock(), agent_id=cast.ana.id)
    db.session.commit()
    written_at = clock.advance(hours=30)
    write_again(ticket, clock)
    assert ticket.state == TicketState.OPEN
    assert ticket.unanswered_since == written_at
    assert "reopened" in kinds(ticket)


def test_an_empty_answer_is_refused(cast: Cast, clock: SteppedClock) -> None:
    ticket = make_ticket(cast.lavande)
    with pytest.raises(NotAllowed, match="no text"):
        reply(ticket, cast.ana, Answer(" \n", "en"), at=clock())


def test_an_agent_of_another_vendor_cannot_be_given_the_ticket(
    cast: Cast, clock: SteppedClock
) -> None:
    ticket = make_ticket(cast.lavande)
    with pytest.raises(NotAllowed, match="another vendor"):
        ticket.assign(cast.omar, at=clock(), by=cast.lea.id, why="by_hand")


def test_a_vendors_own_hours_decide(cast: Cast, clock: SteppedClock) -> None:
    cast.lavande.answer_within_hours = 8
    ticket = make_ticket(cast.lavande)
    assert ticket.due_at == clock() + timedelta(hours=8)
