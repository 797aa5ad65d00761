import numpy as np
import pandas as pd
import pytest

from tests.small import RUN, make, section
from twostage import candidates, featurise, lists, serve
from twostage.candidates import Retrieval
from twostage.engine.source import Source
from twostage.past.asof import Queries
from twostage.past.log import of
from twostage.ranking import ranker
from twostage.ranking.ranker import Ranker
from twostage.sizes import Keep

KEEP = Keep(keep=12, exclude_seen=True)
N = 6
PARAMS = section(Ranker, losses={"Logloss": 0.3}, negatives=50, depth=4)


@pytest.fixture(scope="module")
def served(small, queries, cutoff):
    """Shards of the given size for the 222 queries: log, models and a ranker of random labels stay the same."""
    log = of(small)
    source = Source(*small, RUN)
    models = {name: make(name) for name in ("popular", "weekday_popular", "als")}
    for model in models.values():
        model.fit(log.before(cutoff - 10))
    some = queries.iloc[:60]
    asked = Queries(some["user"].to_numpy(), some["day"].to_numpy(), log)
    union = candidates.union(asked, Retrieval(models, N, KEEP))
    rows = featurise.featurise(source, some, union, list(models))
    label = np.random.default_rng(0).random(len(rows)) < 0.2
    model = ranker.train(
        rows.assign(user=0, day=0, protocol="daily", label_day=0, label=label), ["Logloss"], 20, PARAMS, RUN
    )

    loaded = serve.Loaded(source, Retrieval(models, N, KEEP, whole=True), model, RUN)

    def shards(size: int, sample: int = 500) -> list[serve.Shard]:
        return list(serve.shards(lambda threads: loaded, queries, size, sample, 1))

    def one(query: pd.DataFrame) -> serve.Answer:
        alone = Source(small.interactions, small.users, small.items, RUN, only=int(query["user"].iloc[0]))
        return serve.answer(query, loaded._replace(source=alone))

    shards.one = one
    return shards


@pytest.fixture(scope="module")
def whole(served) -> serve.Shard:
    (shard,) = served(1000)
    return shard


@pytest.fixture(scope="module")
def hundreds(served) -> list[serve.Shard]:
    return served(100)


def joined(tables: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(tables, ignore_index=True)


def test_the_size_of_a_shard_changes_no_bit_of_a_list_or_a_row(hundreds, whole):
    assert len(hundreds) == 3
    for name in serve.Shard._fields:
        table = joined([getattr(shard, name) for shard in hundreds])
        pd.testing.assert_frame_equal(table, getattr(whole, name).reset_index(drop=True), check_exact=True)


def test_rows_of_a_sample_are_kept_and_the_lists_stay_the_same(served, whole):
    few = served(200, sample=10)
    assert joined([shard.rows for shard in few])["query"].unique().tolist() == [*range(0, 222, 22)]
    pd.testing.assert_frame_equal(joined([shard.ranked for shard in few]), whole.ranked, check_exact=True)


def test_every_query_has_its_list_of_unseen_items(whole, queries, small):
    size = whole.ranked.groupby("query").size()
    assert size.index.tolist() == queries["query"].tolist()
    assert size.max() == KEEP.keep
    asked = whole.ranked.merge(queries, on="query")
    log = small.interactions.rename(columns={"day": "seen"})
    seen = asked.merge(log, on=["user", "item"])
    assert (seen["seen"] >= seen["day"]).all()
    assert (asked.groupby("query")["score"].diff().dropna() <= 0).all()


def test_the_files_hold_all_shards_one_after_the_other(hundreds, whole, tmp_path):
    serve.write(iter(hundreds), tmp_path / "lists.parquet", tmp_path / "rows.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "lists.parquet"), whole.ranked)
    assert pd.read_parquet(tmp_path / "rows.parquet")["query"].nunique() == 222


@pytest.mark.parametrize("place", [57, 221])
def test_a_query_alone_with_the_sums_of_its_own_user_has_the_same_rows_and_scores(served, whole, queries, place):
    found = served.one(queries.iloc[[place]])
    rows = whole.rows[whole.rows["query"] == place].reset_index(drop=True)
    pd.testing.assert_frame_equal(found.rows, rows, check_exact=True)
    expected = whole.ranked[whole.ranked["query"] == place].reset_index(drop=True)
    pd.testing.assert_frame_equal(lists.best(found.rows, found.score, KEEP.keep), expected, check_exact=True)


def test_a_query_whose_user_has_seen_everything_has_an_empty_list(small, cutoff):
    item = np.arange(len(small.items), dtype=np.int32)
    rows = small.interactions.iloc[np.zeros(len(item), int)].assign(user=0, item=item, day=cutoff - 20)
    log = pd.concat([rows, small.interactions[small.interactions["user"] != 0]], ignore_index=True)
    source = Source(log, small.users, small.items, RUN)
    models = {name: make(name) for name in ("popular", "als")}
    for model in models.values():
        model.fit(source.log.before(cutoff))
    # Users 0 and 1; the ranker learns from the other one's candidates.
    nobody, other = (pd.DataFrame({"query": [0], "user": [user], "day": cutoff}).astype(np.int32) for user in (0, 1))
    union = candidates.union(Queries.of(other, source.log), Retrieval(models, N, KEEP))
    rows = featurise.featurise(source, other, union, list(models))
    label = np.arange(len(rows)) < 2
    learned = rows.assign(user=1, day=cutoff, protocol="daily", label_day=0, label=label)
    model = ranker.train(learned, ["Logloss"], 5, PARAMS, RUN)
    answer = serve.answer(nobody, serve.Loaded(source, Retrieval(models, N, KEEP, whole=True), model, RUN))
    assert len(answer.rows) == len(lists.best(answer.rows, answer.score, 5)) == 0
    assert list(answer.rows) == list(rows)
