from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.ranked import LOSSES, rows, settings
from tests.small import RUN
from twostage import ranker
from twostage.errors import InputError, mendable


def test_the_refit_sees_every_label(tmp_path):
    table = rows()
    cut = table.assign(label=table["label"] & (table["label_day"] < 90))
    full, less = (ranker.train(t, "Logloss", 5, settings(), RUN) for t in (table, cut))
    assert (ranker.score(full, table, RUN) != ranker.score(less, table, RUN)).any()


def test_kinds_of_queries_are_learned_apart_and_added_up_at_equal_spread():
    table = rows()
    kinds = [ranker.train(table, "Logloss", 5, settings(queries=[kind]), RUN) for kind in ("horizon", "daily")]
    alone = [ranker.score(model, table, RUN) for model in kinds]
    both = ranker.score(ranker.train(table, "Logloss", 5, settings(), RUN), table, RUN)
    learned = table["query"].isin(ranker.with_positive(table)["query"]).to_numpy()  # all rows of these: 10 are enough
    np.testing.assert_allclose(both, sum(score / score[learned].std() for score in alone), rtol=1e-9)
    daily = table[table["protocol"] == "daily"]
    of_daily = ranker.train(daily, "Logloss", 5, settings(queries=["daily"]), RUN)
    np.testing.assert_array_equal(ranker.score(of_daily, table, RUN), alone[1])


def test_a_kind_without_a_positive_is_left_out():
    table = rows()
    table["label"] &= table["protocol"] == "daily"
    both, daily = (
        ranker.train(table, "Logloss", 5, settings(queries=q), RUN) for q in (["horizon", "daily"], ["daily"])
    )
    np.testing.assert_array_equal(ranker.score(both, table, RUN), ranker.score(daily, table, RUN))


def test_the_spread_of_equal_scores_is_one():
    assert (ranker.spread(np.array([2.0, 2.0])), ranker.spread(np.array([1.0, 5.0]))) == (1.0, 2.0)


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


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("trees", [1, 100])  # a file that fits into one buffer, and one of several
def test_a_full_disk_while_the_model_is_saved_ends_in_a_line_and_leaves_the_earlier_file(tmp_path, trees):
    model, path = ranker.train(rows(), "Logloss", trees, settings(queries=["daily"]), RUN), tmp_path / "a.cbm"
    path.write_bytes(b"earlier")
    (tmp_path / ".a.cbm.part").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left") as found:
        ranker.save(model, path)
    assert mendable(found.value) == f"no space left on the disk for {path}; free some and run again"
    assert path.read_bytes() == b"earlier"
    assert list(tmp_path.iterdir()) == [path]


def test_the_file_is_the_one_that_catboost_would_write(tmp_path):
    model = ranker.train(rows(), "Logloss", 4, settings(), RUN)
    ranker.save(model, tmp_path / "a")
    model.save_model(str(tmp_path / "b"))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_few_rows_are_those_that_are_drawn_and_train_the_same_model(tmp_path):
    table, few = rows(), settings(negatives=2, max_rows=1000)
    parts = [table[table["query"] < 25], table[table["query"] >= 25]]
    for name, part in zip(("valid_1", "valid_2"), parts, strict=True):
        part.to_parquet(tmp_path / f"{name}.parquet")
    every, some = (ranker.read(tmp_path, ["valid_2", "valid_1"], few, RUN, few=how) for how in (False, True))
    kinds = [ranker.with_positive(every[every["protocol"] == kind]) for kind in few.queries]
    drawn = pd.concat([ranker.sampled(of_kind, 2, RUN.seed) for of_kind in kinds])
    assert len(some) == len(drawn) < len(every)
    assert set(zip(some["user"], some["item"], strict=True)) == set(zip(drawn["user"], drawn["item"], strict=True))
    models = [ranker.train(read, "QuerySoftMax", 5, few, RUN) for read in (every, some)]
    scores = [ranker.score(model, table, RUN) for model in models]
    np.testing.assert_allclose(scores[0], scores[1], rtol=1e-9)


def test_folds_are_read_with_distinct_queries_of_the_wanted_protocols(tmp_path):
    table = rows(queries=4, size=2).assign(label=[True, False] * 4)
    for name in ("valid_1", "valid_2"):
        table.to_parquet(tmp_path / f"{name}.parquet")
    both = ranker.read(tmp_path, ["valid_2", "valid_1"], settings(), RUN)
    assert both["query"].unique().tolist() == list(range(8))
    daily = ranker.read(tmp_path, ["valid_2", "valid_1"], settings(queries=["daily"]), RUN)
    assert daily["query"].unique().tolist() == [1, 3, 5, 7]
    assert set(daily["protocol"]) == {"daily"}


def test_only_rows_of_queries_with_a_positive_are_read_whatever_the_row_groups(tmp_path):
    table = pd.DataFrame({"query": [0, 0, 1, 1, 2], "protocol": "daily", "label": [False, False, True, False, True]})
    table["x"] = np.arange(5, dtype=np.float32)
    table.to_parquet(tmp_path / "valid_1.parquet", row_group_size=3)  # query 1 stands in two
    found = ranker.read(tmp_path, ["valid_1"], settings(), RUN)
    pd.testing.assert_frame_equal(found, pd.read_parquet(tmp_path / "valid_1.parquet")[2:].reset_index(drop=True))


def test_of_many_candidates_whole_queries_of_each_kind_are_read(tmp_path):
    table = pd.DataFrame({"query": np.repeat(np.arange(40), 1000), "label": np.tile(np.arange(1000) < 2, 40)})
    table["protocol"] = np.where(table["query"] < 30, "daily", "horizon")
    table.loc[table["query"] == 39, "label"] = False
    table.to_parquet(tmp_path / "valid_1.parquet")
    found = ranker.read(tmp_path, ["valid_1"], settings(max_candidates=12_000), RUN)
    assert found.groupby("protocol")["query"].nunique().to_dict() == {"daily": 12, "horizon": 9}
    assert (found.groupby("query").size() == 1000).all()
    pd.testing.assert_frame_equal(found, ranker.read(tmp_path, ["valid_1"], settings(max_candidates=12_000), RUN))
    other = ranker.read(tmp_path, ["valid_1"], settings(max_candidates=12_000), RUN.model_copy(update={"seed": 2}))
    assert set(other["query"]) != set(found["query"])
    # The rows of few are drawn of these and of no others.
    few = ranker.read(tmp_path, ["valid_1"], settings(max_candidates=12_000, negatives=3), RUN, few=True)
    assert set(few["query"]) == set(found["query"])
    assert len(few) == 21 * 5


def test_a_fold_without_a_positive_adds_no_row(tmp_path):
    table = pd.DataFrame({"query": [3, 4], "protocol": "daily", "label": [False, True]})
    table.assign(label=False).to_parquet(tmp_path / "valid_1.parquet")
    table.to_parquet(tmp_path / "valid_2.parquet")
    assert ranker.read(tmp_path, ["valid_1", "valid_2"], settings(), RUN)["query"].tolist() == [4]


def test_rows_that_memory_does_not_bear_are_told_before_they_are_read(tmp_path):
    pd.DataFrame({"query": [1], "protocol": "daily", "label": [True]}).to_parquet(tmp_path / "valid_1.parquet")
    run = RUN.model_copy(update={"memory": "400MB"})
    with pytest.raises(InputError, match=r"memory = 400MB, expected at least 501MB for 1 rows"):
        ranker.read(tmp_path, ["valid_1"], settings(), run)
