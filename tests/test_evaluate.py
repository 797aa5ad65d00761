from math import log2

import pandas as pd
import pytest

from tests.small import log
from twostage.evaluate import evaluate
from twostage.judged import judged

START = 10
# User 0 is warm, 1 and 2 are cold at the test's start; 1 watches on days 11 and 12.
LOG = log([(0, 0, 5), (3, 0, 6), (3, 1, 7), (0, 1, 10), (1, 2, 11), (1, 3, 12), (2, 0, 12)])
QUERIES = pd.DataFrame(
    [
        (0, 0, 10, "daily"),
        (1, 1, 11, "daily"),
        (2, 1, 12, "daily"),
        (3, 2, 12, "daily"),
        (4, 0, 10, "horizon"),
        (5, 1, 10, "horizon"),
        (6, 2, 10, "horizon"),
    ],
    columns=["query", "user", "day", "protocol"],
)
LABELS = pd.DataFrame([(0, 1), (1, 2), (2, 3), (3, 0), (4, 1), (5, 2), (5, 3), (6, 0)], columns=["query", "item"])


def lists(items: dict[int, list[int]], system: str = "ranker") -> pd.DataFrame:
    rows = [(system, query, item, rank) for query, found in items.items() for rank, item in enumerate(found, start=1)]
    return pd.DataFrame(rows, columns=["system", "query", "item", "rank"])


# Horizon: user 0 finds its item second; user 1 finds one of two first; user 2 nothing.
HORIZON = {4: [3, 1], 5: [2, 0, 3], 6: [1]}
# Daily: user 0 first; user 1 nothing on day 11, second on day 12; user 2 has no list.
DAILY = {0: [1], 1: [0, 1], 2: [0, 3]}


def found(table: pd.DataFrame | None = None, labels: pd.DataFrame = LABELS, k: int = 2):
    table = lists(HORIZON | DAILY) if table is None else table
    return of([*table["system"].unique()], table, labels, k)


def of(systems, table, labels, k):
    test = judged(table, systems, QUERIES, labels, LOG, START, k, seed=1)
    return evaluate(test, table, LOG.before(START), k)


def test_a_system_without_a_row_has_empty_lists():
    table = lists(HORIZON | DAILY)
    (known,) = table["system"].unique()
    both = of([known, "silent"], table, LABELS, 2)
    assert both[known] == of([known], table, LABELS, 2)[known]
    silent = both["silent"]["horizon"]
    assert silent["all"]["ndcg"] == 0
    assert "coverage" not in silent, "nothing was shown"


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        # Users 0, 1, 2 at k = 2: user 1's second item stands third, behind the cut.
        ("map", [1 / 2, 1 / 2, 0]),
        ("ndcg", [1 / log2(3), 1 / (1 + 1 / log2(3)), 0]),
        ("recall", [1, 1 / 2, 0]),
        ("precision", [1 / 2, 1 / 2, 0]),
        ("mrr", [1 / 2, 1, 0]),
        ("hit_rate", [1, 1, 0]),
    ],
)
def test_horizon_by_hand_warm_and_cold_apart(measure, expected):
    horizon = found()["ranker"]["horizon"]
    assert horizon["all"][measure] == pytest.approx(sum(expected) / 3)
    assert horizon["warm"][measure] == pytest.approx(expected[0])
    assert horizon["cold"][measure] == pytest.approx(sum(expected[1:]) / 2)
    low, high = horizon["all"][f"{measure}_interval"]
    assert min(expected) <= low <= horizon["all"][measure] <= high <= max(expected)


def test_a_cold_user_stays_cold_on_later_days_but_has_a_history_then():
    daily = found()["ranker"]["daily"]
    # Hits: user 0; user 1 on day 11 none, on day 12 one; user 2 none.
    sizes = {name: (daily[name]["queries"], daily[name]["users"]) for name in daily if isinstance(daily[name], dict)}
    assert sizes == {
        "all": (4, 3),
        "warm": (1, 1),
        "cold": (3, 2),
        "with_history_as_of_day": (2, 2),
        "without_history_as_of_day": (2, 2),
    }
    assert daily["all"]["hit_rate"] == pytest.approx(2 / 4)
    assert daily["cold"]["hit_rate"] == pytest.approx(1 / 3)
    assert daily["with_history_as_of_day"]["hit_rate"] == pytest.approx(2 / 2)
    assert daily["without_history_as_of_day"]["hit_rate"] == pytest.approx(0)


def test_horizon_has_no_segments_by_history_as_of_the_day():
    assert not [name for name in found()["ranker"]["horizon"] if "history" in name]


def test_a_query_without_a_list_counts_as_a_miss_and_one_without_a_label_not_at_all():
    horizon = found(lists({5: [2]}), LABELS[LABELS["query"] != 6])["ranker"]["horizon"]
    assert horizon["all"]["queries"] == 2
    assert horizon["all"]["hit_rate"] == pytest.approx(1 / 2)


def test_a_segment_without_a_query_that_counts_is_absent():
    horizon = found(labels=LABELS[LABELS["query"] != 4])["ranker"]["horizon"]
    assert "warm" not in horizon
    assert horizon["cold"]["queries"] == 2


def test_what_the_lists_show_by_hand():
    horizon = found()["ranker"]["horizon"]
    # The top 2 show 3, 1; 2, 0; 1: all 4 items. Of two users before the test item 0 has 2, item 1 one, 2 and 3 none.
    assert horizon["coverage"] == 1
    assert horizon["popularity"] == pytest.approx((0 + 0.5 + 0 + 1 + 0.5) / 5)
    assert horizon["novelty"] == pytest.approx((2 + 1 + 2 + 0 + 1) / 5)


def test_a_system_that_proposed_nothing_to_anybody_is_judged_too():
    silent = of(["ranker", "silent"], lists(HORIZON | DAILY), LABELS, 2)["silent"]["horizon"]
    assert (silent["all"]["ndcg"], silent["all"]["ndcg_interval"], silent["all"]["queries"]) == (0, [0, 0], 3)
    assert "coverage" not in silent


def test_every_system_is_judged_on_the_same_queries():
    both = pd.concat([lists(HORIZON), lists({4: [1]}, "popular")])
    results = found(both)
    assert list(results) == ["ranker", "popular"]
    assert {result["horizon"]["all"]["queries"] for result in results.values()} == {3}
    assert results["popular"]["horizon"]["all"]["mrr"] == pytest.approx(1 / 3)
    assert "coverage" not in results["popular"]["daily"]  # not one list
