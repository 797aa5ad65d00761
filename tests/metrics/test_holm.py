import numpy as np
import pytest

from twostage.metrics.holm import holm


def test_four_tests_by_hand_in_the_given_order():
    # Sorted: .005, .01, .03, .04 times 4, 3, 2, 1 is .02, .03, .06, .04; no later one is below an earlier one: .06.
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_never_over_1_and_one_test_stays():
    assert holm(np.array([0.9, 0.8])) == pytest.approx([1, 1])
    assert holm(np.array([0.04])) == pytest.approx([0.04])


def test_equal_p_are_corrected_alike():
    assert holm(np.array([0.02, 0.02, 0.02])) == pytest.approx([0.06, 0.06, 0.06])
