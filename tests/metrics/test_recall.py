import numpy as np
import pytest

from twostage.metrics.recall import curve, marginal, union, weights

# Query 0: four relevant items, query 1: one, query 2: none.
QUERY = np.array([0, 0, 0, 0, 1])
ALL = np.ones(3, dtype=np.bool_)
# Ranks of these items in the lists of two systems: a has 1st, 2nd and query 1's 1st, b the second and third.
A, B = np.array([1, 2, 0, 0, 1]), np.array([0, 1, 3, 0, 0])


def test_a_label_weighs_its_part_of_its_query_and_queries_without_labels_nothing() -> None:
    assert weights(QUERY, ALL).tolist() == [1 / 8] * 4 + [1 / 2]


def test_queries_that_do_not_count_weigh_nothing() -> None:
    assert weights(QUERY, np.array([True, False, True])).tolist() == [1 / 4] * 4 + [0]


def test_no_query_with_a_label_raises() -> None:
    with pytest.raises(ValueError, match="no query has a relevant item"):
        weights(QUERY, np.array([False, False, True]))
    with pytest.raises(ValueError, match="no query has a relevant item"):
        weights(QUERY[:0], ALL)


def test_curve_by_depth_and_beyond_the_last_rank() -> None:
    found = curve(A, weights(QUERY, ALL), [0, 1, 2, 100])
    assert found.tolist() == pytest.approx([0, (1 / 4 + 1) / 2, (2 / 4 + 1) / 2, 0.75])


def test_curve_of_what_finds_nothing_is_0() -> None:
    assert curve(np.zeros(5, int), weights(QUERY, ALL), [1, 2]).tolist() == [0, 0]


def test_union_counts_an_item_of_both_once_and_marginal_what_one_alone_found() -> None:
    both = np.stack([A, B])
    assert union(both, weights(QUERY, ALL)) == pytest.approx((3 / 4 + 1) / 2)
    assert marginal(both, weights(QUERY, ALL)).tolist() == pytest.approx([(1 / 4 + 1) / 2, (1 / 4) / 2])


def test_marginal_recall_is_what_the_union_loses() -> None:
    ranks = np.random.default_rng(2).integers(0, 3, (4, 60))
    weight = weights(np.sort(np.random.default_rng(3).integers(0, 9, 60)), np.ones(9, dtype=np.bool_))
    expected = [union(ranks, weight) - union(np.delete(ranks, system, axis=0), weight) for system in range(4)]
    assert marginal(ranks, weight).tolist() == pytest.approx(expected)


def test_single_system_loses_all_its_recall() -> None:
    weight = weights(QUERY, ALL)
    assert marginal(A[None], weight).tolist() == [union(A[None], weight)]
