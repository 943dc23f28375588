"""Chooses the thresholds of a package: which score, and which likeness on the way back, will do.

Translates what is held aside and fresh sentences made from the lexicon, there and back, and takes
the thresholds that let most through while what they let through is right. A translation counts as
wrong here when it is far from the reference; the phrasebook is worded freely, so less is asked
there.
"""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sacrebleu.metrics import CHRF

from app.translation.check import find_fault
from app.translation.engine import ArgosEngine, likeness
from tools.training.corpus import MARK, Row, renumbered
from tools.training.noise import roughened
from tools.training.packing import PAIRS, folder_of, write_metadata
from tools.training.patterns import made, read_lexicon
from tools.training.variants import varied

FRESH = 400
RIGHT_HELD, RIGHT_MADE = 40.0, 65.0  # chrF2 of a sentence from which it passes for right
WRONG = 0.02  # the share of wrong ones among those let through that is allowed
WEIGHT_HELD = 5  # a wrong sentence of the phrasebook: what people write is like it, not like ours
LIKENESSES = (0.7, 0.75, 0.8, 0.85)
LEAST_SURE = -0.3  # whatever the count says


class Tried(NamedTuple):
    """One sentence: how sure the package was, how like what came back is, whether it is right."""

    score: float
    like: float
    wrong: int


class Asked(NamedTuple):
    """From which chrF2 on a sentence is right, and what a wrong one counts."""

    right: float
    weight: int


def calibrate(folder: Path, held: Sequence[Row], *, seed: int) -> None:
    """Write the thresholds of every package in `folder` into its metadata."""
    engine = ArgosEngine(folder, max_models=len(PAIRS))
    for pair in PAIRS:
        tried = _tried(engine, held, pair, asked=Asked(RIGHT_HELD, WEIGHT_HELD))
        tried += _tried(engine, _fresh(pair[0], seed), pair, asked=Asked(RIGHT_MADE, 1))
        score, like = chosen(tried)
        passing = sum(one.score >= score and one.like >= like for one in tried)
        print(f"{pair[0]} → {pair[1]}: score {score}, likeness {like}: {passing}/{len(tried)}")
        thresholds = {"min_score": score, "round_trip": like}
        write_metadata(folder_of(folder, pair), pair=pair, thresholds=thresholds)


def _fresh(lang: str, seed: int) -> list[Row]:
    """Sentences as people write them: the source roughened, the others as they are."""
    dice, lexicon = random.Random(seed), read_lexicon()
    rows = [made(lexicon, dice) for _ in range(FRESH)]
    return [dict(row) | {lang: roughened(varied(row[lang], lang, dice), dice)} for row in rows]


def _tried(
    engine: ArgosEngine, rows: Sequence[Row], pair: tuple[str, str], *, asked: Asked
) -> list[Tried]:
    source, target = pair
    both = [renumbered(row[source], row[target]) for row in rows if set(pair) <= set(row)]
    told = engine.translate([a for a, _ in both], source=source, target=target)
    back = engine.translate([one.text for one in told], source=target, target=source)
    result, metric = [], CHRF()
    for (said, wanted), one, returned in zip(both, told, back, strict=True):
        facts = [found[0] for found in MARK.finditer(said)]
        if one.doubtful or one.unknown or find_fault(said, one.text, facts=facts, languages=pair):
            continue
        good = metric.sentence_score(one.text, [wanted]).score >= asked.right
        wrong = 0 if good else asked.weight
        result.append(Tried(one.score, likeness(said, returned.text), wrong))
    return result


def chosen(tried: Sequence[Tried]) -> tuple[float, float]:
    """The score and likeness that let most through with few enough wrong ones among them."""
    best, most = (0.0, 1.0), 0
    for like in LIKENESSES:
        passing = (one for one in tried if one.like >= like and one.score >= LEAST_SURE)
        ordered = sorted(passing, key=lambda one: -one.score)
        wrong = 0
        for n, one in enumerate(ordered, 1):
            wrong += one.wrong
            if n > most and wrong <= WRONG * n:
                best, most = (round(one.score, 3), like), n
    return best
