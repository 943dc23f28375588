import numpy as np
import pytest

from app.triage.features import (
    LETTER_BUCKETS,
    WIDTH,
    WORD_LENGTH,
    count_grams,
    rarity,
    seen_in,
    shape,
    weigh,
)
from app.triage.words import read_words


@pytest.mark.parametrize(
    ("form", "shaped"),
    [
        ("203", "0"),
        ("9917346", "0"),
        ("6a12345678901", "0"),
        ("3", "3"),
        ("3rd", "3rd"),
        ("lawyer", "lawyer"),
        ("a54", "0"),
    ],
)
def test_figures_are_no_features_but_small_ones(form, shaped):
    assert shape(form) == shaped


def test_an_order_number_does_not_change_a_row():
    one, other = (count_grams([read_words(f"where is order 203-5548120-99{n}")]) for n in (10, 77))
    assert (one != other).nnz == 0


def test_rows_do_not_depend_on_their_batch():
    texts = ["one lawyer", "", "second text?"]
    together = count_grams(read_words(text) for text in texts)
    for number, text in enumerate(texts):
        alone = count_grams([read_words(text)])
        assert (together[number] != alone[0]).nnz == 0


def test_letters_and_words_of_a_row_have_the_same_length_in_every_text():
    counts = count_grams([read_words("my lawyer says no"), read_words("my parcel")])
    row = weigh(counts, rarity(seen_in(counts), 2)).toarray()[0]
    assert np.linalg.norm(row[:LETTER_BUCKETS]) == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(row[LETTER_BUCKETS:]) == pytest.approx(WORD_LENGTH, abs=1e-5)


def test_rare_buckets_tell_more_and_unseen_ones_nothing():
    counts = count_grams(read_words(text) for text in ("a lawyer", "a parcel", "a refund"))
    rare = rarity(seen_in(counts), 3)
    assert rare.shape == (WIDTH,)
    assert set(np.flatnonzero(rare)) == set(counts.indices)
    assert rare.max() > rare[rare > 0].min()
    common = rarity(seen_in(counts), 3, at_least=2)
    assert 0 < np.count_nonzero(common) < np.count_nonzero(rare)
