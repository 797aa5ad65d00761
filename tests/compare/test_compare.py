from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from twostage.compare.compare import compare
from twostage.compare.proposals import Proposals
from twostage.past.attributes import Attributes
from twostage.past.log import from_table
from twostage.reports import Compare

NAN = float("nan")
# Horizon queries 2 and 5; the daily query 0 must not count. a: 2 -> 7, 8; 5 -> 9. b: 2 -> 8, 6; 5 has no list.
CANDIDATES = pd.DataFrame(
    [(0, 1, 1.0, 1.0), (2, 6, NAN, 2.0), (2, 7, 1.0, NAN), (2, 8, 2.0, 1.0), (5, 3, NAN, NAN), (5, 9, 1.0, NAN)],
    columns=["query", "item", "a_rank", "b_rank"],
).assign(a_score=0.5, b_score=0.5)
QUERIES = pd.DataFrame(
    {"query": [0, 2, 5], "user": [1, 1, 0], "day": [9, 8, 8], "protocol": ["daily", "horizon", "horizon"]}
)
LABELS = pd.DataFrame({"query": [0, 2, 2, 5, 5], "item": [1, 8, 6, 9, 3]})
# Before day 8 user 1 has watched items 7 and 9, four and two days ago; user 0 comes later.
LOG = pd.DataFrame({"user": [0, 1, 1], "item": [9, 7, 9], "day": [8, 4, 6]})
ABOUT = Attributes(pd.DataFrame(index=range(2)), pd.DataFrame({"genres": ["x"] * 7 + ["y", "x, y", None]}))


def longer(asked: pd.DataFrame) -> Iterator[Proposals]:
    """a: 2 -> 7, 8, 6; 5 -> 9, 3. b: 2 -> 8, 6; 5 has no list."""
    items = {2: ([7, 8, 6], [8, 6, -1]), 5: ([9, 3, -1], [-1, -1, -1])}
    lists = [np.array([items[query][g] for query in asked["query"]], np.int32) for g in range(2)]
    yield Proposals(slice(0, len(asked)), lists, [np.zeros(rows.shape, np.float32) for rows in lists])


def found(depths=(1, 2, 50), n=2, candidates=CANDIDATES, budgets=(1, 2, 3), pair_queries=10, about=ABOUT, seed=0):
    params = Compare(depths=list(depths), budgets=list(budgets), rbo_p=0.9, pair_queries=pair_queries)
    chunks = [chunk for _, chunk in candidates.groupby("query")]
    past = from_table(LOG, about).before(8)
    return compare(chunks, longer, QUERIES, LABELS, past, 8, ["a", "b"], n, params, seed)


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


def test_warm_and_cold_users_apart_by_a_row_before_the_start():
    report = found()
    assert report["warm"]["queries"] == report["cold"]["queries"] == 1
    assert report["warm"]["recall"] == {"a": {"1": 0, "2": 1 / 2}, "b": {"1": 1 / 2, "2": 1}}
    assert report["cold"]["recall"] == {"a": {"1": 1 / 2, "2": 1 / 2}, "b": {"1": 0, "2": 0}}
    assert report["cold"]["served"] == {"a": 1, "b": 0}
    assert report["warm"]["union_candidates"] == 3


def test_the_union_holds_no_filler_and_each_item_once():
    # Found by either: both items of query 2, item 9 of query 5. Item 3, which nobody proposed, isn't.
    report = found()
    assert report["union_recall"] == pytest.approx((2 / 2 + 1 / 2) / 2)
    assert report["marginal_recall"] == {"a": pytest.approx(1 / 4), "b": pytest.approx(1 / 4)}
    assert report["union_candidates"] == pytest.approx((3 + 1) / 2)


def test_recall_per_candidate_divides_by_the_mean_length_of_the_lists():
    # a: recall 1/2 from 2 and 1 items; b: 1/2 from 2 and none.
    report = found()
    assert report["recall_per_candidate"] == {"a": pytest.approx(1 / 2 / 1.5), "b": pytest.approx(1 / 2)}
    assert list(report["cold"]["recall_per_candidate"]) == ["a"]


def test_budgets_ask_for_longer_lists_of_the_sample_warm_and_cold_apart():
    # Query 2 merged: 7, 8, 6; query 5: 9, 3.
    report = found()
    assert (
        list(report["budgets"]) == list(report["warm"]["budgets"]) == list(report["cold"]["budgets"]) == ["1", "2", "3"]
    )
    assert report["budgets"]["3"]["union"] == 1
    assert report["budgets"]["3"]["union_candidates"] == (3 + 2) / 2
    assert report["budgets"]["3"]["single"] == {"a": 1}
    assert report["warm"]["budgets"]["2"]["union"] == report["cold"]["budgets"]["1"]["union"] == pytest.approx(1 / 2)
    assert report["cold"]["budgets"]["2"]["union"] == 1


def test_budgets_of_a_sample_are_of_its_queries_alone():
    drawn = [found(pair_queries=1, seed=seed) for seed in range(8)]
    unions = {
        (report["budgets"]["1"]["union"], "budgets" in report["warm"], "budgets" in report["cold"]) for report in drawn
    }
    assert unions == {(0, True, False), (0.5, False, True)}


def test_without_budgets_nothing_longer_is_asked_for():
    assert "budgets" not in found(budgets=())


def test_pairs_are_told_both_ways_round():
    report = found()
    # Query 2 shares item 8 of two places and three items, query 5 nothing; one shared item has no order.
    assert report["overlap"] == {"a": {"b": pytest.approx(1 / 4)}, "b": {"a": pytest.approx(1 / 4)}}
    assert report["jaccard"]["b"]["a"] == pytest.approx((1 / 3 + 0) / 2)
    assert report["rbo"]["a"]["b"] == report["rbo"]["b"]["a"]
    assert 0 < report["rbo_min"]["a"]["b"] < report["rbo"]["a"]["b"] < 0.5
    assert report["kendall"] == {}


def test_equal_scores_are_ties_to_rbo_w_alone():
    # Without ties X_1 = 0, X_2 = 1; items 7 and 8 of a tied: X_1 = 1 of |S_1| + |L_1| = 2 + 1 places, or of 2 + 2.
    apart = CANDIDATES.assign(a_score=-CANDIDATES["a_rank"], b_score=-CANDIDATES["b_rank"])
    assert found(candidates=apart)["rbo_w"]["a"]["b"] == pytest.approx(found()["rbo"]["a"]["b"])
    assert found()["rbo_w"]["a"]["b"] == pytest.approx((1 / 2 * (0.1 + 0.09) + 1 / 2 * 0.81) / 2)
    assert found()["rbo"]["a"]["b"] == pytest.approx((1 / 2 * 0.09 + 1 / 2 * 0.81) / 2)


def test_pairs_are_compared_on_a_sample_of_the_queries():
    report = found(pair_queries=1)
    assert (report["pair_queries"], report["queries"]) == (1, 2)
    assert report["overlap"]["a"]["b"] in (0, 1 / 2)


def test_pairs_of_warm_users_are_told_within_their_block():
    # Query 2 alone: one item of two places, of three items.
    report = found()
    assert (report["pair_queries"], report["warm"]["pair_queries"]) == (2, 1)
    assert report["warm"]["overlap"] == {"a": {"b": 1 / 2}, "b": {"a": 1 / 2}}
    assert report["warm"]["jaccard"]["a"]["b"] == pytest.approx(1 / 3)
    assert report["warm"]["rbo"]["a"]["b"] == pytest.approx(2 * report["rbo"]["a"]["b"])
    assert not {"overlap", "pair_queries"} & set(report["cold"])


def test_no_warm_user_in_the_sample_has_no_pairs():
    reports = [found(pair_queries=1, seed=seed) for seed in range(8)]
    assert {len(report["warm"].get("overlap", {})) for report in reports} == {0, 2}
    for report in reports:
        assert ("overlap" in report["warm"]) == ("pair_queries" in report["warm"]) == (report["jaccard"]["a"]["b"] > 0)


def test_share_of_queries_with_a_list_and_variety_of_all_lists():
    report = found()
    assert report["served"] == {"a": 1, "b": 1 / 2}
    assert report["diversity"] == {"a": 1, "b": 1}
    assert report["coverage"] == {"a": 3 / 10, "b": 2 / 10}
    # Of one user, 7 and 9 have been watched by all, 8 and 6 by none, which counts as half a user: one bit.
    assert report["novelty"] == {"a": pytest.approx(1 / 3), "b": 1}
    assert report["popularity_age"] == {"a": (4 + 2) / 2}
    # Item 9 has no genre, so query 5 has no pair; 7 is y, 8 both, 6 x.
    assert report["intra_list"] == {"a": pytest.approx(1 - 1 / np.sqrt(2)), "b": pytest.approx(1 - 1 / np.sqrt(2))}


def test_lists_that_are_not_there_are_like_no_other_and_do_not_count():
    # b has a list for one of the two, and so no pair of lists that could differ; one for nobody would differ in all.
    assert found()["inter_list"]["b"] == 0


def test_a_log_without_genres_has_no_intra_list_diversity():
    about = Attributes(pd.DataFrame(index=range(2)), pd.DataFrame(index=range(10)))
    assert "intra_list" not in found(about=about)


def test_a_generator_without_a_list_is_left_out_of_what_needs_one():
    report = found([1], candidates=CANDIDATES.assign(b_rank=NAN))
    assert report["served"]["b"] == 0
    assert list(report["diversity"]) == ["a"]
    assert report["recall"]["b"] == {"1": 0, "2": 0}


def test_a_query_without_candidates_counts_with_empty_lists():
    report = found(candidates=CANDIDATES[CANDIDATES["query"] != 5])
    assert report["queries"] == 2
    assert report["served"] == {"a": 1 / 2, "b": 1 / 2}
    assert report["union_recall"] == pytest.approx(1 / 2)


def test_what_lists_share_is_divided_by_their_own_places_not_by_n():
    """a and b propose a share of n = 4: one item and two of each query."""
    rows = [(2, 6, NAN, 2.0), (2, 7, 1.0, 1.0), (5, 6, NAN, 2.0), (5, 7, 1.0, 1.0)]
    shares = pd.DataFrame(rows, columns=["query", "item", "a_rank", "b_rank"]).assign(a_score=0.5, b_score=0.5)
    report = found(n=4, candidates=shares)
    assert report["inter_list"] == {"a": 0, "b": 0}
    assert report["overlap"] == {"a": {"b": 1}, "b": {"a": 1}}
