import numpy as np

from twostage.metrics.diversity.gini import gini


def test_by_hand() -> None:
    # Ascending counts 0 0 0 1 2 with weights -4 -2 0 2 4: 10 / 15; 0 0 1 2 2: 12 / 25.
    assert gini(np.array([2, 1, 0, 0, 0])) == 10 / 15
    assert gini(np.array([2, 2, 1, 0, 0])) == 12 / 25


def test_one_item_for_everybody_is_as_unequal_as_can_be() -> None:
    assert gini(np.array([10, 0, 0, 0])) == 3 / 4


def test_equal_exposure() -> None:
    assert gini(np.ones(8, dtype=np.int64)) == 0
