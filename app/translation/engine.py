"""The installed packages of a folder: which pairs they translate, and who of them is in memory.

Knows which pairs the package folder can translate, directly or through English, and translates a
batch of sentences in one call. Loads a model when it is first asked for it and keeps only a few.
It must never download anything, and knows nothing of facts, layout or whether a result is good
enough to show: that is `check` and `translator`.
"""

import logging
import os
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Protocol

from app.translation.argos_home import scratch_home
from app.translation.loaded import LoadedModel, Scored

with scratch_home():
    from argostranslate.package import Package

log = logging.getLogger(__name__)

Pair = tuple[str, str]

PIVOT = "en"


class Engine(Protocol):
    """What the rest of the desk may ask of a translator. Languages are ISO 639-1 codes."""

    def pairs(self) -> frozenset[Pair]:
        """The pairs (source, target) that can be translated now."""
        ...

    def translate(self, sentences: Sequence[str], *, source: str, target: str) -> list[Scored]:
        """One result a sentence, in order. Raises NoPackageError for a pair not in `pairs`."""
        ...


class NoPackageError(Exception):
    """No installed package translates the pair, not even through English."""

    def __init__(self, source: str, target: str) -> None:
        super().__init__(f"No package translates {source} to {target}.")


def open_package(folder: Path) -> Package:
    """The package in `folder`. Raises ValueError, as a sentence, when it cannot be one."""
    try:
        package = Package(folder)
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise ValueError(f"The folder {folder.name} holds no readable metadata.json.") from error
    if package.type != "translate" or not (package.from_code and package.to_code):
        raise ValueError(f"The package {folder.name} does not translate between two languages.")
    if not (folder / "model" / "model.bin").is_file() or not hasattr(package, "tokenizer"):
        raise ValueError(f"The package {folder.name} has no model or no tokenizer.")
    return package


def packages_in(folder: Path) -> dict[Pair, Package]:
    """The readable packages under `folder` by pair. A broken one is logged and left out.

    Of two packages for one pair, the one whose folder sorts last wins, which is the newer one as
    the folders are named.
    """
    found: dict[Pair, Package] = {}
    if not folder.is_dir():
        return found
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or not path.is_dir():
            continue
        try:
            package = open_package(path)
        except ValueError as error:
            log.warning("A translation package is left out: %s", error)
            continue
        found[package.from_code, package.to_code] = package
    return found


def routes(direct: Mapping[Pair, object]) -> frozenset[Pair]:
    """The pairs that `direct` ones reach, alone or in two legs through English."""
    into = {source for source, target in direct if target == PIVOT}
    out_of = {target for source, target in direct if source == PIVOT}
    return frozenset(direct) | {(a, b) for a in into for b in out_of if a != b}


class ArgosEngine:
    """The packages of one folder. Nothing is loaded before the first sentence for a pair."""

    def __init__(self, folder: Path, *, max_models: int = 2, threads: int = 2) -> None:
        self._folder = folder
        self._max_models = max(1, max_models)
        self._threads = threads
        self._models: OrderedDict[str, LoadedModel] = OrderedDict()
        self._found: tuple[Seen, dict[Pair, Package]] = ((), {})
        self._lock = Lock()

    def pairs(self) -> frozenset[Pair]:
        """Looked up on the disk each time, so that a package installed elsewhere counts."""
        return routes(self._packages())

    def _packages(self) -> dict[Pair, Package]:
        """Read again only when the folder looks otherwise: a package has files to open."""
        seen = _look_of(self._folder)
        if not seen or seen != self._found[0]:
            self._found = seen, packages_in(self._folder)
        return self._found[1]

    def translate(self, sentences: Sequence[str], *, source: str, target: str) -> list[Scored]:
        """See `Engine.translate`."""
        packages = self._packages()
        if (source, target) in packages:
            return self._leg(packages, (source, target), sentences=sentences)
        if (source, PIVOT) not in packages or (PIVOT, target) not in packages:
            raise NoPackageError(source, target)
        halfway = self._leg(packages, (source, PIVOT), sentences=sentences)
        # What is refused already stays refused; the second leg would be for nothing.
        english = [scored.text for scored in halfway if not scored.is_refused]
        rest = iter(self._leg(packages, (PIVOT, target), sentences=english))
        return [one if one.is_refused else _joined(one, next(rest)) for one in halfway]

    def _leg(
        self, packages: Mapping[Pair, Package], pair: Pair, *, sentences: Sequence[str]
    ) -> list[Scored]:
        model, other = self._model(packages[pair]), packages.get((pair[1], pair[0]))
        back = self._model(other) if other and model.way_back else None
        return model.translate(sentences, back=back)

    def _model(self, package: Package) -> LoadedModel:
        key = _key(Path(package.package_path))
        with self._lock:
            if key not in self._models:
                self._models[key] = LoadedModel(package, threads=self._threads)
            self._models.move_to_end(key)
            while len(self._models) > self._max_models:
                self._models.popitem(last=False)
            return self._models[key]


Seen = tuple[tuple[str, int], ...]


def _look_of(folder: Path) -> Seen:
    """What stands in a folder and since when; () when nothing does. Packages are moved in whole."""
    try:
        with os.scandir(folder) as entries:
            return tuple(sorted((entry.name, entry.stat().st_mtime_ns) for entry in entries))
    except OSError:
        return ()


def _key(folder: Path) -> str:
    """Tells a package from another one put in its place later."""
    return f"{folder}|{(folder / 'model' / 'model.bin').stat().st_mtime_ns}"


def _joined(first: Scored, second: Scored) -> Scored:
    return replace(
        second,
        score=first.score + second.score,
        doubtful=first.doubtful or second.doubtful or bool(second.unknown),
        sure=first.sure and second.sure,
        unknown=first.unknown,
    )
