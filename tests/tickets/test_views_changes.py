"""What else people decide about a ticket."""

import pytest

from app.extensions import db
from app.tickets.models import MessageKind, TicketState
from app.translation.models import Draft
from tests.browser import Browser
from tests.factories import Cast, answer, make_ticket
from tests.tickets.staging import POLISH, messages, polish_ticket


def test_a_note_stays_on_the_desk_and_stops_no_clock(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    due_at = ticket.due_at
    browser.be(cast.ana).post(f"/tickets/{ticket.id}/notes", data={"note": "Ask the carrier."})
    note = messages(ticket)[-1]
    assert (note.kind, note.delivery, note.body) == (MessageKind.NOTE, None, "Ask the carrier.")
    assert ticket.due_at == due_at
    assert "Ask the carrier." in browser.get(f"/tickets/{ticket.id}").text


def test_an_empty_note_is_refused_on_its_own_tab(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    found = browser.be(cast.ana).post(f"/tickets/{ticket.id}/notes", data={"note": "  "})
    assert found.status_code == 422
    assert "The note is empty." in found.text
    assert 'id="tab-note" checked' in found.text


def test_a_person_sets_the_level(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    browser.be(cast.ana).post(f"/tickets/{ticket.id}/level", data={"level": "2", "reason": "legal"})
    assert (ticket.level, ticket.level_set_by_id) == (2, cast.ana.id)
    assert "Level set to 2: legal" in browser.get(f"/tickets/{ticket.id}").text


@pytest.mark.parametrize("level", ["", "3", "x"])
def test_there_is_no_third_level(cast: Cast, browser: Browser, level: str) -> None:
    ticket = make_ticket(cast.lavande)
    found = browser.be(cast.ana).post(f"/tickets/{ticket.id}/level", data={"level": level})
    assert found.status_code == 422
    assert "The level is 1 or 2." in found.text


def test_a_ticket_is_given_to_a_colleague_and_back(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    browser.be(cast.ana).post(f"/tickets/{ticket.id}/assignment", data={"agent_id": cast.bo.id})
    assert ticket.assignee_id == cast.bo.id
    browser.post(f"/tickets/{ticket.id}/assignment", data={"agent_id": ""})
    assert ticket.assignee_id is None


def test_nobody_of_another_vendor_is_given_a_ticket(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    was = ticket.assignee_id
    found = browser.be(cast.lea).post(
        f"/tickets/{ticket.id}/assignment", data={"agent_id": cast.omar.id}
    )
    assert found.status_code == 422
    assert ticket.assignee_id == was


def test_the_operator_takes_a_ticket_over(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    browser.be(cast.odile).post(
        f"/tickets/{ticket.id}/assignment", data={"agent_id": cast.odile.id}
    )
    assert ticket.assignee_id == cast.odile.id


def test_a_ticket_closes_only_when_nobody_waits(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    found = browser.be(cast.ana).post(f"/tickets/{ticket.id}/closure")
    assert found.status_code == 422
    assert "The buyer still waits for an answer" in found.text
    answer(ticket, cast.ana)
    assert browser.post(f"/tickets/{ticket.id}/closure").status_code == 303
    assert ticket.state == TicketState.CLOSED


def test_a_wrongly_detected_language_is_corrected(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    browser.be(cast.ana).post(f"/tickets/{ticket.id}/language", data={"lang": "sv"})
    assert (ticket.lang, ticket.buyer.lang) == ("sv", "sv")
    assert messages(ticket)[0].lang == "sv"
    assert "Language corrected to Swedish" in browser.get(f"/tickets/{ticket.id}").text


@pytest.mark.parametrize(
    ("lang", "words"),
    [("xx", "The desk does not know that language."), ("pl", "in that language already")],
)
def test_a_language_that_is_no_correction_is_refused(
    cast: Cast, browser: Browser, lang: str, words: str
) -> None:
    ticket = polish_ticket(cast)
    found = browser.be(cast.ana).post(f"/tickets/{ticket.id}/language", data={"lang": lang})
    assert found.status_code == 422
    assert words in found.text


def test_a_message_is_translated_into_the_reader_s_language(cast: Cast, browser: Browser) -> None:
    ticket = polish_ticket(cast)
    message = messages(ticket)[0]
    address = f"/tickets/{ticket.id}/messages/{message.id}/translation"
    piece = browser.be(cast.omar).fragment(address, "POST")
    assert piece.status_code == 404
    piece = browser.be(cast.ana).fragment(address, "POST")
    assert "Translating from Polish" in piece.text
    draft = db.session.scalars(
        db.select(Draft).filter_by(source_text=POLISH, target_lang="fr")
    ).one()
    assert draft.scope == f"ticket:{ticket.id}"


def test_a_message_that_one_reads_needs_no_translation(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    address = f"/tickets/{ticket.id}/messages/{messages(ticket)[0].id}/translation"
    assert browser.be(cast.ana).post(address).status_code == 422
