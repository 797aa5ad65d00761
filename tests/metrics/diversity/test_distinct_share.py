import numpy as np

from twostage.metrics.diversity.distinct_share import distinct_share


def test_distinct_items_over_places_by_hand() -> None:
    assert distinct_share(np.array([2, 1, 0, 0, 0])) == 2 / 3
    assert distinct_share(np.array([2, 2, 1, 0, 0])) == 3 / 5


def test_same_two_items_for_everybody() -> None:
    assert distinct_share(np.array([0, 10, 0, 10])) == 2 / 20


def test_no_item_twice() -> None:
    assert distinct_share(np.ones(8, dtype=np.int64)) == 1
