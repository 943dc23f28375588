"""The classifier's figures: how quick it is, how long it learns, what it weighs. No database."""

import gc
import os
import random
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from app.phrasebook import Phrasebook, load
from app.seeds.demo import PHRASEBOOK
from app.triage.classify import Classifier, Facts
from app.triage.classify import Message as Sorted
from app.triage.examples import make_examples
from app.triage.train import train
from bench.figures import Figure, seconds_of

MESSAGES = 1_000


def sorting(database: str) -> Iterator[Figure]:
    """Training, loading and asking the classifier, once: no database takes part."""
    if database != "sqlite":
        return
    book = load(PHRASEBOOK)
    made: list[Classifier] = []
    seconds = seconds_of(lambda: made.append(train(book)))
    groups = sum(group.role == "buyer" for group in book.groups)
    yield Figure("training the classifier", f"{groups:,} groups", "none", seconds, "s", 60)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model"
        made.pop().save(path)
        gc.collect()
        before = _megabytes()
        classifier = Classifier.load(path)
        size = _megabytes() - before
    messages = _messages(book)
    seconds = min(seconds_of(lambda: classifier.classify_many(messages)) for _ in range(3))
    yield Figure("the classifier in memory", "model and rules", "none", size, "MB", 100)
    yield Figure("messages sorted in one go, one core", f"{MESSAGES:,}", "none", seconds, "s", 2)
    seconds = seconds_of(lambda: [classifier.classify_many([one]) for one in messages])
    yield Figure("messages sorted one by one", f"{MESSAGES:,}", "none", seconds, "s")


def _messages(book: Phrasebook) -> list[Sorted]:
    """Letters as long as mails are, in every language, that no training saw in this form."""
    examples = make_examples(book, seed=99)
    chosen = random.Random(7).sample(examples, MESSAGES)
    return [(f"{one.text} {one.text}", one.lang, Facts()) for one in chosen]


def _megabytes() -> float:
    """What this process has in memory now."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_048_576
