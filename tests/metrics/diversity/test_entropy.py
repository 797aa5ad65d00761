import numpy as np
import pytest

from twostage.metrics.diversity.entropy import entropy


def test_by_hand() -> None:
    assert entropy(np.array([2, 1, 0, 0, 0])) == pytest.approx(np.log2(3) - 2 / 3)
    assert entropy(np.array([2, 2, 1, 0, 0])) == pytest.approx(np.log2(5) - 4 / 5)


def test_one_item_for_everybody_has_none_and_no_sign() -> None:
    assert str(entropy(np.array([10, 0, 0, 0]))) == "0.0"


def test_equal_exposure() -> None:
    assert entropy(np.ones(8, dtype=np.int64)) == 3
