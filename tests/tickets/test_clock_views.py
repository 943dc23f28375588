"""No reply needed, and an answer taken back: on the page."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.extensions import db
from app.relay.outbound import deliver_due
from app.tickets import conversation
from app.tickets.clocks.promises import Silence
from app.tickets.models import DeliveryState, NotAllowed, Ticket
from tests.browser import Browser
from tests.factories import Cast, answer, make_ticket
from tests.fakes import MemorySmtp, SteppedClock

CLOCK = (
    "unanswered_since", "within_hours", "clock", "clock_started_at", "due_at", "state", "exchanges",
    "promised_at", "promised_for", "acknowledged_at", "answered_at", "closed_at",
)  # fmt: skip


def clock_of(ticket: Ticket) -> dict[str, object]:
    db.session.flush()
    return {name: getattr(ticket, name) for name in CLOCK}


def test_no_reply_needed_stops_the_clock_with_a_reason_that_is_kept(
    cast: Cast, browser: Browser
) -> None:
    ticket = make_ticket(cast.lavande)
    was = ticket.unanswered_since
    sent = {"reason": "thanks", "note": " a  smile "}
    found = browser.be(cast.ana).post(f"/tickets/{ticket.id}/silence", data=sent)
    assert found.status_code == 303
    db.session.refresh(ticket)
    assert (ticket.due_at, ticket.exchanges, ticket.state) == (None, 0, "waiting")
    silence = db.session.scalars(select(Silence)).one()
    assert (silence.reason, silence.note, silence.clock_was) == ("thanks", "a smile", was)
    assert "Said that no reply is needed" in browser.get(f"/tickets/{ticket.id}").text


@pytest.mark.parametrize("reason", ["", "lazy"])
def test_without_a_reason_the_clock_runs_on(cast: Cast, browser: Browser, reason: str) -> None:
    ticket = make_ticket(cast.lavande)
    found = browser.be(cast.ana).post(f"/tickets/{ticket.id}/silence", data={"reason": reason})
    assert (found.status_code, "Say why" in found.text) == (422, True)
    db.session.refresh(ticket)
    assert ticket.due_at is not None


def test_nobody_is_silent_twice(cast: Cast, browser: Browser) -> None:
    path = f"/tickets/{make_ticket(cast.lavande).id}/silence"
    browser.be(cast.ana).post(path, data={"reason": "solved"})
    found = browser.post(path, data={"reason": "solved"})
    assert (found.status_code, "Nobody waits" in found.text) == (422, True)


@pytest.fixture
def queued(cast: Cast, clock: SteppedClock) -> Ticket:
    ticket = make_ticket(cast.lavande, "Your kettle caught fire.")
    clock.advance(hours=2)
    return ticket


def send(ticket: Ticket, cast: Cast, clock: SteppedClock, closes: bool = False) -> int:
    """An answer that may still be taken back for ten seconds."""
    say = conversation.reply_and_close if closes else conversation.reply
    message = say(ticket, cast.ana, conversation.Answer("It arrives.", "en"), at=clock())
    message.next_try_at = clock() + timedelta(seconds=10)
    db.session.commit()
    return message.id


@pytest.mark.parametrize("closes", [False, True])
def test_an_answer_that_is_taken_back_leaves_every_clock_as_it_was(
    cast: Cast,
    clock: SteppedClock,
    browser: Browser,
    post: MemorySmtp,
    queued: Ticket,
    closes: bool,
) -> None:
    before = clock_of(queued)
    message_id = send(queued, cast, clock, closes)
    page = browser.be(cast.ana).get(f"/tickets/{queued.id}").text
    assert "Take it back" in page
    clock.advance(seconds=9)
    deliver_due()
    found = browser.post(f"/tickets/{queued.id}/messages/{message_id}/withdrawal")
    assert found.status_code == 303
    db.session.refresh(queued)
    assert clock_of(queued) == before
    clock.advance(minutes=10)
    deliver_due()
    assert post.sent == []
    again = browser.get(found.location).text
    assert "It arrives.</textarea>" in again
    assert "Taken back, never sent" in again


def test_what_has_left_stays(
    cast: Cast, clock: SteppedClock, browser: Browser, queued: Ticket
) -> None:
    message_id = send(queued, cast, clock)
    clock.advance(seconds=10)
    deliver_due()
    found = browser.be(cast.ana).post(f"/tickets/{queued.id}/messages/{message_id}/withdrawal")
    assert (found.status_code, "has left already" in found.text) == (422, True)


def test_the_same_text_can_be_sent_after_it_was_taken_back(
    cast: Cast, clock: SteppedClock, browser: Browser, queued: Ticket
) -> None:
    message_id = send(queued, cast, clock)
    browser.be(cast.ana).post(f"/tickets/{queued.id}/messages/{message_id}/withdrawal")
    sent = {"text": "It arrives.", "seen": str(message_id - 1)}
    assert browser.post(f"/tickets/{queued.id}/replies", data=sent).status_code == 303
    db.session.refresh(queued)
    assert queued.unanswered_since is None


def test_only_its_author_takes_an_answer_back(cast: Cast, clock: SteppedClock) -> None:
    ticket = make_ticket(cast.lavande)
    message = answer(ticket, cast.ana)
    with pytest.raises(NotAllowed, match="Only the person"):
        conversation.undo(ticket, message, cast.lea, at=clock())
    assert message.delivery == DeliveryState.QUEUED
