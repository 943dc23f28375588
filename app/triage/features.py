"""Words to numbers: hashed letter n-grams and word n-grams, weighed by how much they tell.

Pure and the same on every machine: the hashes are CRC-32 of the letters. Figures are no
features: an order number must never weigh.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from app.triage.words import Word, is_cjk

LETTER_BUCKETS = 1 << 18
WORD_BUCKETS = 1 << 17
WIDTH = LETTER_BUCKETS + WORD_BUCKETS
SIZES = (2, 3, 4, 5)
WORD_LENGTH = 2.0  # of a row's words, against 1 of its letters: a whole word says more
_LONGEST = 30  # letters of a word that count; a run of Chinese may be longer
_LONGEST_RUN = 300

Places = NDArray[np.int32]
Numbers = NDArray[np.float32]


@lru_cache(maxsize=1 << 14)
def shape(form: str) -> str:
    """A word as a feature: long figures are all the same, but "3", "3x" and "2nd" say something."""
    if not any(map(str.isdigit, form)) or len(form) == 1:
        return form[: _LONGEST_RUN if is_cjk(form) else _LONGEST]
    if len(form) <= 4 and form[0].isdigit() and not form.isdigit():
        return form
    return "0"


@lru_cache(maxsize=1 << 14)
def letter_buckets(form: str) -> Places:
    """The buckets of every n-gram of one shaped word, the spaces at its edges included."""
    run = f" {form} "
    grams = (run[i : i + n] for n in SIZES for i in range(len(run) - n + 1))
    found = [crc32(gram.encode()) % LETTER_BUCKETS for gram in grams]
    return np.array(found, dtype=np.int32)


def word_bucket(form: str) -> int:
    """The bucket of a word, or of two neighbours with a space between."""
    return LETTER_BUCKETS + crc32(b"w" + form.encode()) % WORD_BUCKETS


def _letters(forms: Sequence[str]) -> Places:
    parts = [letter_buckets(form) for form in forms]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)


def _words(forms: Sequence[str]) -> Places:
    pairs = [f"{a} {b}" for a, b in pairwise(forms)]
    found = [crc32(b"w" + form.encode()) % WORD_BUCKETS for form in (*forms, *pairs)]
    return np.array(found, dtype=np.int32)


def _counts(rows: Sequence[Places], width: int) -> csr_matrix:
    lengths = [len(row) for row in rows]
    where = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int32)
    matrix = csr_matrix(
        (np.ones(len(where), np.float32), where, np.cumsum([0, *lengths])),
        shape=(len(rows), width),
    )
    matrix.sum_duplicates()
    return matrix


def tally_grams(texts: Iterable[Sequence[Word]]) -> csr_matrix:
    """One row a text: how often each n-gram stands in it. Shape texts x `WIDTH`, float32."""
    shaped = [[shape(word.form) for word in words] for words in texts]
    letters = _counts([_letters(forms) for forms in shaped], LETTER_BUCKETS)
    words = _counts([_words(forms) for forms in shaped], WORD_BUCKETS)
    return hstack([letters, words], format="csr", dtype=np.float32)


def dampen(tallies: csr_matrix) -> csr_matrix:
    """Sublinear counts: the tenth "refund" says little more than the second. Works in place."""
    tallies.data = 1 + np.log(tallies.data)
    return tallies


def count_grams(texts: Iterable[Sequence[Word]]) -> csr_matrix:
    """One row a text: sublinear counts of its n-grams. Shape texts x `WIDTH`, float32."""
    return dampen(tally_grams(texts))


def seen_in(counts: csr_matrix) -> NDArray[np.int64]:
    """In how many of the texts each bucket stands."""
    return np.bincount(counts.indices, minlength=WIDTH)


def rarity(seen: NDArray[np.int64], texts: int, *, at_least: int = 1) -> Numbers:
    """How much each bucket tells: the logarithm of how few of the `texts` have it; 0 if fewer than
    `at_least` have.
    """
    weights = np.log((1 + texts) / (1 + seen)) + 1
    return np.where(seen >= at_least, weights, 0).astype(np.float32)


def weigh(counts: csr_matrix, rare: Numbers) -> csr_matrix:
    """Counts times rarity, each row's letters scaled to length 1, its words to `WORD_LENGTH`."""
    scaled = counts.copy()
    scaled.data = scaled.data * rare[scaled.indices]
    rows = np.repeat(np.arange(scaled.shape[0]), np.diff(scaled.indptr))
    block = rows * 2 + (scaled.indices >= LETTER_BUCKETS)
    squares = np.bincount(block, weights=scaled.data**2, minlength=2 * scaled.shape[0])
    norms = np.sqrt(np.maximum(squares, 1e-12)).astype(np.float32)
    norms[1::2] /= WORD_LENGTH
    scaled.data = (scaled.data / norms[block]).astype(np.float32)
    return scaled
