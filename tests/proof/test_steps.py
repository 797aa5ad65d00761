import pytest

from tests.proof.cases import small
from twostage.proof.steps import steps


def test_gains_of_warm_users_by_hand():
    block = steps(small(), k=2)["horizon"]
    # MAP of users 0 and 1. Fusion: 1/2, 1/2. Scores only: 1, 1/2. Ranker: 1, 1/4.
    assert block["queries"] == 2
    assert {name: values["map"] for name, values in block["systems"].items()} == {
        "fusion": pytest.approx(1 / 2),
        "scores_only": pytest.approx(3 / 4),
        "ranker": pytest.approx(5 / 8),
    }
    assert {name: values["map"] for name, values in block["gains"].items()} == {
        "fusion to scores_only": pytest.approx(1 / 4),
        "scores_only to ranker": pytest.approx(-1 / 8),
        "fusion to ranker": pytest.approx(1 / 8),
    }
    # Paired: one user gains 1/2, the other nothing.
    assert block["gains"]["fusion to scores_only"]["map_interval"] == [0, 1 / 2]
