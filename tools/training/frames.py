"""Sentences written for training alone, one line for many: `tools/sentences/*.tsv`.

Knows their notation: five languages side by side, the phrasebook's slots for facts, and numbered
choices (`[1 lid|handle] … [2 came|was] …`), where the same number chooses the same place of its
list in every language. It must never take a choice in one language and another in the next.
"""

import csv
import itertools
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tools.training.corpus import LANGUAGES, Row, filled, is_held_aside, marked, usable

FOLDER = Path(__file__).parents[1] / "sentences"
MOST_SAID = 12  # sentences drawn from one frame
_CHOICE = re.compile(r"\[(\d) ?([^\[\]]*)\]")


class FrameError(ValueError):
    """A line that cannot be read. Its text names the file, the line and what is wrong."""


def read_frames(folder: Path = FOLDER) -> list[Row]:
    """All lines of all files, in order. Raises FrameError."""
    return [frame for path in sorted(folder.glob("*.tsv")) for frame in _frames_in(path)]


def _frames_in(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        for number, cells in enumerate(lines, 1):
            if not cells or cells[0].startswith("#"):
                continue
            try:
                frame = dict(zip(LANGUAGES, cells, strict=True))
                choices_of(frame)
            except ValueError as fault:
                raise FrameError(f"{path.name}, line {number}: {fault}") from fault
            yield frame


def choices_of(frame: Row) -> dict[str, int]:
    """How many there are to choose from, by number. Raises ValueError where languages differ."""
    counts: dict[str, int] = {}
    for text in frame.values():
        for number, places in _CHOICE.findall(text):
            count = places.count("|") + 1
            if counts.setdefault(number, count) != count:
                raise ValueError(f"choice {number} has {counts[number]} and {count} places")
        if re.search(r"[\[\]|]", _CHOICE.sub("", text)):
            raise ValueError("a bracket or a bar stands alone")
    return counts


def said(frame: Row, chosen: Mapping[str, int]) -> Row:
    """The sentence that these choices make."""
    return {lang: _chosen(text, chosen) for lang, text in frame.items()}


def _chosen(text: str, chosen: Mapping[str, int]) -> str:
    put = _CHOICE.sub(lambda found: found[2].split("|")[chosen[found[1]]], text)
    put = re.sub(r" +", " ", put).strip()
    return put[:1].upper() + put[1:]


def drawn(frame: Row, dice: random.Random) -> list[Row]:
    """Up to `MOST_SAID` of its sentences with marks where facts stand, two languages or more."""
    counts = choices_of(frame)
    every = list(itertools.product(*map(range, counts.values())))
    rows = []
    for places in dice.sample(every, min(MOST_SAID, len(every))):
        row = said(frame, dict(zip(counts, places, strict=True)))
        seed = dice.randrange(10**6)
        full = {lang: filled(text, lang, seed=seed, items={}) for lang, text in row.items()}
        rows.append(marked(full))
    return usable(rows)


def frames_of(*, held: bool) -> list[Row]:
    """Those held aside, or those to learn from."""
    return [frame for frame in read_frames() if is_held_aside(frame["en"]) == held]


def draw_frames(*, held: bool, dice: random.Random) -> list[list[Row]]:
    """For each frame its sentences."""
    return [rows for rows in (drawn(frame, dice) for frame in frames_of(held=held)) if rows]


def spread(frames: Sequence[Sequence[Row]], most: int) -> list[Row]:
    """Up to `most` sentences of each frame."""
    return [row for rows in frames for row in rows[:most]]
