"""Whether a translation leads back to its source, as the package of the other way sees it.

A small model can sound well, be sure, and have dropped, swapped or invented a word. Asked how
likely the source is, given that translation, the other package finds just this word unlikely.
Another wording of the same does not trouble it, as it would if two texts were compared. Pure.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any, NamedTuple


class WayBack(NamedTuple):
    """What a package asks for: natural log probabilities of the source's pieces, on average and of
    the least likely one."""

    mean: float
    least: float

    def is_kept(self, logs: Sequence[float]) -> bool:
        """`logs` has one number for each piece of the source."""
        return fmean(logs) >= self.mean and min(logs) >= self.least


def read_way_back(said: Mapping[str, Any]) -> WayBack | None:
    """What a package of our own making says of itself; None when it asks for no way back."""
    asked = said.get("way_back")
    return WayBack(float(asked["mean"]), float(asked["least"])) if asked else None
