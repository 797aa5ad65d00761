from itertools import combinations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from twostage.metrics.intra_list import by_length, intra_list, unit_rows

# Items 0 and 1 of one genre each, 2 of both, 3 of none.
VECTORS = unit_rows(csr_matrix([[1, 0], [0, 1], [1, 1], [0, 0]]))


def test_vectors_have_length_1_or_0() -> None:
    assert (VECTORS.toarray() ** 2).sum(axis=1).tolist() == pytest.approx([1, 1, 1, 0])


def test_mean_over_pairs_by_hand() -> None:
    # Cosines: 0 of (0, 1); 1/sqrt 2 of (0, 2) and (1, 2).
    lists = np.array([[0, 1, -1], [0, 2, -1], [2, 0, 1]])
    part = 1 - 1 / np.sqrt(2)
    assert intra_list(lists, VECTORS).tolist() == pytest.approx([1, part, (1 + 2 * part) / 3])


def test_items_without_a_genre_do_not_count_and_fewer_than_two_others_give_nan() -> None:
    lists = np.array([[0, 3, 1], [0, 3, -1], [-1, -1, -1]])
    assert intra_list(lists, VECTORS).tolist() == pytest.approx([1, np.nan, np.nan], nan_ok=True)


def test_items_of_which_none_has_a_genre_give_nan() -> None:
    assert np.isnan(intra_list(np.array([[0, 1]]), unit_rows(csr_matrix((2, 0))))).all()
    assert np.isnan(intra_list(np.array([[0, 1]]), unit_rows(csr_matrix((2, 3))))).all()


def test_random_lists_match_the_pairwise_definition_across_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twostage.base.blocks.CELLS", 64)
    rng = np.random.default_rng(0)
    sets = [set(np.flatnonzero(rng.random(5) < 0.4)) | {0} for _ in range(12)]
    vectors = unit_rows(csr_matrix([[float(genre in one) for genre in range(5)] for one in sets]))
    lists = np.argsort(rng.random((30, 12)), axis=1)[:, :6]
    expected = [
        [
            np.mean(
                [1 - len(sets[x] & sets[y]) / np.sqrt(len(sets[x]) * len(sets[y])) for x, y in combinations(some, 2)]
            )
            for some in (row[:length] for length in range(2, 7))
        ]
        for row in lists.tolist()
    ]
    found = by_length(lists, vectors)
    np.testing.assert_allclose(found[:, 1:], expected)
    assert np.isnan(found[:, 0]).all()
    np.testing.assert_array_equal(intra_list(lists, vectors), found[:, -1])
