import numpy as np

from twostage.metrics.diversity.inter_list import inter_list


def test_three_lists_by_hand() -> None:
    # Lists 0 1, 0 2, 1. Pairs: k = 1 distances 0, 1, 1; k = 2 distances 1/2, 1/2, 1.
    assert inter_list(np.array([2, 1, 0, 0, 0]), 3, 1) == 2 / 3
    assert inter_list(np.array([2, 2, 1, 0, 0]), 3, 2) == 2 / 3


def test_same_list_for_everybody() -> None:
    assert inter_list(np.array([0, 10, 0, 10]), 10, 2) == 0


def test_nothing_shared() -> None:
    assert inter_list(np.ones(8, dtype=np.int64), 4, 2) == 1


def test_one_list_has_no_pair_and_inter_list_0() -> None:
    assert inter_list(np.array([1, 1, 0]), 1, 2) == 0


def test_empty_list_counts_as_a_list_that_shares_nothing() -> None:
    assert inter_list(np.array([2, 0]), 3, 1) == 2 / 3


def test_counts_beyond_32_bits_stay_exact() -> None:
    assert inter_list(np.array([3_000_000, 3_000_000]), 3_000_000, 2) == 0
