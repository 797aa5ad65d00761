from itertools import product

import numpy as np
import pytest

from twostage.metrics import sign_flips
from twostage.metrics.sign_flips import p_values


def column(*values):
    return np.array(values, float)[:, None]


def test_three_users_by_hand():
    # Sums of +-1 +-2 +-4 as far from 0 as 1 + 2 + 4 = 7: two of eight. As -1 + 2 + 4 = 5: 7, 5 and their mirrors.
    users = np.arange(3)
    assert p_values(column(1, 2, 4), users, seed=0) == pytest.approx([2 / 8])
    assert p_values(column(-1, 2, 4), users, seed=0) == pytest.approx([4 / 8])


def test_a_users_queries_turn_together():
    # Users 0: .5 + .5, 1: 2, 2: 4 are the case above; query by query there would be 16 outcomes.
    found = p_values(column(0.5, 4, 2, 0.5), np.array([0, 2, 1, 0]), seed=0)
    assert found == pytest.approx([2 / 8])


def test_both_ways_count():
    assert p_values(column(-1, -2, -4), np.arange(3), seed=0) == pytest.approx([2 / 8])


def test_users_without_a_difference_change_nothing_and_none_at_all_gives_1():
    assert p_values(column(1, 2, 4, 0, 0), np.arange(5), seed=0) == pytest.approx([2 / 8])
    assert p_values(column(0, 0), np.arange(2), seed=0).tolist() == [1]


def test_equal_sums_added_in_another_order_are_ties():
    # .1 + .2 - .3 isn't 0 as a float, nor is every other way to write the same sum the same float.
    values = [0.1, 0.2, 0.3, 0.4, 0.7]
    seen = sum(int(10 * v + 0.5) for v in values[:-1]) - 7
    signs = product([-1, 1], repeat=5)
    as_far = sum(abs(sum(s * int(10 * v + 0.5) for s, v in zip(sign, values, strict=True))) >= seen for sign in signs)
    assert p_values(column(*values[:-1], -0.7), np.arange(5), seed=0) == pytest.approx([as_far / 32])


def test_drawn_signs_come_near_the_exact_p_and_repeat_with_the_seed(monkeypatch):
    values = np.random.default_rng(1).normal(0.4, 1, (12, 2))
    users = np.arange(12)
    exact = p_values(values, users, seed=0)
    monkeypatch.setattr(sign_flips, "FLIPS", 4000)
    drawn = p_values(values, users, seed=3)  # 2^12 outcomes are more than 4,001
    assert drawn == pytest.approx(exact, abs=0.03)
    assert not np.array_equal(drawn, exact)
    np.testing.assert_array_equal(drawn, p_values(values, users, seed=3))


def test_a_drawn_p_is_never_0(monkeypatch):
    monkeypatch.setattr(sign_flips, "FLIPS", 99)
    assert p_values(np.ones((40, 1)), np.arange(40), seed=0) == pytest.approx([1 / 100])
