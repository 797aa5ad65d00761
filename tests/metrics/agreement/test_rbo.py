import numpy as np
import pytest

from twostage.metrics.agreement import rbo
from twostage.metrics.agreement.shared import shared


def lists(*words: str, depth: int = 8) -> np.ndarray:
    """A row of letters' codes for each word, padded to the depth."""
    rows = [[ord(letter) for letter in word] + [-1] * (depth - len(word)) for word in words]
    return np.array(rows, dtype=np.int32)


def rbo_ext(a, b, p: float) -> np.ndarray:
    return rbo.rbo_ext(shared(a, b), p)


def rbo_min(a, b, p: float) -> np.ndarray:
    return rbo.rbo_min(shared(a, b), p)


def direct_min(a: list[int], b: list[int], p: float) -> float:
    """Equation 11 term by term."""
    k = max(len(a), len(b))
    x = [len(set(a[:d]) & set(b[:d])) for d in range(k + 1)]
    return (1 - p) / p * (sum((x[d] - x[k]) * p**d / d for d in range(1, k + 1)) - x[k] * np.log(1 - p))


def direct_ext(a: list[int], b: list[int], p: float) -> float:
    """Equation 32 term by term, for two lists of at least one item."""
    s, l_ = sorted([len(a), len(b)])
    x = [len(set(a[:d]) & set(b[:d])) for d in range(l_ + 1)]
    total = sum(x[d] / d * p**d for d in range(1, l_ + 1))
    total += sum(x[s] * (d - s) / (s * d) * p**d for d in range(s + 1, l_ + 1))
    return (1 - p) / p * total + ((x[l_] - x[s]) / l_ + x[s] / s) * p**l_


# Webber et al., section 4: two lists that share two items from depth 3 on, and what the paper prints of depths 1 to 7.
S, T = lists("abcdefg"), lists("zcavwxy")
PUBLISHED_AGREEMENT = [0, 0, 0.667, 0.500, 0.400, 0.333, 0.286]
PUBLISHED_AVERAGE_OVERLAP = [0, 0, 0.222, 0.292, 0.313, 0.317, 0.312]
AGREEMENT = [0, 0, 2 / 3, 2 / 4, 2 / 5, 2 / 6, 2 / 7]


def test_published_agreement_and_average_overlap() -> None:
    depth = shared(S, T).depth
    assert [np.count_nonzero(depth <= d) / d for d in range(1, 8)] == AGREEMENT
    assert pytest.approx(PUBLISHED_AGREEMENT, abs=5e-4) == AGREEMENT
    assert np.cumsum(AGREEMENT) / np.arange(1, 8) == pytest.approx(PUBLISHED_AVERAGE_OVERLAP, abs=5e-4)


@pytest.mark.parametrize("p", [0.5, 0.9, 0.98])
def test_published_lists_are_as_similar_as_their_agreement_adds_up_to(p: float) -> None:
    # By definition depth d weighs (1 - p) p^(d - 1). Below depth 7 nothing more is shared, or as much as at depth 7.
    unseen = range(8, 3000)
    least, as_before = ([*AGREEMENT, *more] for more in ([2 / d for d in unseen], [2 / 7 for _ in unseen]))
    weight = (1 - p) * p ** np.arange(2999)
    assert rbo_min(S, T, p)[0] == pytest.approx(np.dot(weight, least))
    assert rbo_ext(S, T, p)[0] == pytest.approx(np.dot(weight, as_before))


def test_even_lists_by_hand() -> None:
    # X_d = 0, 1, 2, 4, 5: 1/9 (.81/2 + .729 2/3 + .6561 + .59049) + .59049.
    assert rbo_ext(lists("abcde"), lists("bcdae"), 0.9)[0] == pytest.approx(0.828, abs=5e-4)


def test_uneven_lists_by_hand() -> None:
    # s = 1, l = 2, X_1 = 0, X_2 = 1: (.5/.5) (1/2 .25) + (1/2) .25.
    assert rbo_ext(lists("a"), lists("ba"), 0.5)[0] == pytest.approx(0.25)
    # X_1 = 1, X_2 = 1: (1 .5 + 1/2 .25) + 1 (2 - 1) / (1 2) .25 + 1 .25.
    assert rbo_ext(lists("a"), lists("ab"), 0.5)[0] == pytest.approx(1)


def test_minimum_by_hand() -> None:
    # One shared item from depth 2 on: -ln(.5) - .5.
    assert rbo_min(lists("ab"), lists("ca"), 0.5)[0] == pytest.approx(np.log(2) - 0.5)


def test_prefix_of_a_list_extrapolates_to_1() -> None:
    assert rbo_ext(lists("abcdefg"), lists("abc"), 0.95)[0] == pytest.approx(1)


@pytest.mark.parametrize("p", [0.1, 0.9, 0.98])
def test_identical_lists_give_1_and_disjoint_ones_0(p: float) -> None:
    same = lists("abcdefgh", "abc", "z")
    np.testing.assert_allclose(rbo_ext(same, same, p), 1)
    other = lists("ijklmnop", "xyz", "a")
    assert rbo_ext(same, other, p).tolist() == [0, 0, 0]
    assert rbo_min(same, other, p).tolist() == [0, 0, 0]


@pytest.mark.parametrize(("p", "d", "rounded"), [(0.9, 10, 0.86), (0.98, 50, 0.85)])
def test_minimum_of_identical_lists_is_the_weight_of_their_ranks(p: float, d: int, rounded: float) -> None:
    rows = np.arange(d)[None, :]
    # Webber et al., equation 21.
    weight = 1 - p ** (d - 1) + (1 - p) / p * d * (np.log(1 / (1 - p)) - sum(p**i / i for i in range(1, d)))
    assert rbo_min(rows, rows, p)[0] == pytest.approx(weight)
    assert weight == pytest.approx(rounded, abs=0.005)


def test_minimum_of_identical_lists_tends_to_1_with_depth() -> None:
    deep = np.arange(2000)[None, :]
    assert rbo_min(deep, deep, 0.98)[0] == pytest.approx(1)


def test_small_p_tends_to_the_agreement_of_the_first_rank() -> None:
    np.testing.assert_allclose(rbo_ext(lists("abc", "bac"), lists("acb", "abc"), 1e-9), [1, 0], atol=1e-8)


@pytest.mark.parametrize("measure", [rbo_ext, rbo_min])
def test_two_empty_lists_give_nan_and_one_gives_0(measure) -> None:
    np.testing.assert_array_equal(measure(lists("", "", "a"), lists("", "a", ""), 0.9), [np.nan, 0, 0])


@pytest.mark.parametrize("p", [0.0, 1.0, -0.5, float("nan")])
@pytest.mark.parametrize("measure", [rbo_ext, rbo_min])
def test_p_outside_0_to_1_raises(measure, p: float) -> None:
    with pytest.raises(ValueError, match="p = "):
        measure(lists("a"), lists("a"), p)


@pytest.mark.parametrize("p", [0.3, 0.9, 0.98])
def test_random_uneven_lists_match_the_equations_across_blocks(p: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twostage.base.blocks.CELLS", 200)
    rng = np.random.default_rng(0)
    a, b = (np.argsort(rng.random((200, 30)), axis=1)[:, :depth] for depth in (20, 12))
    for rows in (a, b):
        rows[np.arange(rows.shape[1]) >= rng.integers(1, rows.shape[1] + 1, 200)[:, None]] = -1
    pairs = [([i for i in x if i >= 0], [i for i in y if i >= 0]) for x, y in zip(a.tolist(), b.tolist(), strict=True)]
    np.testing.assert_allclose(rbo_ext(a, b, p), [direct_ext(x, y, p) for x, y in pairs], atol=1e-12)
    np.testing.assert_allclose(rbo_min(a, b, p), [direct_min(x, y, p) for x, y in pairs], atol=1e-12)
    np.testing.assert_allclose(rbo_ext(b, a, p), rbo_ext(a, b, p), atol=1e-12)
    assert (rbo_min(a, b, p) <= rbo_ext(a, b, p) + 1e-12).all()
