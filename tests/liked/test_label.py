import pytest

from tests.small import interactions
from twostage.liked.label import liked

ROWS = [(0, 0, 5), (0, 1, 10), (0, 2, 10), (1, 3, 11), (1, 4, 12)]
PERCENT = [10, 90, 30, 50, None]


def said(given=None, test_start=11, **columns):
    found = liked(interactions(ROWS, **columns), test_start, given)
    return found.rule, dict(zip(found.rows["item"].tolist(), found.rows["label"].tolist(), strict=True))


def test_the_median_of_what_is_known_before_the_test_decides():
    # Of 10, 30 and 90.
    assert said(watched_pct=PERCENT) == ("watched_pct >= 30", {0: False, 1: True, 2: True, 3: True})
    assert said(watched_pct=[*PERCENT[:3], 99, 99]) == (
        "watched_pct >= 30",
        {0: False, 1: True, 2: True, 3: True, 4: True},
    )


def test_a_given_bound_or_the_logs_own_target_stands_above_it():
    assert said(70, watched_pct=PERCENT) == ("watched_pct >= 70", {0: False, 1: True, 2: False, 3: False})
    targets = [1, 0, None, 1, 0]
    assert said(70, watched_pct=PERCENT, target=targets) == ("target = 1", {0: True, 1: False, 3: True, 4: False})


def test_a_column_that_says_nothing_on_one_side_of_the_test_is_passed_over():
    """A train.csv with `target` and a test.csv without."""
    by_percent = said(watched_pct=PERCENT)
    assert said(watched_pct=PERCENT, target=[1, 0, 1, None, None]) == by_percent
    assert said(watched_pct=PERCENT, target=[None] * 5) == by_percent
    assert said(watched_pct=PERCENT, target=[None, None, None, 1, 0]) == by_percent


@pytest.mark.parametrize(
    ("columns", "given"),
    [
        ({}, None),
        ({}, 50),
        ({"watched_pct": [None] * 5}, None),
        ({"watched_pct": [None, None, None, 50, 5]}, 50),
        ({"watched_pct": [10, 90, 30, None, None]}, 50),
    ],
)
def test_a_log_that_cannot_say_has_no_rule_and_no_row(columns, given):
    assert said(given, **columns) == ("", {})
