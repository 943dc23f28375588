"""What is looked at before a text leaves: plain doubts are raised, honest answers pass."""

import pytest
from flask import Flask

from app.extensions import db
from app.tickets.composer.checks import Doubt, Look, look_over
from app.tickets.models import Ticket
from app.translation.detect import LANGUAGES, Detected, Detector
from tests.browser import Browser
from tests.factories import Cast, make_ticket
from tests.fakes import SteppedClock
from tests.tickets.staging import messages, newest

FINE = {
    "en": "Hello,\n\nyour parcel left our warehouse on 12 March and is due on Friday. "
    "The invoice is attached.\n\nKind regards\nAna",
    "fr": "Bonjour,\n\nvotre colis est parti de notre entrepôt le 12 mars et doit arriver "
    "vendredi.\n\nCordialement\nAna",
    "de": "Guten Tag,\n\nIhr Paket hat unser Lager am 12. März verlassen und kommt am Freitag "
    "an.\n\nMit freundlichen Grüßen\nAna",
    "es": "Buenos días,\n\nsu paquete salió de nuestro almacén el 12 de marzo y llegará el "
    "viernes.\n\nUn saludo\nAna",
    "it": "Buongiorno,\n\nil suo pacco è partito dal nostro magazzino il 12 marzo e arriverà "
    "venerdì.\n\nCordiali saluti\nAna",
    "pl": "Dzień dobry,\n\npaczka opuściła nasz magazyn 12 marca i dotrze w piątek.\n\n"
    "Z poważaniem\nAna",
    "ja": "お荷物は3月12日に倉庫を出て、金曜日に届く予定です。",
}  # fmt: skip


def look(text: str, lang: str = "en", **more: object) -> list[Doubt]:
    seen = Detector().detect(text)
    return [found.doubt for found in look_over(Look(text, lang, seen, **more))]  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", FINE)
def test_an_honest_answer_raises_no_doubt(lang: str) -> None:
    assert look(FINE[lang], lang) == []


@pytest.mark.parametrize(
    ("lang", "text", "doubt"),
    [
        ("pl", FINE["fr"], Doubt.LANGUAGE),
        ("en", FINE["pl"], Doubt.LANGUAGE),
        ("en", "Hello, please order from us directly next time.", Doubt.AWAY),
        ("en", "Hello, you find it cheaper on our website.", Doubt.AWAY),
        ("de", "Guten Tag, rufen Sie uns an, dann klären wir alles.", Doubt.AWAY),
        ("fr", "Bonjour, contactez-nous directement pour le remboursement.", Doubt.AWAY),
        ("ja", "詳しくは当店のサイトをご覧ください。", Doubt.AWAY),
        ("zh", "您可以直接联系我们，我们会处理退款。", Doubt.AWAY),
        ("en", "Hello, it arrives on ___ at your address.", Doubt.PLACEHOLDER),
        ("en", "Hello, it arrives on XXX at your address.", Doubt.PLACEHOLDER),
        ("en", "Hello <name>, it arrives tomorrow.", Doubt.PLACEHOLDER),
        ("en", "Dear ,\n\nyour parcel arrives tomorrow.", Doubt.GREETING),
        ("de", "Sehr geehrte,\n\nIhr Paket kommt morgen an.", Doubt.GREETING),
        ("en", "Hello, the carrier looks for it. We will get back to you.", Doubt.PROMISE),
        ("en", "Hello, we will soon let you know what the carrier says.", Doubt.PROMISE),
        ("fr", "Bonjour, nous reviendrons très vite vers vous.", Doubt.PROMISE),
        ("de", "Guten Tag, wir melden uns bei Ihnen.", Doubt.PROMISE),
        ("pl", "Dzień dobry, sprawdzimy to i skontaktujemy się z Panem.", Doubt.PROMISE),
        ("en", "THIS IS YOUR FAULT AND NOT OURS, PLEASE READ", Doubt.SHOUTING),
        ("en", "We told you already!!!", Doubt.SHOUTING),
    ],
)
def test_a_doubt_is_raised(lang: str, text: str, doubt: Doubt) -> None:
    assert doubt in look(text, lang)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "The USB-C cable and the HDMI cable are in the box of your LED lamp."),
        ("de", "Der Artikel in Größe XXL ist wieder da."),
        ("en", "OK"),
        ("en", "Dear Kim,\n\nyour parcel arrives tomorrow."),
        ("ar", "وصل طردك إلى المستودع اليوم."),
    ],
)
def test_what_only_looks_like_it_raises_none(lang: str, text: str) -> None:
    assert look(text, lang) == []


def test_a_promise_with_a_date_is_none() -> None:
    assert look("Hello, we will get back to you.", has_date=True) == []


def test_own_sentences_left_in_the_buyer_s_text_are_found() -> None:
    own = "Votre colis est parti hier soir. Nous sommes désolés."
    text = "Your parcel is on its way to you now. Votre colis est parti hier soir."
    assert Doubt.LEFT in look(text, own_text=own)
    assert look("Your parcel is on its way to you now.", own_text=own) == []


ASKED = "Where is my parcel? And can I still change the colour of the second lamp?"


@pytest.mark.parametrize(
    ("text", "missed"),
    [
        ("Your parcel arrives on Friday.", True),
        ("Your parcel arrives on Friday. The colour can still be changed.", False),
        ("It arrives on Friday.", False),  # nothing in common with either: nothing can be said
    ],
)
def test_a_second_question_without_an_answer_is_found(text: str, missed: bool) -> None:
    assert (Doubt.QUESTION in look(text, asked=ASKED)) is missed


def test_one_question_is_never_held_against_an_answer() -> None:
    assert look("It left yesterday evening.", asked="Where is my order?") == []


def test_questions_are_compared_in_the_language_of_both() -> None:
    found = look(
        "Twoja paczka dotrze w piątek.", "pl", own_text="Votre colis arrive vendredi.",
        asked="x?", asked_own="Où est mon colis ? Puis-je changer la couleur de la lampe ?",
    )  # fmt: skip
    assert Doubt.QUESTION in found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_of_the_desk_has_its_phrases(lang: str) -> None:
    assert look_over(Look("x", lang, Detected("und", 0.0))) == []


# --- on the way out ------------------------------------------------------------------------


@pytest.fixture
def ticket(cast: Cast, clock: SteppedClock) -> Ticket:
    return make_ticket(cast.lavande)


def test_warnings_explain_and_the_agent_decides(
    cast: Cast, browser: Browser, ticket: Ticket
) -> None:
    data = {"text": "Hello, we will get back to you!!!", "seen": newest(ticket)}
    browser.be(cast.ana)
    asked = browser.post(f"/tickets/{ticket.id}/replies", data=data)
    assert asked.status_code == 422
    assert "This promises news, and no date is kept: “get back to you”" in asked.text
    assert "read as shouting" in asked.text
    assert 'name="sure"' in asked.text
    assert len(messages(ticket)) == 1
    data["sure"] = "yes"
    assert browser.post(f"/tickets/{ticket.id}/replies", data=data).status_code == 303


def test_a_promise_is_sent_with_its_date(cast: Cast, browser: Browser, ticket: Ticket) -> None:
    data = {"text": "Hello, we will get back to you.", "seen": newest(ticket)}
    browser.be(cast.ana)
    none = browser.post(f"/tickets/{ticket.id}/promises", data=data)
    assert (none.status_code, "Give the date" in none.text) == (422, True)
    data["until"] = "2026-03-04T17:00"
    assert browser.post(f"/tickets/{ticket.id}/promises", data=data).status_code == 303
    db.session.refresh(ticket)
    assert ticket.promised_for is not None
    assert ticket.due_at == ticket.promised_for
    assert browser.post(f"/tickets/{ticket.id}/promises", data=data).status_code == 303
    assert len(messages(ticket)) == 2


def test_a_leak_stops_everybody_but_the_operator_with_a_reason(
    cast: Cast, browser: Browser, ticket: Ticket
) -> None:
    data = {"text": "Hello, write to boss@shop.example please.", "seen": newest(ticket),
            "sure": "yes", "override": "the buyer has no other way"}  # fmt: skip
    address = f"/tickets/{ticket.id}/replies"
    for person in (cast.ana, cast.lea):
        found = browser.be(person).post(address, data=data)
        assert found.status_code == 422
        assert 'name="override"' not in found.text
    browser.be(cast.odile)
    asked = browser.post(address, data=data | {"override": " "})
    assert 'name="override"' in asked.text
    assert len(messages(ticket)) == 1
    assert browser.post(address, data=data | {"sure": ""}).status_code == 303
    event = [e for e in db.session.scalars(ticket.events.select()) if e.kind == "contacts_sent"]
    assert event[0].data["reason"] == "the buyer has no other way"


def test_facts_of_the_own_words_are_shown_beside_what_is_sent(
    cast: Cast, browser: Browser, desk: Flask
) -> None:
    ticket = make_ticket(cast.lavande)
    ticket.lang = "pl"
    db.session.commit()
    own = "Commande 917-1, 30 € le 12/03/2026."
    data = {"own_text": own, "text": "917-1, 30 € Dear", "seen": 0}
    page = browser.be(cast.ana).post(f"/tickets/{ticket.id}/replies", data=data).text
    assert page.count('class="fact fact-there"') == 2
    assert 'class="fact" data-fact="12/03/2026"' in page
