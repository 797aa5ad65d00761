import numpy as np
import pandas as pd
import pytest

from twostage.explain import scale


def pairs(*first: int) -> pd.DataFrame:
    """Queries of two rows, of which one is positive: the first where `first` has a 1."""
    label = np.array([[won, 1 - won] for won in first], bool).ravel()
    return pd.DataFrame({"query": np.repeat(np.arange(len(first)), 2), "label": label})


@pytest.mark.parametrize("metric", ["PairLogit", "QuerySoftMax"])
def test_scale_of_two_rows_a_query_is_the_log_odds_of_the_higher_ones_being_the_positive(metric):
    # The higher by 2 is the positive in 3 queries of 4: 1 / (1 + exp(-2 scale)) = 3/4.
    found = scale.fitted(np.tile([5.0, 3.0], 4), pairs(1, 1, 1, 0), metric)
    assert found == pytest.approx((np.log(3) / 2, 0), abs=1e-4)


def test_logloss_fits_a_bias_too():
    # Score 0: 1 positive of 4, score 2: 3 of 4, so bias = log(1/3) and 2 scale + bias = log(3).
    rows = pd.DataFrame({"query": 0, "label": np.array([1, 0, 0, 0, 1, 1, 1, 0], bool)})
    found = scale.fitted(np.repeat([0.0, 2.0], 4), rows, "Logloss")
    assert found == pytest.approx((np.log(3), -np.log(3)), abs=1e-4)


@pytest.mark.parametrize("metric", scale.LOSSES)
def test_an_order_without_a_mistake_has_a_largest_scale_and_the_reverse_has_none(metric):
    order, rows = np.tile([4.0, 0.0], 4), pairs(1, 1, 1, 1)  # its spread is 2
    assert 1 < scale.fitted(order, rows, metric)[0] <= 10 / 2
    assert scale.fitted(-order, rows, metric)[0] == 0


def test_pairs_are_all_of_a_query_and_none_of_two():
    # Query 0: the positive over two others by 1 and 2; query 1 has no other row.
    rows = pd.DataFrame({"query": [0, 0, 0, 1], "label": [False, True, False, True]})
    expected = (np.log1p(np.exp(-1)) + np.log1p(np.exp(-2))) / 2
    assert scale.pair_logit(rows)(np.array([1.0, 2.0, 0.0, -9.0])) == pytest.approx(expected)
