from math import log

import numpy as np
import pytest

from twostage.metrics.classification import calibration, log_loss, pr_auc, roc_auc_within

YES, NO = True, False


def label(*values):
    return np.array(values, bool)


def test_pr_auc_by_hand():
    # From the top: yes (1/1), no, yes (2/3): half of the recall each.
    assert pr_auc(np.array([0.2, 0.9, 0.5]), label(YES, YES, NO)) == pytest.approx((1 + 2 / 3) / 2)


def test_pr_auc_of_equal_scores_is_the_share_of_positives():
    assert pr_auc(np.zeros(4), label(YES, NO, NO, NO)) == pytest.approx(1 / 4)


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 2, 1, 0]])
def test_pr_auc_takes_what_has_no_score_as_one_threshold_below_all(order):
    score, liked = np.array([0.1, np.nan, np.nan, -np.inf])[order], label(YES, YES, NO, NO)[order]
    assert pr_auc(score, liked) == pytest.approx((1 + 2 / 4) / 2)


def test_pr_auc_without_a_positive():
    assert pr_auc(np.array([0.1, 0.2]), label(NO, NO)) == 0


def test_roc_auc_compares_within_queries_only():
    # Query 0: right. Query 1: one pair right, one a tie. Query 2 has no pair. Across queries much would be wrong.
    query = np.array([0, 0, 1, 1, 1, 2])
    score = np.array([0.2, 0.1, 0.9, 0.9, 0.8, 0.0])
    assert roc_auc_within(query, score, label(YES, NO, YES, NO, NO, YES)) == pytest.approx((1 + 1 + 0.5) / 3)


def test_what_has_no_score_lies_below_every_number():
    query, score = np.zeros(4, int), np.array([np.nan, 1.0, 2.0, np.nan])
    assert roc_auc_within(query, score, label(YES, NO, NO, NO)) == pytest.approx(0.5 / 3)
    assert roc_auc_within(query, score, label(NO, NO, YES, NO)) == 1


def test_roc_auc_without_a_pair_is_one_half():
    assert roc_auc_within(np.array([0, 1]), np.array([1.0, 2.0]), label(YES, NO)) == 0.5


def test_log_loss_by_hand():
    expected = -(log(0.8) + log(0.75)) / 2
    odds = np.array([0.8 / 0.2, 0.25 / 0.75])
    assert log_loss(np.log(odds), label(YES, NO)) == pytest.approx(expected)


def test_calibration_by_hand_in_the_order_of_probability():
    table = calibration(np.array([0.9, 0.1, 0.3, 0.7]), label(YES, NO, YES, YES), 2)
    assert table.to_dict("list") == {"predicted": pytest.approx([0.2, 0.8]), "observed": [0.5, 1.0], "pairs": [2, 2]}


def test_calibration_of_fewer_pairs_than_bins():
    assert calibration(np.array([0.9, 0.1]), label(YES, NO), 10)["pairs"].tolist() == [1, 1]
