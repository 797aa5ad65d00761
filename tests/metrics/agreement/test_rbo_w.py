import numpy as np
import pytest

from twostage.metrics.agreement.rbo import rbo_ext
from twostage.metrics.agreement.rbo_w import rbo_w, ties
from twostage.metrics.agreement.shared import shared

NAN = np.nan


def measure(a: list[int], scores_a: list[float], b: list[int], scores_b: list[float], p: float) -> float:
    pair = shared(np.array([a]), np.array([b]))
    return rbo_w(pair, ties(np.array([scores_a])), ties(np.array([scores_b])), p)[0]


def test_first_and_last_rank_of_groups_and_no_tie_of_what_has_no_score() -> None:
    found = ties(np.array([[5.0, 5, 5, 4, 3, 3], [2, 1, 1, NAN, NAN, NAN]]))
    assert found.top.tolist() == [[1, 1, 1, 4, 5, 5], [1, 2, 2, 4, 5, 6]]
    assert found.bottom.tolist() == [[3, 3, 3, 4, 6, 6], [1, 3, 3, 4, 5, 6]]


def test_tied_items_stand_at_the_first_rank_of_their_group_by_hand() -> None:
    # a: (1 2); b: 1 3. S_1 = {1, 2}, L_1 = {1}: A_1 = 2/3; A_2 = 1/2, which goes on.
    # 1 x (2/3 x .5 + 1/2 x .25) + 1/2 x .25 at p = .5.
    assert measure([1, 2], [9, 9], [1, 3], [9, 8], 0.5) == pytest.approx(2 / 3 * 0.5 + 0.5 * 0.25 + 0.5 * 0.25)


def test_the_published_example() -> None:
    """Corsi, Urbano's own implementation tells .7068257 for these two rankings at p = .95 (its README)."""
    red, blue, green, yellow, pink, white, black, purple = range(8)
    x, y = [red, blue, green, yellow, pink, -1, -1], [blue, red, white, yellow, black, purple, green]
    found = measure(x, [5, 4, 4, 3, 2, NAN, NAN], y, [9, 9, 8, 7, 7, 7, 6], 0.95)
    assert found == pytest.approx(0.7068257, abs=5e-8)
    assert measure(y, [9, 9, 8, 7, 7, 7, 6], x, [5, 4, 4, 3, 2, NAN, NAN], 0.95) == found


def test_lists_that_are_ties_of_the_same_items_agree_whatever_breaks_the_tie() -> None:
    assert measure([1, 2, 3], [1, 1, 1], [3, 1, 2], [7, 7, 7], 0.9) == pytest.approx(1)


@pytest.mark.parametrize("p", [0.3, 0.9, 0.98])
def test_without_ties_it_is_rbo_ext_for_uneven_and_empty_lists_too(p: float) -> None:
    rng = np.random.default_rng(0)
    a, b = (np.argsort(rng.random((200, 25)), axis=1)[:, :15] for _ in range(2))
    for rows in (a, b):
        rows[np.arange(15) >= rng.integers(0, 16, 200)[:, None]] = -1
    a[0] = b[0] = -1
    scores = np.where(a >= 0, -np.arange(15.0), NAN), np.where(b >= 0, -np.arange(15.0), NAN)
    pair = shared(a, b)
    assert (pair.length_a[1:] == 0).any(), "one list empty, the other not"
    np.testing.assert_allclose(rbo_w(pair, ties(scores[0]), ties(scores[1]), p), rbo_ext(pair, p), atol=1e-12)


def test_p_outside_0_to_1_raises() -> None:
    with pytest.raises(ValueError, match="p = 1"):
        measure([1], [1], [1], [1], 1)
