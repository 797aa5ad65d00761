from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from bench import unions
from tests.small import of_ids
from twostage import generators
from twostage.base import params
from twostage.base.errors import InputError
from twostage.base.tables import NO_ITEM
from twostage.generators.kinds.generator import Lists
from twostage.past.asof import Queries
from twostage.split import TEST, Fold

# Before day 8 only user 1 has a row. Horizon queries 2 (user 1) and 5 (user 0), the daily query 0 must not count.
LOG = pd.DataFrame({"user": [0, 1, 1], "item": [9, 7, 9], "day": [8, 4, 6]})
QUERIES = pd.DataFrame(
    {"query": [0, 2, 5], "user": [1, 1, 0], "day": [9, 8, 8], "protocol": ["daily", "horizon", "horizon"]}
)
LABELS = pd.DataFrame({"query": [0, 2, 2, 5, 5], "item": [1, 8, 6, 9, 3]})


class Fixed:
    """Lists by user, cut to n."""

    def __init__(self, *of_user: list[int]) -> None:
        self.of_user = of_user

    def retrieve(self, queries: Queries, n: int, exclude_seen: bool) -> Lists:
        found = Lists.empty(len(queries), n)
        for row, user in enumerate(queries.user):
            items = self.of_user[user][:n]
            found.items[row, : len(items)] = items
        return found


MODELS = {"a": Fixed([9], [7, 8, 5]), "b": Fixed([], [8, 6, 7])}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    values = params.document()
    values["compare"]["budgets"] = [1, 3]
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(values))
    place = tmp_path / "data/folds/test"
    place.mkdir(parents=True)
    QUERIES.to_parquet(place / "queries.parquet")
    LABELS.to_parquet(place / "labels.parquet")
    Fold(name=TEST, start=8, stop=10, daily_stop=10).write(place)
    monkeypatch.setattr(generators, "fitted", lambda models, fold, names, run: MODELS)
    return tmp_path


def test_the_union_beside_single_lists_as_long_by_hand(run):
    # Merged: 7, 8, 6, 5 for user 1, the third with the second places; 9 for user 0, whom nobody gives three.
    found = list(unions.measured(run, TEST, ["a", "b"], of_ids(LOG)))
    half, quarter = pytest.approx(1 / 2), pytest.approx(1 / 4)
    expected = {
        ("all", 1): (quarter, 1, 1, {"a": quarter, "b": quarter}, pytest.approx(0)),
        ("all", 3): (pytest.approx(3 / 4), 2, 2, {"a": half, "b": half}, quarter),
        ("warm", 1): (0, 1, 1, {"a": 0, "b": half}, pytest.approx(-1 / 2)),
        ("warm", 3): (1, 3, 2, {"a": half, "b": 1}, 0),
    }
    values = ("union", "union_candidates", "n", "single", "gain")
    assert {(row["users"], row["budget"]): tuple(row[name] for name in values) for row in found} == expected


def test_a_line_of_the_table():
    row = {"fold": TEST, "users": "all", "budget": 3, "union": 0.75, "union_candidates": 2.0, "n": 2.0}
    listed = row | {"single": {"b": 0.5}, "gain": 0.25}
    assert unions.line(listed, ["a", "b"]) == "| test | all | 3 | 0.750 | 2 | 2 | - | 0.500 | b | +0.250 |"
    assert unions.line(row | {"single": {}, "n": None}, ["a"]) == "| test | all | 3 | 0.750 | 2 | - | - | - | - |"


def test_places_that_a_budget_takes():
    lists = [np.array([[7, 8, 5], [9, NO_ITEM, NO_ITEM]], np.int32), np.array([[7, 6, 8], [9, 1, 2]], np.int32)]
    # 7, 8, 6, 5 and 9, 1, 2.
    assert unions.taken(lists, 1).tolist() == [1, 1]
    assert unions.taken(lists, 3).tolist() == [2, 3]
    assert np.isnan(unions.taken(lists, 4)).tolist() == [False, True]


def test_a_generator_that_the_run_has_not_fitted_is_named(run):
    with pytest.raises(InputError, match=r"models/ease/test\.npz: no such file, expected after a run with ease among"):
        unions.check(run, [TEST], ["ease"])
    with pytest.raises(InputError, match="unknown 'eese'"):
        unions.check(run, [TEST], ["eese"])
