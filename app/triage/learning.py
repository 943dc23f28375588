"""Training a new version of the classifier, and deciding whether it is taken into use.

Learns from the phrasebook and from what people corrected; is measured on the frozen core and on the
corrections that were kept aside. A version that got any language or any level worse is not used.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any

import yaml
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.config import Settings
from app.extensions import db, part
from app.lib.clock import now
from app.phrasebook import load
from app.triage.classify import Classifier
from app.triage.corrections import as_examples, newest_for_each_message
from app.triage.evaluate import Labelled, Report, evaluate
from app.triage.examples import Example
from app.triage.lexicon import FILE as LEXICON
from app.triage.lexicon import make_lexicon
from app.triage.models import Correction, ModelVersion, VersionState
from app.triage.train import train
from app.triage.versions import Shelf, next_version, version_in_use
from app.triage.weights import ModelError

PHRASEBOOK = Path(__file__).parent.parent.parent / "phrasebook"
CORE = Path(__file__).with_name("core")
ENOUGH = 20  # new corrections; fewer are not worth a training
FORGOTTEN_AFTER = timedelta(hours=1)  # a training that did not end by then died

Learn = Callable[[Sequence[Example]], Classifier]


class NotNow(Exception):
    """A training cannot begin, or there is nothing to go back to. Its text says why."""


def learn_anew(corrections: Sequence[Example]) -> Classifier:
    """A classifier of the phrasebook as it stands and of what people corrected, and a lexicon."""
    book, shelf = load(PHRASEBOOK), shelf_of_desk()
    shelf.make()
    make_lexicon(book).save(shelf.folder / LEXICON)
    return train(book, corrections)


def train_version(*, anyway: bool = False, learn: Learn = learn_anew) -> ModelVersion:
    """Train, measure, and take the version into use unless it got worse (or `anyway`). Commits.

    Raises NotNow while another training runs.
    """
    row, started = _begin(), perf_counter()
    try:
        shelf, corrections = shelf_of_desk(), newest_for_each_message()
        db.session.commit()  # no lock is held while the figures are made
        candidate = learn(as_examples(corrections))
        shelf.keep(row.version, candidate)
        _measure(row, candidate, _probes(corrections))
    except BaseException:
        db.session.rollback()
        row.state = VersionState.FAILED
        db.session.commit()
        raise
    row.texts, row.corrections = candidate.weights.seen, len(corrections)
    row.last_correction_id = max((c.id for c in corrections), default=0)
    row.seconds = round(perf_counter() - started, 1)
    _decide(row, shelf, anyway=anyway)
    return row


def _begin() -> ModelVersion:
    running = select(ModelVersion).where(
        ModelVersion.state == VersionState.TRAINING, ModelVersion.at > now() - FORGOTTEN_AFTER
    )
    if db.session.scalars(running).first():
        raise NotNow("Another training is running.")
    try:
        row = next_version()
        row.at = now()
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        raise NotNow("Another training began in the same moment.") from None
    return row


def _measure(row: ModelVersion, candidate: Classifier, probes: Sequence[Labelled]) -> None:
    report = evaluate(candidate, probes)
    row.figures = figures_of(report)
    before = _classifier_in_use()
    row.worse = worse(figures_of(evaluate(before, probes)), row.figures) if before else []


def _decide(row: ModelVersion, shelf: Shelf, *, anyway: bool) -> None:
    if row.worse and not anyway:
        row.state = VersionState.REFUSED
        db.session.commit()
        return
    if used := version_in_use():
        used.state = VersionState.REPLACED
    row.state = VersionState.IN_USE
    db.session.commit()
    shelf.use(row.version, trained_on=fingerprint())
    shelf.tidy()


def go_back() -> ModelVersion:
    """Use the version before the one in use again. Commits. Raises NotNow when there is none."""
    shelf = shelf_of_desk()
    used = version_in_use()
    query = select(ModelVersion).filter_by(state=VersionState.REPLACED)
    earlier = [
        row
        for row in db.session.scalars(query.order_by(ModelVersion.version.desc()))
        if shelf.file_of(row.version).exists() and (used is None or row.version < used.version)
    ]
    if not earlier:
        raise NotNow("There is no earlier version to go back to.")
    if used is not None:
        used.state = VersionState.WITHDRAWN
    earlier[0].state = VersionState.IN_USE
    db.session.commit()
    shelf.use(earlier[0].version, trained_on=fingerprint())
    return earlier[0]


# --- what is measured ----------------------------------------------------------------------


def _probes(corrections: Sequence[Correction]) -> list[Labelled]:
    """The frozen core, and the corrections that nothing learns from."""
    aside = [Labelled(c.text, c.lang, c.level, c.intent) for c in corrections if c.is_aside]
    return [*core_messages(), *aside]


def core_messages() -> list[Labelled]:
    """The messages that every version is measured on. Nothing may ever learn from them."""
    rows = [
        row
        for file in sorted(CORE.glob("*.yaml"))
        for row in yaml.safe_load(file.read_text("utf-8"))
    ]
    return [Labelled(r["text"], r["lang"], r["level"], r["intent"], r["id"]) for r in rows]


def figures_of(report: Report) -> dict[str, Any]:
    """A report as the history keeps it; shares are 0 to 1, pairs are [right, of]."""
    langs: dict[str, list[int]] = {}
    levels: dict[str, list[int]] = {"1": [0, 0], "2": [0, 0]}
    for outcome in report.outcomes:
        for table, name in ((langs, outcome.message.lang), (levels, str(outcome.message.level))):
            pair = table.setdefault(name, [0, 0])
            pair[0] += outcome.right
            pair[1] += 1
    return {
        "messages": len(report.outcomes),
        "accuracy": round(report.accuracy, 4),
        "recall_2": round(report.recall(2), 4),
        "top_1": round(report.top(1), 4),
        "top_3": round(report.top(3), 4),
        "langs": dict(sorted(langs.items())),
        "levels": levels,
    }


def worse(before: dict[str, Any], after: dict[str, Any]) -> list[list[Any]]:
    """The languages and levels of which fewer are right: [kind, name, before, after, of]."""
    return [
        [kind, name, right, after[kind + "s"][name][0], of]
        for kind in ("lang", "level")
        for name, (right, of) in before[kind + "s"].items()
        if after[kind + "s"][name][0] < right
    ]


# --- what there is -------------------------------------------------------------------------


def shelf_of_desk() -> Shelf:
    """The folder of this desk's models."""
    settings: Settings = part("settings")
    return Shelf(settings.classifier_path)


def _classifier_in_use() -> Classifier | None:
    shelf = shelf_of_desk()
    try:
        return Classifier.load(shelf.file_of(shelf.current() or 0))
    except ModelError:
        return None


def fingerprint() -> str:
    """What the phrasebook's buyers say, as a digest: another one calls for another training."""
    texts = [path.read_bytes() for path in sorted((PHRASEBOOK / "buyer").glob("*.yaml"))]
    return sha256(b"\0".join(texts)).hexdigest()


def is_trained() -> bool:
    """Whether there is a version in use that learned from the phrasebook as it stands."""
    shelf = shelf_of_desk()
    return shelf.trained_on() == fingerprint() and shelf.file_of(shelf.current() or 0).exists()


def enough_to_learn() -> bool:
    """Whether people corrected enough since the last training."""
    newest = select(ModelVersion.last_correction_id).where(
        ModelVersion.state.not_in((VersionState.TRAINING, VersionState.FAILED))
    )
    seen = db.session.scalar(newest.order_by(ModelVersion.version.desc()).limit(1)) or 0
    fresh = select(func.count()).where(Correction.id > seen)
    return (db.session.scalar(fresh) or 0) >= ENOUGH
