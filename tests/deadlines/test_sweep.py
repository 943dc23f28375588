"""The sweep flags every clock that ran out, with its true moment, once."""

from datetime import timedelta

from sqlalchemy import select

from app.deadlines.models import Alert
from app.deadlines.sweep import Swept, sweep
from app.extensions import db
from app.lib.heartbeat import last_beat
from app.tickets.conversation import not_delivered
from app.tickets.models import TicketEvent
from tests.factories import Cast, answer, make_ticket
from tests.fakes import SteppedClock


def told() -> list[str]:
    return list(db.session.scalars(select(Alert.stage).order_by(Alert.reached_at)))


def test_a_sweep_with_nothing_to_do_says_so_and_gives_a_sign_of_life(
    cast: Cast, clock: SteppedClock
) -> None:
    assert sweep(clock()) == Swept(flagged=0, told=0)
    assert last_beat("sweep") == clock()


def test_a_ticket_unanswered_for_24_hours_is_flagged_once(cast: Cast, clock: SteppedClock) -> None:
    ticket = make_ticket(cast.lavande)
    due_at = ticket.due_at
    clock.advance(hours=24)
    assert sweep(clock()).flagged == 1
    assert sweep(clock()) == Swept(flagged=0, told=0)
    assert db.session.scalar(select(Alert.reached_at).filter_by(stage="breach")) == due_at
    assert told() == ["half", "last_hour", "breach"]


def test_an_answered_ticket_is_not_flagged(cast: Cast, clock: SteppedClock) -> None:
    answer(make_ticket(cast.lavande), cast.ana)
    assert sweep(clock.advance(hours=48)) == Swept(flagged=0, told=0)


def test_after_a_day_without_a_scheduler_the_event_carries_the_true_moment(
    cast: Cast, clock: SteppedClock
) -> None:
    ticket = make_ticket(cast.lavande)
    due_at = ticket.due_at
    sweep(clock.advance(days=3))
    query = select(TicketEvent.at).filter_by(ticket_id=ticket.id, kind="overdue")
    assert db.session.scalars(query).all() == [due_at]
    assert told()[-1] == "day_over"


def test_a_clock_set_back_an_hour_tells_nothing_twice(cast: Cast, clock: SteppedClock) -> None:
    make_ticket(cast.lavande)
    sweep(clock.advance(hours=24))
    clock.advance(hours=-1)
    assert sweep(clock()) == Swept(flagged=0, told=0)
    assert sweep(clock.advance(hours=1)) == Swept(flagged=0, told=0)


def test_a_new_wait_after_an_answer_is_a_new_clock(cast: Cast, clock: SteppedClock) -> None:
    ticket = make_ticket(cast.lavande)
    sweep(clock.advance(hours=25))
    db.session.refresh(ticket)
    message = answer(ticket, cast.ana)
    not_delivered(message, at=clock(), reason="refused 550")
    db.session.commit()
    # The old clock runs again from where it was: its stages were told before.
    assert sweep(clock.advance(minutes=1)).flagged == 0
    assert len(told()) == len(set(told()))


def test_more_tickets_than_a_batch_are_all_flagged(cast: Cast, clock: SteppedClock) -> None:
    for number in range(7):
        make_ticket(cast.lavande, sender=f"kim{number}@mailbox.example")
    clock.advance(hours=24, seconds=1)
    assert sweep(clock(), batch=3).flagged == 7


def test_half_time_is_told_before_the_breach(cast: Cast, clock: SteppedClock) -> None:
    make_ticket(cast.lavande)
    sweep(clock.advance(hours=12))
    assert told() == ["half"]
    sweep(clock.advance(hours=11))
    assert told() == ["half", "last_hour"]
    sweep(clock.advance(hours=1) + timedelta(seconds=1))
    assert told() == ["half", "last_hour", "breach"]
