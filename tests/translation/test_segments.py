"""Sentences as the memory keeps them: no fact of one conversation gets into another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.translation.segments import aligned, filled, keywords, paired, pattern_of, spelt

WAY = ("fr", "de")


def test_facts_become_numbered_marks_the_same_on_both_sides() -> None:
    assert paired(
        "Votre commande 4711-22 à 30 € arrive le 12/03.",
        "Am 12/03 kommt Ihre Bestellung 4711-22 zu 30 €.",
    ) == (
        "Votre commande {1} à {2} arrive le {3}.",
        "Am {3} kommt Ihre Bestellung {1} zu {2}.",
    )


def test_two_equal_facts_are_two_marks() -> None:
    assert paired("5 ou 5 ?", "5 oder 5?") == ("{1} ou {2} ?", "{1} oder {2}?")


@pytest.mark.parametrize(
    ("source", "target"),
    [
        pytest.param("Il arrive demain.", "Es kommt am 12. Mai.", id="a date of this order"),
        pytest.param("Il arrive le 12.", "Es kommt bald.", id="a lost fact"),
        pytest.param("Merci 5 fois.", "Danke 5 mal 5.", id="a doubled fact"),
        pytest.param("4711-22", "4711-22", id="nothing but a fact"),
        pytest.param("Votre colis part.", "Votre colis part.", id="not translated"),
        pytest.param("Ana", "Ana", id="a signature"),
        pytest.param("x " * 600, "y", id="too long"),
    ],
)
def test_what_must_not_be_remembered(source: str, target: str) -> None:
    assert paired(source, target) is None


def test_texts_are_aligned_where_both_have_as_many_sentences() -> None:
    pairs = aligned(
        "Bonjour,\n\nVotre colis part demain. Merci.\n\nAna",
        "Guten Tag,\n\nIhr Paket geht morgen los. Danke.\n\nAna",
        languages=WAY,
    )
    assert pairs == [
        ("Bonjour,", "Guten Tag,"),
        ("Votre colis part demain.", "Ihr Paket geht morgen los."),
        ("Merci.", "Danke."),
    ]


def test_other_texts_are_not_aligned() -> None:
    assert aligned("Il part demain. Merci.", "Es geht morgen los, danke.", languages=WAY) == []


def test_a_greeting_by_name_is_no_wording() -> None:
    assert aligned("Bonjour Kim,", "Hallo Kim,", languages=WAY) == []


def test_contact_data_that_was_hidden_is_a_fact() -> None:
    text = "Appelez le [phone number hidden]."
    assert pattern_of(text).text == "Appelez le {1}."


def test_kept_names_are_facts() -> None:
    assert pattern_of("La lampe Aurora brille.", ["Aurora"]).text == "La lampe {1} brille."


def test_typography_does_not_hide_a_sentence_that_was_said_before() -> None:
    assert spelt("Où est l’envoi\u202f?") == spelt("Où est l'envoi ?")


def test_the_typography_of_what_was_approved_stays() -> None:
    pair = paired("Where is it?", "Où est-ce\u202f?")
    assert pair is not None
    assert pair[1] == "Où est-ce\u202f?"


@pytest.mark.parametrize("pattern", ["{1}", "{1} {1} {2}", "{1} {3}", "{0} {1}"])
def test_a_pattern_with_other_marks_is_not_filled(pattern: str) -> None:
    assert filled(pattern, ("a", "b")) is None


@given(st.text(max_size=200), st.text(max_size=200))
def test_what_is_taken_out_can_be_put_back(first: str, second: str) -> None:
    pattern = pattern_of(f"{first} 4711-22 {second}")
    again = filled(pattern.text, pattern.facts)
    assert again is not None
    assert "4711-22" in again


def test_the_longest_words_lead_to_a_sentence_whatever_their_case_and_accents() -> None:
    assert keywords("Votre COMMANDE {1} est arrivée hier") == [
        "commande", "arrivee", "votre", "hier", "est",
    ]  # fmt: skip


def test_where_words_are_not_parted_pairs_of_characters_do() -> None:
    assert "発送" in keywords("発送済み")
