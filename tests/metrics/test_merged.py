import numpy as np
import pytest

from twostage.metrics.merged import distinct, first_turns


def test_first_places_first_and_each_item_once_by_hand() -> None:
    # Turns: 5 0, 0 7, 8 and a place that isn't filled; the second query has nothing.
    a, b = np.array([[5, 0, 8], [-1, -1, -1]]), np.array([[0, 7, -1], [-1, -1, -1]])
    assert distinct([a, b]).tolist() == [[1, 2, 2, 3, 4, 4], [0] * 6]


def test_one_list_merges_to_itself() -> None:
    assert distinct([np.array([[4, 3, -1]])]).tolist() == [[1, 2, 2]]


def test_first_turn_of_a_label_is_its_best_rank_the_earlier_list_first() -> None:
    ranks = np.array([[2, 1, 0, 0], [1, 1, 3, 0]])
    assert first_turns(ranks).tolist() == [1, 0, 5, -1]


@pytest.mark.parametrize("first", [0, 2**30], ids=["codes of 32 bits", "codes that need 64 bits beside their turns"])
def test_random_lists_match_sets_across_blocks(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twostage.base.blocks.CELLS", 50)
    rng = np.random.default_rng(1)
    lists = [np.argsort(rng.random((20, 15)), axis=1)[:, :6].astype(np.int32) + first for _ in range(3)]
    lists[1][rng.random(20) < 0.4, 2:] = -1
    for query, row in enumerate(distinct(lists).tolist()):
        turns = [int(rows[query, place]) for place in range(6) for rows in lists]
        assert row == [len(set(turns[: end + 1]) - {-1}) for end in range(18)]
