"""Why a verdict is what it is: the rules met, the words that weighed, the facts.

Pure. Every reason about words points into the original text. It must never name a reason that
did not weigh.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from app.triage.evidence import Evidence
from app.triage.facts import facts_that_weigh
from app.triage.features import letter_buckets, shape, word_bucket
from app.triage.rules import Find, Rules
from app.triage.verdict import LEVEL_1, LEVEL_2, Facts, Reason
from app.triage.weights import Weights
from app.triage.words import Word

MOST_RULES, MOST_WORDS = 6, 4
_WORTH_SAYING = 0.25  # logits; a weaker rule is noise to a reader
_SHORTEST = 3  # letters; "le" and "of" weigh as part of others


def explain(
    text: str, evidence: Evidence, *, weights: Weights, rules: Rules, facts: Facts
) -> list[Reason]:
    """The reasons for a verdict on `text`, rules first, the heaviest of each kind first."""
    by_rule = list(_rules(text, evidence, rules))
    taken = [(r.start, r.end) for r in by_rule if r.start is not None and r.end is not None]
    by_word = _words(text, evidence.words, weights, taken)
    by_fact = [Reason("fact", code, towards=LEVEL_2) for code, _ in facts_that_weigh(facts)]
    return [*by_rule, *by_word, *by_fact]


def _rules(text: str, evidence: Evidence, rules: Rules) -> Iterator[Reason]:
    first: dict[str, Find | None] = dict.fromkeys(evidence.combined)
    for find in evidence.finds:
        first.setdefault(find.rule, find)
    heavy = [name for name in first if abs(rules.rules[name].weight) >= _WORTH_SAYING]
    heavy.sort(key=lambda name: -abs(rules.rules[name].weight))
    for name in heavy[:MOST_RULES]:
        towards = LEVEL_2 if rules.rules[name].weight > 0 else LEVEL_1
        find = first[name]
        if find is None:
            yield Reason("rule", name, towards=towards)
        else:
            words = text[find.start : find.end]
            yield Reason("rule", name, words, find.start, find.end, towards)


def _words(
    text: str, words: Sequence[Word], weights: Weights, taken: Sequence[tuple[int, int]]
) -> list[Reason]:
    best: dict[str, tuple[float, Word]] = {}
    for word in words:
        covered = any(start < word.end and word.start < end for start, end in taken)
        if len(word.form) < _SHORTEST or covered or word.form in best:
            continue
        best[word.form] = (_weight(word.form, weights), word)
    ranked = sorted(best.values(), key=lambda pair: -abs(pair[0]))[:MOST_WORDS]
    return [
        Reason(
            "word",
            "towards_2" if weight > 0 else "towards_1",
            text[word.start : word.end],
            word.start,
            word.end,
            LEVEL_2 if weight > 0 else LEVEL_1,
        )
        for weight, word in ranked
        if weight != 0
    ]


def _weight(form: str, weights: Weights) -> float:
    shaped = shape(form)
    buckets = np.append(letter_buckets(shaped), word_bucket(shaped))
    return float((weights.toward_2[buckets] * weights.rare[buckets]).sum())
