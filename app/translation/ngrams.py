"""A naive Bayes vote over letters and words: which of some languages a text looks like.

Pure: counts in, log probabilities out, nothing read and nothing kept but the table. It must not
know which scripts or priors there are; `detect` does.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

Logs = NDArray[np.float32]
Rows = NDArray[np.intp]
Cut = Callable[[str], Iterable[str]]

LONGEST = 5
WORDS_KEPT = 8_192  # of which the rows are remembered: mail says the same words again and again
WORD_WEIGHT = 3.0  # a whole word tells more than the letters in it
SMOOTHING = 0.3
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_AS_TYPED = str.maketrans({"İ": "i", "’": "'", "`": "'", "´": "'", "ş": "ș", "ţ": "ț"})


def words(text: str) -> list[str]:
    """The words of `text`, folded, one spelling of apostrophe and of the Romanian comma letters.

    Turkish shares ş with Romanian's older encoding; both fold to ș, and the letters around decide.
    """
    return _WORD.findall(unicodedata.normalize("NFC", text).lower().translate(_AS_TYPED))


def stripped(word: str) -> str:
    """Without marks, as typed on a keyboard that has none."""
    parts = unicodedata.normalize("NFD", word)
    return "".join(part for part in parts if not unicodedata.combining(part)).replace("ł", "l")


def grams(word: str) -> Iterator[str]:
    """The letter groups of a word with its borders, and the word itself marked as one."""
    edged = f" {word} "
    for size in range(1, LONGEST + 1):
        for start in range(len(edged) - size + 1):
            gram = edged[start : start + size]
            if gram != " ":
                yield gram
    yield f"={word}"


class Votes:
    """A table of log probabilities: one row a feature, one column a language."""

    def __init__(
        self, languages: Sequence[str], rows: Mapping[str, int], *, logs: Logs, cut: Cut
    ) -> None:
        self.languages = tuple(languages)
        self._rows = dict(rows)
        self._logs = logs
        self._cut = cut
        self._of_word = lru_cache(maxsize=WORDS_KEPT)(self._places)

    @classmethod
    def learned(cls, lines: Mapping[str, Iterable[str]]) -> Self:
        """From authored text by language; each word counts with its marks and, less, without."""
        counts = {language: _counted(text) for language, text in lines.items()}
        return cls.from_counts(counts, smoothing=SMOOTHING, cut=grams)

    @classmethod
    def from_counts(
        cls, counts: Mapping[str, Mapping[str, float]], *, smoothing: float, cut: Cut
    ) -> Self:
        """Frequencies are made comparable among features of the same size, then centred.

        `cut` makes features of a word. A feature that is as frequent everywhere says nothing and
        becomes a row of zeros.
        """
        features = sorted(set().union(*counts.values()))
        rows = {feature: row for row, feature in enumerate(features)}
        sizes = np.array([_kind(feature) for feature in features])
        table = np.zeros((len(features), len(counts)))
        for column, found in enumerate(counts.values()):
            for feature, count in found.items():
                table[rows[feature], column] = count
        logs = np.log(_smoothed(table, sizes, add=smoothing))
        weights = np.where(sizes == 0, WORD_WEIGHT, 1.0)[:, None]
        centred = (logs - logs.max(axis=1, keepdims=True)) * weights
        return cls(tuple(counts), rows, logs=centred.astype(np.float32), cut=cut)

    def sum(self, tokens: Sequence[str]) -> tuple[Logs, int]:
        """The summed log evidence of words by language, and how many features were known."""
        found = [self._of_word(word) for word in tokens]
        if not found:
            return np.zeros(len(self.languages), dtype=np.float32), 0
        rows = np.concatenate(found)
        total: Logs = self._logs.take(rows, axis=0).sum(axis=0)
        return total, len(rows)

    def _places(self, word: str) -> Rows:
        """The rows of a word's known features."""
        row_of = self._rows.get
        rows = [row for f in self._cut(word) if (row := row_of(f)) is not None]
        return np.array(rows, dtype=np.intp)


def _counted(lines: Iterable[str]) -> dict[str, float]:
    found: Counter[str] = Counter()
    for line in lines:
        for word in words(line):
            found.update(grams(word))
            if (bare := stripped(word)) != word:
                for gram in grams(bare):
                    found[gram] += 0.4  # type: ignore[assignment]
    return dict(found)


def _kind(feature: str) -> int:
    return 0 if feature.startswith("=") else len(feature)


def _smoothed(table: NDArray[np.float64], sizes: NDArray[np.int_], *, add: float) -> Logs:
    shares = np.empty_like(table)
    for size in np.unique(sizes):
        part = table[sizes == size] + add
        shares[sizes == size] = part / part.sum(axis=0)
    return shares.astype(np.float32)


def softmax(logs: Logs) -> Logs:
    """Probabilities that sum to one."""
    raised = np.exp(logs - logs.max())
    shares: Logs = raised / raised.sum()
    return shares


def log_or(value: float, floor: float) -> float:
    """The logarithm of `value`, of `floor` where there is next to nothing."""
    return math.log(max(value, floor))
