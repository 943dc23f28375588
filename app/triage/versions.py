"""The versions of the trained model: files in DATA_DIR/triage, and a row of history for each.

The file `current` names the version in use and is replaced in one step; whoever classifies looks at
it each time, so that a new version is taken up without a restart. Never commits.
"""

import json
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from sqlalchemy import func, select

from app.extensions import db
from app.triage.classify import Classifier
from app.triage.models import ModelVersion, VersionState
from app.triage.weights import ModelError

log = logging.getLogger(__name__)

KEPT_FILES = 8
SHOWN = 30


@dataclass(frozen=True)
class Shelf:
    """The folder of model files."""

    folder: Path

    def file_of(self, version: int) -> Path:
        """Where a version is kept."""
        return self.folder / f"{version:06}.npz"

    @property
    def pointer(self) -> Path:
        """The file that names the version in use."""
        return self.folder / "current"

    def current(self) -> int | None:
        """The version in use, None before the first one."""
        try:
            return int(json.loads(self.pointer.read_text("ascii"))["version"])
        except (OSError, ValueError, KeyError):
            return None

    def trained_on(self) -> str:
        """The fingerprint of the phrasebook that the version in use learned from."""
        try:
            return str(json.loads(self.pointer.read_text("ascii"))["trained_on"])
        except (OSError, ValueError, KeyError):
            return ""

    def make(self) -> None:
        """Make the folder if it is not there."""
        if self.folder.is_file():
            self.folder.unlink()  # the one model of a desk from before there were versions
        self.folder.mkdir(parents=True, exist_ok=True)

    def keep(self, version: int, classifier: Classifier) -> None:
        """Write a version's file, whole or not at all."""
        self.make()
        unfinished = self.folder / f"{version:06}.unfinished"
        classifier.save(unfinished)
        unfinished.replace(self.file_of(version))

    def use(self, version: int, *, trained_on: str) -> None:
        """From now on everybody classifies with `version`."""
        unfinished = self.folder / f"current.{os.getpid()}"
        unfinished.write_text(json.dumps({"version": version, "trained_on": trained_on}), "ascii")
        unfinished.replace(self.pointer)

    def tidy(self) -> None:
        """Take away the oldest files, never the one in use."""
        files = sorted(self.folder.glob("*.npz"))
        for file in files[:-KEPT_FILES]:
            if file != self.file_of(self.current() or 0):
                file.unlink()


class CurrentClassifier:
    """The classifier in use, loaded at the first call and again when another version is."""

    def __init__(self, folder: Path) -> None:
        self._shelf = Shelf(folder)
        self._loaded: tuple[tuple[int, int], Classifier] | None = None
        self._lock = Lock()

    def __call__(self) -> Classifier:
        """Raises ModelError while there is none."""
        stamp = self._stamp()
        loaded = self._loaded
        if loaded is None or loaded[0] != stamp:
            with self._lock:
                loaded = self._take(stamp)
        return loaded[1]

    def _stamp(self) -> tuple[int, int]:
        try:
            found = self._shelf.pointer.stat()
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_ino)

    def _take(self, stamp: tuple[int, int]) -> tuple[tuple[int, int], Classifier]:
        if self._loaded is not None and self._loaded[0] == stamp:
            return self._loaded  # another thread was quicker
        version = self._shelf.current()
        try:
            if version is None:
                raise ModelError("There is no trained model yet: flask triage train.")
            self._loaded = (stamp, Classifier.load(self._shelf.file_of(version)))
        except ModelError as fault:
            if self._loaded is None:
                raise
            log.error("version %s of the triage model cannot be used: %s", version, fault)
            self._loaded = (stamp, self._loaded[1])
        return self._loaded


# --- the history ---------------------------------------------------------------------------


def all_versions(limit: int = SHOWN) -> Sequence[ModelVersion]:
    """The history, the newest first."""
    query = select(ModelVersion).order_by(ModelVersion.version.desc()).limit(limit)
    return db.session.scalars(query).all()


def next_version() -> ModelVersion:
    """The row of a training that begins. Two that begin at once get the same number, which only one
    of them can keep."""
    newest = db.session.scalar(select(func.max(ModelVersion.version))) or 0
    row = ModelVersion(version=newest + 1)
    db.session.add(row)
    return row


def version_in_use() -> ModelVersion | None:
    """The row of the version in use."""
    query = select(ModelVersion).filter_by(state=VersionState.IN_USE)
    return db.session.scalars(query.order_by(ModelVersion.version.desc())).first()
