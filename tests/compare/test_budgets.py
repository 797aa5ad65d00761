import numpy as np
import pytest

from tests.small import asked, log
from twostage.compare import budgets
from twostage.generators.kinds.generator import Lists
from twostage.past.asof import Queries

# Query 0: relevant are 6 and 8; query 1: 3 and 9.
QUERY, ITEM = np.array([0, 0, 1, 1]), np.array([6, 8, 3, 9])


class Fixed:
    """Lists by user, cut to n."""

    def __init__(self, *of_user: list[int]) -> None:
        self.of_user, self.asked_for = of_user, set()

    def retrieve(self, queries: Queries, n: int, exclude_seen: bool) -> Lists:
        self.asked_for.add((n, exclude_seen))
        found = Lists.empty(len(queries), n)
        for row, user in enumerate(queries.user):
            items = self.of_user[user][:n]
            found.items[row, : len(items)] = items
        return found


def models() -> list[Fixed]:
    return [Fixed([7, 8, 5], [9]), Fixed([8, 6, 7], [])]


def compared(**masks: list[bool]) -> dict:
    lists = budgets.proposed(asked([(0, 8), (1, 8)], log([(0, 9, 1)])), models(), 3, True)
    apart = {name: np.array(mask) for name, mask in masks.items()}
    return budgets.compared(lists, QUERY, ITEM, apart, ["a", "b"], 10, [1, 3])


def test_the_union_beside_single_lists_as_long_by_hand():
    # Merged: 7, 8, 6, 5 for user 0, the third with the second places; 9 for user 1, whom nobody gives three.
    found = compared(all=[True, True], warm=[True, False])
    half, quarter = pytest.approx(1 / 2), pytest.approx(1 / 4)
    assert found == {
        "all": {
            "1": {
                "queries": 2,
                "union": quarter,
                "union_candidates": 1,
                "single": {"a": quarter, "b": quarter},
                "gain": pytest.approx(0),
            },
            "3": {
                "queries": 2,
                "union": pytest.approx(3 / 4),
                "union_candidates": 2,
                "single": {"a": half, "b": half},
                "gain": quarter,
            },
        },
        "warm": {
            "1": {
                "queries": 1,
                "union": 0,
                "union_candidates": 1,
                "single": {"a": 0, "b": half},
                "gain": pytest.approx(-1 / 2),
            },
            "3": {"queries": 1, "union": 1, "union_candidates": 3, "single": {"a": half, "b": 1}, "gain": 0},
        },
    }


def test_a_single_list_that_is_never_as_long_has_no_recall_there():
    found = compared(cold=[False, True])["cold"]
    assert found["1"]["single"] == {"a": pytest.approx(1 / 2)}
    assert found["3"] == {"queries": 1, "union": pytest.approx(1 / 2), "union_candidates": 1, "single": {}}


def test_queries_without_a_relevant_item_have_no_recall():
    assert list(compared(all=[True, True], none=[False, False])) == ["all"]


def test_lists_are_asked_for_in_parts_as_long_as_said(monkeypatch):
    monkeypatch.setattr(budgets, "AT_ONCE", 1)
    asked_of, queries = models(), asked([(0, 8), (1, 8)], log([(0, 9, 1)]))
    parts = list(budgets.proposed(queries, asked_of, 2, False))
    assert [part.rows for part in parts] == [slice(0, 1), slice(1, 2)]
    assert [part.items[0].tolist() for part in parts] == [[[7, 8]], [[9, -1]]]
    assert all(model.asked_for == {(2, False)} for model in asked_of)
