import pandas as pd
import pytest

from twostage.compare import compare
from twostage.reports import Compare

NAN = float("nan")
# Horizon queries 2 and 5; the daily query 0 must not count. a: 2 -> 7, 8; 5 -> 9. b: 2 -> 8, 6; 5 has no list.
CANDIDATES = pd.DataFrame(
    [(0, 1, 1.0, 1.0), (2, 6, NAN, 2.0), (2, 7, 1.0, NAN), (2, 8, 2.0, 1.0), (5, 3, NAN, NAN), (5, 9, 1.0, NAN)],
    columns=["query", "item", "a_rank", "b_rank"],
)
QUERIES = pd.DataFrame({"query": [0, 2, 5], "protocol": ["daily", "horizon", "horizon"]})
LABELS = pd.DataFrame({"query": [0, 2, 2, 5, 5], "item": [1, 8, 6, 9, 3]})


def found(depths=(1, 2, 50), n: int = 2):
    return compare(CANDIDATES, QUERIES, LABELS, ["a", "b"], n, 10, Compare(depths=list(depths), rbo_p=0.9))


def test_recall_by_depth_up_to_n():
    assert found()["queries"] == 2
    assert found()["recall"] == {
        "a": {"1": pytest.approx((0 + 1 / 2) / 2), "2": pytest.approx((1 / 2 + 1 / 2) / 2)},
        "b": {"1": pytest.approx((1 / 2 + 0) / 2), "2": pytest.approx((2 / 2 + 0) / 2)},
    }


@pytest.mark.parametrize(
    ("depths", "n", "expected"), [([1, 2, 50], 2, ["1", "2"]), ([5], 3, ["3"]), ([2, 1], 9, ["1", "2", "9"])]
)
def test_depths_beyond_n_are_left_out_and_n_stands_among_them(depths, n, expected):
    assert list(found(depths, n)["recall"]["a"]) == expected


def test_the_union_holds_no_filler_and_each_item_once():
    # Found by either: both items of query 2, item 9 of query 5. Item 3, which nobody proposed, isn't.
    report = found()
    assert report["union_recall"] == pytest.approx((2 / 2 + 1 / 2) / 2)
    assert report["marginal_recall"] == {"a": pytest.approx(1 / 4), "b": pytest.approx(1 / 4)}
    assert report["union_candidates"] == pytest.approx((3 + 1) / 2)


def test_pairs_are_told_both_ways_round():
    report = found()
    # Query 2 shares item 8 of two places, query 5 nothing.
    assert report["overlap"] == {"a": {"b": pytest.approx(1 / 4)}, "b": {"a": pytest.approx(1 / 4)}}
    assert report["rbo"]["a"]["b"] == report["rbo"]["b"]["a"]
    assert 0 < report["rbo"]["a"]["b"] < 0.5


def test_share_of_queries_with_a_list_and_distinct_items():
    assert found()["served"] == {"a": 1, "b": 1 / 2}
    assert found()["diversity"] == {"a": 1, "b": 1}


def test_a_generator_without_a_list_is_left_out_of_what_needs_one():
    none = CANDIDATES.assign(b_rank=NAN)
    report = compare(none, QUERIES, LABELS, ["a", "b"], 2, 10, Compare(depths=[1], rbo_p=0.9))
    assert report["served"]["b"] == 0
    assert list(report["diversity"]) == ["a"]
    assert report["recall"]["b"] == {"1": 0, "2": 0}
