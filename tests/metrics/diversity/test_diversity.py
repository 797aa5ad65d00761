from itertools import combinations

import numpy as np
import pytest

from twostage.metrics.diversity import diversity, measures

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


def test_every_measure_at_each_k() -> None:
    table = diversity(LISTS, 5, 2)
    assert table["k"].tolist() == [1, 2]
    # k = 1 shows 0, 0, 1; k = 2 shows 0 twice, 1 twice, 2 once in five places.
    rows = [{"k": k} | measures(np.array(counts), 3, k) for k, counts in ((1, [2, 1, 0, 0, 0]), (2, [2, 2, 1, 0, 0]))]
    assert table.to_dict("records") == rows


def test_random_lists_match_brute_force() -> None:
    rng = np.random.default_rng(7)
    for n_items in (6, 40):
        lists = np.argsort(rng.random((25, n_items)), axis=1)[:, :5].astype(np.int32)
        lists[np.arange(5) >= rng.integers(0, 6, 25)[:, None]] = -1
        expected = [brute(lists.tolist(), n_items, k) for k in range(1, 6)]
        for row, wanted in zip(diversity(lists, n_items, 5).to_dict("records"), expected, strict=True):
            assert row == pytest.approx(wanted)


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
