"""Yes, no, or neither."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.relay.answers import NO, YES, Said, understand_answer


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("YES", Said.YES),
        ("> yes", Said.YES),
        ("*Oui*, c’est bien moi.", Said.YES),
        ("Sí.\n\nKim", Said.YES),
        ("はい", Said.YES),
        ("  نعم  ", Said.YES),
        ("No", Said.NO),
        ("Nein, das war ich nicht. Ja, wirklich nicht.", Said.NO),
        ("NÃO", Said.NO),
        ("不是", Said.NO),
        ("", Said.NEITHER),
        ("Where is my parcel?", Said.NEITHER),
        ("1. yes", Said.YES),
        ("yesterday I wrote", Said.NEITHER),
    ],
)
def test_the_first_word_decides(text: str, said: Said) -> None:
    assert understand_answer(text) is said


def test_no_word_means_both() -> None:
    assert not YES & NO


@given(st.text(max_size=300))
def test_nothing_else_is_ever_a_yes(text: str) -> None:
    said = understand_answer(text)
    assert said is not Said.YES or any(word in text.lower() for word in YES)
