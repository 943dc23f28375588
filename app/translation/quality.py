"""How good the installed packages are, measured on a small set of sentences that we wrote.

Knows the check set (`data/check.tsv`: one row a sentence, one column a language; nothing may be
trained on it) and the rows that keep what came out. Loads models, so it belongs to the worker.
"""

import csv
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Result, select, update

from app.config import Settings
from app.extensions import db, part
from app.lib.clock import now
from app.lib.database import insert_or_skip, reading
from app.translation.engine import ArgosEngine, Engine, Pair
from app.translation.package_models import PackageQuality
from app.translation.packages import Installed, PackageStore
from app.translation.translator import translate_text

log = logging.getLogger(__name__)

CHECK_SET = Path(__file__).parent / "data" / "check.tsv"
LONGEST_GROUP = 6  # letters; chrF2 as Popović (2015) defines it: recall counts twice
BETA = 2
FORGOTTEN_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Measured:
    """`translated` of `sentences` were good enough to show; `likeness` is their chrF2, 0 to 100."""

    sentences: int
    translated: int
    likeness: int


@cache
def check_pairs(source: str, target: str) -> tuple[tuple[str, str], ...]:
    """The sentences with what they should become; none for a language that is not in the set."""
    with CHECK_SET.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    if not {source, target} <= rows[0].keys():
        return ()
    return tuple((row[source], row[target]) for row in rows)


def measure(engine: Engine, source: str, target: str) -> Measured:
    """What the engine makes of the check set."""
    pairs = check_pairs(source, target)
    shown = []
    for sentence, wanted in pairs:
        done = translate_text(engine, sentence, source=source, target=target)
        if done.sentences and all(part.translated for part in done.sentences):
            shown.append((done.text, wanted))
    return Measured(len(pairs), len(shown), round(chrf(shown)))


def chrf(pairs: Iterable[tuple[str, str]]) -> float:
    """chrF2 of texts against what they should be, 0 to 100, counted over all of them together."""
    found, said, wanted = Counter[int](), Counter[int](), Counter[int]()
    for text, reference in pairs:
        for size in range(1, LONGEST_GROUP + 1):
            ours, theirs = _groups(text, size), _groups(reference, size)
            found[size] += (ours & theirs).total()
            said[size] += ours.total()
            wanted[size] += theirs.total()
    sizes = [size for size in wanted if said[size] and wanted[size]]
    if not sizes:
        return 0.0
    precision = sum(found[size] / said[size] for size in sizes) / len(sizes)
    recall = sum(found[size] / wanted[size] for size in sizes) / len(sizes)
    below = BETA**2 * precision + recall
    return 100 * (1 + BETA**2) * precision * recall / below if below else 0.0


def _groups(text: str, size: int) -> Counter[str]:
    letters = "".join(text.split())
    return Counter(letters[at : at + size] for at in range(len(letters) - size + 1))


def measure_next() -> int:
    """Measure one installed package that is not measured yet. How many there were: 1 or 0."""
    settings: Settings = part("settings")
    for package in _unmeasured(PackageStore(settings.packages_dir).installed()):
        if _claimed(package):
            _note(package, _on_its_own(settings.packages_dir, (package.source, package.target)))
            return 1
    return 0


def _on_its_own(folder: Path, pair: Pair) -> Measured:
    """With an engine that is gone afterwards: the models in use stay in memory meanwhile."""
    try:
        return measure(ArgosEngine(folder, max_models=2, threads=1), *pair)
    except Exception:
        log.exception("a package could not be measured")
        return Measured(0, 0, 0)


def qualities() -> dict[Pair, PackageQuality]:
    """What was measured, by pair."""
    rows = db.session.scalars(select(PackageQuality))
    return {(row.source_lang, row.target_lang): row for row in rows}


def seal_of(package: Installed) -> str:
    """Tells this package on this check set from any other."""
    return sha256(f"{package.seal} {_seal_of_the_set()}".encode()).hexdigest()


@cache
def _seal_of_the_set() -> str:
    return sha256(CHECK_SET.read_bytes()).hexdigest()


def _unmeasured(packages: Sequence[Installed]) -> list[Installed]:
    with reading():
        known = qualities()
        db.session.commit()
    return [package for package in packages if not _is_measured(package, known)]


def _is_measured(package: Installed, known: dict[Pair, PackageQuality]) -> bool:
    row = known.get((package.source, package.target))
    return row is not None and row.seal == seal_of(package) and row.measured_at is not None


def _claimed(package: Installed) -> bool:
    """Whether it is this worker's to measure."""
    seal, at = seal_of(package), now()
    new = {
        "source_lang": package.source, "target_lang": package.target, "seal": seal,
        "claimed_at": at, "sentences": 0, "translated": 0, "likeness": 0,
    }  # fmt: skip
    added = insert_or_skip(PackageQuality).values(new).execution_options(preserve_rowcount=True)
    done = db.session.execute(added)
    if _changed(done) != 1:
        forgotten = PackageQuality.measured_at.is_(None) & (
            PackageQuality.claimed_at < at - FORGOTTEN_AFTER
        )
        others = update(PackageQuality).where(
            *_row_of(package), (PackageQuality.seal != seal) | forgotten
        )
        done = db.session.execute(others.values(seal=seal, claimed_at=at, measured_at=None))
    db.session.commit()
    return _changed(done) == 1


def _changed(done: Result[Any]) -> int:
    return int(done.rowcount)  # type: ignore[attr-defined]


def _row_of(package: Installed) -> tuple[ColumnElement[bool], ...]:
    return (
        PackageQuality.source_lang == package.source,
        PackageQuality.target_lang == package.target,
    )


def _note(package: Installed, measured: Measured) -> None:
    db.session.execute(
        update(PackageQuality)
        .where(*_row_of(package), PackageQuality.seal == seal_of(package))
        .values(
            sentences=measured.sentences, translated=measured.translated,
            likeness=measured.likeness, measured_at=now(),
        )
    )  # fmt: skip
    db.session.commit()
