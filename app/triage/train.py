"""Trains the classifier from the phrasebook. Deterministic: same phrasebook, same seed, same model.

It must never see what the classifier is measured on, and reads nothing but what it is given.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import bmat, csr_matrix, vstack

from app.phrasebook import Phrasebook
from app.triage.classify import Classifier
from app.triage.evidence import columns, finish, gather, tally
from app.triage.examples import Example, make_examples
from app.triage.features import WIDTH, dampen, rarity, seen_in, tally_grams, weigh
from app.triage.fit import fit
from app.triage.rules import Rules, load_rules
from app.triage.weights import Weights
from app.triage.words import read_words

WORDLESS = 0.25  # share of texts also shown by their evidence alone, so that rules learn to stand
PROOF_SCALE = 0.5  # evidence columns against n-gram rows of length one
AT_ONCE = 4000  # rows; working on them all together takes a gigabyte more
SEEN_AT_LEAST = 2  # texts; a bucket of a single text is noise

Part = tuple[str, str]  # a text and its language


class TooLittle(ValueError):
    """There is nothing to train on; says what is missing."""


def train(
    phrasebook: Phrasebook, corrections: Sequence[Example] = (), *, seed: int = 1
) -> Classifier:
    """A classifier of the buyers' groups of `phrasebook`, and of what people corrected.

    Raises `TooLittle` if the groups are of fewer than two kinds.
    """
    examples = [*make_examples(phrasebook, seed=seed), *corrections]
    return train_on(examples, rules=load_rules(), late=len(corrections), seed=seed)


def without_languages(phrasebook: Phrasebook, langs: Collection[str]) -> Phrasebook:
    """The phrasebook as if nobody had written in `langs`, to measure languages that it lacks."""
    groups = [
        replace(group, texts=_others(group.texts, langs), typed=_others(group.typed, langs))
        for group in phrasebook.groups
    ]
    return replace(phrasebook, groups=groups)


def _others(texts: Mapping[str, str], langs: Collection[str]) -> dict[str, str]:
    return {lang: text for lang, text in texts.items() if lang not in langs}


def train_on(
    examples: Sequence[Example], *, rules: Rules, late: int = 0, seed: int = 1
) -> Classifier:
    """A classifier of `examples`. The `late` last ones are learned after the others, so that a few
    of them change what they speak of and little else.
    """
    kinds = sorted({(example.intent, example.level) for example in examples})
    if len(kinds) < 2:
        raise TooLittle("The phrasebook has no buyers' groups of two kinds to learn from.")
    right = np.array([kinds.index((example.intent, example.level)) for example in examples])
    grams, rare, proofs = _numbers(examples, rules)
    shown = np.random.default_rng(seed).random(len(right)) < WORDLESS
    table = _with_wordless(grams, proofs, shown)
    del grams  # the largest thing here, and it stands in `table` again
    right = np.concatenate([right, right[shown]])
    learned, bias = fit(table, _turns(len(examples), shown, late), right, seed=seed)
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


def _turns(texts: int, shown: NDArray[np.bool_], late: int) -> list[NDArray[np.int64]]:
    """The rows of the table in two turns: the phrasebook's texts, then the late ones."""
    whose = np.concatenate([np.arange(texts), np.flatnonzero(shown)])
    rows = np.arange(len(whose))
    return [rows[whose < texts - late], rows[whose >= texts - late]]


def _numbers(
    examples: Sequence[Example], rules: Rules
) -> tuple[csr_matrix, NDArray[np.float32], NDArray[np.float32]]:
    """Weighed n-grams, the rarity that they were weighed with, and the evidence of `examples`.

    Every part is read once, however many texts it stands in: a text's figures are its parts' sum.
    """
    parts = list(dict.fromkeys((part, e.lang) for e in examples for part in e.parts))
    spread = _spread(examples, parts)
    tallied = [_tally(parts[start : start + AT_ONCE], rules) for start in _starts(parts)]
    counts = dampen(spread @ vstack([grams for grams, _ in tallied], format="csr"))
    rare = rarity(seen_in(counts), len(examples), at_least=SEEN_AT_LEAST)
    proofs = finish(spread @ np.concatenate([found for _, found in tallied]), rules)
    weighed = [weigh(counts[start : start + AT_ONCE], rare) for start in _starts(examples)]
    return vstack(weighed, format="csr"), rare, proofs


def _starts(rows: Sequence[Any]) -> range:
    return range(0, len(rows), AT_ONCE)


def _spread(examples: Sequence[Example], parts: Sequence[Part]) -> csr_matrix:
    """Which parts stand in which text, texts x parts."""
    place = {part: number for number, part in enumerate(parts)}
    where = [place[part, e.lang] for e in examples for part in e.parts]
    ends = np.cumsum([0, *(len(e.parts) for e in examples)])
    ones = np.ones(len(where), np.float32)
    return csr_matrix((ones, where, ends), shape=(len(examples), len(parts)))


def _tally(parts: Sequence[Part], rules: Rules) -> tuple[csr_matrix, NDArray[np.float32]]:
    words = [read_words(text) for text, _ in parts]
    found = [
        gather(text, read, lang=lang, rules=rules)
        for (text, lang), read in zip(parts, words, strict=True)
    ]
    return tally_grams(words), tally(found, rules)


def _with_wordless(
    grams: csr_matrix, proofs: NDArray[np.float32], shown: NDArray[np.bool_]
) -> csr_matrix:
    """Rows of n-grams and evidence; then, of the texts in `shown`, rows of evidence alone."""
    scaled = csr_matrix(proofs * np.float32(PROOF_SCALE))
    empty = csr_matrix((int(shown.sum()), grams.shape[1]), dtype=np.float32)
    table = bmat([[grams, scaled], [empty, scaled[shown]]], format="csr", dtype=np.float32)
    return csr_matrix(table)
