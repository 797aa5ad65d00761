import numpy as np
import pytest

from tests.proof.cases import small
from twostage.proof.ceiling import ceiling


def test_horizon_by_hand():
    # All of user 0 and 1 is among the candidates; nothing of user 2, though the ranker's list holds it here.
    block = ceiling(small(), np.array([1, 1, 1, 1, 1, 2, 0]), k=1, keep=3)["horizon"]
    assert block["warm"] == {
        "union_recall": 1,
        "recall_at_k_of_a_perfect_order": pytest.approx((1 + 1 / 2) / 2),
        "recall_at_k": pytest.approx(1 / 2),
        "recall_at_keep": 1,
        "taken_at_k": pytest.approx(1 / 2),
        "taken_at_keep": 1,
        "taken_of_a_perfect_order": pytest.approx(2 / 3),
    }
    assert block["all"]["union_recall"] == pytest.approx(2 / 3)


def test_no_share_of_nothing():
    block = ceiling(small(), np.zeros(7, int), k=1, keep=3)["horizon"]["all"]
    assert block["union_recall"] == 0
    assert not [name for name in block if name.startswith("taken")]
