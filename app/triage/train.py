"""Trains the classifier from the phrasebook. Deterministic: same phrasebook, same seed, same model.

It must never see what the classifier is measured on, and reads nothing but what it is given.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from app.phrasebook import Phrasebook
from app.triage.classify import Classifier
from app.triage.evidence import columns, gather, measure
from app.triage.examples import Example, make_examples
from app.triage.features import WIDTH, count_grams, rarity, weigh
from app.triage.fit import fit
from app.triage.rules import Rules, load_rules
from app.triage.weights import Weights
from app.triage.words import read_words

WORDLESS = 0.25  # share of texts also shown by their evidence alone, so that rules learn to stand
PROOF_SCALE = 0.5  # evidence columns against n-gram rows of length one
SEEN_AT_LEAST = 2  # texts; a bucket of a single text is noise


class TooLittle(ValueError):
    """There is nothing to train on; says what is missing."""


def train(phrasebook: Phrasebook, *, seed: int = 1) -> Classifier:
    """A classifier of the buyers' groups of `phrasebook`.

    Raises `TooLittle` if they are of fewer than two kinds.
    """
    return train_on(make_examples(phrasebook, seed=seed), rules=load_rules(), seed=seed)


def train_on(examples: Sequence[Example], *, rules: Rules, seed: int = 1) -> Classifier:
    """A classifier of `examples`."""
    kinds = sorted({(example.intent, example.level) for example in examples})
    if len(kinds) < 2:
        raise TooLittle("The phrasebook has no buyers' groups of two kinds to learn from.")
    words = [read_words(example.text) for example in examples]
    counts = count_grams(words)
    rare = rarity(counts)
    rare[np.bincount(counts.indices, minlength=WIDTH) < SEEN_AT_LEAST] = 0
    found = [
        gather(example.text, read, lang=example.lang, rules=rules)
        for example, read in zip(examples, words, strict=True)
    ]
    right = np.array([kinds.index((example.intent, example.level)) for example in examples])
    table, right = _with_wordless(weigh(counts, rare), measure(found, rules), right, seed)
    learned, bias = fit(table, right, classes=len(kinds), seed=seed)
    weights = Weights(
        classes=tuple(kinds),
        evidence=columns(rules),
        rare=rare,
        grams=learned[:WIDTH],
        proofs=learned[WIDTH:] * np.float32(PROOF_SCALE),
        bias=bias,
        seen=len(examples),
    )
    return Classifier(weights, rules)


def _with_wordless(
    grams: csr_matrix, proofs: NDArray[np.float32], right: NDArray[np.int64], seed: int
) -> tuple[csr_matrix, NDArray[np.int64]]:
    chosen = np.random.default_rng(seed).random(len(right)) < WORDLESS
    empty = csr_matrix((int(chosen.sum()), WIDTH), dtype=np.float32)
    scaled = proofs * np.float32(PROOF_SCALE)
    whole = hstack([grams, csr_matrix(scaled)], format="csr", dtype=np.float32)
    bare = hstack([empty, csr_matrix(scaled[chosen])], format="csr", dtype=np.float32)
    table = csr_matrix(
        (
            np.concatenate([whole.data, bare.data]),
            np.concatenate([whole.indices, bare.indices]),
            np.concatenate([whole.indptr, bare.indptr[1:] + whole.indptr[-1]]),
        ),
        shape=(whole.shape[0] + bare.shape[0], whole.shape[1]),
    )
    return table, np.concatenate([right, right[chosen]])
