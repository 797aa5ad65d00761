import numpy as np
import pytest
from scipy.stats import kendalltau

from twostage.metrics.agreement.kendall import kendall
from twostage.metrics.agreement.shared import shared


def tau(a: list[int], b: list[int]) -> float:
    return kendall(shared(np.array([a]), np.array([b])))[0]


def test_by_hand_on_shared_items_alone() -> None:
    # Shared 1, 2, 3 in the orders 1 2 3 and 2 1 3: one of three pairs is turned.
    assert tau([1, 9, 2, 3], [2, 1, 8, 3]) == pytest.approx(1 - 2 / 3)
    assert tau([1, 2, 3, -1], [9, 3, 2, 1]) == -1
    assert tau([1, 2, 3, -1], [1, 2, 3, 9]) == 1


def test_one_shared_item_has_no_order() -> None:
    assert np.isnan(tau([1, 2], [1, 3]))
    assert np.isnan(tau([1, 2], [-1, -1]))


@pytest.mark.parametrize("depth", [12, 300], ids=["short", "ranks beyond a byte"])
def test_random_lists_match_scipy(depth: int) -> None:
    rng = np.random.default_rng(3)
    a, b = (np.argsort(rng.random((20, 2 * depth)), axis=1)[:, :depth] for _ in range(2))
    b[rng.random(20) < 0.3, depth // 2 :] = -1
    expected = []
    for x, y in zip(a.tolist(), b.tolist(), strict=True):
        common = [item for item in x if item in y]
        expected.append(kendalltau([x.index(i) for i in common], [y.index(i) for i in common]).statistic)
    np.testing.assert_allclose(kendall(shared(a, b)), expected, atol=1e-12)
