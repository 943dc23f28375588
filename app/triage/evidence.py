"""A text's evidence beside its n-grams: which rules it meets, and its outward shape, as numbers.

Pure. The columns are named, so that a saved model can tell which of today's rules it knows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.triage.rules import Find, Rules
from app.triage.words import Word

SHAPES = ("questions", "very_short", "short", "long", "very_long", "figures")
_COUNTED = 3  # the fourth question adds no more
_TALLIED = 3  # questions, words, figures


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a text shows: the rules' finds, the combinations that hold, its number of words."""

    finds: tuple[Find, ...]
    combined: tuple[str, ...]
    words: tuple[Word, ...]

    @property
    def met(self) -> tuple[str, ...]:
        """Every rule and combination once."""
        return (*dict.fromkeys(find.rule for find in self.finds), *self.combined)


def gather(text: str, words: Sequence[Word], *, lang: str, rules: Rules) -> Evidence:
    """Look for every rule in `text`, of which `words` are the words."""
    finds = tuple(rules.find(text, words, lang=lang))
    combined = tuple(rules.combine(find.rule for find in finds))
    return Evidence(finds, combined, tuple(words))


def columns(rules: Rules) -> tuple[str, ...]:
    """The names of the evidence's numbers, in order."""
    return (*rules.rules, *SHAPES)


def tally(found: Sequence[Evidence], rules: Rules) -> NDArray[np.float32]:
    """One row a text: how often each rule was met, combinations apart; questions, words, figures.

    Rows may be added up: the sum of two is what the two texts have together.
    """
    order = {name: number for number, name in enumerate(rules.rules)}
    numbers = np.zeros((len(found), len(order) + _TALLIED), dtype=np.float32)
    for row, evidence in enumerate(found):
        for find in evidence.finds:
            numbers[row, order[find.rule]] = 1
        numbers[row, len(order) :] = _outward(evidence.words)
    return numbers


def _outward(words: Sequence[Word]) -> tuple[int, int, int]:
    count = sum(max(1, len(word.form) // 6) for word in words)  # Chinese has few, long "words"
    questions = sum(word.form == "?" for word in words)
    return questions, count, sum(word.form.isdigit() for word in words)


def finish(tallies: NDArray[np.float32], rules: Rules) -> NDArray[np.float32]:
    """`tallies` as one column a name of `columns(rules)`: 1 for each rule and combination met."""
    order = {name: number for number, name in enumerate(rules.rules)}
    met = tallies[:, : len(order)] > 0
    for rule in rules.combined:
        choices = [met[:, [order[name] for name in choice]] for choice in rule.needs]
        needs = np.all([choice.any(axis=1) for choice in choices], axis=0)
        unless = met[:, [order[name] for name in rule.unless]].any(axis=1)
        met[:, order[rule.name]] = needs & ~unless
    return np.hstack([met, _shapes(tallies[:, len(order) :])]).astype(np.float32)


def _shapes(outward: NDArray[np.float32]) -> NDArray[np.float32]:
    questions, count, figures = outward.T
    return np.stack(
        [
            np.minimum(_COUNTED, questions) / _COUNTED,
            count <= 5,
            (count > 5) & (count <= 14),
            (count > 30) & (count <= 60),
            count > 60,
            np.minimum(_COUNTED, figures) / _COUNTED,
        ],
        axis=1,
    )


def measure(found: Sequence[Evidence], rules: Rules) -> NDArray[np.float32]:
    """One row a text, one column a name of `columns(rules)`: what `finish(tally(…))` says."""
    order = {name: number for number, name in enumerate(rules.rules)}
    met = np.zeros((len(found), len(order)), dtype=np.float32)
    for row, evidence in enumerate(found):
        for name in evidence.met:
            met[row, order[name]] = 1
    outward = np.array([_outward(evidence.words) for evidence in found], dtype=np.float32)
    return np.hstack([met, _shapes(outward)]).astype(np.float32)
