import ibis
import numpy as np
import pandas as pd
import pytest
from ibis import _

from tests.small import RUN, interactions, make, section
from twostage import features
from twostage.audit import audit, corruption, passed, verdict
from twostage.base.tables import LogTables
from twostage.candidates import Retrieval
from twostage.engine.beside import beside
from twostage.features import Family
from twostage.generators.popular import Popular
from twostage.past.asof import Queries
from twostage.past.log import of
from twostage.reports import Audit
from twostage.sizes import Keep
from twostage.split import Fold

KEEP = Keep(keep=10, exclude_seen=True)
SETTINGS = section(Audit, max_psi=0.25, max_auc=0.75)
CLEAN = {"dominance": {"problems": [], "auc": {}, "auc_within_query": {}}}


def tomorrow(queries: Queries) -> Queries:
    """The same queries asked a day later, so that their own day is history."""
    return Queries(queries.user, queries.day + 1, queries._log)


class PeekingList(Popular):
    def day_scores(self, queries):
        return super().day_scores(tomorrow(queries))


class PeekingScore(Popular):
    def score(self, queries, query, item):
        return super().score(tomorrow(queries), query, item)


@pytest.fixture(scope="module")
def tables(small) -> LogTables:
    return small


@pytest.fixture(scope="module")
def ask(tables, queries, cutoff):
    """What the audit finds in a fold that starts on the first day of the queries."""

    def found(kind: type[Popular] = Popular, fitted_before: int = 0):
        start = int(queries["day"].min())
        models = {"als": make("als"), "peeking": kind(make("popular").params, RUN)}
        for model in models.values():
            model.fit(of(tables).before(start + fitted_before))
        fold = Fold(name="valid_1", start=start, stop=cutoff + 1, daily_stop=cutoff + 1)
        chosen = audit.sample(queries, 150, RUN.seed)
        return audit.fold(fold, chosen, audit.Sources(tables, RUN), Retrieval(models, 5, KEEP))

    return found


@pytest.fixture(scope="module")
def clean(ask):
    return ask()


@pytest.fixture
def one_family(monkeypatch):
    """Where the leak is a generator's, its own features are enough."""
    proposals = next(family for family in features.families() if family.name == "proposals")
    monkeypatch.setattr(features, "_families", {"proposals": proposals})


def failures(found, ranker=CLEAN, settings=SETTINGS) -> list[str]:
    return verdict.report({"valid_1": found}, ranker, {}, {}, settings)["failures"]


def test_clean_models_and_features_pass(clean, queries, cutoff):
    report = verdict.report({"valid_1": clean}, CLEAN, {}, {}, SETTINGS)
    assert (report["failures"], report["passed"]) == ([], True)
    passed.check(report)
    # The first of three days and the one that asks for all 200 users: half of the sample, less what the first lacks.
    assert clean["corrupted_from_days"] == [cutoff - 10, cutoff]
    assert clean["queries"] == 75 + (queries["day"] == cutoff - 10).sum()
    assert clean["rows"] >= 10 * clean["queries"]
    assert clean["label_rows"] > 0


@pytest.mark.usefixtures("one_family")
def test_a_list_that_sees_the_querys_own_day_fails(ask):
    assert failures(ask(PeekingList))[0] == "valid_1: peeking_rank depends on the future"


@pytest.mark.usefixtures("one_family")
def test_a_score_that_sees_the_querys_own_day_is_named(ask):
    assert failures(ask(PeekingScore))[0] == "valid_1: peeking_score depends on the future"


@pytest.mark.usefixtures("one_family")
def test_a_fit_a_day_too_long_is_named(ask):
    assert failures(ask(fitted_before=1)) == [
        "valid_1: generator als saw days of the fold",
        "valid_1: generator peeking saw days of the fold",
    ]


def whole_log(history):
    return history.items.get_backend().table("log")


def days_asked(history):
    return history.queries.select("as_of").distinct()


def item_all_time(history):
    watches = whole_log(history).group_by("item").aggregate(item_all_time=lambda t: t.user.sum())
    return days_asked(history).cross_join(watches)


def item_same_day(history):
    log, asked = whole_log(history), days_asked(history)
    return asked.inner_join(log, asked.as_of == log.day).group_by(["as_of", "item"]).aggregate(item_same_day=_.count())


def item_next_week(history):
    log, asked = whole_log(history), days_asked(history)
    week = asked.inner_join(log, (log.day >= asked.as_of) & (log.day < asked.as_of + 7))
    return week.group_by(["as_of", "item"]).aggregate(item_next_week=_.count())


def pair_watched_pct(history):
    own = history.queries.select("query", "user").inner_join(whole_log(history), "user")
    laid = beside(own.select("query", "item", watched="watched_pct"))
    return laid.select(pair_watched_pct=laid.pairs.watched)


@pytest.mark.usefixtures("log_in_the_database")
@pytest.mark.parametrize(
    ("leak", "what"),
    [
        (item_all_time, "future"),
        (item_same_day, "future"),
        (item_next_week, "future"),
        (pair_watched_pct, "numbers of rows of the query's day or later"),
    ],
)
def test_a_planted_leak_is_named(ask, monkeypatch, leak, what):
    name = leak.__name__
    planted = Family(name, name.partition("_")[0], frozenset(), {name: "a leak"}, leak)
    monkeypatch.setattr(features, "_families", {name: planted})
    assert failures(ask()) == [f"valid_1: {name} depends on the {what}"]


@pytest.mark.usefixtures("log_in_the_database")
def test_a_leak_that_stands_in_the_sql_as_a_number_is_named(ask, monkeypatch):
    def item_counted_at_once(history):
        rows = int(whole_log(history).user.sum().execute())
        items = history.items.select("item", item_counted_at_once=ibis.literal(rows))
        return days_asked(history).cross_join(items)

    name = "item_counted_at_once"
    planted = Family(name, "item", frozenset(), {name: "a leak"}, item_counted_at_once)
    monkeypatch.setattr(features, "_families", {name: planted})
    (line,) = failures(ask())  # the numbers' log runs the same SQL, so the line may speak of numbers
    assert line.startswith(f"valid_1: {name} depends on the ")


def test_differences_are_of_bits():
    table = pd.DataFrame({"query": [0, 0], "item": [1, 2], "x": [0.0, np.nan], "y": [1.0, 2.0]})
    assert audit.differences(table, table.copy(), []) == []
    assert audit.differences(table, table.assign(x=[-0.0, np.nan]), []) == ["x"]
    assert audit.differences(table, table.assign(y=[1.0, np.nextafter(2, 3)]), []) == ["y"]
    assert audit.differences(table, table.assign(item=[1, 3], y=0.0), []) == ["query, item"]
    assert audit.differences(table, table[:1], []) == ["query, item"]


def test_of_other_pairs_the_generator_that_proposes_them_is_named_and_no_feature_that_ends_in_rank():
    table = pd.DataFrame({"query": 0, "item": [1, 2], "als_rank": [1, None], "popular_rank": [None, 1]})
    table["item_age_rank"] = [0.5, 1]
    assert audit.differences(table, table.assign(item=[1, 3]), ["als", "popular"]) == ["popular_rank"]
    filled = table.assign(popular_rank=np.nan)  # what nobody proposed
    assert audit.differences(filled, filled.assign(item=[1, 3]), ["als", "popular"]) == ["query, item"]


def test_corruption_keeps_every_earlier_row_and_no_later_one(tables, cutoff):
    log = tables.interactions
    other = corruption.corrupted(log, cutoff, seed=1)
    early, late = other[other["day"] < cutoff], log[log["day"] >= cutoff]
    pd.testing.assert_frame_equal(early.reset_index(drop=True), log[log["day"] < cutoff].reset_index(drop=True))
    assert (other.dtypes == log.dtypes).all()
    keys = ["user", "item", "day"]
    assert len(other[other["day"] >= cutoff].merge(late[keys], on=keys)) < len(late) / 10
    assert len(other) > len(log)
    assert np.array_equal(np.lexsort((other["day"], other["user"])), np.arange(len(other)))


def test_random_numbers_are_drawn_in_the_order_of_the_columns_whatever_their_names():
    log = interactions([(user, item, 6) for user in range(9) for item in range(9)])
    first, other = (
        corruption.corrupted(log.assign(**dict.fromkeys(names, 1)), 5, seed=1).to_numpy()
        for names in ("abcdefgh", "hgfedcba")
    )
    assert np.array_equal(first, other)
    assert len(np.unique(first[:, 3:], axis=1).T) == 8


def test_altered_numbers_are_those_of_the_day_and_later_and_nothing_else_moves():
    log = interactions([(0, 1, 5), (0, 2, 6), (1, 1, 7)], total_dur=[10, 20, None], watched_pct=[1, 0, 3])
    other = corruption.renumbered(log, 6)
    assert other[["user", "item", "day"]].equals(log[["user", "item", "day"]])
    assert other["total_dur"].tolist() == [10, 21, 1]
    assert other["watched_pct"].tolist() == [1, 1, 4]
    assert (other.dtypes == log.dtypes).all()
    timed = corruption.renumbered(log.assign(time=np.array([7, 8, 86_399], np.int32)), 6)
    assert timed["time"].tolist() == [7, 9, 0]
    assert timed["time"].dtype == np.int32


def test_corrupted_times_are_of_the_whole_day():
    log = interactions([(user, item, 6) for user in range(9) for item in range(9)])
    time = corruption.corrupted(log.assign(time=np.zeros(81, np.int32)), 5, seed=1)["time"]
    assert time.dtype == np.int32
    assert time.between(0, 86_399).all()
    assert time.max() > 20 * 3600


def test_a_thinned_log_holds_the_asked_users_whole_and_others_up_to_the_rows():
    log = interactions([(user, item, 1) for user in range(10) for item in range(3)])
    for rows, users in ((30, 10), (12, 4), (14, 4), (1, 2)):
        kept = corruption.thinned(log, np.array([7, 2, 7]), rows, seed=1)
        assert {2, 7} <= set(kept["user"])
        assert (kept["user"].nunique(), len(kept)) == (users, 3 * users)
    assert corruption.thinned(log, np.array([7]), None, seed=1) is log


def test_a_thinned_log_takes_an_asked_user_without_a_row():
    log = interactions([(0, 1, 1), (1, 1, 1)])
    assert corruption.thinned(log, np.array([5]), 1, seed=1)["user"].tolist() in ([0], [1])


@pytest.mark.parametrize(
    ("days", "size", "expected"),
    [
        ([5, 5], 9, [5, 5]),
        ([5, 5, 6, 7], 9, [5, 5, 6, 7]),
        ([5, 6, 6, 7, 8, 8, 9], 9, [5, 6, 6, 9]),  # as many on 6 as on 8: the earlier
        ([5, 5, 6, 6, 7, 7], 4, [5, 5, 6, 7]),  # what three days can't share falls to the first
        ([5, 6, 7, 7], 9, [5, 7, 7]),
        ([5, 5, 5, 6], 2, [5, 6]),
        ([5, 5, 5, 6], 3, [5, 5, 6]),
        ([5, 6, 6, 6], 4, [5, 6, 6]),  # half of the sample, though the first day can't fill the other
        ([5, 6], 1, [5]),
    ],
)
def test_the_sample_is_of_the_first_day_the_last_and_that_with_most_queries_after_the_first(days, size, expected):
    table = pd.DataFrame({"user": range(len(days)), "day": days})
    assert audit.sample(table, size, seed=0)["day"].tolist() == expected


def test_the_last_fold_of_a_catalogue_shorter_than_the_lists_passes(one_family):
    """Items that nobody watched fill its lists up, whatever rows the future has."""
    rng = np.random.default_rng(0)
    rows = [
        (user, int(item), int(day))
        for user in range(40)
        for item, day in zip(rng.permutation(20)[:4], rng.integers(1, 9, 4), strict=True)
    ]
    users, items = pd.DataFrame({"user_id": range(40)}), pd.DataFrame({"item_id": range(30)})
    tables = LogTables(interactions(sorted(rows, key=lambda row: (row[0], row[2]))), users, items)
    model = make("popular")
    model.fit(of(tables))
    chosen = pd.DataFrame({"user": np.arange(40, dtype=np.int32), "day": np.int32(9), "protocol": "horizon"})
    fold = Fold(name="final", start=9, stop=10, daily_stop=10)
    keep = Keep(keep=29, exclude_seen=True)
    retrieval = Retrieval({"popular": model}, 5, keep, whole=True)
    found = audit.fold(fold, chosen, audit.Sources(tables, RUN), retrieval)
    assert found["moved"] == found["moved_by_numbers"] == []
    assert found["rows"] == 40 * 26
