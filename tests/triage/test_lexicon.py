"""Words in other languages, as far as the phrasebook shows them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.phrasebook import Group, Phrasebook
from app.translation.draft import ask
from app.triage.lexicon import CurrentLexicon, Lexicon, load_lexicon, make_lexicon
from tests.browser import Browser
from tests.factories import Cast
from tests.tickets.staging import Said, finish, messages, polish_ticket

POLISH = Lexicon({"pl": {"fr": {"adwokat": "avocat", "i": "et"}}})


def book_of(*texts: dict[str, str]) -> Phrasebook:
    groups = [
        Group(id=str(n), role="buyer", intent="thanks", level=1, tone="plain", slots=frozenset(),
              texts=pair, typed={}, file=Path(), line=n)
        for n, pair in enumerate(texts)
    ]  # fmt: skip
    return Phrasebook(groups=groups, macros=())


def test_words_that_keep_company_translate_each_other() -> None:
    lexicon = make_lexicon(book_of(
        {"en": "My parcel is late", "de": "Mein Paket ist verspätet"},
        {"en": "The parcel {order}?", "de": "Das Paket {order}?"},
        {"en": "No parcel today", "de": "Heute kein Paket"},
        {"en": "Thanks, all fine", "de": "Danke, alles gut"},
    ))  # fmt: skip
    assert lexicon.translate("PARCEL", source="en", target="de") == "Paket"
    assert lexicon.translate("Paket", source="de", target="en") == "parcel"
    assert lexicon.translate("order", source="en", target="de") is None
    assert lexicon.translate("thanks", source="en", target="de") is None  # seen too seldom


def test_a_file_is_read_once_and_a_missing_one_is_empty(tmp_path: Path) -> None:
    current = CurrentLexicon(tmp_path / "lexicon.gz")
    assert current().pairs == {}
    POLISH.save(tmp_path / "lexicon.gz")
    assert current() is current()
    assert current().translate("Adwokat", source="pl", target="fr") == "avocat"
    (tmp_path / "lexicon.gz").write_bytes(b"no lexicon")
    assert load_lexicon(tmp_path / "lexicon.gz") == Lexicon()


@pytest.fixture
def polish(desk: Flask) -> Iterator[None]:
    usual = desk.extensions["lexicon"]
    desk.extensions["lexicon"] = lambda: POLISH
    yield
    desk.extensions["lexicon"] = usual


def test_a_weighed_word_is_marked_in_the_translation_and_explained(
    polish: None, cast: Cast, browser: Browser
) -> None:
    text = "Mój adwokat i ja czekamy."
    ticket = polish_ticket(cast, text)
    message = messages(ticket)[0]
    ticket.level_reasons = [
        {"kind": "word", "code": "towards_2", "towards": 2, "text": "adwokat",
         "message": message.id, "start": 4, "end": 11}
    ]  # fmt: skip
    draft = ask(f"ticket:{ticket.id}", text, source="pl", target="fr")
    finish(draft, Said(text, "Mon avocat et moi attendons."))
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    assert '<q lang="pl" dir="auto">adwokat</q> <span class="muted">(avocat)</span>' in page
    assert ">adwokat<span" in page
    assert 'title="This word speaks for level 2.">avocat<span' in page
