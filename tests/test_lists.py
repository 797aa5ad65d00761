import numpy as np
import pandas as pd

from twostage import lists

NAN = float("nan")


def best(rows, keep: int) -> list[tuple]:
    table = pd.DataFrame(rows, columns=["query", "item", "score"])
    found = lists.best(table, table["score"].to_numpy(np.float64), keep)
    return list(found.itertuples(index=False, name=None))


def test_best_first_up_to_keep():
    rows = [(0, 1, 0.125), (0, 2, 0.5), (0, 3, 0.25), (4, 1, -5.0)]
    assert best(rows, 2) == [(0, 2, 1, 0.5), (0, 3, 2, 0.25), (4, 1, 1, -5.0)]


def test_scores_below_0_infinite_ones_and_both_kinds_of_0_stand_in_order():
    scores = [-0.0, -2.0, 3.0, 0.0, -np.inf, np.inf, -1.0]
    assert [row[1] for row in best([(0, item, score) for item, score in enumerate(scores)], 9)] == [5, 2, 0, 3, 6, 1, 4]


def test_equal_scores_follow_the_item_code():
    assert [row[1] for row in best([(0, 9, 1.0), (0, 2, 1.0), (0, 5, 1.0)], 2)] == [2, 5]


def test_a_pair_without_a_score_is_left_out_and_a_query_of_none_is_empty():
    assert best([(0, 1, NAN), (0, 2, 0.5), (1, 1, NAN), (2, 7, 0.0)], 5) == [(0, 2, 1, 0.5), (2, 7, 1, 0.0)]
    assert best([(0, 1, NAN)], 5) == []


def test_equal_scores_at_the_last_place_are_told_apart_by_the_item_code():
    rows = [(0, 8, 0.5), (0, 3, 0.9), (0, 6, 0.5), (0, 1, 0.1), (3, 5, 0.2), (3, 4, NAN), (3, 2, 0.2)]
    assert best(rows, 2) == [(0, 3, 1, 0.9), (0, 6, 2, 0.5), (3, 2, 1, 0.2), (3, 5, 2, 0.2)]


def test_no_rows_give_no_lists():
    assert best([], 3) == []


def test_lists_of_every_system():
    rows = pd.DataFrame(
        {
            "query": [0, 0, 0],
            "item": [1, 2, 3],
            "a_rank": [2.0, 1.0, NAN],
            "b_rank": [NAN, 2.0, 1.0],
            "fusion": [0.1, 0.2, 0.15],
        }
    )
    found = lists.of_systems(rows, np.array([1.0, 0.0, 2.0]), ["a", "b"], 2)
    assert lists.systems(["a", "b"]) == found["system"].unique().tolist()
    systems = {system: table["item"].tolist() for system, table in found.groupby("system")}
    assert systems == {"a": [2, 1], "b": [3, 2], "fusion": [2, 3], "ranker": [3, 1]}
    assert found["rank"].tolist() == [1, 2] * 4


def test_what_fills_a_union_up_was_proposed_by_nobody_and_stands_in_no_list_of_fusion():
    rows = pd.DataFrame({"query": 0, "item": [1, 2, 3], "a_rank": [NAN, 1.0, NAN], "fusion": [0.0, 1 / 61, 0.0]})
    found = lists.of_systems(rows, np.array([3.0, 1.0, 2.0]), ["a"], 3)
    systems = {system: table["item"].tolist() for system, table in found.groupby("system")}
    assert systems == {"a": [2], "fusion": [2], "ranker": [1, 3, 2]}


def test_array_is_padded_and_cut():
    table = pd.DataFrame({"query": [0, 0, 0, 2], "item": [7, 5, 6, 9], "rank": [2, 1, 3, 1]})
    assert lists.array(table, 3, 2).tolist() == [[5, 7], [-1, -1], [9, -1]]
