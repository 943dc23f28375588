"""The way back shows what a sure translation lost."""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest

from app.translation.engine import packages_in
from app.translation.loaded import LoadedModel
from app.translation.way_back import WayBack, read_way_back


@pytest.mark.parametrize(
    ("logs", "kept"),
    [
        ([-0.1, -0.2, -0.3], True),
        ([-0.1, -0.1, -4.1], False),  # one piece came out of nothing
        ([-0.9, -0.9, -0.9], False),  # none is likely
        ([-0.5, -0.5, -0.5], True),
    ],
)
def test_a_source_must_be_likely_as_a_whole_and_everywhere(logs: list[float], kept: bool) -> None:
    assert WayBack(mean=-0.5, least=-4.0).is_kept(logs) is kept


def test_a_package_says_how_likely_or_asks_for_no_way_back() -> None:
    assert read_way_back({"way_back": {"mean": -0.5, "least": -4}}) == WayBack(-0.5, -4.0)
    assert read_way_back({"starter": True}) is None


def test_the_word_that_was_lost_is_what_is_unlikely(tiny: Path) -> None:
    into_french = LoadedModel(packages_in(tiny)["en", "fr"], threads=1)
    said = "Où est ma commande ?"
    kept, lost = into_french.finds(
        [said, said], given=["Where is my order?", "Where is my refund?"]
    )
    assert min(kept) > -0.5
    assert min(lost) < -4
    assert len(kept) == len(lost)


class Contrary:
    """A model of the other way to which one translation, and it alone, says nothing."""

    def __init__(self, hated: str) -> None:
        self.hated = hated

    def finds(self, sentences: Sequence[str], *, given: Sequence[str]) -> list[list[float]]:
        return [[-9.0 if text == self.hated else -0.1] for text in given]


def test_of_what_comes_to_mind_the_likeliest_both_ways_is_taken(tiny: Path) -> None:
    packages = packages_in(tiny)
    there = LoadedModel(packages["fr", "en"], threads=1)
    back = LoadedModel(packages["en", "fr"], threads=1)
    asked = ["Merci beaucoup pour votre aide."]
    first = there.translate(asked)[0].text
    agreed, contrary = (
        there.translate(asked, back=other)[0]
        for other in (back, cast(LoadedModel, Contrary(first)))
    )
    assert agreed.text == first
    assert contrary.text != first
