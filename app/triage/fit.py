"""Multinomial logistic regression on sparse rows, in mini-batches, deterministic for a seed.

Pure numbers. scikit-learn's solvers hold several dense tables of buckets x classes and go over
all of it in every step; here a batch touches only the buckets it has (see docs/triage.md).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Numbers = NDArray[np.float32]
Classes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to learn."""

    rounds: int = 2  # over all rows
    batch: int = 256
    step: float = 0.28
    shrink: float = 1e-6  # L2, per row and batch
    smoothing: float = 0.02  # share of the target spread over all classes: no row is ever certain


@dataclass(slots=True)
class _State:
    table: Numbers  # columns x classes
    slopes: Numbers  # sums of squares, as Adagrad keeps them
    bias: Numbers


def fit(
    rows: csr_matrix,
    turns: Sequence[Classes],
    right: Classes,
    *,
    plan: Plan = Plan(),
    seed: int = 1,
) -> tuple[Numbers, Numbers]:
    """The table (columns x classes) and the bias (classes) that predict `right` from `rows`.

    Each round goes through the rows of every turn, one turn after the other, so that what a later
    turn adds does not stir what was learned from the first. Rare classes weigh more, by the square
    root of how rare they are.
    """
    classes = int(right.max()) + 1
    shape = (rows.shape[1], classes)
    state = _State(
        np.zeros(shape, np.float32), np.full(shape, 1e-3, np.float32), np.zeros(classes, np.float32)
    )
    counts = np.maximum(np.bincount(right, minlength=classes), 1)
    weights = np.sqrt(len(right) / (classes * counts)).astype(np.float32)
    targets = np.full((classes, classes), plan.smoothing / classes, np.float32)
    targets += np.eye(classes, dtype=np.float32) * (1 - plan.smoothing)
    for number in range(plan.rounds):
        for chosen in _batches(turns, plan, np.random.default_rng([seed, number])):
            kinds = right[chosen]
            _step(state, rows[chosen], targets[kinds], weights[kinds], plan)
    return state.table, state.bias


def _batches(turns: Sequence[Classes], plan: Plan, order: np.random.Generator) -> Iterator[Classes]:
    for turn in turns:
        shuffled = order.permutation(turn)
        for start in range(0, len(shuffled), plan.batch):
            yield shuffled[start : start + plan.batch]


def _step(state: _State, rows: csr_matrix, targets: Numbers, weights: Numbers, plan: Plan) -> None:
    """One batch: move the columns it has against their error."""
    columns, places = _renumbered(rows.indices, len(state.table))
    local = csr_matrix((rows.data, places, rows.indptr), shape=(rows.shape[0], len(columns)))
    current = state.table[columns]
    error = (softmax(local @ current + state.bias) - targets) * weights[:, None]
    state.bias -= np.float32(0.01) * error.mean(axis=0)
    slope = np.asarray(local.T @ error, np.float32)
    slope += np.float32(plan.shrink * len(weights)) * current
    squares = state.slopes[columns]
    squares += slope * slope
    state.slopes[columns] = squares
    # In place from here on: these tables are the cost of the whole training.
    slope /= np.sqrt(squares, out=squares)
    slope *= np.float32(plan.step)
    current -= slope
    state.table[columns] = current


def _renumbered(indices: NDArray[np.int32], width: int) -> tuple[Classes, NDArray[np.int32]]:
    """The columns that occur, and each index as a place among them; `np.unique` would sort."""
    occurs = np.zeros(width, np.bool_)
    occurs[indices] = True
    columns = np.flatnonzero(occurs)
    place = np.empty(width, np.int32)
    place[columns] = np.arange(len(columns), dtype=np.int32)
    return columns, place[indices]


def softmax(logits: Numbers) -> Numbers:
    """Rows of logits as rows of shares that add up to one."""
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
