from functools import partial

import numpy as np
import pandas as pd
import pytest

from tests.ranked import many, read, rows, settings
from tests.small import RUN
from twostage.base import memory
from twostage.base.errors import InputError
from twostage.ranking import ranker, reading, training
from twostage.ranking.reading import Wanted


def test_top_negatives_are_drawn_of_a_file_by_its_column(tmp_path):
    table = rows().assign(best_rank=lambda table: 8.0 - table["item"])
    table.to_parquet(tmp_path / "valid_1.parquet")
    found = read(tmp_path, ["valid_1"], settings(negatives=2, negatives_kind="top"), RUN, few=True)
    others = table[~table["label"]].sort_values(["query", "best_rank"]).groupby("query").head(2)
    wanted = others[others["query"].isin(table["query"][table["label"]])]
    assert set(map(tuple, found.loc[~found["label"], ["user", "item"]].to_numpy())) == set(
        map(tuple, wanted[["user", "item"]].to_numpy())
    )


def test_few_rows_are_those_that_are_drawn_and_train_the_same_model(tmp_path):
    table, few = rows(), settings(negatives=2, max_rows=1000)
    parts = [table[table["query"] < 25], table[table["query"] >= 25]]
    for name, part in zip(("valid_1", "valid_2"), parts, strict=True):
        part.to_parquet(tmp_path / f"{name}.parquet")
    every, some = (read(tmp_path, ["valid_2", "valid_1"], few, RUN, few=how) for how in (False, True))
    asked = [training.with_positive(every[every["protocol"] == protocol]) for protocol in few.queries]
    drawn = pd.concat([training.sampled(of_one, 2, RUN.seed, "drawn") for of_one in asked])
    assert len(some) == len(drawn) < len(every)
    assert set(zip(some["user"], some["item"], strict=True)) == set(zip(drawn["user"], drawn["item"], strict=True))
    models = [ranker.train(training.drawn(known, few, RUN), ["QuerySoftMax"], 5, few, RUN) for known in (every, some)]
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
    with pytest.raises(InputError, match=r"memory = 400MB, expected at least 501MB for 1 candidates to draw from"):
        read(tmp_path, ["valid_1"], settings(), run)
    monkeypatch.setattr(memory, "check_drawing", lambda candidates, run: None)
    with pytest.raises(InputError, match=r"memory = 400MB, expected at least 501MB for 1 rows"):
        read(tmp_path, ["valid_1"], settings(), run)


def test_reading_up_to_a_day_reads_what_was_known_before_it(tmp_path):
    table = rows()
    table.to_parquet(tmp_path / "test.parquet")
    stop = int(table["day"].median())
    found = read(tmp_path, ["test"], settings(), RUN, few=True, stop=stop)
    assert 0 < len(found) < len(read(tmp_path, ["test"], settings(), RUN, few=True))
    assert found["day"].max() < stop
    assert found.loc[found["label"], "label_day"].max() < stop


def test_what_is_held_does_not_grow_with_the_candidates_that_there_are(tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(memory, "check_drawing", lambda candidates, run: told.append(candidates))
    for queries in (20, 200):
        query = np.repeat(np.arange(queries), 1000)
        table = pd.DataFrame({"query": query, "protocol": "daily", "label": np.tile(np.arange(1000) < 2, queries)})
        table.to_parquet(tmp_path / "valid_1.parquet")
        assert len(read(tmp_path, ["valid_1"], settings(max_candidates=12_000, negatives=3), RUN, few=True)) == 12 * 5
    assert told == [12_000, 12_000]


def test_each_table_is_drawn_of_its_own_rows_as_if_it_were_alone(tmp_path):
    table = many(90)
    table.to_parquet(tmp_path / "valid_1.parquet", row_group_size=700)
    params = settings(max_candidates=10_000, negatives=3)
    early = Wanted(partial(training.before, day=90), training.drawn, params)
    late = Wanted(partial(training.since, day=90), training.worth_reading, params)
    found = reading.read(tmp_path, ["valid_1"], [early, late, early], RUN)
    for rows_of, wanted in zip(found, [early, late, early], strict=True):
        expected = wanted.of(table, RUN).sort_index().reset_index(drop=True)
        pd.testing.assert_frame_equal(rows_of, expected)
