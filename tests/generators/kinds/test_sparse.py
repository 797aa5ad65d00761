import numpy as np
import pytest
from scipy.sparse import csr_matrix

from twostage.generators.kinds.generator import by_number
from twostage.generators.kinds.sparse import best_stored


def table(rows) -> csr_matrix:
    return csr_matrix(np.array(rows, dtype=np.float64))


def test_best_first_and_padding_behind():
    found = best_stored(table([[0, 3, 1, 2], [0, 0, 5, 0], [0, 0, 0, 0]]), 3)
    assert found.items.tolist() == [[1, 3, 2], [2, -1, -1], [-1, -1, -1]]
    np.testing.assert_array_equal(found.scores, [[3, 2, 1], [5, np.nan, np.nan], [np.nan] * 3])


def test_equal_values_lower_column_first_also_at_the_cut():
    assert best_stored(table([[1, 2, 1, 2, 2, 1]]), 2).items.tolist() == [[1, 3]]
    assert best_stored(table([[1, 2, 1, 2, 2, 1]]), 4).items.tolist() == [[1, 3, 4, 0]]


def test_the_order_of_the_floats_over_many_sizes():
    values = np.random.default_rng(0).lognormal(0, 20, (5, 300)).astype(np.float32)
    found = best_stored(csr_matrix(values), 10)
    np.testing.assert_array_equal(found.items, np.argsort(-values, axis=1)[:, :10])
    np.testing.assert_array_equal(found.scores, -np.sort(-values, axis=1)[:, :10])


def test_no_row_and_no_column():
    assert best_stored(csr_matrix((0, 3)), 2).items.shape == (0, 2)
    assert best_stored(csr_matrix((2, 0)), 2).items.tolist() == [[-1, -1]] * 2


@pytest.mark.parametrize(
    ("numbers", "expected"), [([], [[]]), ([0, 0], [[0, 1]]), ([2, 0, 2, 0], [[1, 3], [], [0, 2]])]
)
def test_positions_of_each_number(numbers, expected):
    assert [places.tolist() for places in by_number(np.array(numbers, dtype=np.int64))] == expected
