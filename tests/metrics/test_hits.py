import numpy as np
import pytest

from twostage.metrics.hits import marks, positions, relevant

# Query 0: items 5, 3; query 1: an empty list; query 2: items 3, 5, 7.
LISTS = np.array([[5, 3, -1], [-1, -1, -1], [3, 5, 7]], dtype=np.int32)
# Unsorted, and item 9 is in no list.
QUERY = np.array([2, 0, 1, 2, 0], dtype=np.int32)
ITEM = np.array([7, 3, 5, 3, 9], dtype=np.int32)


def test_the_places_of_relevant_items_are_marked_down_to_the_depth() -> None:
    places = positions(LISTS, QUERY, ITEM)
    expected = [[False, True, False], [False, False, False], [True, False, True]]
    assert marks(places, QUERY, 3, 3).tolist() == expected
    assert marks(places, QUERY, 3, 2).tolist() == [row[:2] for row in expected]


def test_positions_count_from_0_and_are_minus_1_where_the_list_lacks_the_item() -> None:
    assert positions(LISTS, QUERY, ITEM).tolist() == [2, 1, -1, 0, -1]


def test_no_labels() -> None:
    none = np.array([], dtype=np.int32)
    assert not marks(positions(LISTS, none, none), none, 3, 3).any()
    assert relevant(none, 2).tolist() == [0, 0]


def test_relevant_counts_unlisted_items_and_queries_without_labels() -> None:
    assert relevant(QUERY, 4).tolist() == [2, 1, 2, 0]


def test_blocks_of_labels_join_to_the_same_positions(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = positions(LISTS, QUERY, ITEM)
    monkeypatch.setattr("twostage.base.blocks.CELLS", 6)
    np.testing.assert_array_equal(positions(LISTS, QUERY, ITEM), whole)


@pytest.mark.parametrize("query", [-1, 3])
def test_label_of_an_unknown_query_raises(query: int) -> None:
    with pytest.raises(IndexError):
        positions(LISTS, np.array([query]), np.array([5]))
    with pytest.raises(IndexError, match=r"expected 0\.\.2"):
        relevant(np.array([query]), 3)
