import numpy as np
import pytest

from twostage.metrics.overlap import jaccard, overlap

A = np.array([[1, 2, 3, 4], [5, 6, -1, -1], [-1, -1, -1, -1], [7, -1, -1, -1]], dtype=np.int32)
B = np.array([[4, 1, 9, 8], [6, 5, 7, 8], [-1, -1, -1, -1], [-1, -1, -1, -1]], dtype=np.int32)


def test_overlap_divides_by_n_and_skips_queries_where_both_lists_are_empty() -> None:
    # Shared: 1 and 4; 5 and 6; none of the list that has an empty partner.
    assert overlap(A, B, 4) == pytest.approx((2 / 4 + 2 / 4 + 0) / 3)


def test_jaccard_divides_by_the_union() -> None:
    assert jaccard(A, B, 4) == pytest.approx((2 / 6 + 2 / 4 + 0) / 3)


def test_only_the_first_n_count() -> None:
    assert overlap(A, B, 2) == pytest.approx((1 / 2 + 2 / 2 + 0) / 3)
    assert jaccard(A, B, 2) == pytest.approx((1 / 3 + 1 + 0) / 3)


def test_n_beyond_the_depth_and_lists_of_different_depth() -> None:
    assert overlap(A[:1], B[:1, :2], 10) == pytest.approx(2 / 10)
    assert jaccard(A[:1], B[:1, :2], 10) == pytest.approx(2 / 4)


def test_item_code_0_is_an_item() -> None:
    assert overlap(np.array([[0, -1]]), np.array([[0, -1]]), 1) == 1


@pytest.mark.parametrize("measure", [overlap, jaccard])
def test_identical_lists_give_1_and_disjoint_ones_0(measure) -> None:
    lists = np.arange(12, dtype=np.int32).reshape(3, 4)
    assert measure(lists, lists[:, ::-1], 4) == 1
    assert measure(lists, lists + 12, 4) == 0


@pytest.mark.parametrize("measure", [overlap, jaccard])
def test_both_lists_empty_everywhere_raises(measure) -> None:
    with pytest.raises(ValueError, match="empty in every query"):
        measure(A[2:3], B[2:3], 4)


@pytest.mark.parametrize("measure", [overlap, jaccard])
def test_n_below_1_and_different_queries_raise(measure) -> None:
    with pytest.raises(ValueError, match="n = 0"):
        measure(A, B, 0)
    with pytest.raises(ValueError, match="lists of 4 and 3 queries"):
        measure(A, B[:3], 2)


def test_random_lists_match_sets_across_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twostage.metrics.arrays.CELLS", 64)
    rng = np.random.default_rng(0)
    a, b = (np.argsort(rng.random((50, 20)), axis=1)[:, :8] for _ in range(2))
    a[rng.random(50) < 0.3, 5:] = -1
    sets = [(set(x) - {-1}, set(y)) for x, y in zip(a.tolist(), b.tolist(), strict=True)]
    assert overlap(a, b, 8) == pytest.approx(np.mean([len(x & y) / 8 for x, y in sets]))
    assert jaccard(a, b, 8) == pytest.approx(np.mean([len(x & y) / len(x | y) for x, y in sets]))
