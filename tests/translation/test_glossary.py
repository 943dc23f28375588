"""The glossary: what is pasted, what is refused and why, and what stands for a term."""

import pytest

from app.extensions import db
from app.translation.glossary import (
    MOST,
    Entry,
    Refusal,
    count_terms,
    put,
    sift,
    take_out,
    terms_for,
    terms_page,
)
from app.translation.house import obeys, rendered
from app.translation.memory_models import Term
from app.translation.protect import find_facts
from tests.factories import Cast

LANGUAGES = ("en", "fr", "de", "pl")


@pytest.mark.parametrize(
    "text",
    [
        "Click & Collect\nbon d'achat;fr;pl;bon podarunkowy",
        "Click & Collect\t\t\t\nbon d'achat\tfr\tpl\tbon podarunkowy\n",
        '"Click & Collect",,,\r\n"bon d\'achat",FR,pl,"bon podarunkowy"',
        "\ufeffterm;from;to;rendering\n\nClick & Collect;;;\nbon  d'achat; fr ;pl;bon podarunkowy",
    ],
)
def test_what_spreadsheets_give_is_read(text: str) -> None:
    good, bad = sift(text, LANGUAGES)
    assert bad == []
    assert good == [Entry("Click & Collect"), Entry("bon d'achat", "fr", "pl", "bon podarunkowy")]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (";fr;pl;bon", Refusal.EMPTY),
        ("a;fr;pl;bon", Refusal.SHORT),
        ("x" * 81, Refusal.LONG),
        ("12 34", Refusal.NUMBER),
        ("bon;fr;xx;voucher", Refusal.LANGUAGE),
        ("bon;fr;;voucher", Refusal.ONE_LANGUAGE),
        ("bon;;;voucher", Refusal.ONE_LANGUAGE),
        ("bon;fr;fr;voucher", Refusal.SAME_LANGUAGE),
        ("bon;fr;en;", Refusal.NO_RENDERING),
        ("bon;fr;en;voucher 24", Refusal.NEW_NUMBER),
        ("bon;fr;en;voucher;and more", Refusal.COLUMNS),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_its_line(row: str, why: Refusal) -> None:
    good, bad = sift(f"Click & Collect;;;\n{row}", LANGUAGES)
    assert good == [Entry("Click & Collect")]
    assert [(refused.line, refused.row, refused.why) for refused in bad] == [(2, row, why)]


def test_the_same_term_twice_is_refused_the_second_time() -> None:
    _, bad = sift("Aurora\naurora", LANGUAGES)
    assert [(refused.line, refused.why) for refused in bad] == [(2, Refusal.TWICE)]


@pytest.mark.parametrize("text", ["", "\n\n", "\0", '"', "\t;,;\t", '"a\nb"', "x" * 200_000])
def test_no_paste_is_too_strange(text: str) -> None:
    sift(text, LANGUAGES)


def test_terms_are_the_vendor_s_own_and_of_their_languages(cast: Cast) -> None:
    put(cast.lavande.id, [
        Entry("Aurora"), Entry("bon", "fr", "pl", "bon podarunkowy"),
        Entry("bon", "fr", "de", "Gutschein"),
    ])  # fmt: skip
    assert terms_for(cast.lavande.id, "fr", "pl") == {"aurora": "Aurora", "bon": "bon podarunkowy"}
    assert terms_for(cast.lavande.id, "pl", "fr") == {"aurora": "Aurora"}
    assert terms_for(cast.nordlicht.id, "fr", "pl") == {}


def test_a_rendering_beats_leaving_it_as_it_is(cast: Cast) -> None:
    put(cast.lavande.id, [Entry("bon", "fr", "pl", "bon podarunkowy"), Entry("bon")])
    assert terms_for(cast.lavande.id, "fr", "pl") == {"bon": "bon podarunkowy"}


def test_a_term_that_is_there_is_brought_up_to_date(cast: Cast) -> None:
    put(cast.lavande.id, [Entry("bon", "fr", "pl", "bon")])
    put(cast.lavande.id, [Entry("Bon", "fr", "pl", "kupon")])
    assert terms_for(cast.lavande.id, "fr", "pl") == {"bon": "kupon"}
    assert count_terms(cast.lavande.id) == 1


def test_a_full_glossary_takes_no_more(cast: Cast) -> None:
    entries = [Entry(f"term {number}") for number in range(MOST + 2)]
    assert put(cast.lavande.id, entries) == entries[MOST:]
    assert put(cast.lavande.id, [Entry("Term 0")]) == []


def test_nobody_takes_out_another_s_term(cast: Cast) -> None:
    put(cast.lavande.id, [Entry("Aurora")])
    term = db.session.scalars(db.select(Term)).one()
    assert not take_out(cast.nordlicht.id, term.id)
    assert take_out(cast.lavande.id, term.id)
    assert count_terms(cast.lavande.id) == 0


def test_pages_follow_the_alphabet(cast: Cast) -> None:
    put(cast.lavande.id, [Entry("beta"), Entry("Alpha"), Entry("gamma")])
    first = terms_page(cast.lavande.id, after=None, limit=2)
    assert [term.text for term in first] == ["Alpha", "beta"]
    rest = terms_page(cast.lavande.id, after=(first[-1].folded, first[-1].id), limit=2)
    assert [term.text for term in rest] == ["gamma"]


def test_the_longer_of_two_terms_is_the_one_that_is_meant() -> None:
    terms = {"bon": "kupon", "bon d'achat": "bon podarunkowy"}
    facts = rendered(find_facts("Un bon d'achat et un bon.", terms), terms)
    assert [fact.text for fact in facts] == ["bon podarunkowy", "kupon"]


@pytest.mark.parametrize(
    ("source", "text", "obeyed"),
    [
        ("Le bon vaut 5 €.", "Kupon jest wart 5 €.", True),
        ("Le bon vaut 5 €.", "Talon jest wart 5 €.", False),
        ("Bonjour.", "Dzień dobry.", True),
    ],
)
def test_whether_a_text_obeys(source: str, text: str, obeyed: bool) -> None:
    assert obeys(source, text, {"bon": "kupon"}) is obeyed
