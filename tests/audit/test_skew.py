from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from twostage.audit import skew
from twostage.base.params import Run

RUN = Run(seed=1, threads=1, memory="1GB")


def test_psi_by_hand():
    # Cut into tenths, between the values; found lies in the last one, and two of its values are missing.
    expected, found = np.arange(10.0), np.array([9.0] * 8 + [np.nan] * 2)
    p = np.array([1.5] * 10 + [0.5]) / 15.5
    q = np.array([0.5] * 9 + [8.5, 2.5]) / 15.5
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
    found = skew.skew(rows(0, 1), rows(3, 2), 0.25, RUN)
    assert found["auc"] > 0.95
    assert found["told_apart_by"][0] == "moved"
    assert found["psi"]["moved"] > 0.25 > found["psi"]["still"]
    assert found["auc_unshifted"] == pytest.approx(0.5, abs=0.06)
    assert found["auc_without"] == 0.5  # both features are among the telltales: none is left


def parquet(folder: Path, name: str, queries: list[int], protocol: str) -> Path:
    table = pd.DataFrame({"query": queries, "protocol": protocol, "x": np.arange(len(queries), dtype=np.float32)})
    table.to_parquet(folder / name, row_group_size=2)
    return folder / name


def test_reading_keeps_queries_of_two_files_apart_and_takes_the_asked_protocols(tmp_path):
    daily, other = parquet(tmp_path, "a", [0, 0, 1], "daily"), parquet(tmp_path, "b", [0, 2], "daily")
    horizon = parquet(tmp_path, "c", [5], "horizon")
    found, alone = skew.read([daily, horizon, other], ["daily", "horizon"], seed=0)
    assert found["query"].tolist() == [0, 0, 1, 2, 4]
    assert found["x"].tolist() == [0, 1, 2, 0, 1]
    assert alone["query"].tolist() == [5]
    assert skew.read([daily, horizon], [None], seed=0)[0]["query"].tolist() == [0, 0, 1, 7]


def test_reading_draws_rows_of_every_file_without_repeats(tmp_path, monkeypatch):
    monkeypatch.setattr(skew, "ROWS", 60)
    files = [parquet(tmp_path, name, list(range(50)), "daily") for name in ("a", "b")]
    found = skew.read(files, [None], seed=0)[0]["query"]
    assert len(found) == found.nunique() == 60
    assert 10 <= (found >= 50).sum() <= 50


def test_two_draws_of_the_same_are_not_told_apart():
    # All queries have even numbers: the halves must not be cut by them.
    assert skew.skew(rows(0, 1), rows(0, 2), 0.25, RUN)["auc"] == pytest.approx(0.5, abs=0.06)


def test_psi_sees_rows_leave_or_enter_the_most_frequent_value():
    mixed, alone = np.array([1.0] * 95 + [0.0] * 5), np.zeros(100)
    assert skew.psi(mixed, alone) > 1
    assert skew.psi(1 - mixed, 1 - alone) > 1
    assert skew.psi(np.ones(100), alone) > 1


def of_days(days: range, seed: int) -> pd.DataFrame:
    """Every row of a day has the day's own number beside one that says nothing."""
    rng, day = np.random.default_rng(seed), np.repeat(days, 60)
    known = {"query": np.arange(len(day)), "day": day, "of_day": np.random.default_rng(7).random(200)[day]}
    return pd.DataFrame(known | {"own": rng.random(len(day))})


def test_what_all_rows_of_a_day_share_tells_no_table_from_another():
    even, odd = of_days(range(0, 80, 2), 1), of_days(range(1, 80, 2), 2)
    assert skew.skew(even, odd, 9.0, RUN)["auc"] < 0.65
    alone = skew.skew(even.drop(columns="day"), odd.drop(columns="day"), 9.0, RUN)
    assert alone["auc"] > 0.8  # by queries: each day is known again


def test_folds_that_trained_the_ranker_are_told_from_each_other_by_what_moved():
    moved, same = skew.between(rows(0, 1), rows(3, 2), RUN), skew.between(rows(0, 1), rows(0, 2), RUN)
    assert moved["auc"] > 0.9
    assert moved["psi"]["moved"] > 0.25 > moved["psi"]["still"]
    assert same["auc"] == pytest.approx(0.5, abs=0.06)
    assert max(same["psi"].values()) < 0.25


def test_reading_takes_as_many_rows_as_it_may(tmp_path, monkeypatch):
    monkeypatch.setattr(skew, "ROWS", 70)
    pd.DataFrame({"query": np.arange(100), "x": 1.0}).to_parquet(tmp_path / "a.parquet", row_group_size=30)
    assert len(skew.read([tmp_path / "a.parquet"], [None], seed=0)[0]) == 70
