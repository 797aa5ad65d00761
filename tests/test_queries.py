import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from tests.small import interactions
from twostage import queries
from twostage.base.errors import InputError
from twostage.base.tables import LABELS, OPTIONAL_LABELS, QUERIES, check
from twostage.queries import Target
from twostage.split import Cap, Fold

TEST = Fold(name="test", start=10, stop=13, daily_stop=13)
FINAL = Fold(name="final", start=14, stop=15, daily_stop=15)
EVERY_ROW = Target(min_watched_pct=0, column=None)
# User 0: before and in the period, 1: twice on one day, 2: behind it, 3: before it, 4: on its last day.
ROWS = [(0, 5, 9), (0, 6, 10), (0, 7, 12), (1, 7, 11), (1, 5, 11), (2, 5, 13), (3, 5, 9), (4, 9, 12)]
LOG = interactions(ROWS, watched_pct=[50, 50, 49, 100, None, 100, 100, 0], target=[1, 0, 1, None, 1, 1, 1, 0])


def test_a_fold_without_a_relevant_row_is_named_and_the_final_one_needs_none():
    queries.check_relevant([TEST, FINAL], LOG, Target(min_watched_pct=100, column=None))
    later = Fold(name="valid_1", start=12, stop=13, daily_stop=13)
    queries.check_relevant([later, FINAL], LOG, Target(min_watched_pct=49, column=None))
    with pytest.raises(
        InputError, match=r"params.yaml: target: no row in the period of valid_1, .* min_watched_pct under 50"
    ):
        queries.check_relevant([TEST, later], LOG, Target(min_watched_pct=50, column=None))
    with pytest.raises(InputError, match=r"no row in the period of valid_1, .* expected a 1 there"):
        queries.check_relevant([later], LOG.assign(target=0), Target(min_watched_pct=0, column="target"))


def test_daily_and_horizon_queries_of_the_period():
    found = queries.queries(LOG, TEST, Cap(), 0)
    assert list(found.itertuples(index=False, name=None)) == [
        (0, 0, 10, "daily"),
        (1, 1, 11, "daily"),
        (2, 0, 12, "daily"),
        (3, 4, 12, "daily"),
        (4, 0, 10, "horizon"),
        (5, 1, 10, "horizon"),
        (6, 4, 10, "horizon"),
    ]


@pytest.mark.parametrize("fold", [TEST, FINAL, Fold(name="test", start=13, stop=14, daily_stop=13)])
def test_queries_and_labels_are_the_tables_that_every_stage_expects(fold):
    found = queries.queries(LOG, fold, Cap(), 0)
    relevant = queries.labels(LOG, fold, found, EVERY_ROW)
    assert check(found, QUERIES).columns.tolist() == found.columns.tolist()
    assert check(relevant, LABELS, OPTIONAL_LABELS).columns.tolist() == relevant.columns.tolist()


def test_users_are_drawn_of_days_before_1970_too():
    early = LOG.assign(day=LOG["day"] - 1000)
    fold = Fold(name="valid_1", start=-990, stop=-987, daily_stop=-987)
    found = queries.queries(early, fold, Cap(horizon=2), seed=3)
    assert (found["protocol"] == "horizon").sum() == 2


@pytest.mark.parametrize("percent", [-1, 100.5])
def test_a_bound_that_is_no_percentage_is_refused(percent):
    with pytest.raises(ValidationError):
        Target(min_watched_pct=percent, column=None)


def test_daily_queries_may_end_before_the_labels_of_horizon_queries():
    fold = Fold(name="valid_2", start=10, stop=13, daily_stop=11)
    found = queries.queries(LOG, fold, Cap(), 0)
    assert list(found.itertuples(index=False, name=None)) == [
        (0, 0, 10, "daily"),
        (1, 0, 10, "horizon"),
        (2, 1, 10, "horizon"),
        (3, 4, 10, "horizon"),
    ]
    assert queries.labels(LOG, fold, found, EVERY_ROW)["day"].tolist() == [10, 10, 12, 11, 11, 12]


def test_the_final_fold_asks_for_every_known_user():
    found = queries.queries(LOG, FINAL, Cap(), 0)
    assert found["user"].tolist() == [0, 1, 2, 3, 4]
    assert set(found["day"]) == {14}
    assert set(found["protocol"]) == {"horizon"}
    assert queries.labels(LOG, FINAL, found, EVERY_ROW).empty


def test_a_period_without_a_row_has_no_query():
    assert queries.queries(LOG, Fold(name="test", start=100, stop=110, daily_stop=110), Cap(), 0).empty


def users(cap: Cap, seed: int = 0) -> tuple[list[int], list[int]]:
    """Users asked daily and on the first day."""
    found = queries.queries(LOG, TEST, cap, seed)
    return tuple(found.loc[found["protocol"] == name, "user"].tolist() for name in ("daily", "horizon"))


def test_a_cap_on_daily_users_takes_whole_users_and_leaves_the_horizon():
    for seed in range(10):
        daily, horizon = users(Cap(daily=1), seed)
        assert daily in ([0, 0], [1], [4])
        assert horizon == [0, 1, 4]


def test_both_caps_draw_the_same_users():
    for seed in range(10):
        daily, horizon = users(Cap(daily=1, horizon=2), seed)
        assert len(horizon) == 2
        assert set(daily) < set(horizon)


def test_the_seed_decides_whom_a_cap_takes():
    drawn = [tuple(users(Cap(horizon=1), seed)[1]) for seed in range(20)]
    assert set(drawn) == {(0,), (1,), (4,)}
    assert users(Cap(horizon=1), 3) == users(Cap(horizon=1), 3)


def test_a_cap_above_the_number_of_users_changes_nothing():
    assert queries.queries(LOG, TEST, Cap(3, 3), 0).equals(queries.queries(LOG, TEST, Cap(), 0))


def test_labels_belong_to_the_users_who_are_left():
    found = queries.queries(LOG, TEST, Cap(1, 1), 0)
    labels = queries.labels(LOG, TEST, found, EVERY_ROW)
    assert set(labels["query"]) == set(found["query"])


def labels(target: Target) -> list[tuple[int, int, int]]:
    found = queries.labels(LOG, TEST, queries.queries(LOG, TEST, Cap(), 0), target)
    return list(found[["query", "item", "day"]].itertuples(index=False, name=None))


def test_labels_of_a_day_and_of_the_whole_period():
    # (query, item, day): daily queries have their own day's rows, horizon queries all of the period's.
    assert labels(EVERY_ROW) == [
        (0, 6, 10),
        (1, 5, 11),
        (1, 7, 11),
        (2, 7, 12),
        (3, 9, 12),
        (4, 6, 10),
        (4, 7, 12),
        (5, 5, 11),
        (5, 7, 11),
        (6, 9, 12),
    ]


def test_labels_from_a_percent_watched_on():
    # 50 counts, 49 doesn't, neither does a row without a percent.
    assert labels(Target(min_watched_pct=50, column=None)) == [(0, 6, 10), (1, 7, 11), (4, 6, 10), (5, 7, 11)]


def test_labels_of_the_logs_own_column_whatever_the_percent():
    target = Target(min_watched_pct=50, column="target")
    assert labels(target) == [(1, 5, 11), (2, 7, 12), (4, 7, 12), (5, 5, 11)]


@pytest.mark.parametrize(
    ("target", "columns", "message"),
    [
        (Target(min_watched_pct=0, column="target"), {"watched_pct"}, r"target\.column = 'target'.*no such column"),
        (Target(min_watched_pct=50, column=None), {"target"}, r"target\.min_watched_pct = 50.*watched_pct"),
    ],
)
def test_a_target_that_the_log_lacks_is_named(target, columns, message):
    with pytest.raises(InputError, match=message):
        queries.check_target(target, frozenset(columns))


@pytest.mark.parametrize(
    ("target", "columns"),
    [
        (EVERY_ROW, set()),
        (Target(min_watched_pct=50, column=None), {"watched_pct"}),
        (Target(min_watched_pct=50, column="target"), {"target"}),
    ],
)
def test_a_target_that_the_log_has(target, columns):
    queries.check_target(target, frozenset(columns))


def test_a_percent_below_0_is_refused():
    with pytest.raises(ValidationError, match="min_watched_pct"):
        Target(min_watched_pct=-1, column=None)


def test_labelled_rows_keep_candidates_without_a_label():
    rows = pd.DataFrame({"query": [0, 0, 1], "item": [6, 7, 7], "x": [0.1, 0.2, 0.3]})
    asked = queries.queries(LOG, TEST, Cap(), 0)
    found = queries.labelled(rows, asked, queries.labels(LOG, TEST, asked, EVERY_ROW))
    assert found["label"].tolist() == [True, False, True]
    assert found["label_day"].tolist() == [10, 0, 11]
    assert found["user"].tolist() == [0, 0, 1]
    assert found["x"].tolist() == [0.1, 0.2, 0.3]


def test_labels_carry_the_percent_watched_from_0_to_100_and_0_for_a_missing_one():
    rows = [(0, 6, 10), (0, 7, 10), (0, 8, 10), (0, 9, 10)]
    log = interactions(rows, watched_pct=[50, None, 130, -3])
    asked = queries.queries(log, TEST, Cap(), 0)
    labels = queries.labels(log, TEST, asked, EVERY_ROW)
    assert labels["watched_pct"].tolist() == [50, 0, 100, 0] * 2
    candidates = pd.DataFrame({"query": [0, 0, 1], "item": [8, 5, 6]})
    found = queries.labelled(candidates, asked, labels)
    assert found["label_watched_pct"].tolist() == [100, 0, 50]
    assert queries.labels(log, FINAL, asked, EVERY_ROW).columns.tolist() == list(labels)
    bare = queries.labels(interactions(rows), TEST, asked, EVERY_ROW)
    assert bare.columns.tolist() == ["query", "item", "day"]
    assert "label_watched_pct" not in queries.labelled(candidates[["query", "item"]], asked, bare)


@pytest.mark.parametrize("seed", range(5))
def test_who_is_asked_first_is_decided_by_rows_before_the_daily_stop_alone(seed):
    fold, cap = Fold(name="valid_2", start=10, stop=30, daily_stop=20), Cap(daily=15, horizon=15)
    rng = np.random.default_rng(seed)
    early = [
        (int(user), item, int(day))
        for item, (user, day) in enumerate(zip(rng.permutation(100)[:30], rng.integers(10, 20, 30), strict=True))
    ]
    late = [(int(user), 50 + item, 25) for item, user in enumerate(rng.permutation(100)[:60])]
    found = [
        queries.queries(interactions(sorted(rows, key=lambda row: row[2])), fold, cap, seed)
        for rows in (early, early + late)
    ]
    assert found[0].equals(found[1])
    assert found[0].groupby("protocol")["user"].nunique().to_dict() == {"daily": 15, "horizon": 15}


def test_users_of_later_days_fill_what_the_earlier_ones_leave():
    fold = Fold(name="valid_2", start=10, stop=30, daily_stop=20)
    log = interactions([(0, 0, 12), (1, 1, 25), (2, 2, 26), (3, 3, 27)])
    found = queries.queries(log, fold, Cap(daily=3, horizon=3), 0)
    assert found[found["protocol"] == "daily"]["user"].tolist() == [0]
    horizon = found[found["protocol"] == "horizon"]["user"].tolist()
    assert (len(horizon), horizon[0]) == (3, 0)
