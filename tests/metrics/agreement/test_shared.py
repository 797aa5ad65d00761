import numpy as np
import pytest

from twostage.metrics.agreement.shared import shared


def test_ranks_in_both_lists_and_lengths_of_lists_of_different_depth() -> None:
    pair = shared(np.array([[7, 0, 3], [1, -1, -1]]), np.array([[0, 7], [-1, -1]]))
    assert pair.query.tolist() == [0, 0]
    assert sorted(zip(pair.rank_a.tolist(), pair.rank_b.tolist(), strict=True)) == [(1, 2), (2, 1)]
    assert pair.depth.tolist() == [2, 2]
    assert pair.length_a.tolist() == [3, 1]
    assert pair.length_b.tolist() == [2, 0]
    assert pair.total().tolist() == [2, 0]


def test_different_queries_raise() -> None:
    with pytest.raises(ValueError, match="lists of 4 and 3 queries"):
        shared(np.zeros((4, 1), int), np.zeros((3, 1), int))


def test_no_queries() -> None:
    assert shared(np.empty((0, 3), int), np.empty((0, 3), int)).total().tolist() == []


@pytest.mark.parametrize("first", [0, 2**30], ids=["codes of 32 bits", "codes that need 64 bits beside their ranks"])
def test_random_lists_match_sets_across_blocks(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twostage.base.blocks.CELLS", 64)
    rng = np.random.default_rng(0)
    a, b = (np.argsort(rng.random((50, 20)), axis=1)[:, :8].astype(np.int32) + first for _ in range(2))
    a[rng.random(50) < 0.3, 5:] = -1
    pair = shared(a, b)
    found = set(zip(pair.query.tolist(), pair.rank_a.tolist(), pair.rank_b.tolist(), strict=True))
    expected = {
        (query, x.index(item) + 1, y.index(item) + 1)
        for query, (x, y) in enumerate(zip(a.tolist(), b.tolist(), strict=True))
        for item in set(x) & set(y) - {-1}
    }
    assert found == expected
    assert (np.diff(pair.query) >= 0).all()
