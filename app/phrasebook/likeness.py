"""Finds groups that say the same in almost the same words. Pure.

Slots, digits, case and punctuation are put aside first, so that a skeleton with another slot or
number in it counts as the same.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from rapidfuzz import fuzz, process

from app.phrasebook.model import Group
from app.phrasebook.rendering import SLOT
from app.phrasebook.vocabulary import LANGUAGES

TOO_LIKE = 90  # RapidFuzz ratio, 0 to 100
# “Danke!” may stand for two English sentences: one short twin in one language is no twin.
SHORT = 25
_BLOCK = 1000  # rows compared at once; keeps the score matrix under 10 MB
_NOISE = re.compile(r"[\W\d_]+")

Pair = tuple[int, int]
Twins = tuple[Group, Group, list[str]]


def bare(text: str) -> str:
    """What is compared: lower case, no slots, digits or punctuation."""
    return _NOISE.sub(" ", SLOT.sub(" ", text).lower()).strip()


def _close_in(texts: Sequence[str], first: int) -> Iterator[Pair]:
    """Pairs (earlier, later) of `texts` that are too like, the later one from `first` on."""
    for start in range(first, len(texts), _BLOCK):
        end = start + _BLOCK
        scores = process.cdist(
            texts[start:end],
            texts[:end],
            scorer=fuzz.ratio,
            score_cutoff=TOO_LIKE,
            dtype=np.uint8,
        )
        for row, column in np.argwhere(scores > TOO_LIKE):
            if column < start + row:
                yield int(column), start + int(row)


def find_twins(groups: Sequence[Group], *, first: int = 0) -> list[Twins]:
    """Every group from index `first` on that is too like an earlier one of `groups`.

    Give one role at a time. Returns (earlier, later, languages in which they are alike).
    """
    hits: dict[Pair, list[str]] = defaultdict(list)
    long: set[Pair] = set()
    for lang in LANGUAGES:
        owners = [index for index, group in enumerate(groups) if lang in group.texts]
        texts = [bare(groups[index].texts[lang]) for index in owners]
        for left, right in _close_in(texts, bisect_left(owners, first)):
            pair = (owners[left], owners[right])
            hits[pair].append(lang)
            if len(texts[left]) >= SHORT:
                long.add(pair)
    return [
        (groups[pair[0]], groups[pair[1]], langs)
        for pair, langs in hits.items()
        if len(langs) > 1 or pair in long
    ]
