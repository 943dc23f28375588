"""The words that weighed, marked in the buyer's message."""

import pytest

from app.extensions import db
from app.phrasebook import INTENTS
from app.tickets.models import Message, Ticket
from app.triage.rules import load_meanings
from app.triage.wording import intent_names
from app.web.i18n import UI_LANGUAGES
from tests.browser import Browser
from tests.factories import Cast, make_ticket

TEXT = "My <b>lawyer</b> will call from [phone number hidden], then the court."


def weighed(ticket: Ticket, *words: str, **more: object) -> None:
    message = db.session.scalars(db.select(Message).filter_by(ticket_id=ticket.id)).one()
    message.body = TEXT
    ticket.level_reasons = [
        {"kind": "rule", "code": word, "towards": 2, "text": word, "message": message.id,
         "start": TEXT.index(word), "end": TEXT.index(word) + len(word), **more}
        for word in words
    ]  # fmt: skip
    db.session.commit()


def test_a_word_is_marked_with_what_it_stands_for(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    weighed(ticket, "lawyer", "court")
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    assert '<mark class="weighed weighed-2" title="Names a lawyer.">lawyer' in page
    assert "(Names a court or legal action.)" in page
    assert "&lt;b&gt;" in page
    assert 'class="pill-hidden">phone number hidden' in page


@pytest.mark.parametrize(("lang", "said"), [
    ("en", "Names a lawyer."), ("fr", "Mentionne un avocat."), ("de", "Nennt einen Anwalt."),
    ("es", "Menciona a un abogado."), ("it", "Nomina un avvocato."),
])  # fmt: skip
def test_reasons_speak_the_reader_s_language(
    cast: Cast, browser: Browser, lang: str, said: str
) -> None:
    ticket = make_ticket(cast.lavande)
    weighed(ticket, "lawyer")
    cast.ana.ui_lang = lang
    db.session.commit()
    assert said in browser.be(cast.ana).get(f"/tickets/{ticket.id}").text


@pytest.mark.parametrize("place", [
    {"start": -1, "end": 3}, {"start": 5, "end": 5}, {"start": 2, "end": 9_999},
])  # fmt: skip
def test_a_place_that_is_none_marks_nothing(
    cast: Cast, browser: Browser, place: dict[str, int]
) -> None:
    ticket = make_ticket(cast.lavande)
    weighed(ticket, "lawyer", **place)
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}")
    assert page.status_code == 200
    assert "<mark" not in page.text


def test_reasons_that_overlap_are_marked_once(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    weighed(ticket, "lawyer", "law")
    assert browser.be(cast.ana).get(f"/tickets/{ticket.id}").text.count("<mark") == 1


def test_a_rule_that_is_gone_is_named(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    weighed(ticket, "call", code="old_rule")
    assert "old rule" in browser.be(cast.ana).get(f"/tickets/{ticket.id}").text


def test_every_rule_is_told_in_every_language_of_the_interface() -> None:
    assert {frozenset(rule.told) for rule in load_meanings()} == {frozenset(UI_LANGUAGES) - {"en"}}


def test_every_intent_has_a_name(cast: Cast, browser: Browser) -> None:
    with browser.application.test_request_context():
        assert {name for name, _ in intent_names()} == set(INTENTS)
