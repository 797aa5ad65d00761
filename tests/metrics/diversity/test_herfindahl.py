import numpy as np

from twostage.metrics.diversity.herfindahl import herfindahl


def test_by_hand() -> None:
    assert herfindahl(np.array([2, 1, 0, 0, 0])) == 5 / 9
    assert herfindahl(np.array([2, 2, 1, 0, 0])) == 9 / 25


def test_one_item_for_everybody() -> None:
    assert herfindahl(np.array([10, 0, 0, 0])) == 1


def test_counts_beyond_32_bits_stay_exact() -> None:
    assert herfindahl(np.array([3_000_000, 3_000_000])) == 0.5
