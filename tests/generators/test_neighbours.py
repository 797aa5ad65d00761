import numpy as np
import pytest
from scipy.sparse import csr_matrix

from tests.small import asked, log, make
from twostage.generators.kinds.neighbours import strongest

# User 0: 0, 1, 2; user 1: 0, 2; user 2: 1.
ROWS = [(0, 0, 1), (0, 1, 2), (0, 2, 3), (1, 0, 1), (1, 2, 2), (2, 1, 1)]


def fitted(name: str, **values):
    model = make(name, **values)
    model.fit(log(ROWS))
    return model


def test_strongest_leaves_out_the_diagonal_and_breaks_ties_by_the_lower_column():
    table = csr_matrix([[9.0, 1, 1, 2], [0, 5, 0, 0], [3, -1, 0, 0], [1, 1, 1, 1]])
    assert strongest(table, 2).toarray().tolist() == [[0, 1, 0, 2], [0, 0, 0, 0], [3, 0, 0, 0], [1, 1, 0, 0]]


def test_item_knn_adds_the_cosines_of_the_history():
    # Watched together: 0 and 1 once of 2 each, 0 and 2 twice of 2 each, 1 and 2 once.
    model = fitted("item_knn", similarity="cosine", neighbours=5, half_life=None)
    expected = [[0, 1 / 2, 1], [1 / 2, 0, 1 / 2], [1, 1 / 2, 0]]
    assert model.similarity.toarray() == pytest.approx(np.array(expected))
    scores = model.score(asked([(0, 3), (1, 9)], log(ROWS)), np.array([0, 1, 1]), np.array([2, 1, 0]))
    # On day 3 user 0 has items 0 and 1. User 1 has 0 and 2: item 0 is near item 2.
    assert scores == pytest.approx([1 + 1 / 2, 1 / 2 + 1 / 2, 1])


def test_item_knn_halves_the_weight_every_half_life():
    model = fitted("item_knn", similarity="cosine", neighbours=5, half_life=1.0)
    scores = model.score(asked([(0, 3)], log(ROWS)), np.array([0]), np.array([2]))
    assert scores == pytest.approx([1 / 2 + 1 / 2 * 1])  # item 1 was the last one, item 0 the one before


@pytest.mark.parametrize("similarity", ["tfidf", "bm25"])
def test_item_knn_knows_other_weights(similarity):
    rows = [*ROWS, *((user, 3 + user % 7, 1) for user in range(3, 30))]
    model = make("item_knn", similarity=similarity)
    model.fit(log(rows))
    assert model.similarity[0, 2] > model.similarity[0, 1] > 0


def test_last_items_counts_what_came_soon_after():
    # 0 to 1: one step; 1 to 2: one step; 0 to 2: one step and two steps. Rows: 2 of each item.
    model = fitted("last_items", last=2, steps=2, backward=0.0, popularity_power=0.0, neighbours=5)
    expected = [[0, 1 / 2, (1 + 1 / 2) / 2], [0, 0, 1 / 2], [0, 0, 0]]
    assert model.similarity.toarray() == pytest.approx(np.array(expected))
    # On day 3 user 0's last item is 1, the one before 0.
    scores = model.score(asked([(0, 3)], log(ROWS)), np.array([0, 0]), np.array([2, 1]))
    assert scores == pytest.approx([1 / 2 + 3 / 4 / 2, 1 / 2 / 2])


def test_last_items_looks_back_and_not_only_at_the_popular():
    model = fitted("last_items", last=2, steps=1, backward=0.5, popularity_power=1.0, neighbours=5)
    # One step: 0 to 1, 1 to 2, 0 to 2; over 2 rows of the first and 2 of the second.
    expected = [[0, 1 / 4, 1 / 4], [1 / 8, 0, 1 / 4], [1 / 8, 1 / 8, 0]]
    assert model.similarity.toarray() == pytest.approx(np.array(expected))


def test_last_items_reads_no_more_than_the_last_ones():
    model = fitted("last_items", last=1, steps=2, backward=0.0, popularity_power=0.0, neighbours=5)
    scores = model.score(asked([(0, 3)], log(ROWS)), np.array([0, 0]), np.array([2, 1]))
    assert scores == pytest.approx([1 / 2, np.nan], nan_ok=True)
