from math import exp, log

import pandas as pd
import pytest

from tests.small import interactions
from twostage.proof.observed import observed, threshold
from twostage.proof.watched import pairs

ROWS = [(0, 0, 5), (0, 1, 10), (0, 2, 10), (1, 3, 11), (1, 4, 12)]
PERCENT = [10, 90, 30, 50, None]
QUERIES = pd.DataFrame(
    [(0, 0, 10, "daily"), (1, 1, 11, "daily"), (2, 1, 12, "daily"), (3, 0, 10, "horizon")],
    columns=["query", "user", "day", "protocol"],
)
SCORES = pd.DataFrame(
    {"query": [0, 0, 1, 2], "item": [1, 2, 3, 4], "ranker": [2.0, 1, 3, 9], "classifier": [0.0, -1, 1, 9]}
)


def asked(**columns):
    return pairs(interactions(ROWS, **columns), QUERIES)


def test_every_row_of_the_test_once_by_its_own_days_query():
    assert sorted(zip(*asked()[["query", "item"]].to_numpy().T.tolist(), strict=True)) == [
        (0, 1),
        (0, 2),
        (1, 3),
        (2, 4),
    ]


def test_by_hand_with_a_pair_that_no_generator_proposed_and_one_that_says_nothing():
    scores = SCORES[SCORES["item"] != 3]
    report = observed(asked(watched_pct=PERCENT), scores, 50)
    assert report["label"] == "watched_pct >= 50"
    assert report["pairs"] == 3  # the row without a percentage is left out
    assert report["covered"] == pytest.approx(2 / 3)
    assert (report["liked"], report["liked_of_all"]) == (1 / 2, pytest.approx(2 / 3))
    assert report["ranker"] == {"roc_auc": 1, "roc_auc_within_query": 1, "pr_auc": 1}
    # Log odds 0 of a liked pair, -1 of another.
    assert report["classifier"]["log_loss"] == pytest.approx((log(2) - log(1 - 1 / (1 + exp(1)))) / 2)
    assert report["classifier"]["log_loss_of_the_share"] == pytest.approx(log(2))
    assert report["classifier"]["calibration"]["observed"] == [0, 1]


def test_the_logs_own_target_decides_where_there_is_one():
    report = observed(asked(watched_pct=PERCENT, target=[1, 0, 1, 0, 1]), SCORES, 50)
    assert report["label"] == "target > 0"
    # Liked: item 2 (score 1) and 4 (9) against 1 (2) and 3 (3); within query 0 the wrong way round.
    assert report["ranker"]["roc_auc"] == pytest.approx(2 / 4)
    assert report["ranker"]["roc_auc_within_query"] == 0


@pytest.mark.parametrize(
    ("columns", "bound", "reason"),
    [
        ({}, None, "neither target nor watched_pct"),
        ({}, 50, "neither target nor watched_pct"),
        ({"watched_pct": PERCENT}, 5, "all of one label"),
        ({"watched_pct": [10, None, None, None, None]}, 50, "all of one label"),
    ],
)
def test_what_cannot_be_judged_says_why(columns, bound, reason):
    assert reason in observed(asked(**columns), SCORES, bound)["left_out"]


def test_the_bound_is_the_median_unless_given():
    past = interactions(ROWS, watched_pct=PERCENT)
    assert threshold(past, None) == 40  # of 10, 30, 50, 90
    assert threshold(past, 70) == 70
    assert threshold(past.drop(columns="watched_pct"), None) is None
    assert threshold(interactions(ROWS, watched_pct=[None] * 5), None) is None
