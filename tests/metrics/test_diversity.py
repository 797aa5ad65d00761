from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from tests.small import interactions
from twostage.metrics.diversity import MEASURES, Known, diversity, of_items, of_lists
from twostage.past.attributes import Attributes
from twostage.past.log import from_table

# 3 lists, a catalogue of 5 items; the last list is shorter.
LISTS = np.array([[0, 1], [0, 2], [1, -1]], dtype=np.int32)


def brute(lists: list[list[int]], n_items: int, k: int) -> dict[str, float]:
    """Every measure from its definition, list by list and pair by pair."""
    tops = [[item for item in row[:k] if item >= 0] for row in lists]
    shown = [item for row in tops for item in row]
    share = [shown.count(item) / len(shown) for item in range(n_items)]
    distances = [1 - len(set(x) & set(y)) / k for x, y in combinations(tops, 2)]
    return {
        "k": k,
        "diversity": len(set(shown)) / len(shown),
        "coverage": len(set(shown)) / n_items,
        "gini": sum(abs(x - y) for x in share for y in share) / (2 * n_items),
        "entropy": -sum(x * np.log2(x) for x in share if x),
        "herfindahl": sum(x**2 for x in share),
        "inter_list": float(np.mean(distances)),
    }


def test_every_measure_by_hand() -> None:
    table = diversity(LISTS, 5, 2)
    assert list(table) == ["k", *MEASURES]
    assert table["k"].tolist() == [1, 2]
    # k = 1 shows 0, 0, 1; k = 2 shows 0 twice, 1 twice, 2 once in five places.
    assert table["diversity"].tolist() == [2 / 3, 3 / 5]
    assert table["coverage"].tolist() == [2 / 5, 3 / 5]
    # Ascending counts 0 0 0 1 2 with weights -4 -2 0 2 4: 10 / 15; 0 0 1 2 2: 12 / 25.
    assert table["gini"].tolist() == [10 / 15, 12 / 25]
    entropy = [np.log2(3) - 2 / 3, np.log2(5) - 4 / 5]
    assert table["entropy"].tolist() == pytest.approx(entropy)
    assert table["herfindahl"].tolist() == [5 / 9, 9 / 25]
    # Pairs: k = 1 distances 0, 1, 1; k = 2 distances 1/2, 1/2, 1.
    assert table["inter_list"].tolist() == [2 / 3, 2 / 3]


def test_random_lists_match_brute_force() -> None:
    rng = np.random.default_rng(7)
    for n_items in (6, 40):
        lists = np.argsort(rng.random((25, n_items)), axis=1)[:, :5].astype(np.int32)
        lists[np.arange(5) >= rng.integers(0, 6, 25)[:, None]] = -1
        expected = [brute(lists.tolist(), n_items, k) for k in range(1, 6)]
        for row, wanted in zip(diversity(lists, n_items, 5).to_dict("records"), expected, strict=True):
            assert row == pytest.approx(wanted)


def test_same_list_for_everybody() -> None:
    row = diversity(np.tile([3, 1], (10, 1)), 4, 2).iloc[1]
    assert row["diversity"] == 2 / 20
    assert row["inter_list"] == 0
    assert row["entropy"] == 1


def test_one_item_for_everybody_is_as_unequal_as_can_be() -> None:
    row = diversity(np.zeros((10, 1), dtype=np.int32), 4, 1).iloc[0]
    assert row["gini"] == 3 / 4
    assert row["herfindahl"] == 1
    assert str(row["entropy"]) == "0.0"


def test_equal_exposure() -> None:
    row = diversity(np.arange(8, dtype=np.int32).reshape(4, 2), 8, 2).iloc[1]
    assert row[["diversity", "coverage", "gini", "inter_list"]].tolist() == [1, 1, 0, 1]
    assert row["entropy"] == 3


def test_one_list_has_no_pair_and_inter_list_0() -> None:
    assert diversity(LISTS[:1], 5, 2)["inter_list"].tolist() == [0, 0]


def test_empty_list_counts_as_a_list_that_shares_nothing() -> None:
    lists = np.array([[0], [0], [-1]], dtype=np.int32)
    assert diversity(lists, 2, 1)["inter_list"].tolist() == [2 / 3]


def known(genres: list[str] | None) -> Known:
    """Of 5 items: 0 was watched by both users 2 and 4 days before day 10, 1 by one of them the day before."""
    items = pd.DataFrame({"item_id": list("abcde")} | ({"genres": genres} if genres else {}))
    about = Attributes(pd.DataFrame({"user_id": ["u", "v"]}), items)
    return Known.of(from_table(interactions([(0, 0, 8), (1, 0, 6), (1, 1, 9)]), about), 10)


def test_what_is_known_of_the_shown_items_by_hand() -> None:
    found = of_lists(LISTS, known(["drama", "drama, war", "war", "", ""]))
    # Places 0, 1, 0, 2, 1: bits 0, 1, 0, 2 (as of half a user), 1; days 3, 1, 3, none, 1.
    assert found["novelty"] == pytest.approx(4 / 5)
    assert found["popularity_age"] == pytest.approx(8 / 4)
    # One of two genres shared, none; the last list has no pair.
    assert found["intra_list"] == pytest.approx((1 - 1 / np.sqrt(2) + 1) / 2)


def test_what_no_list_defines_is_left_out() -> None:
    assert set(of_lists(LISTS, known(None))) == {"novelty", "popularity_age"}
    assert set(of_lists(np.array([[2, 3]]), known(["", "", "war", "", ""]))) == {"novelty"}
    counts = np.array([0, 0, 1, 0, 0])
    assert of_items(counts, np.array([np.nan, 0.25]), known(None)) == {"novelty": 2, "intra_list": 0.25}


def test_counts_beyond_32_bits_stay_exact() -> None:
    counts = np.array([3_000_000, 3_000_000])
    assert MEASURES["herfindahl"](counts, 3_000_000, 2) == 0.5
    assert MEASURES["inter_list"](counts, 3_000_000, 2) == 0


@pytest.mark.parametrize("lists", [np.full((2, 2), -1), np.empty((0, 2), dtype=np.int32)])
def test_all_padding_and_no_lists_raise(lists: np.ndarray) -> None:
    with pytest.raises(ValueError, match="every list is empty"):
        diversity(lists, 5, 2)


@pytest.mark.parametrize("k_max", [0, 3])
def test_k_max_outside_the_depth_raises(k_max: int) -> None:
    with pytest.raises(ValueError, match=r"expected 1\.\.2"):
        diversity(LISTS, 5, k_max)


def test_item_outside_the_catalogue_raises() -> None:
    with pytest.raises(ValueError, match="item code 2"):
        diversity(LISTS, 2, 2)
