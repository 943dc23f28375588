import numpy as np
import pytest
from scipy.sparse import csr_matrix

from app.triage.fit import Plan, fit, softmax

ALL = [np.arange(300)]


def toy(seed: int = 3) -> tuple[csr_matrix, np.ndarray]:
    order = np.random.default_rng(seed)
    right = order.integers(0, 3, 300)
    rows = np.zeros((300, 9), np.float32)
    rows[np.arange(300), right * 3 + order.integers(0, 3, 300)] = 1
    return csr_matrix(rows), right


def test_what_can_be_told_apart_is_told_apart():
    rows, right = toy()
    table, bias = fit(rows, ALL, right, plan=Plan(rounds=20))
    assert (np.argmax(rows @ table + bias, axis=1) == right).mean() > 0.99


def test_the_same_seed_gives_the_same_table():
    rows, right = toy()
    first, again = (fit(rows, ALL, right, seed=5)[0] for _ in range(2))
    assert np.array_equal(first, again)


def test_columns_that_never_stand_in_a_row_weigh_nothing():
    rows, right = toy()
    wider = csr_matrix((rows.data, rows.indices, rows.indptr), shape=(300, 12))
    table, _ = fit(wider, ALL, right)
    assert not table[9:].any()


def test_shares_add_up_to_one():
    shares = softmax(np.array([[1000.0, 0, -1000], [0, 0, 0]], np.float32))
    assert shares.sum(axis=1) == pytest.approx([1, 1])
