from math import log2

import numpy as np
import pytest

from twostage.metrics import by_depth
from twostage.metrics.accuracy import average_precision, ndcg
from twostage.metrics.hits import marks, relevant

# Query 0 has labels at ranks 3 and 1; 1 one at rank 2 and one that no list holds; 2 none; 3 doesn't count.
QUERY, RANKS = np.array([0, 0, 1, 1, 3]), np.array([3, 1, 2, 0, 1])
COUNTED = np.array([True, True, True, False])


def test_average_precision_by_hand():
    # At 1: query 0 (1/1)/2. At 2: query 1 (1/2)/2. At 3: query 0 also (2/3)/2.
    expected = [0.5 / 2, (0.5 + 0.25) / 2, (0.5 + 1 / 3 + 0.25) / 2]
    assert by_depth.average_precision(RANKS, QUERY, COUNTED, 3) == pytest.approx(expected)


def test_ndcg_by_hand():
    two = 1 + 1 / log2(3)  # two relevant items on top
    expected = [(1 + 0) / 2, (1 + 1 / log2(3)) / two / 2, (1 + 1 / 2 + 1 / log2(3)) / two / 2]
    assert by_depth.ndcg(RANKS, QUERY, COUNTED, 3) == pytest.approx(expected)


@pytest.mark.parametrize(("curve", "measure"), [(by_depth.average_precision, average_precision), (by_depth.ndcg, ndcg)])
def test_as_the_measure_at_each_k_also_with_more_relevant_items_than_places(curve, measure):
    rng = np.random.default_rng(0)
    query = np.sort(rng.integers(0, 30, 200))
    ranks = np.concatenate([rng.permutation(20)[: np.count_nonzero(query == q)] for q in range(30)])
    counted = rng.random(30) < 0.7
    counts = relevant(query, 30)
    found = marks(ranks - 1, query, 30, 8)
    expected = [measure(found, counts, k)[counted & (counts > 0)].mean() for k in range(1, 9)]
    assert curve(ranks, query, counted, 8) == pytest.approx(expected)


@pytest.mark.parametrize("curve", [by_depth.average_precision, by_depth.ndcg])
def test_no_query_that_counts(curve):
    with pytest.raises(ValueError, match="no query has a relevant item"):
        curve(RANKS, QUERY, np.zeros(4, bool), 3)
