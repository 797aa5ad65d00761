import numpy as np

from twostage.metrics.diversity.coverage import coverage


def test_distinct_items_over_the_catalogue_by_hand() -> None:
    assert coverage(np.array([2, 1, 0, 0, 0])) == 2 / 5
    assert coverage(np.array([2, 2, 1, 0, 0])) == 3 / 5


def test_every_item_shown() -> None:
    assert coverage(np.array([1, 9])) == 1
