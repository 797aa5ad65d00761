import numpy as np

from tests.proof.cases import small


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
    blocks = type(judged)(**vars(judged) | {"segments": judged.segments | empty}).blocks("cold", "none")
    assert list(blocks) == [("horizon", "cold"), ("daily", "cold")]
    assert np.flatnonzero(blocks["daily", "cold"]).tolist() == [3]
