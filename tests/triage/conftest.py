"""A classifier of a slice of the phrasebook, trained once: quick, and enough to test shapes."""

from pathlib import Path

import pytest

from app.phrasebook import Group, Phrasebook, load
from app.triage.classify import Classifier
from app.triage.rules import Rules, load_rules
from app.triage.train import train
from tests.browser import browser

__all__ = ["browser"]

PHRASEBOOK = Path(__file__).parents[2] / "phrasebook"
GROUPS_PER_KIND = 10


def slice_of(book: Phrasebook) -> Phrasebook:
    kept: dict[tuple[str, int | None], list[Group]] = {}
    for group in book.groups:
        if group.role == "buyer":
            kept.setdefault((group.intent, group.level), []).append(group)
    groups = [group for kind in kept.values() for group in kind[:GROUPS_PER_KIND]]
    return Phrasebook(groups=groups, macros=(), items=book.items)


@pytest.fixture(scope="session")
def small_book() -> Phrasebook:
    return slice_of(load(PHRASEBOOK))


@pytest.fixture(scope="session")
def classifier(small_book: Phrasebook) -> Classifier:
    return train(small_book, seed=1)


@pytest.fixture(scope="session")
def rules() -> Rules:
    return load_rules()
