"""Runs the installed packages: argostranslate's format and tokenizers, CTranslate2 underneath.

Knows which pairs the package folder can translate, directly or through English, and translates a
batch of sentences in one call. Loads a model when it is first asked for it and keeps only a few.
It must never download anything, and knows nothing of facts, layout or whether a result is good
enough to show: that is `check` and `translator`.
"""

import json
import logging
import os
import re
import unicodedata
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import ctranslate2
from rapidfuzz import fuzz

from app.translation.argos_home import scratch_home
from app.translation.partners import is_faithful, read_partners
from app.translation.phrases import read_phrases

with scratch_home():
    from argostranslate.package import Package

log = logging.getLogger(__name__)

Pair = tuple[str, str]

PIVOT = "en"
MAX_PIECES = 400  # Marian models know 512 positions; beyond them they drop words silently
BEAM = 4
BATCH = 32
LONG = 4  # letters of a word that carries meaning by itself
BACK_BEAM = 1  # the way back is only compared, never shown
FLOOR = -1.6  # mean log probability of a piece; worse is a guess. A package may name its own.
_WORD_OR_MARK = re.compile(r"\w+")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_MARK = re.compile(r"\bXZ\d\b")


@dataclass(frozen=True, slots=True)
class Scored:
    """One translated sentence.

    `score` is the mean natural log probability of a piece (≤ 0), summed over the two legs of a
    way through English. `doubtful` says that a leg fell below what its package calls good.
    `unknown` holds the words that the package has never seen, where it knows which it has.
    `reason` says why the sentence was not even tried; `by_heart`, that people translated it.
    """

    text: str
    score: float
    doubtful: bool = False
    unknown: tuple[str, ...] = ()
    reason: str = ""
    by_heart: bool = False

    @property
    def is_refused(self) -> bool:
        """True when nothing that follows could make it good."""
        return self.doubtful or bool(self.unknown)


REFUSED = Scored("", float("-inf"), doubtful=True)


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


class LoadedModel:
    """One package in memory. Safe to share between threads, as CTranslate2's translators are."""

    def __init__(self, package: Package, *, threads: int) -> None:
        folder = Path(package.package_path)
        self._package = package
        extra = _extra(folder)
        self._floor = float(extra.get("min_score", FLOOR))
        self.round_trip = float(extra.get("round_trip", 0.0))
        self._lexicon = _lexicon(folder)
        self._partners = read_partners(folder)
        self._phrases = read_phrases(folder)
        self._translator = ctranslate2.Translator(
            # Two threads within one small model wait for each other longer than they work.
            str(folder / "model"),
            device="cpu",
            inter_threads=threads,
            intra_threads=1,
        )
        self._threads = threads

    def translate(self, sentences: Sequence[str]) -> list[Scored]:
        """One result a sentence, in order; REFUSED for one that the model cannot hold.

        The model is not asked for what the package knows by heart, nor for a sentence with a word
        that it has never seen.
        """
        results = [self._unasked(sentence) for sentence in sentences]
        pieces = [
            [] if result.unknown or result.by_heart else self._package.tokenizer.encode(sentence)
            for sentence, result in zip(sentences, results, strict=True)
        ]
        fits = [i for i, tokens in enumerate(pieces) if 0 < len(tokens) <= MAX_PIECES]
        told = self._run([pieces[i] for i in fits], beam=BEAM)
        for i, result in zip(fits, told, strict=True):
            results[i] = self._scored(sentences[i], result)
        return results

    def _unasked(self, sentence: str) -> Scored:
        known = self._phrases.find(sentence)
        if known is not None:
            return Scored(known, 0.0, by_heart=True)
        return replace(REFUSED, unknown=self._unknown(sentence))

    def retold(self, sentences: Sequence[str]) -> list[str]:
        """What the model itself makes of sentences, unknown words or not: only to be compared."""
        pieces = [self._package.tokenizer.encode(sentence)[:MAX_PIECES] for sentence in sentences]
        return [self._text(result) for result in self._run(pieces, beam=BACK_BEAM)]

    def _run(self, batch: list[list[str]], *, beam: int) -> list[Any]:
        if not batch:
            return []
        prefix = self._package.target_prefix
        longest = max(len(tokens) for tokens in batch)
        results: list[Any] = self._translator.translate_batch(
            batch,
            target_prefix=[[prefix]] * len(batch) if prefix else None,
            max_batch_size=min(BATCH, -(-len(batch) // self._threads)),
            beam_size=beam,
            max_decoding_length=min(MAX_PIECES, 2 * longest + 20),
            return_scores=True,
        )
        return results

    def _scored(self, sentence: str, result: Any) -> Scored:
        text, score = self._text(result), float(result.scores[0])
        doubtful = score < self._floor or not self._is_faithful(sentence, text)
        return Scored(text, score, doubtful)

    def _text(self, result: Any) -> str:
        text: str = self._package.tokenizer.decode(result.hypotheses[0])
        return text.removeprefix(self._package.target_prefix or "").strip()

    def _is_faithful(self, sentence: str, text: str) -> bool:
        return self._partners is None or is_faithful(self._partners, sentence, text)

    def _unknown(self, sentence: str) -> tuple[str, ...]:
        if self._lexicon is None:
            return ()
        words = _WORD.findall(_MARK.sub(" ", sentence))
        return tuple(word for word in words if not _is_known(word, self._lexicon))


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
        model = self._model(packages[pair])
        results = model.translate(sentences)
        back = packages.get((pair[1], pair[0]))
        if not (model.round_trip and back):
            return results
        # A small package can be sure and wrong; the way back shows what it dropped or swapped.
        there = [one.text for one in results if not (one.is_refused or one.by_heart)]
        returned = iter(self._model(back).retold(there))
        return [
            one if one.is_refused or one.by_heart
            else replace(one, doubtful=not returns(said, next(returned), model.round_trip))
            for said, one in zip(sentences, results, strict=True)
        ]  # fmt: skip

    def _model(self, package: Package) -> LoadedModel:
        key = _key(Path(package.package_path))
        with self._lock:
            if key not in self._models:
                self._models[key] = LoadedModel(package, threads=self._threads)
            self._models.move_to_end(key)
            while len(self._models) > self._max_models:
                self._models.popitem(last=False)
            return self._models[key]


def likeness(first: str, second: str) -> float:
    """How alike two spellings of one sentence are, 0 to 1, whatever their case and accents."""
    return fuzz.ratio(_plain(first), _plain(second)) / 100


def returns(said: str, back: str, enough: float) -> bool:
    """Whether the way back brought a sentence back: alike enough, and no long word fewer.

    One word that was dropped ("the cancel button") hardly shows in the likeness.
    """
    return likeness(said, back) >= enough and _long_words(back) >= _long_words(said)


def _long_words(text: str) -> int:
    return sum(len(word) >= LONG for word in _plain(text).split())


def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFD", text.casefold())
    return " ".join(
        _WORD_OR_MARK.findall("".join(p for p in parts if not unicodedata.combining(p)))
    )


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
        unknown=first.unknown,
    )


def _extra(folder: Path) -> dict[str, Any]:
    """What a package of our own making says of itself beyond the Argos format."""
    metadata = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))
    extra = metadata.get("dragoman", {})
    return extra if isinstance(extra, dict) else {}


def _lexicon(folder: Path) -> frozenset[str] | None:
    path = folder / "lexicon.txt"
    if not path.is_file():
        return None
    return frozenset(path.read_text(encoding="utf-8").split())


def _is_known(word: str, lexicon: frozenset[str]) -> bool:
    folded = word.casefold().replace("’", "'")
    return folded in lexicon or all(part in lexicon for part in re.split("['-]", folded))
