import numpy as np
import pandas as pd
import pytest

from tests.ranked import read, rows, settings
from tests.small import RUN
from twostage.base import memory
from twostage.base.errors import InputError
from twostage.ranking import ranker, training


def test_sampling_keeps_every_positive_and_so_many_others():
    label = [True, False, False, False, True, False, False, True]
    table = pd.DataFrame({"query": [0] * 5 + [1] * 3, "label": label, "place": range(8)})
    found = training.sampled(table, 1, seed=0)
    assert found.groupby("query")["label"].agg(["sum", "size"]).to_numpy().tolist() == [[2, 3], [1, 2]]
    assert found["place"].is_monotonic_increasing
    assert training.sampled(table, 1, seed=0).equals(found)
    assert training.sampled(table, 3, seed=0).equals(table)


def test_top_negatives_are_those_with_the_best_place_and_of_equal_ones_the_first():
    label = [False, False, True, False, False, False, True]
    ranks = [7.0, 2.0, 50.0, 2.0, 1.0, np.nan, 3.0]
    table = pd.DataFrame({"query": [0] * 4 + [1] * 3, "label": label, "best_rank": ranks, "place": range(7)})
    found = {few: training.sampled(table, few, 0, "top")["place"].tolist() for few in (1, 2)}
    assert found == {1: [1, 2, 4, 6], 2: [1, 2, 3, 4, 5, 6]}
    assert table["best_rank"].tolist()[2] == 50.0


def test_top_negatives_are_drawn_of_a_file_by_its_column(tmp_path):
    table = rows().assign(best_rank=lambda table: 8.0 - table["item"])
    table.to_parquet(tmp_path / "valid_1.parquet")
    found = read(tmp_path, ["valid_1"], settings(negatives=2, negatives_kind="top"), RUN, few=True)
    others = table[~table["label"]].sort_values(["query", "best_rank"]).groupby("query").head(2)
    wanted = others[others["query"].isin(table["query"][table["label"]])]
    assert set(map(tuple, found.loc[~found["label"], ["user", "item"]].to_numpy())) == set(
        map(tuple, wanted[["user", "item"]].to_numpy())
    )


def test_relevance_is_one_or_the_share_that_was_watched():
    table = pd.DataFrame({"label": [True, True, False, False], training.PERCENT: [25, 0, 0, 80]})
    assert training.relevance(table, settings()).tolist() == [1, 1, 0, 0]
    # A label that the holdout cuts off leaves its percent: it counts for nothing.
    assert training.relevance(table, settings(label="watched_pct")).tolist() == [0.25, 0, 0, 0]


def test_a_label_by_percent_needs_a_log_that_has_it():
    training.check_label(settings(), has_percent=False)
    training.check_label(settings(label="watched_pct"), has_percent=True)
    with pytest.raises(InputError, match=r"ranker\.label = 'watched_pct': .* expected watched$"):
        training.check_label(settings(label="watched_pct"), has_percent=False)


@pytest.mark.parametrize("value", [{"half_life": 0}, {"label": "rated"}, {"negatives_kind": "hard"}])
def test_values_that_mean_nothing_are_named(value):
    with pytest.raises(InputError, match=rf"ranker\.{next(iter(value))} = "):
        settings(**value)


def test_a_query_counts_half_a_half_life_before_the_latest():
    table = pd.DataFrame({"day": [80, 90, 60, 85]})
    np.testing.assert_allclose(training.weights(table, 10), [0.5, 1, 0.125, 0.5**0.5])


@pytest.mark.parametrize(("most", "queries"), [(10, 3), (9, 2), (3, 1), (1, 1)])
def test_rows_are_capped_by_whole_queries_and_one_is_left(most, queries):
    table = pd.DataFrame({"query": np.repeat([4, 6, 9], [3, 3, 4]), "place": range(10)})
    found = training.capped(table, most, seed=0)
    assert found["query"].nunique() == queries
    assert found.equals(table[table["query"].isin(found["query"])])


def test_a_query_without_a_positive_is_left_out_of_training():
    table = pd.DataFrame({"query": [0, 0, 3, 3], "label": [False, False, False, True]})
    assert training.with_positive(table)["query"].tolist() == [3, 3]


def test_few_rows_are_those_that_are_drawn_and_train_the_same_model(tmp_path):
    table, few = rows(), settings(negatives=2, max_rows=1000)
    parts = [table[table["query"] < 25], table[table["query"] >= 25]]
    for name, part in zip(("valid_1", "valid_2"), parts, strict=True):
        part.to_parquet(tmp_path / f"{name}.parquet")
    every, some = (read(tmp_path, ["valid_2", "valid_1"], few, RUN, few=how) for how in (False, True))
    kinds = [training.with_positive(every[every["protocol"] == kind]) for kind in few.queries]
    drawn = pd.concat([training.sampled(of_kind, 2, RUN.seed) for of_kind in kinds])
    assert len(some) == len(drawn) < len(every)
    assert set(zip(some["user"], some["item"], strict=True)) == set(zip(drawn["user"], drawn["item"], strict=True))
    models = [ranker.train(training.drawn(known, few, RUN), "QuerySoftMax", 5, few, RUN) for known in (every, some)]
    scores = [ranker.score(model, table, RUN) for model in models]
    np.testing.assert_allclose(scores[0], scores[1], rtol=1e-9)


def test_folds_are_read_with_distinct_queries_of_the_wanted_protocols(tmp_path):
    table = rows(queries=4, size=2).assign(label=[True, False] * 4)
    for name in ("valid_1", "valid_2"):
        table.to_parquet(tmp_path / f"{name}.parquet")
    both = read(tmp_path, ["valid_2", "valid_1"], settings(), RUN)
    assert both["query"].unique().tolist() == list(range(8))
    daily = read(tmp_path, ["valid_2", "valid_1"], settings(queries=["daily"]), RUN)
    assert daily["query"].unique().tolist() == [1, 3, 5, 7]
    assert set(daily["protocol"]) == {"daily"}


def test_only_rows_of_queries_with_a_positive_are_read_whatever_the_row_groups(tmp_path):
    table = pd.DataFrame({"query": [0, 0, 1, 1, 2], "protocol": "daily", "label": [False, False, True, False, True]})
    table["x"] = np.arange(5, dtype=np.float32)
    table.to_parquet(tmp_path / "valid_1.parquet", row_group_size=3)  # query 1 stands in two
    found = read(tmp_path, ["valid_1"], settings(), RUN)
    pd.testing.assert_frame_equal(found, pd.read_parquet(tmp_path / "valid_1.parquet")[2:].reset_index(drop=True))


def test_of_many_candidates_whole_queries_of_each_kind_are_read(tmp_path):
    table = pd.DataFrame({"query": np.repeat(np.arange(40), 1000), "label": np.tile(np.arange(1000) < 2, 40)})
    table["protocol"] = np.where(table["query"] < 30, "daily", "horizon")
    table.loc[table["query"] == 39, "label"] = False
    table.to_parquet(tmp_path / "valid_1.parquet")
    found = read(tmp_path, ["valid_1"], settings(max_candidates=12_000), RUN)
    assert found.groupby("protocol")["query"].nunique().to_dict() == {"daily": 12, "horizon": 9}
    assert (found.groupby("query").size() == 1000).all()
    pd.testing.assert_frame_equal(found, read(tmp_path, ["valid_1"], settings(max_candidates=12_000), RUN))
    other = read(tmp_path, ["valid_1"], settings(max_candidates=12_000), RUN.model_copy(update={"seed": 2}))
    assert set(other["query"]) != set(found["query"])
    # The rows of few are drawn of these and of no others.
    few = read(tmp_path, ["valid_1"], settings(max_candidates=12_000, negatives=3), RUN, few=True)
    assert set(few["query"]) == set(found["query"])
    assert len(few) == 21 * 5


def test_a_fold_without_a_positive_adds_no_row(tmp_path):
    table = pd.DataFrame({"query": [3, 4], "protocol": "daily", "label": [False, True]})
    table.assign(label=False).to_parquet(tmp_path / "valid_1.parquet")
    table.to_parquet(tmp_path / "valid_2.parquet")
    assert read(tmp_path, ["valid_1", "valid_2"], settings(), RUN)["query"].tolist() == [4]


def test_rows_that_memory_does_not_bear_are_told_before_they_are_read(tmp_path, monkeypatch):
    pd.DataFrame({"query": [1], "protocol": "daily", "label": [True]}).to_parquet(tmp_path / "valid_1.parquet")
    run = RUN.model_copy(update={"memory": "400MB"})
    with pytest.raises(InputError, match=r"memory = 400MB, expected at least 501MB for 1 candidates of queries"):
        read(tmp_path, ["valid_1"], settings(), run)
    monkeypatch.setattr(memory, "check_drawing", lambda candidates, run: None)
    with pytest.raises(InputError, match=r"memory = 400MB, expected at least 501MB for 1 rows"):
        read(tmp_path, ["valid_1"], settings(), run)


def test_what_was_known_before_a_day_are_its_queries_and_what_was_watched_by_then():
    table = pd.DataFrame(
        {"query": [0, 0, 1, 2], "day": [5, 5, 7, 8], "label": [True, True, True, True], "label_day": [6, 8, 7, 8]}
    )
    found = training.before(table, 8)
    assert found["query"].tolist() == [0, 0, 1]
    assert found["label"].tolist() == [True, False, True]


def test_reading_up_to_a_day_reads_what_was_known_before_it(tmp_path):
    table = rows()
    table.to_parquet(tmp_path / "test.parquet")
    stop = int(table["day"].median())
    found = read(tmp_path, ["test"], settings(), RUN, few=True, stop=stop)
    assert 0 < len(found) < len(read(tmp_path, ["test"], settings(), RUN, few=True))
    assert found["day"].max() < stop
    assert found.loc[found["label"], "label_day"].max() < stop
