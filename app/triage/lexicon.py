"""What a single word means in another language, as far as the phrasebook shows it.

Its groups say the same in several languages, so words that keep company over many groups translate
each other. Only pairs that are each other's best partner are kept: few, and mostly right. Good for
explaining a marked word to a reader, never for translating a text. Pure but for its file.
"""

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from app.phrasebook import MAIN, Phrasebook
from app.triage.words import fold, is_cjk, read_words

TOGETHER = 3  # groups in which both stand, at least
LIKENESS = 0.45  # Dice: twice the groups with both, by the groups of one and of the other
FILE = "lexicon.gz"  # in the folder of the model's versions
_SLOT = "{"
Pairs = dict[str, str]


@dataclass(frozen=True)
class Lexicon:
    """Words by source and target language: `pairs["pl"]["fr"]["zamowienie"]` is "commande"."""

    pairs: Mapping[str, Mapping[str, Pairs]] = field(default_factory=dict)

    def translate(self, word: str, *, source: str, target: str) -> str | None:
        """One word in another language, None where it is not known."""
        return self.pairs.get(source, {}).get(target, {}).get(fold(word))

    def save(self, path: Path) -> None:
        """Write the file that `load` reads."""
        path.write_bytes(gzip.compress(json.dumps(self.pairs, ensure_ascii=False).encode()))


def load_lexicon(path: Path) -> Lexicon:
    """Read what `save` wrote; an empty lexicon when there is none."""
    try:
        return Lexicon(json.loads(gzip.decompress(path.read_bytes())))
    except (OSError, ValueError):
        return Lexicon()


class CurrentLexicon:
    """The lexicon of a desk, read at the first call and again when its file is another."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: tuple[float, Lexicon] = (0.0, Lexicon())

    def __call__(self) -> Lexicon:
        """Empty while there is no file."""
        try:
            written_at = self._path.stat().st_mtime
        except OSError:
            return Lexicon()
        if self._read[0] != written_at:
            self._read = (written_at, load_lexicon(self._path))
        return self._read[1]


@dataclass(frozen=True)
class _Table:
    """A language: groups x words, in which groups it is spoken, its words folded and as written."""

    stands: csr_matrix
    spoken: NDArray[np.bool_]
    forms: Sequence[str]
    written: Sequence[str]


def make_lexicon(book: Phrasebook) -> Lexicon:
    """Every language's words in each of the five main ones."""
    tables = _tables(book)
    return Lexicon({
        source: {
            target: _partners(tables[source], tables[target])
            for target in MAIN if target in tables and target != source
        }
        for source in tables
    })  # fmt: skip


def _tables(book: Phrasebook) -> dict[str, _Table]:
    spellings: dict[str, dict[str, Counter[str]]] = defaultdict(dict)
    said: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for number, group in enumerate(book.groups):
        for lang, text in group.texts.items():
            for form, spelling in _words(text).items():
                spellings[lang].setdefault(form, Counter())[spelling] += 1
                said[lang].append((number, form))
    return {lang: _table(said[lang], spellings[lang], len(book.groups)) for lang in said}


def _words(text: str) -> dict[str, str]:
    """The words of a text, folded and as written; a slot's inside is none."""
    outside = "".join(part.rpartition("}")[2] for part in text.split(_SLOT))
    return {
        word.form: outside[word.start : word.end]
        for word in read_words(outside)
        if word.form.isalpha() and not is_cjk(word.form)
    }


def _table(
    said: Sequence[tuple[int, str]], spellings: Mapping[str, Counter[str]], groups: int
) -> _Table:
    place = {form: number for number, form in enumerate(spellings)}
    rows = np.array([number for number, _ in said])
    columns = np.array([place[form] for _, form in said])
    ones = np.ones(len(said), np.float32)
    spoken = np.zeros(groups, np.bool_)
    spoken[rows] = True
    written = [min(counts, key=lambda s: (-counts[s], s)) for counts in spellings.values()]
    stands = csr_matrix((ones, (rows, columns)), shape=(groups, len(place)))
    return _Table(stands, spoken, list(place), written)


def _partners(source: _Table, target: _Table) -> Pairs:
    shared = np.flatnonzero(source.spoken & target.spoken)
    ours, theirs = source.stands[shared], target.stands[shared]
    both = (ours.T @ theirs).tocoo()
    apart = ours.sum(axis=0).A1[both.row] + theirs.sum(axis=0).A1[both.col]
    likeness = 2 * both.data / apart
    kept = np.flatnonzero((both.data >= TOGETHER) & (likeness >= LIKENESS))
    order = kept[np.argsort(likeness[kept], kind="stable")]
    # The last one written stands: the likest.
    best = dict(zip(both.row[order].tolist(), both.col[order].tolist(), strict=True))
    back = dict(zip(both.col[order].tolist(), both.row[order].tolist(), strict=True))
    return {
        source.forms[ours_]: target.written[theirs_]
        for ours_, theirs_ in sorted(best.items())
        if back[theirs_] == ours_
    }
