import gc
import weakref

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from tests.small import asked, interactions, log
from twostage.past import log as module
from twostage.past.attributes import UNKNOWN, Attributes
from twostage.past.log import Log, favourites, from_table, in_order

# Items 0 and 1 have one value each, item 2 both, item 3 none.
VALUES = csr_matrix(np.array([[1, 0], [0, 1], [1, 1], [0, 0]], dtype=np.float32))
USER = np.array([3, 3, 3, 3, 5, 5, 7], dtype=np.int32)
ITEM = np.array([3, 1, 0, 2, 0, 3, 1], dtype=np.int32)
# User 3: nothing, value 1 once, a tie (the lower code), a tie of two each; user 5: value 0 twice; user 7 alone.
FAVOURITES = [-1, 1, 0, 0, 0, 0, 1]


@pytest.mark.parametrize("cells", [1, 2, 4, 6, 10, 200])
def test_favourites_up_to_each_row_in_blocks_of_any_size(cells, monkeypatch):
    monkeypatch.setattr(module, "CELLS", cells)
    assert favourites(USER, ITEM, VALUES).tolist() == FAVOURITES


def test_favourites_of_nothing():
    assert favourites(USER[:0], ITEM[:0], VALUES).tolist() == []
    assert favourites(USER, ITEM, VALUES[:, :0]).tolist() == [-1] * 7


@pytest.mark.parametrize(
    "days",
    [
        pytest.param([], id="none"),
        pytest.param([7, 5, 7, 5, 6], id="equal ones as they were"),
        pytest.param([65535, 0, 65534, 65535], id="the most that 16 bits hold"),
        pytest.param([65536, 0, 65535, 1], id="one more"),
        pytest.param([-70000, 3, -70001, -1], id="long before 1970"),
    ],
)
def test_days_in_order(days):
    days = np.array(days, np.int32)
    assert in_order(days).tolist() == np.argsort(days, kind="stable").tolist()


def known(users: dict, items: dict) -> Log:
    rows = [(0, 1, 10), (0, 0, 11), (0, 0, 12), (1, 1, 11)]
    return from_table(interactions(rows), Attributes(pd.DataFrame(users), pd.DataFrame(items)))


def test_the_segment_is_that_of_the_users_attributes_where_the_log_has_them():
    # Codes in the order of (age, sex), a missing value before all others.
    users = {"user_id": [1, 2, 3], "age": ["old", "new", "old"], "sex": ["M", "M", None]}
    found = known(users, {"item_id": [1, 2], "genres": ["a", "b"]})
    assert found.about.user_segment.tolist() == [2, 0, 1]
    assert found.segment.tolist() == [2, 2, 2, 0]
    queries = asked([(0, 5), (0, 99), (2, 5), (3, 5)], found)
    assert queries.segment.tolist() == [2, 2, 1, -1]


def test_the_segment_is_the_favourite_genre_where_it_has_none():
    found = known({"user_id": [1, 2]}, {"item_id": [1, 2], "genres": ["a", "b"]})
    assert found.about.user_segment is None
    assert found.segment.tolist() == [1, 0, 0, 1]
    queries = asked([(0, 10), (0, 11), (0, 12), (1, 11), (1, 12), (9, 12)], found)
    assert queries.segment.tolist() == [-1, 1, 0, -1, 1, -1]


def test_nobody_has_a_segment_where_nothing_is_known():
    for found in (known({"user_id": [1, 2]}, {"item_id": [1, 2]}), log([(0, 0, 10), (1, 1, 11)])):
        assert set(found.segment.tolist()) == {-1}
        assert asked([(0, 99), (5, 99)], found).segment.tolist() == [-1, -1]


def test_rows_of_the_segment_in_the_window_before_each_day():
    found = known({"user_id": [1, 2], "sex": ["M", "F"]}, {"item_id": [1, 2]})
    # Segments: F 0, M 1. Pairs in the order of day, then segment, UNKNOWN first.
    queries = asked([(0, 13), (1, 13), (0, 12), (9, 13), (0, 12)], found)
    assert queries.day_segments[1].tolist() == [3, 2, 0, 1, 0]
    assert queries.segment_counts(2).tolist() == [[1, 1], [0, 0], [0, 1], [2, 0]]
    assert queries.segment_counts(1).tolist() == [[1, 0], [0, 0], [0, 0], [1, 0]]


def test_rows_of_each_segment_before_a_day_and_none_of_nobodys():
    found = known({"user_id": [1, 2, 3], "sex": ["M", "F", "X"]}, {"item_id": [1, 2]})
    # F, M, X, which has no row, and UNKNOWN, the last.
    assert found.segment_counts(13, 2).tolist() == [[0, 1], [2, 0], [0, 0], [0, 0]]
    assert not found.segment_counts(13, 2)[UNKNOWN].any()


def test_a_log_without_items_counts_nothing_by_segment():
    assert log([]).segment_counts(13, 2).shape == (1, 0)


def test_a_log_that_was_counted_goes_with_its_last_use():
    """Each fold has a log of its own: held by itself, it would stay until Python looks for cycles."""
    counted = log([(0, 0, 1), (1, 1, 2)])
    counted.counts(0, 2)
    counted.segment_counts(2, 1)
    watched = weakref.ref(counted)
    gc.disable()
    try:
        del counted
        assert watched() is None
    finally:
        gc.enable()
