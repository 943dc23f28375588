"""Drafts are made in the vendor's own wording, and checks of a text never are."""

from collections.abc import Sequence

from flask import Flask

from app.extensions import db
from app.tickets.languages.translating import scope_of_check, translate_drafts
from app.tickets.models import Ticket
from app.tickets.queries import scope_of
from app.translation.draft import ask, translate_waiting
from app.translation.glossary import Entry, put
from app.translation.loaded import Scored
from app.translation.memory import Way, remember
from app.translation.memory_models import Origin, Term
from app.translation.models import Draft
from app.translation.segments import paired
from tests.browser import Browser
from tests.factories import Cast, make_ticket
from tests.tickets.staging import Counted
from tests.translation.fakes import FakeEngine

OWN = "Votre commande 900-17 part demain matin. Nous vérifions le reste."
PAIRS = frozenset({("fr", "pl"), ("pl", "fr"), ("en", "fr")})


def engine(desk: Flask) -> FakeEngine:
    fake = FakeEngine(pairs=PAIRS, otherwise=lambda sentence: f"Uff {sentence[:-1]} oj.")
    desk.extensions["engine"] = lambda: fake
    return fake


def made(ticket: Ticket, text: str = OWN, *, scope: str = "", **langs: str) -> Draft:
    ways = {"source": "fr", "target": "pl"} | langs
    draft = ask(scope or scope_of(ticket), text, **ways)
    db.session.commit()
    translate_waiting(translate_drafts)
    return draft


def taught(cast: Cast) -> None:
    pair = paired("Votre commande 1 part demain matin.", "Zamówienie 1 wyrusza jutro rano.")
    assert pair is not None
    remember(Way(cast.lavande.id, "fr", "pl"), [pair], origin=Origin.TMX)
    db.session.commit()


def test_what_was_approved_before_fills_in_and_says_so(desk: Flask, cast: Cast) -> None:
    taught(cast)
    fake = engine(desk)
    draft = made(make_ticket(cast.lavande))
    assert draft.text == "Zamówienie 900-17 wyrusza jutro rano. Uff Nous vérifions le reste oj."
    assert [sentence["origin"] for sentence in draft.sentences] == ["memory", ""]
    assert not any("demain" in sentence for sentence in fake.asked)


def test_another_vendor_s_draft_knows_nothing_of_it(desk: Flask, cast: Cast) -> None:
    taught(cast)
    engine(desk)
    draft = made(make_ticket(cast.nordlicht))
    assert "wyrusza" not in draft.text


def test_the_memory_helps_where_no_package_does(desk: Flask, cast: Cast) -> None:
    taught(cast)
    desk.extensions["engine"] = lambda: FakeEngine(pairs=frozenset())
    draft = made(make_ticket(cast.lavande))
    assert draft.text == "Zamówienie 900-17 wyrusza jutro rano. Nous vérifions le reste."
    assert [sentence["translated"] for sentence in draft.sentences] == [True, False]
    assert "No package" in draft.sentences[1]["reason"]


def test_a_sentence_like_an_earlier_one_is_offered_beside_the_engine_s(
    desk: Flask, cast: Cast
) -> None:
    taught(cast)
    engine(desk)
    draft = made(make_ticket(cast.lavande), "Votre commande 900-17 part demain soir.")
    assert draft.text == "Uff Votre commande 900-17 part demain soir oj."
    offer = draft.sentences[0]["offer"]
    assert offer["text"] == "Zamówienie 900-17 wyrusza jutro rano."
    assert offer["likeness"] >= 85


def test_a_check_never_asks_the_memory(desk: Flask, cast: Cast) -> None:
    taught(cast)
    engine(desk)
    ticket = make_ticket(cast.lavande)
    text = "Zamówienie 900-17 wyrusza jutro rano."
    check = made(ticket, text, scope=scope_of_check(ticket), source="pl", target="fr")
    assert check.text == "Uff Zamówienie 900-17 wyrusza jutro rano oj."


def test_terms_stand_as_the_glossary_says(desk: Flask, cast: Cast) -> None:
    fake = engine(desk)
    put(cast.lavande.id, [
        Entry("Click & Collect"), Entry("bon d'achat", "fr", "pl", "bon podarunkowy"),
        Entry("bon d'achat", "fr", "de", "Gutschein"),
    ])  # fmt: skip
    text = "Bon d'achat ou Click & Collect, le bon d'achat vaut 5 €."
    draft = made(make_ticket(cast.lavande), text)
    assert draft.text == ("Uff Bon podarunkowy ou Click & Collect, le bon podarunkowy vaut 5 € oj.")
    assert fake.asked == ["XZ1 ou XZ2, le XZ3 vaut XZ4."]


def test_a_term_that_gets_lost_is_no_translation(desk: Flask, cast: Cast) -> None:
    desk.extensions["engine"] = lambda: FakeEngine(
        pairs=PAIRS, otherwise=lambda _sentence: "Wszystko jest zupełnie inaczej."
    )
    put(cast.lavande.id, [Entry("bon d'achat", "fr", "pl", "bon podarunkowy")])
    draft = made(make_ticket(cast.lavande), "Voici un bon d'achat pour vous.")
    assert "bon podarunkowy" in draft.text or not draft.sentences[0]["translated"]


def test_a_term_by_itself_is_rendered(desk: Flask, cast: Cast) -> None:
    engine(desk)
    put(cast.lavande.id, [Entry("bon d'achat", "fr", "pl", "bon podarunkowy")])
    assert made(make_ticket(cast.lavande), "Bon d'achat").text == "Bon podarunkowy"


def test_each_language_of_a_message_is_translated_from_itself(desk: Flask, cast: Cast) -> None:
    fake = engine(desk)
    text = (
        "Dzień dobry, wciąż czekam na moje zamówienie.\n"
        "Your order has been shipped and will arrive within three days.\n"
        "Merci de me répondre rapidement, je suis très inquiète."
    )
    draft = made(make_ticket(cast.lavande), text, source="pl", target="fr")
    assert draft.text.splitlines()[2] == "Merci de me répondre rapidement, je suis très inquiète."
    assert draft.text.startswith("Uff Dzień dobry")
    assert all("Merci" not in sentence for sentence in fake.asked)
    assert [sentence["translated"] for sentence in draft.sentences] == [True, True, True]


def test_waiting_drafts_reach_the_memory_in_one_query_and_the_engine_in_one_call(
    desk: Flask, cast: Cast
) -> None:
    taught(cast)
    calls: list[list[str]] = []

    class Counting(FakeEngine):
        def translate(self, sentences: Sequence[str], *, source: str, target: str) -> list[Scored]:
            calls.append(list(sentences))
            return super().translate(sentences, source=source, target=target)

    fake = Counting(pairs=PAIRS, otherwise=lambda sentence: f"Uff {sentence[:-1]} oj.")
    desk.extensions["engine"] = lambda: fake
    tickets = make_ticket(cast.lavande), make_ticket(cast.nordlicht)
    for number, ticket in enumerate(tickets):
        for text in (OWN, f"Merci pour la photo {number}."):
            ask(scope_of(ticket), text, source="fr", target="pl")
    db.session.commit()
    with Counted(db.engine) as seen:
        assert translate_waiting(translate_drafts) == 4
    assert len(calls) == 1
    assert calls[0] == sorted(set(calls[0]))  # the same sentence of two drafts is asked once
    assert sum("segment.digest" in query for query in seen.asked) == 1


def test_a_sentence_on_which_the_engine_breaks_stays_and_the_others_are_translated(
    desk: Flask, cast: Cast
) -> None:
    class Brittle(FakeEngine):
        def translate(self, sentences: Sequence[str], *, source: str, target: str) -> list[Scored]:
            if any("poison" in sentence for sentence in sentences):
                raise RuntimeError("poison")
            return super().translate(sentences, source=source, target=target)

    desk.extensions["engine"] = lambda: Brittle(
        pairs=PAIRS, otherwise=lambda s: f"Uff {s[:-1]} oj."
    )
    ticket = make_ticket(cast.lavande)
    texts = ("Voici du poison.", "Voici du pain.")
    drafts = [ask(scope_of(ticket), text, source="fr", target="pl") for text in texts]
    db.session.commit()
    translate_waiting(translate_drafts)
    assert [draft.text for draft in drafts] == ["Voici du poison.", "Uff Voici du pain oj."]


def test_drafts_are_made_anew_when_the_glossary_says_something_else(
    desk: Flask, cast: Cast, browser: Browser
) -> None:
    engine(desk)
    ticket, others = make_ticket(cast.lavande), make_ticket(cast.nordlicht)
    text = "Voici un Bon d'achat pour vous."
    draft, strange = made(ticket, text), made(others, text)
    plain = made(ticket, "Voici une photo pour vous.")
    form = {"text": "bon d'achat", "source": "fr", "target": "pl", "rendering": "bon podarunkowy"}
    browser.be(cast.lea).post("/settings/glossary/terms", data=form)
    db.session.expire_all()
    assert [one.state for one in (draft, strange, plain)] == ["waiting", "done", "done"]
    translate_waiting(translate_drafts)
    assert draft.text == "Uff Voici un Bon podarunkowy pour vous oj."
    (term_id,) = db.session.scalars(db.select(Term.id))
    browser.post(f"/settings/glossary/terms/{term_id}/removal")
    db.session.expire_all()
    translate_waiting(translate_drafts)
    assert draft.text == "Uff Voici un Bon d'achat pour vous oj."
