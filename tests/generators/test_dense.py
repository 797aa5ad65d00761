import numpy as np

from twostage.generators.kinds.dense import best

NAN = np.nan


def test_best_first_and_the_lower_item_among_equals():
    scores = np.array([[1, 3, 2, 3, NAN], [0, 0, 0, 0, 0], [NAN, -1, NAN, NAN, -2]], dtype=np.float32)
    items, found = best(scores, 3)
    assert items.tolist() == [[1, 3, 2], [0, 1, 2], [1, 4, -1]]
    np.testing.assert_array_equal(found, np.array([[3, 3, 2], [0, 0, 0], [-1, -2, NAN]], dtype=np.float32))


def test_equals_on_the_edge_of_a_list_are_cut_after_the_lower_items():
    items, _ = best(np.array([[5, 7, 5, 9, 5]], dtype=np.float32), 3)
    assert items.tolist() == [[3, 1, 0]]


def test_a_row_without_a_score_is_an_empty_list():
    items, found = best(np.full((1, 4), NAN, np.float32), 2)
    assert items.tolist() == [[-1, -1]]
    assert np.isnan(found).all()
