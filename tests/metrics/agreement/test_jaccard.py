import numpy as np
import pytest

from twostage.metrics.agreement.jaccard import jaccard
from twostage.metrics.agreement.shared import shared

A = np.array([[1, 2, 3, 4], [5, 6, -1, -1], [-1, -1, -1, -1], [7, -1, -1, -1]], dtype=np.int32)
B = np.array([[4, 1, 9, 8], [6, 5, 7, 8], [-1, -1, -1, -1], [-1, -1, -1, -1]], dtype=np.int32)


def test_divides_by_the_union_and_is_undefined_where_both_lists_are_empty() -> None:
    assert jaccard(shared(A, B)).tolist() == pytest.approx([2 / 6, 2 / 4, np.nan, 0], nan_ok=True)


def test_identical_lists_give_1_whatever_their_order_and_disjoint_ones_0() -> None:
    assert jaccard(shared(A[:2], A[:2, ::-1])).tolist() == [1, 1]
    assert jaccard(shared(A[:1], A[:1] + 4)).tolist() == [0]
