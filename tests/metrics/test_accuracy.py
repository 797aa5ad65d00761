from math import log2

import numpy as np
import pytest

from twostage.metrics import accuracy
from twostage.metrics.accuracy import MEASURES

# Query 0: hits at ranks 1 and 3 of 3 relevant; 1: none of 2; 2: rank 2 of 1; 3: no relevant item.
HITS = np.array([[1, 0, 1, 0], [0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]], dtype=np.bool_)
RELEVANT = np.array([3, 2, 1, 0])
LOG3 = np.log2(3)

EXPECTED = {
    # (1/1 + 2/3) / 3 and (1/2) / 1.
    "map": [5 / 9, 0, 1 / 2],
    # (1 + 1/log2(4)) / (1 + 1/log2(3) + 1/log2(4)) and (1/log2(3)) / 1.
    "ndcg": [1.5 / (1.5 + 1 / LOG3), 0, 1 / LOG3],
    "recall": [2 / 3, 0, 1],
    "precision": [2 / 3, 0, 1 / 3],
    "mrr": [1, 0, 1 / 2],
    "hit_rate": [1, 0, 1],
}


@pytest.mark.parametrize("name", MEASURES)
def test_values_at_3_with_nan_where_no_item_is_relevant(name: str) -> None:
    np.testing.assert_allclose(MEASURES[name](HITS, RELEVANT, 3), [*EXPECTED[name], np.nan])


@pytest.mark.parametrize(
    ("name", "expected"),
    [("map", 1 / 3), ("ndcg", 1), ("recall", 1 / 3), ("precision", 1), ("mrr", 1), ("hit_rate", 1)],
)
def test_k_1_ignores_later_hits(name: str, expected: float) -> None:
    assert MEASURES[name](HITS[:1], RELEVANT[:1], 1).tolist() == [pytest.approx(expected)]


@pytest.mark.parametrize("name", MEASURES)
def test_list_shorter_than_k_counts_as_filled_with_misses(name: str) -> None:
    padded = np.concatenate([HITS, np.zeros((4, 6), dtype=np.bool_)], axis=1)
    np.testing.assert_array_equal(MEASURES[name](HITS, RELEVANT, 10), MEASURES[name](padded, RELEVANT, 10))


def test_precision_of_a_list_shorter_than_k_is_divided_by_k() -> None:
    assert MEASURES["precision"](HITS[:1], RELEVANT[:1], 10).tolist() == [0.2]


def test_more_relevant_items_than_k_keep_map_below_1_but_not_ndcg() -> None:
    hits, relevant = np.ones((1, 2), dtype=np.bool_), np.array([4])
    assert MEASURES["map"](hits, relevant, 2).tolist() == [0.5]
    assert MEASURES["ndcg"](hits, relevant, 2).tolist() == [1]


@pytest.mark.parametrize("name", MEASURES)
def test_no_hit_anywhere_is_0(name: str) -> None:
    values = MEASURES[name](np.zeros((2, 3), dtype=np.bool_), np.array([1, 5]), 3)
    assert values.dtype == np.float64
    assert values.tolist() == [0, 0]


@pytest.mark.parametrize("name", MEASURES)
def test_k_below_1_raises(name: str) -> None:
    with pytest.raises(ValueError, match="k = 0"):
        MEASURES[name](HITS, RELEVANT, 0)


@pytest.mark.parametrize(
    ("k", "expected"),
    [
        # Query 0: positives at places 1 and 3 of two; query 1: its only one at place 2.
        (1, [1, 0]),
        (2, [1 / (1 + 1 / log2(3)), 1 / log2(3)]),
        (3, [(1 + 1 / log2(4)) / (1 + 1 / log2(3)), 1 / log2(3)]),
        (50, [(1 + 1 / log2(4)) / (1 + 1 / log2(3)), 1 / log2(3)]),
    ],
)
def test_ndcg_of_scores_by_hand(k, expected):
    query, label = np.array([0, 0, 0, 1, 1]), np.array([True, True, False, True, False])
    score = np.array([0.1, 0.9, 0.5, 3.0, 4.0])
    assert accuracy.ndcg_of_scores(query, label, score, k).tolist() == pytest.approx(expected)


def test_what_a_system_does_not_propose_is_no_hit_and_still_relevant():
    query, label = np.array([0, 0, 0, 1, 1]), np.array([True, True, False, True, False])
    score = np.array([np.nan, 0.9, 0.5, np.nan, np.nan])
    assert accuracy.ndcg_of_scores(query, label, score, 3).tolist() == pytest.approx([1 / (1 + 1 / log2(3)), 0])


def test_no_rows_are_no_query():
    none = np.empty(0, np.int64)
    assert accuracy.ndcg_of_scores(none, none.astype(bool), none.astype(float), 3).tolist() == []
