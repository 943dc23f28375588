"""A person's word on level and intent."""

import pytest

from app.extensions import db
from app.privacy.redact import CHIPS
from app.relay.erasure import erase_buyer
from app.tickets.models import Buyer, Ticket
from app.triage.corrections import newest_for_each_message
from app.triage.models import Correction
from tests.browser import Browser
from tests.factories import Cast, make_ticket


def corrections() -> list[Correction]:
    return list(db.session.scalars(db.select(Correction).order_by(Correction.id)))


def say(browser: Browser, ticket: Ticket, **form: str) -> int:
    return browser.post(f"/tickets/{ticket.id}/level", data=form).status_code


def test_a_correction_is_kept_as_an_example_without_contact_data(
    cast: Cast, browser: Browser
) -> None:
    ticket = make_ticket(cast.lavande, "Call me on +33 6 39 98 12 34, where is my order?")
    browser.be(cast.ana)
    assert say(browser, ticket, level="2", intent="delivery_disputed", reason="GPS says no") == 303
    kept = corrections()[0]
    assert (kept.level_was, kept.level) == (1, 2)
    assert (kept.intent_was, kept.intent) == ("order_status", "delivery_disputed")
    assert kept.text.startswith("My order\nCall me on")
    assert CHIPS["phone"] in kept.text
    assert "39 98" not in kept.text
    assert (ticket.level, ticket.intent, ticket.level_set_by_id) == (
        2, "delivery_disputed", cast.ana.id,
    )  # fmt: skip


def test_confirming_is_an_example_too(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    browser.be(cast.ana)
    say(browser, ticket, level="1")
    assert (corrections()[0].level_was, corrections()[0].level) == (1, 1)
    assert ticket.level_set_by_id == cast.ana.id


def test_level_2_goes_to_somebody_who_handles_it(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    browser.be(cast.ana)
    say(browser, ticket, level="2")
    page = browser.get(f"/tickets/{ticket.id}").text
    assert ticket.assignee_id == cast.bo.id
    assert "It went to somebody who handles that level." in page
    assert "Level set to 2" in page


def test_an_intent_that_nobody_knows_changes_nothing(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    browser.be(cast.ana)
    say(browser, ticket, level="1", intent="<b>")
    assert ticket.intent == "order_status"


@pytest.mark.parametrize("level", ["", "0", "3", "x", "-1"])
def test_there_is_no_third_level(cast: Cast, browser: Browser, level: str) -> None:
    ticket = make_ticket(cast.lavande)
    browser.be(cast.ana)
    assert say(browser, ticket, level=level) == 422
    assert corrections() == []


def test_the_last_word_on_a_message_is_what_counts(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    browser.be(cast.lea)
    say(browser, ticket, level="2", intent="warranty")
    say(browser, ticket, level="1", intent="thanks")
    assert [(c.level, c.intent) for c in newest_for_each_message()] == [(1, "thanks")]


def test_examples_go_when_their_buyer_is_erased(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    other = make_ticket(cast.lavande, sender="jo@mailbox.example")
    browser.be(cast.lea)
    for one in (ticket, other):
        say(browser, one, level="2")
    erase_buyer(db.session.get_one(Buyer, ticket.buyer_id))
    db.session.commit()
    assert [c.ticket_id for c in corrections()] == [other.id]
