"""Finds groups that say the same in almost the same words. Pure.

Slots, digits, case and punctuation are put aside first, so that a skeleton with another slot or
number in it counts as the same.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

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


def bare(text: str) -> str:
    """What is compared: lower case, no slots, digits or punctuation."""
    return _NOISE.sub(" ", SLOT.sub(" ", text).lower()).strip()


def _close_in(texts: Sequence[str]) -> Iterator[Pair]:
    for start in range(0, len(texts), _BLOCK):
        scores = process.cdist(
            texts[start : start + _BLOCK],
            texts[start:],
            scorer=fuzz.ratio,
            score_cutoff=TOO_LIKE,
            dtype=np.uint8,
        )
        for row, column in np.argwhere(scores > TOO_LIKE):
            if row < column:
                yield start + int(row), start + int(column)


def find_twins(groups: Sequence[Group]) -> Mapping[tuple[Group, Group], list[str]]:
    """Pairs of `groups` that are too like, and the languages in which they are.

    Give one role at a time. About 3,600 groups in five languages take some seconds.
    """
    hits: dict[Pair, list[str]] = defaultdict(list)
    long: set[Pair] = set()
    for lang in LANGUAGES:
        owners = [index for index, group in enumerate(groups) if lang in group.texts]
        texts = [bare(groups[index].texts[lang]) for index in owners]
        for left, right in _close_in(texts):
            pair = (owners[left], owners[right])
            hits[pair].append(lang)
            if len(texts[left]) >= SHORT:
                long.add(pair)
    return {
        (groups[left], groups[right]): langs
        for (left, right), langs in hits.items()
        if len(langs) > 1 or (left, right) in long
    }
