import pytest

from twostage.generators.kinds.instead import clearly_best

WORTH = {7: 1.0, 1: 1.05, 3: 1.2, 14: 1.3, 30: 1.3}


@pytest.mark.parametrize(
    ("instead", "clearly", "expected"),
    [
        ([1], 1.1, 7),  # better, but not clearly
        ([1, 3], 1.1, 3),
        ([3, 14], 1.1, 14),  # the best of several
        ([14, 30], 1.1, 14),  # of equal ones the first
        ([14], 1.3, 7),  # exactly so much better isn't over it
    ],
)
def test_the_given_value_stays_unless_another_is_clearly_better(instead, clearly, expected):
    assert clearly_best(7, instead, WORTH.__getitem__, clearly) == expected


def test_without_another_nothing_is_tried():
    assert clearly_best(7, [], {}.__getitem__, 1.1) == 7
