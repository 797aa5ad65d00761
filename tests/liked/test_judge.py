from math import exp, log

import numpy as np
import pandas as pd
import pytest

from twostage.liked.judge import judged, left_out

# Two queries of a warm user, one of a cold one.
ROWS = pd.DataFrame(
    {
        "query": [0, 0, 1, 2, 2],
        "label": [True, False, True, True, False],
        "user": [4, 4, 4, 5, 5],
        "proposals": [2, 0, 0, 1, 0],
    }
)
WARM = ROWS["user"].to_numpy() == 4
SCORES = {"classifier": np.array([0.0, -1, 2, 1, 1]), "als_score": np.array([0.1, 0.5, np.nan, 0.9, np.nan])}


def test_by_hand():
    report = judged(ROWS, WARM, SCORES, "classifier")
    assert (report["pairs"], report["proposed"]) == (5, 2 / 5)
    assert {name: report[name]["pairs"] for name in ("all", "warm", "cold")} == {"all": 5, "warm": 3, "cold": 2}
    every = report["all"]["scorers"]
    # Liked: 0, 2, 1 against -1, 1.
    assert every["classifier"]["roc_auc"] == pytest.approx((1 + 2 + 1.5) / 6)
    assert every["classifier"]["roc_auc_within_query"] == pytest.approx(1.5 / 2)
    # Liked: .1, none, .9 against .5, none: what has no score lies below all.
    assert every["als_score"]["roc_auc"] == pytest.approx((1 + 0.5 + 2) / 6)
    # .9 right, .5 wrong, .1 right, then two of which one is right.
    assert every["als_score"]["pr_auc"] == pytest.approx((1 + 2 / 3 + 3 / 5) / 3)
    warm = report["warm"]
    assert warm["liked"] == pytest.approx(2 / 3)
    losses = [log(2), -log(1 - 1 / (1 + exp(1))), log(1 + exp(-2))]
    assert warm["scorers"]["classifier"]["log_loss"] == pytest.approx(np.mean(losses))
    assert warm["log_loss_of_the_share"] == pytest.approx(-(2 * log(2 / 3) + log(1 / 3)) / 3)
    assert "log_loss" not in warm["scorers"]["als_score"]


def test_calibration_is_of_the_classifier_and_of_all():
    found = judged(ROWS, WARM, SCORES, "classifier")["calibration"]
    assert found["pairs"] == [1] * 5
    assert found["observed"] == [0, 1, 1, 0, 1]
    assert found["predicted"][0] == pytest.approx(1 / (1 + exp(1)))


def test_a_segment_of_one_label_is_left_out():
    assert "cold" not in judged(ROWS.assign(label=[True, False, True, True, True]), WARM, SCORES, "classifier")
    assert "warm" not in judged(ROWS.assign(label=[True, True, True, True, False]), WARM, SCORES, "classifier")


@pytest.mark.parametrize(
    ("rule", "learned", "test", "words"),
    [
        ("", [], [], "neither target nor watched_pct"),
        ("target = 1", [], [1, 0], "target = 1: the pairs of the valid folds are 0, none or all of them liked"),
        ("target = 1", [1, 1, 1], [1, 0], "the pairs of the valid folds are 3"),
        ("target = 1", [1, 0], [0, 0], "the pairs of the test are 2"),
    ],
)
def test_what_cannot_be_judged_says_why(rule, learned, test, words):
    taught, test = (pd.DataFrame({"label": np.array(rows, bool)}) for rows in (learned, test))
    assert words in left_out(rule, [taught] if len(taught) else [], test)


def test_what_can_be_judged_is():
    both = pd.DataFrame({"label": [True, False]})
    assert left_out("target = 1", [both.iloc[:1], both.iloc[1:]], both) is None


def test_however_sure_the_classifier_is_its_loss_is_finite():
    sure = SCORES | {"classifier": np.array([800.0, 800, 800, 800, -800])}
    assert judged(ROWS, WARM, sure, "classifier")["all"]["scorers"]["classifier"]["log_loss"] == pytest.approx(800 / 5)
