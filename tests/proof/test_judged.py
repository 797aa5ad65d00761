import numpy as np
import pytest

from tests.proof.cases import small
from twostage.proof.judged import summary


def test_places_of_labels_by_system():
    assert small().places["ranker"].tolist() == [0, 0, 0, 0, 0, 1, 2, 0]
    assert small().places["fusion"].tolist() == [0, -1, 1, -1, 1, 0, -1, -1]


def test_values_cut_at_k():
    recall = small().values("ranker", ["recall"], 2)[:, 0]
    assert recall.tolist() == [1, 1, 1, 1, 1, 0.5, 1]


def test_labels_that_do_not_count_are_not_there_at_all():
    judged = small()
    recall = judged.values("ranker", ["recall"], 2, judged.item == 2)[:, 0]
    assert np.isnan(recall[[0, 2, 3, 4, 6]]).all()
    assert recall[[1, 5]].tolist() == [1, 1]


def test_blocks_without_a_query_are_left_out():
    judged = small()
    empty = {"none": np.zeros(7, bool)}
    blocks = type(judged)(**vars(judged) | {"segments": judged.segments | empty}).blocks(["daily"], ["cold", "none"])
    assert list(blocks) == [("daily", "cold")]
    assert np.flatnonzero(blocks["daily", "cold"]).tolist() == [3]


def test_summary_keeps_systems_and_measures_apart():
    user = np.array([0, 1, 2])
    values = {"a": np.array([[0.0, 1], [0, 1], [9, 9]]), "b": np.array([[1.0, 2], [3, 4], [9, 9]])}
    found = summary(values, ["x", "y"], np.array([True, True, False]), user, seed=1)
    assert found["a"] == {"x": 0, "x_interval": [0, 0], "y": 1, "y_interval": [1, 1]}
    assert (found["b"]["x"], found["b"]["y"]) == (pytest.approx(2), pytest.approx(3))
    assert found["b"]["x_interval"] == [1, 3]
