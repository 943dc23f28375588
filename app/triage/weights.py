"""The linear model's numbers: applying them, and keeping them in a file that runs no code.

A file is numpy's npz without pickled objects. It must never be trusted to fit: names and
version are checked when it is read.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from app.triage.features import WIDTH

VERSION = 1

Numbers = NDArray[np.float32]
Grams = NDArray[np.float16] | NDArray[np.float32]


class ModelError(ValueError):
    """The model file cannot be used; train a new one."""


@dataclass(frozen=True)
class Weights:
    """One column a class. A class is an intent at a level: ("warranty", 2)."""

    classes: tuple[tuple[str, int], ...]
    evidence: tuple[str, ...]  # names of the evidence columns
    rare: Numbers  # WIDTH
    grams: Grams  # WIDTH x classes; as learned, or with half as many bits as read from a file
    proofs: Numbers  # evidence x classes
    bias: Numbers  # classes
    seen: int = 0  # training texts

    def scores(self, texts: csr_matrix, found: Numbers) -> NDArray[np.float64]:
        """Logits, texts x classes. Only the rows of buckets that occur are looked at."""
        used, where = np.unique(texts.indices, return_inverse=True)
        shape = (texts.shape[0], len(used))
        said = csr_matrix((texts.data, where, texts.indptr), shape=shape)
        grams = said @ self.grams[used].astype(np.float32)
        return np.asarray(grams + found @ self.proofs + self.bias, dtype=np.float64)

    @cached_property
    def toward_2(self) -> Numbers:
        """For each bucket how much it speaks for level 2 rather than level 1, as rare as it is."""
        second = np.array([level == 2 for _, level in self.classes])
        one, two = (
            self.grams[:, side].mean(axis=1, dtype=np.float32) for side in (~second, second)
        )
        towards: Numbers = (two - one) * self.rare
        return towards

    def save(self, path: Path) -> None:
        """Write to `path` (npz). Only buckets that weigh are kept, as 8-bit figures."""
        used = np.flatnonzero(np.abs(self.grams).max(axis=1) > 0)
        scale = max(float(np.abs(self.grams).max()), 1e-9) / 127
        about = {
            "version": VERSION,
            "classes": [list(pair) for pair in self.classes],
            "evidence": list(self.evidence),
            "scale": scale,
            "seen": self.seen,
        }
        with path.open("wb") as stream:
            np.savez_compressed(
                stream,
                about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
                used=used.astype(np.int32),
                grams=np.round(self.grams[used] / scale).astype(np.int8),
                rare=self.rare[used].astype(np.float16),
                proofs=self.proofs,
                bias=self.bias,
            )


def load_weights(path: Path) -> Weights:
    """Read what `save` wrote. Raises `ModelError` for anything else."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as kept:
            return _read(kept)
    except (OSError, EOFError, BadZipFile, KeyError, ValueError, TypeError, IndexError) as wrong:
        raise ModelError(f"The triage model {path.name} cannot be read: {wrong}") from wrong


def _read(kept: Any) -> Weights:
    about = json.loads(bytes(kept["about"]))
    if about["version"] != VERSION:
        raise ModelError(f"it is of version {about['version']}, not {VERSION}.")
    classes = tuple((str(intent), int(level)) for intent, level in about["classes"])
    used = kept["used"]
    small, scale = kept["grams"], np.float32(about["scale"])
    grams = np.zeros((WIDTH, len(classes)), dtype=np.float16)  # kept with eight bits anyway
    for column in range(len(classes)):  # one at a time: no second table as large as this one
        grams[used, column] = small[:, column] * scale
    rare = np.zeros(WIDTH, dtype=np.float32)
    rare[used] = kept["rare"]
    return Weights(
        classes=classes,
        evidence=tuple(about["evidence"]),
        rare=rare,
        grams=grams,
        proofs=kept["proofs"],
        bias=kept["bias"],
        seen=int(about["seen"]),
    )


def line_up(found: Numbers, have: Sequence[str], want: Sequence[str]) -> Numbers:
    """Reorder evidence columns `have` to `want`; a rule written since the training weighs 0."""
    if tuple(have) == tuple(want):
        return found
    place = {name: number for number, name in enumerate(have)}
    ordered = np.zeros((found.shape[0], len(want)), dtype=np.float32)
    for number, name in enumerate(want):
        if name in place:
            ordered[:, number] = found[:, place[name]]
    return ordered
