import numpy as np
import pytest

from twostage.metrics.agreement import overlap as module
from twostage.metrics.agreement.shared import shared

A = np.array([[1, 2, 3, 4], [5, 6, -1, -1], [-1, -1, -1, -1], [7, -1, -1, -1]], dtype=np.int32)
B = np.array([[4, 1, 9, 8], [6, 5, 7, 8], [-1, -1, -1, -1], [-1, -1, -1, -1]], dtype=np.int32)


def overlap(a, b, n: int) -> list[float]:
    return module.overlap(shared(a[:, :n], b[:, :n]), n).tolist()


def test_overlap_divides_by_n_and_is_undefined_where_both_lists_are_empty() -> None:
    # Shared: 1 and 4; 5 and 6; none of the list that has an empty partner.
    assert overlap(A, B, 4) == pytest.approx([2 / 4, 2 / 4, np.nan, 0], nan_ok=True)


def test_only_the_first_n_count() -> None:
    assert overlap(A, B, 2) == pytest.approx([1 / 2, 2 / 2, np.nan, 0], nan_ok=True)


def test_n_beyond_the_depth_and_lists_of_different_depth() -> None:
    assert overlap(A[:1], B[:1, :2], 10) == pytest.approx([2 / 10])


def test_item_code_0_is_an_item() -> None:
    assert overlap(np.array([[0, -1]]), np.array([[0, -1]]), 1) == [1]


def test_identical_lists_give_1_and_disjoint_ones_0() -> None:
    lists = np.arange(12, dtype=np.int32).reshape(3, 4)
    assert overlap(lists, lists[:, ::-1], 4) == [1, 1, 1]
    assert overlap(lists, lists + 12, 4) == [0, 0, 0]


def test_n_below_1_raises() -> None:
    with pytest.raises(ValueError, match="n = 0"):
        module.overlap(shared(A, B), 0)
