from math import log2

import numpy as np
import pandas as pd
import pytest

from tests.small import RUN, section
from twostage import ranker
from twostage.errors import InputError
from twostage.ranker import Ranker
from twostage.split import ValidFolds

LOSSES = {"Logloss": 0.3, "YetiRank": 0.3, "QuerySoftMax": 0.3}
TEST = 100


def settings(**values) -> Ranker:
    given = {"losses": LOSSES, "queries": ["horizon", "daily"], "negatives": 10, "holdout_days": 10, "select_at": 5}
    return section(Ranker, **given | {"iterations": 10, "check_every": 5, "depth": 3} | values)


def rows(queries: int = 60, size: int = 8) -> pd.DataFrame:
    """Queries of days 70 to 99 whose positive tends to have a large x; its day is up to 9 days later."""
    rng = np.random.default_rng(5)
    n = queries * size
    query = np.repeat(np.arange(queries), size)
    table = pd.DataFrame({"query": query, "item": np.tile(np.arange(size), queries), "user": query})
    table["day"] = 70 + query // 2
    table["protocol"] = np.where(query % 2, "daily", "horizon")
    table["x"], table["y"] = rng.random(n), rng.random(n)
    table["label"] = table["x"] + 0.3 * rng.random(n) > 1
    table["label_day"] = np.where(table["label"], np.minimum(table["day"] + rng.integers(0, 10, n), 99), 0)
    return table


def predictions(table: pd.DataFrame, holdout_from: int, monkeypatch, probe: pd.DataFrame) -> dict[str, bytes]:
    """What each candidate model of the choice, trained with the labels of this table, says of the probe."""
    said, train = {}, ranker.train

    def kept(rows, loss, trees, params, run):
        model = train(rows, loss, trees, params, run)
        said[loss] = ranker.score(model, probe, run).tobytes()
        return model

    with monkeypatch.context() as patch:
        patch.setattr(ranker, "train", kept)
        ranker.choose(table, holdout_from, settings(), RUN)
    return said


def test_nothing_on_the_holdouts_first_day_or_later_reaches_the_candidate_models(monkeypatch):
    table = rows()
    h = TEST - 10
    late_label = table["label"] & (table["label_day"] >= h) & (table["day"] < h)
    late_row = table["day"] >= h
    assert late_label.sum() > 5
    other = table.copy()
    # Labels that lie in the holdout vanish from earlier queries; the holdout's own rows turn round.
    other.loc[late_label, ["label", "label_day"]] = [False, 0]
    other.loc[late_row, "label"] = ~other.loc[late_row, "label"]
    other.loc[late_row, "label_day"] = np.where(other.loc[late_row, "label"], h, 0)
    other.loc[late_row, ["x", "y"]] = 0.5
    found = predictions(table, h, monkeypatch, table)
    assert predictions(other, h, monkeypatch, table) == found
    assert set(found) == set(LOSSES)
    early = table.index[table["label"] & (table["label_day"] < h)]
    assert predictions(table.drop(early[::2]), h, monkeypatch, table) != found


def test_the_refit_sees_every_label(tmp_path):
    table = rows()
    cut = table.assign(label=table["label"] & (table["label_day"] < 90))
    full, less = (ranker.train(t, "Logloss", 5, settings(), RUN) for t in (table, cut))
    assert (ranker.score(full, table, RUN) != ranker.score(less, table, RUN)).any()


def test_the_choice_is_the_best_point_of_the_curves():
    choice = ranker.choose(rows(), 90, settings(), RUN)
    assert choice.curve.groupby("loss")["trees"].apply(list).to_dict() == {loss: [5, 10] for loss in LOSSES}
    best = choice.curve.loc[choice.curve["ndcg"].idxmax()]
    assert (choice.loss, choice.trees) == (best["loss"], best["trees"])
    assert choice.as_json()["holdout_ndcg"][choice.loss] == best["ndcg"]
    assert best["ndcg"] > 0.8  # x tells nearly everything


@pytest.mark.parametrize("holdout_from", [70, 60, 100])
def test_a_holdout_with_an_empty_side_is_named(holdout_from):
    with pytest.raises(InputError, match=r"ranker\.holdout_days = 10: one side"):
        ranker.choose(rows(), holdout_from, settings(), RUN)


def test_a_holdout_whose_training_labels_all_lie_in_it_is_named():
    table = rows().assign(label_day=99)
    with pytest.raises(InputError, match=r"ranker\.holdout_days"):
        ranker.choose(table, 90, settings(), RUN)


@pytest.mark.parametrize(
    ("folds", "days", "expected"),
    [
        (["valid_1"], None, 18716 - 3),  # a third of ten days
        (["valid_1", "valid_2"], None, 18716 - 10),  # the latest fold
        (["valid_3", "valid_2"], None, 18716 - 20),
        (["valid_2"], None, 18716 - 13),
        (["valid_1", "valid_2"], 4, 18716 - 4),
    ],
)
def test_first_day_of_the_holdout(folds, days, expected):
    # 2021-03-30 is day 18716.
    dates = {"valid_start": "2021-03-20", "test_start": "2021-03-30", "valid_folds": folds}
    assert ranker.holdout_start(ValidFolds.model_validate(dates), settings(holdout_days=days)) == expected


def test_sampling_keeps_every_positive_and_so_many_others():
    label = [True, False, False, False, True, False, False, True]
    table = pd.DataFrame({"query": [0] * 5 + [1] * 3, "label": label, "place": range(8)})
    found = ranker.sampled(table, 1, seed=0)
    assert found.groupby("query")["label"].agg(["sum", "size"]).to_numpy().tolist() == [[2, 3], [1, 2]]
    assert found["place"].is_monotonic_increasing
    assert ranker.sampled(table, 1, seed=0).equals(found)
    assert ranker.sampled(table, 3, seed=0).equals(table)


@pytest.mark.parametrize(("most", "queries"), [(10, 3), (9, 2), (3, 1), (1, 1)])
def test_rows_are_capped_by_whole_queries_and_one_is_left(most, queries):
    table = pd.DataFrame({"query": np.repeat([4, 6, 9], [3, 3, 4]), "place": range(10)})
    found = ranker.capped(table, most, seed=0)
    assert found["query"].nunique() == queries
    assert found.equals(table[table["query"].isin(found["query"])])


def test_a_query_without_a_positive_is_left_out_of_training():
    table = pd.DataFrame({"query": [0, 0, 3, 3], "label": [False, False, False, True]})
    assert ranker.with_positive(table)["query"].tolist() == [3, 3]


@pytest.mark.parametrize(
    ("k", "expected"),
    [
        # Query 0: positives at places 1 and 3 of two; query 1: its only one at place 2.
        (1, (1 + 0) / 2),
        (2, (1 / (1 + 1 / log2(3)) + 1 / log2(3)) / 2),
        (3, ((1 + 1 / log2(4)) / (1 + 1 / log2(3)) + 1 / log2(3)) / 2),
        (50, ((1 + 1 / log2(4)) / (1 + 1 / log2(3)) + 1 / log2(3)) / 2),
    ],
)
def test_ndcg_by_hand(k, expected):
    query, label = np.array([0, 0, 0, 1, 1]), np.array([True, True, False, True, False])
    score = np.array([0.1, 0.9, 0.5, 3.0, 4.0])
    assert ranker.ndcg(query, label, score, k) == pytest.approx(expected)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_same_rows_give_the_same_file_and_the_file_the_same_scores(loss, tmp_path):
    table = rows()
    for name in ("a", "b"):
        ranker.save(ranker.train(table, loss, 4, settings(), RUN), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    model = ranker.train(table, loss, 4, settings(), RUN)
    loaded = ranker.load(tmp_path / "a")
    assert loaded.feature_names_ == ["x", "y"]
    assert ranker.score(loaded, table, RUN).tobytes() == ranker.score(model, table, RUN).tobytes()


def test_folds_are_read_with_distinct_queries_of_the_wanted_protocols(tmp_path):
    table = rows(queries=4, size=2)
    for name in ("valid_1", "valid_2"):
        table.to_parquet(tmp_path / f"{name}.parquet")
    both = ranker.read(tmp_path, ["valid_2", "valid_1"], settings())
    assert both["query"].unique().tolist() == list(range(8))
    daily = ranker.read(tmp_path, ["valid_2", "valid_1"], settings(queries=["daily"]))
    assert daily["query"].unique().tolist() == [1, 3, 5, 7]
    assert set(daily["protocol"]) == {"daily"}
