import numpy as np
import pandas as pd
import pytest

from tests.small import RUN, make, section
from twostage import audit, features
from twostage.asof import Queries
from twostage.errors import InputError
from twostage.features import Family
from twostage.generators.popular import Popular
from twostage.log import from_table
from twostage.reports import Audit
from twostage.sizes import Keep
from twostage.source import Source
from twostage.split import Fold

KEEP = Keep(keep=10, exclude_seen=True)
SETTINGS = section(Audit, queries=60, allow_dominance=False, warn_auc=0.75)
CLEAN = {"problems": []}


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
def tables(small) -> audit.Tables:
    return audit.Tables(small.interactions, small.users, small.items)


@pytest.fixture(scope="module")
def ask(tables, queries, cutoff):
    """What the audit finds in a fold that starts on the first day of the queries."""

    def found(kind: type[Popular] = Popular, fitted_before: int = 0):
        start = int(queries["day"].min())
        models = {"als": make("als"), "peeking": kind(make("popular").params, RUN)}
        for model in models.values():
            model.fit(from_table(tables.interactions).before(start + fitted_before))
        fold = Fold(name="valid_1", start=start, stop=cutoff + 1, daily_stop=cutoff + 1)
        return audit.fold(fold, queries, tables, Source(*tables, RUN), models, 5, KEEP, RUN, SETTINGS)

    return found


@pytest.fixture(scope="module")
def clean(ask):
    return ask()


@pytest.fixture
def one_family(monkeypatch):
    """Where the leak is a generator's, its own features are enough."""
    proposals = next(family for family in features.families() if family.name == "proposals")
    monkeypatch.setattr(features, "_families", {"proposals": proposals})


def failures(found, dominance=CLEAN, settings=SETTINGS) -> list[str]:
    return audit.report({"valid_1": found}, dominance, {}, settings)["failures"]


def test_clean_models_and_features_pass(clean, queries, cutoff):
    report = audit.report({"valid_1": clean}, CLEAN, {}, SETTINGS)
    assert (report["failures"], report["passed"]) == ([], True)
    audit.judge(report)
    # The first and the middle one of three days; of the middle one's rows and later nothing is left as it was.
    assert clean["corrupted_from_day"] == cutoff - 3
    assert clean["queries"] == (queries["day"] < cutoff).sum()
    assert clean["rows"] >= 10 * clean["queries"]


@pytest.mark.usefixtures("one_family")
def test_a_list_that_sees_the_querys_own_day_fails(ask):
    assert failures(ask(PeekingList))[0] == "valid_1: peeking_rank depends on the future"


@pytest.mark.usefixtures("one_family")
def test_a_score_that_sees_the_querys_own_day_is_named_and_so_is_a_fit_a_day_too_long(ask):
    lines = failures(ask(PeekingScore, fitted_before=1))
    assert lines[0] == "valid_1: peeking_score depends on the future"
    assert set(lines[1:]) - {lines[0]} == {
        "valid_1: generator als saw days of the fold",
        "valid_1: generator peeking saw days of the fold",
    }


def test_a_feature_that_reads_the_whole_log_is_named(ask, monkeypatch):
    def back_door(history):
        log = history.items.get_backend().table("log")
        watches = log.group_by("item").aggregate(item_back_door=log.user.sum())
        return history.queries.select("as_of").distinct().cross_join(watches)

    planted = Family("back_door", "item", frozenset(), {"item_back_door": "sum of watchers"}, back_door)
    monkeypatch.setitem(features._families, "back_door", planted)
    assert failures(ask()) == ["valid_1: item_back_door depends on the future"]


def test_dominance_fails_unless_it_is_allowed(clean):
    dominance = {"problems": ["leak: its own AUC is 1.0000"]}
    assert failures(clean, dominance) == ["leak: its own AUC is 1.0000 (audit.allow_dominance lets it pass)"]
    assert failures(clean, dominance, SETTINGS.model_copy(update={"allow_dominance": True})) == []


def test_skew_warns_and_fails_nothing(clean):
    skews = {
        "test": {"auc": 0.8, "told_apart_by": ["item_share", "user_rows"]},
        "final": {"auc": 0.75, "told_apart_by": ["item_share"]},
    }
    report = audit.report({"valid_1": clean}, CLEAN, skews, SETTINGS)
    assert report["passed"]
    assert report["warnings"] == ["test rows are told from training rows: AUC 0.800, by item_share, user_rows"]


def test_a_failure_ends_the_run_with_every_line_in_one():
    with pytest.raises(InputError, match=r"^audit: a; b; see metrics/audit\.json$"):
        audit.judge({"failures": ["a", "b"]})


def test_differences_are_of_bits():
    table = pd.DataFrame({"query": [0, 0], "item": [1, 2], "x": [0.0, np.nan], "y": [1.0, 2.0]})
    assert audit.differences(table, table.copy()) == []
    assert audit.differences(table, table.assign(x=[-0.0, np.nan])) == ["x"]
    assert audit.differences(table, table.assign(y=[1.0, np.nextafter(2, 3)])) == ["y"]
    assert audit.differences(table, table.assign(item=[1, 3], y=0.0)) == ["query, item"]
    assert audit.differences(table, table[:1]) == ["query, item"]


def test_corruption_keeps_every_earlier_row_and_no_later_one(tables, cutoff):
    log = tables.interactions
    other = audit.corrupted(log, cutoff, seed=1)
    early, late = other[other["day"] < cutoff], log[log["day"] >= cutoff]
    pd.testing.assert_frame_equal(early.reset_index(drop=True), log[log["day"] < cutoff].reset_index(drop=True))
    assert (other.dtypes == log.dtypes).all()
    keys = ["user", "item", "day"]
    assert len(other[other["day"] >= cutoff].merge(late[keys], on=keys)) < len(late) / 10
    assert len(other) > len(log)
    assert np.array_equal(np.lexsort((other["day"], other["user"])), np.arange(len(other)))


@pytest.mark.parametrize("queries", [[(0, 5), (1, 5)], [(0, 5), (1, 6), (2, 7)], [(0, 5), (1, 6), (2, 7), (3, 8)]])
def test_the_corrupted_day_is_one_of_those_asked_and_no_query_lies_behind_it(queries):
    table = pd.DataFrame(queries, columns=["user", "day"])
    chosen, day = audit.sample(table, 100, seed=0)
    assert day in set(chosen["day"])
    assert chosen["day"].max() == day
