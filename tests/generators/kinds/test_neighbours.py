import numpy as np
import pytest
from scipy.sparse import csr_matrix

from tests.small import RUN, asked, log
from twostage.generators.kinds.neighbours import Neighbours, NeighboursParams, nearest

# Item 0 speaks for 1 (4) and 2 (2), item 1 for 2 (1), item 2 for 0 (8).
TABLE = [[0, 4, 2], [0, 0, 1], [8, 0, 0]]


class Given(Neighbours):
    def similarity(self, log):
        return csr_matrix(np.array(TABLE, dtype=np.float64))


def scores(rows, n_items=3, **values) -> list[list[float]]:
    """Of all pairs; NaN as 0."""
    model = Given(NeighboursParams(**{"neighbours": 2, "last": None, "decay": 1.0} | values), RUN)
    model.fit(log([(0, 2, 1)]))
    queries = asked([(9, 50)], log([*rows, (0, n_items - 1, 1)]))
    found = model.score(queries, np.zeros(n_items, np.int64), np.arange(n_items, dtype=np.int32))
    assert not (found == 0).any()
    return np.nan_to_num(found).tolist()


def test_the_sum_over_the_history():
    assert scores([(9, 0, 1), (9, 1, 2)]) == [0, 4, 3]


@pytest.mark.parametrize(
    ("decay", "expected"), [(0.5, [8, 0.25 * 4, 0.25 * 2 + 0.5]), (0.25, [8, 4 / 16, 2 / 16 + 1 / 4])]
)
def test_older_rows_weigh_less_by_their_place(decay, expected):
    assert scores([(9, 0, 1), (9, 1, 2), (9, 2, 3)], decay=decay) == expected


def test_only_the_last_rows_count():
    assert scores([(9, 0, 1), (9, 1, 2), (9, 2, 3)], last=1) == [8, 0, 0]
    assert scores([(9, 0, 1), (9, 1, 2), (9, 2, 3)], last=2) == [8, 0, 1]


def test_only_the_nearest_neighbours_count():
    assert scores([(9, 0, 1)], neighbours=1) == [0, 4, 0]


@pytest.mark.parametrize("last", [None, 1])
def test_a_row_of_an_item_that_the_fit_does_not_know_takes_no_place(last):
    assert scores([(9, 0, 1), (9, 4, 2), (9, 3, 3)], n_items=5, decay=0.5, last=last) == [0, 4, 2, 0, 0]


def test_an_item_watched_twice_counts_twice():
    assert scores([(9, 0, 1), (9, 0, 2)]) == [0, 8, 4]


def test_a_weight_too_small_for_a_float_is_no_score():
    rows = [(9, 1, 1)] + [(9, 2, 2 + day) for day in range(20)]
    assert scores(rows, decay=1e-3)[2] == 0


def test_a_second_fit_replaces_the_first():
    model = Given(NeighboursParams(neighbours=2, last=None, decay=1.0), RUN)
    queries, pair = asked([(9, 50)], log([(9, 0, 1), (0, 2, 1)])), (np.zeros(1, np.int64), np.ones(1, np.int32))
    for factor in (1, 10):
        model.similarity = lambda log, factor=factor: csr_matrix(factor * np.array(TABLE, dtype=np.float64))
        model.fit(log([(0, 2, 1)]))
        assert model.score(queries, *pair).tolist() == [4 * factor]


def test_nearest_leaves_out_the_diagonal_zeros_and_what_is_no_number():
    values = [[9, 2, 3, 1], [np.nan, 5, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0]]
    found = nearest(csr_matrix(np.array(values)), 2).toarray()
    assert found.tolist() == [[0, 2, 3, 0], [0, 0, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0]]


def test_nearest_of_many_items_in_blocks():
    values = np.random.default_rng(0).random((250, 250))
    found = nearest(csr_matrix(values), 3)
    np.fill_diagonal(values, 0)
    assert np.diff(found.indptr).tolist() == [3] * 250
    np.testing.assert_array_equal(found.max(axis=1).toarray().ravel(), values.max(axis=1).astype(np.float32))
