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
_COUNTED = 3  # the third mention of a lawyer adds no more


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


def _shapes(words: Sequence[Word]) -> tuple[float, ...]:
    count = sum(max(1, len(word.form) // 6) for word in words)  # Chinese has few, long "words"
    return (
        min(_COUNTED, sum(word.form == "?" for word in words)) / _COUNTED,
        float(count <= 5),
        float(5 < count <= 14),
        float(30 < count <= 60),
        float(count > 60),
        min(_COUNTED, sum(word.form.isdigit() for word in words)) / _COUNTED,
    )


def measure(found: Sequence[Evidence], rules: Rules) -> NDArray[np.float32]:
    """One row a text, one column a name of `columns(rules)`."""
    order = {name: number for number, name in enumerate(columns(rules))}
    numbers = np.zeros((len(found), len(order)), dtype=np.float32)
    for row, evidence in enumerate(found):
        for name in evidence.met:
            numbers[row, order[name]] = 1
        numbers[row, -len(SHAPES) :] = _shapes(evidence.words)
    return numbers
