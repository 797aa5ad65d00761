import numpy as np
import pytest

from twostage.metrics.hits import hits, relevant
from twostage.metrics.recall import candidates, curve, union

A = np.array([[1, 2, 3], [4, -1, -1], [5, 6, 7]], dtype=np.int32)
B = np.array([[2, 8, 9], [-1, -1, -1], [5, 1, 2]], dtype=np.int32)
# Query 0: items 1, 2, 9, 50 are relevant; query 1: 4; query 2: none.
QUERY = np.array([0, 0, 0, 0, 1], dtype=np.int32)
ITEM = np.array([1, 2, 9, 50, 4], dtype=np.int32)


def test_curve_averages_over_queries_with_relevant_items_and_ends_at_the_depth() -> None:
    found = curve(hits(A, QUERY, ITEM), relevant(QUERY, 3), [0, 1, 2, 3, 100])
    assert found.tolist() == pytest.approx([0, (1 / 4 + 1) / 2, (2 / 4 + 1) / 2, 0.75, 0.75])


def test_curve_of_empty_lists_is_0() -> None:
    empty = np.full((3, 2), -1, dtype=np.int32)
    assert curve(hits(empty, QUERY, ITEM), relevant(QUERY, 3), [1, 2]).tolist() == [0, 0]


def test_curve_without_relevant_items_raises() -> None:
    with pytest.raises(ValueError, match="no query has a relevant item"):
        curve(np.zeros((2, 3), dtype=np.bool_), np.zeros(2, dtype=np.int64), [1])


def test_union_counts_an_item_of_both_once() -> None:
    both = union({"a": A, "b": B}, QUERY, ITEM, 3)
    # Query 0: 1, 2, 9 of 4; query 1: 4 of 1.
    assert both.recall == pytest.approx((3 / 4 + 1) / 2)
    # Alone, a finds 1 and 4, b finds 9.
    assert both.marginal == pytest.approx({"a": (1 / 4 + 1) / 2, "b": (1 / 4) / 2})
    # Distinct: 1 2 3 8 9; 4; 1 2 5 6 7.
    assert both.candidates == pytest.approx((5 + 1 + 5) / 3)


def test_union_looks_at_the_first_n_only() -> None:
    both = union({"a": A, "b": B}, QUERY, ITEM, 1)
    assert both.recall == pytest.approx((2 / 4 + 1) / 2)
    assert both.candidates == pytest.approx((2 + 1 + 1) / 3)


def test_marginal_recall_is_what_the_union_loses() -> None:
    rng = np.random.default_rng(2)
    systems = {name: np.argsort(rng.random((30, 40)), axis=1)[:, :10].astype(np.int32) for name in "abc"}
    query, item = np.divmod(rng.choice(30 * 40, 100, replace=False), 40)
    whole = union(systems, query, item, 10)
    for name in systems:
        others = {other: rows for other, rows in systems.items() if other != name}
        assert whole.marginal[name] == pytest.approx(whole.recall - union(others, query, item, 10).recall)


def test_single_system_loses_all_its_recall() -> None:
    alone = union({"a": A}, QUERY, ITEM, 3)
    assert alone.marginal == {"a": alone.recall}


def test_candidates_of_empty_lists_and_of_item_code_0() -> None:
    assert candidates([np.full((2, 3), -1)]) == 0
    assert candidates([np.array([[0, -1]]), np.array([[0, 1]])]) == 2


def test_candidates_match_sets_across_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twostage.metrics.arrays.CELLS", 50)
    rng = np.random.default_rng(1)
    a, b = (np.argsort(rng.random((20, 15)), axis=1)[:, :6] for _ in range(2))
    expected = [len(set(x) | set(y)) for x, y in zip(a.tolist(), b.tolist(), strict=True)]
    assert candidates([a, b]) == np.mean(expected)


def test_union_of_no_system_no_label_or_different_queries_raises() -> None:
    with pytest.raises(ValueError, match=r"lists of \[\] queries"):
        union({}, QUERY, ITEM, 3)
    with pytest.raises(ValueError, match="no query has a relevant item"):
        union({"a": A}, QUERY[:0], ITEM[:0], 3)
    with pytest.raises(ValueError, match=r"lists of \[3, 2\] queries"):
        union({"a": A, "b": B[:2]}, QUERY, ITEM, 3)
