import numpy as np
import pandas as pd
import pytest

from twostage import skew
from twostage.params import Run

RUN = Run(seed=1, threads=1, memory="1GB")


def test_psi_by_hand():
    # Cut at 0.5 quantiles of 0..9: tenths; found lies wholly in the last tenth and in the missing bin.
    expected, found = np.arange(10.0), np.array([9.0] * 10)
    p = np.array([1.5] * 10 + [0.5]) / 15.5
    q = np.array([0.5] * 9 + [10.5, 0.5]) / 15.5
    assert skew.psi(expected, found) == pytest.approx(((q - p) * np.log(q / p)).sum())


def test_psi_of_the_same_values_is_zero():
    values = np.array([1.0, 2.0, np.nan, 4.0])
    assert skew.psi(values, values) == 0


def test_psi_of_a_column_that_is_always_missing():
    assert skew.psi(np.full(4, np.nan), np.full(9, np.nan)) == pytest.approx(0, abs=0.1)


def rows(shift: float, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(2000, 2)).astype(np.float32)
    return pd.DataFrame({"query": np.arange(2000) // 10 * 2, "moved": noise[:, 0] + shift, "still": noise[:, 1]})


def test_a_shifted_feature_gives_the_tables_away():
    found = skew.skew(rows(0, 1), rows(3, 2), ["moved", "still"], RUN)
    assert found["auc"] > 0.95
    assert found["told_apart_by"][0] == "moved"
    assert found["psi"]["moved"] > 0.25 > found["psi"]["still"]


def test_two_draws_of_the_same_are_not_told_apart():
    # All queries have even numbers: the halves must not be cut by them.
    assert skew.skew(rows(0, 1), rows(0, 2), ["moved", "still"], RUN)["auc"] == pytest.approx(0.5, abs=0.06)
