"""What happens to a ticket when its buyer writes again."""

from datetime import timedelta

from app.extensions import db
from app.lib.clock import now
from app.tickets.clocks.promises import Outcome, Promise
from app.tickets.conversation import Words
from app.tickets.models import Message, Ticket
from app.triage.intake import Arrival
from app.triage.known import facts_of
from app.triage.resorting import sort_ticket
from app.triage.verdict import Facts, Reason, Verdict
from tests.browser import Browser
from tests.factories import KIM, Cast, answer, make_ticket, write_in
from tests.fakes import SteppedClock


def go_on(ticket: Ticket, text: str) -> Message:
    return write_in(Arrival(ticket.vendor, KIM, subject="Re", text=text, at=now(), ticket=ticket))


def verdict(level: int, confidence: float, intent: str = "order_status") -> Verdict:
    return Verdict(level, confidence, intent, ((intent, 0.9),))


def newest(ticket: Ticket) -> Message:
    query = db.select(Message).filter_by(ticket_id=ticket.id).order_by(Message.id.desc())
    return db.session.scalars(query).first()


def test_every_message_is_sorted_and_the_reasons_are_the_newest(cast: Cast) -> None:
    ticket = make_ticket(cast.lavande)
    go_on(ticket, "My lawyer will hear of this.")
    assert ticket.level == 2
    assert [reason["code"] for reason in ticket.level_reasons] == ["towards_2"]
    assert ticket.assignee_id == cast.bo.id


def test_a_person_s_level_is_never_lowered_only_questioned(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    ticket.set_level(2, at=now(), agent_id=cast.bo.id)
    go_on(ticket, "Where is it, please?")
    assert (ticket.level, ticket.level_proposed) == (2, 1)
    assert ticket.level_set_by_id == cast.bo.id
    page = browser.be(cast.bo).get(f"/tickets/{ticket.id}").text
    assert "Make it level 1?" in page
    assert 'data-key="y"' in page
    browser.post(f"/tickets/{ticket.id}/level", data={"level": "1"})
    assert (ticket.level, ticket.level_proposed) == (1, None)


def test_the_desk_s_own_level_falls_only_when_it_is_very_sure(cast: Cast) -> None:
    ticket = make_ticket(cast.lavande, "My lawyer will hear of this.")
    sort_ticket(ticket, newest(ticket), verdict(1, 0.8), at=now(), subject=None)
    assert (ticket.level, round(ticket.level_confidence, 2)) == (2, 0.2)
    sort_ticket(ticket, newest(ticket), verdict(1, 0.9), at=now(), subject=None)
    assert ticket.level == 1


def test_an_intent_changes_when_the_new_one_is_likely_and_no_person_chose(cast: Cast) -> None:
    ticket = make_ticket(cast.lavande)
    unlikely = Verdict(1, 0.9, "thanks", (("thanks", 0.3),))
    sort_ticket(ticket, newest(ticket), unlikely, at=now(), subject=None)
    assert ticket.intent == "order_status"
    sort_ticket(ticket, newest(ticket), verdict(1, 0.9, "thanks"), at=now(), subject=None)
    assert ticket.intent == "thanks"
    ticket.set_level(1, at=now(), agent_id=cast.ana.id, intent="warranty")
    sort_ticket(ticket, newest(ticket), verdict(1, 0.9, "thanks"), at=now(), subject=None)
    assert ticket.intent == "warranty"


def test_reasons_point_into_the_message_and_not_into_the_subject(cast: Cast) -> None:
    ticket = make_ticket(cast.lavande, "My lawyer")
    message, text = newest(ticket), "My order\nMy lawyer"
    reasons = tuple(
        Reason("rule", "lawyer", word, text.index(word), text.index(word) + len(word), towards=2)
        for word in ("order", "lawyer")
    )
    said = Verdict(2, 0.9, "legal_threat", (("legal_threat", 0.9),), reasons)
    sort_ticket(ticket, message, said, at=now(), subject="My order")
    in_subject, in_text = ticket.level_reasons
    assert "start" not in in_subject
    assert message.body[in_text["start"] : in_text["end"]] == "lawyer"
    assert in_text["message"] == message.id


# --- what the desk knows of a conversation -------------------------------------------------


def known(ticket: Ticket | None, text: str = "Still nothing.") -> Facts:
    return facts_of(ticket, Words(subject="", body=text), at=now(), files=0)


def test_a_new_conversation_has_only_its_words(cast: Cast) -> None:
    assert known(None, "Orders 203-5548120 and 203-5548121, 620 € in all") == Facts(
        orders_named=2, amount=known(None, "620 €").amount
    )


def test_exchanges_reopening_level_and_days_are_passed(cast: Cast, clock: SteppedClock) -> None:
    ticket = make_ticket(cast.lavande)
    answer(ticket, cast.ana)
    ticket.close(at=now(), agent_id=cast.ana.id)
    clock.advance(days=22)
    facts = known(ticket)
    assert (facts.exchanges, facts.reopened, facts.days_open) == (1, True, 22)
    assert (facts.earlier_level, facts.earlier_intent) == (1, "order_status")


def test_broken_promises_count_and_so_do_those_whose_day_passed(
    cast: Cast, clock: SteppedClock
) -> None:
    ticket = make_ticket(cast.lavande)
    for outcome in (Outcome.BROKEN, Outcome.KEPT, Outcome.WITHDRAWN, Outcome.OPEN):
        db.session.add(
            Promise(ticket_id=ticket.id, agent_id=cast.bo.id, made_at=now(),
                    due_at=now() + timedelta(days=1), outcome=outcome)
        )  # fmt: skip
    db.session.flush()
    assert known(ticket).promises_broken == 1
    clock.advance(days=2)
    assert known(ticket).promises_broken == 2
