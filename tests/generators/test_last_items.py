import numpy as np
import pytest

from tests.small import asked, log, make

# Watches: item 0 twice, 1 twice, 2 once.
ROWS = [(0, 0, 10), (0, 1, 11), (0, 2, 13), (1, 0, 20), (1, 1, 20)]


def similar(rows=ROWS, **values) -> np.ndarray:
    plain = {"steps": 1, "half_life": None, "popularity_power": 0.0}
    model = make("last_items", **plain | values)
    model.fit(log(rows))
    return model.similar.toarray()


def test_what_came_next_and_not_what_came_before():
    assert similar().tolist() == [[0, 2, 0], [0, 0, 1], [0, 0, 0]]


def test_what_came_within_some_rows_of_the_same_user():
    assert similar(steps=2).tolist() == [[0, 2, 1], [0, 0, 1], [0, 0, 0]]
    assert similar(steps=50).tolist() == similar(steps=2).tolist()


def test_days_between_halve_the_weight():
    # One day between items 0 and 1 of user 0, none of user 1; two days between 1 and 2, three between 0 and 2.
    assert similar(steps=2, half_life=1.0).tolist() == [[0, 1 / 2 + 1, 1 / 8], [0, 0, 1 / 4], [0, 0, 0]]


@pytest.mark.parametrize("power", [0.5, 1.0])
def test_popular_items_weigh_less_by_the_power(power):
    expected = [[0, 2 / 4**power, 0], [0, 0, 1 / 2**power], [0, 0, 0]]
    np.testing.assert_allclose(similar(popularity_power=power), expected, rtol=1e-6)


def test_an_item_watched_twice_in_a_row_does_not_follow_itself():
    assert similar([(0, 0, 1), (0, 0, 2), (0, 1, 3)]).tolist() == [[0, 1], [0, 0]]


def test_users_of_one_row_each_teach_nothing():
    assert similar([(0, 0, 1), (1, 1, 1)]).tolist() == [[0, 0], [0, 0]]


def test_the_followers_of_the_last_item_come_first():
    walks = [(user, item, 1 + item) for user in range(3) for item in range(6)]
    model = make("last_items", steps=1, last=2, decay=0.5)
    model.fit(log(walks))
    queries = asked([(9, 20), (8, 20)], log([*walks, (9, 4, 3), (9, 0, 4), (9, 2, 5), (8, 2, 4), (8, 0, 5)]))
    lists = model.retrieve(queries, 3, exclude_seen=True)
    assert lists.items.tolist() == [[3, 1, -1], [1, 3, -1]]
    np.testing.assert_array_equal(lists.scores[:, :2], [[3, 1.5]] * 2)
