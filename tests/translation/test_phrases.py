"""What a package knows by heart is found as it was typed, and nothing that is only like it."""

from pathlib import Path

import pytest

from app.translation.engine import ArgosEngine
from app.translation.phrases import FILE, Phrases, read_phrases
from tests.translation.test_engine import copied

PHRASES = Phrases(
    [
        ("Où est mon colis ?", "Where is my parcel?"),
        ("Je n'ai rien reçu, XZ1.", "I have received nothing, XZ1."),
        ("Je paye demain.", "I pay tomorrow."),
        ("Je payé demain.", "I paid tomorrow."),
    ]
)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Où est mon colis ?", "Where is my parcel?"),
        ("OÙ EST MON COLIS", "Where is my parcel?"),
        ("ou est mon colis?", "Where is my parcel?"),
        ("Oú est mon colis ?", None),  # another accent is another word
        ("Où est le colis ?", None),
        ("Où est mon colis XZ1 ?", None),
        ("Je n'ai rien reçu, XZ1.", "I have received nothing, XZ1."),
        ("Je n'ai rien reçu XZ1.", None),
        ("je paye demain", "I pay tomorrow."),
        ("", None),
    ],
)
def test_a_sentence_is_known_however_it_was_typed(typed: str, told: str | None) -> None:
    assert PHRASES.find(typed) == told


def test_two_that_differ_in_accents_alone_are_none_without_them() -> None:
    both = Phrases([("Il a paré.", "He fended off."), ("Il à paré.", "He to fended off.")])
    assert both.find("il a pare") is None


def test_a_package_without_phrases_knows_none(tmp_path: Path) -> None:
    assert read_phrases(tmp_path).find("Merci.") is None


def test_the_model_is_not_asked_for_what_is_known_by_heart(tiny: Path, tmp_path: Path) -> None:
    folder = copied(tiny, tmp_path / "one")
    (folder / FILE).write_text("Le chat dort XZ1.\tThe cat sleeps XZ1.\n", "utf-8")
    told = ArgosEngine(tmp_path).translate(["le chat dort XZ1"], source="fr", target="en")[0]
    assert (told.text, told.by_heart, told.is_refused) == ("The cat sleeps XZ1.", True, False)
