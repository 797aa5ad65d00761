import numpy as np
import pandas as pd
import pytest

from tests.small import asked, every_pair, interactions, make
from twostage.past.attributes import Attributes
from twostage.past.log import from_table

# Items 0 and 1 are old; 2, 3 and 4 first watched in the 10 days before 100: 2, 1 and 1 of these days' 5 watches.
ROWS = [(0, 0, 50), (1, 1, 60), (2, 1, 95), (3, 2, 95), (4, 2, 99), (5, 3, 90), (5, 4, 91), (6, 5, 100)]
GENRES = ["a", "b", "a", "b", "", "a"]


def known(genres=GENRES, rows=ROWS):
    items = {"item_id": range(6)} | ({} if genres is None else {"genres": genres})
    return from_table(interactions(rows), Attributes(pd.DataFrame({"user_id": range(9)}), pd.DataFrame(items)))


def fitted(log, **values):
    model = make("fresh", **{"days": 10, "prior": 2.0} | values)
    model.fit(log)
    return model


def scores(pairs, log, **values) -> np.ndarray:
    queries, model = asked(pairs, log), fitted(log, **values)
    return model.score(queries, *every_pair(queries)).reshape(len(pairs), -1)


@pytest.mark.parametrize("genres", [None, [""] * 6])
def test_without_genres_popularity_of_the_items_first_watched_in_the_window(genres):
    expected = [np.nan, np.nan, 2 / 5, 1 / 5, 1 / 5, np.nan]
    np.testing.assert_allclose(scores([(0, 100), (8, 100)], known(genres)), [expected] * 2)


def test_the_window_begins_on_its_first_day():
    # In 9 days item 3 was watched before the window.
    expected = [np.nan, np.nan, 2 / 4, np.nan, 1 / 4, np.nan]
    np.testing.assert_allclose(scores([(0, 100)], known(None), days=9), [expected])


def test_popularity_times_taste():
    # Of the 6 rows with a genre before day 100, half are of a and half of b.
    both = [
        # User 0 has one row, of a: a (1 + 2 x 0.5) / 3, b (2 x 0.5) / 3; an item without a genre: their mean.
        [np.nan, np.nan, 2 / 5 * 2 / 3, 1 / 5 * 1 / 3, 1 / 5 * 1 / 2, np.nan],
        # User 8 has no history: everybody's shares.
        [np.nan, np.nan, 2 / 5 / 2, 1 / 5 / 2, 1 / 5 / 2, np.nan],
    ]
    np.testing.assert_allclose(scores([(0, 100), (8, 100)], known()), both, rtol=1e-6)


def test_an_item_of_several_genres_is_their_mean():
    # Rows before day 100: a 0, 2, 2; b 1, 1, 3, 2, 2 of 6 rows with a genre: shares 1 / 2 and 5 / 6.
    found = scores([(0, 100)], known(["a", "b", "a, b", "b", "", "a"]))
    a, b = (1 + 2 * 1 / 2) / 3, (2 * 5 / 6) / 3
    assert found[0, 2] == pytest.approx(2 / 5 * (a + b) / 2)


def test_taste_as_of_the_day():
    rows = [*ROWS, (0, 3, 100), (0, 1, 101)]
    early, late = scores([(0, 100), (0, 102)], known(rows=rows))
    assert early[2] / early[3] == pytest.approx(2 * 2)  # popularity x taste, as above
    # Before day 102, 4 of 9 rows with a genre are of a; of user 0's 3 rows one is.
    a = 1 + 2 * 4 / 9
    # The 10 days hold items 1, 2, 2, 5, 3 and 1; item 3 was watched before them too.
    assert np.isnan(late[3])
    assert late[2] / late[5] == pytest.approx(2)
    assert late[2] == pytest.approx(2 / 6 * a / 5)


def test_lists_are_of_fresh_items_alone_best_first():
    lists = fitted(known()).retrieve(asked([(0, 100), (3, 100)], known()), 4, exclude_seen=True)
    assert lists.items.tolist() == [[2, 4, 3, -1], [4, 3, -1, -1]]


def test_no_fresh_item_no_list():
    queries = asked([(0, 300)], known())
    assert fitted(known()).retrieve(queries, 2, exclude_seen=False).items.tolist() == [[-1, -1]]


def test_in_the_first_days_of_a_log_not_everything_is_new():
    rows = [(user, item, 1 + 2 * item) for user in range(4) for item in range(6)]  # 11 days, the last 5 have 3 to 5
    found = scores([(0, 12)], known(None, rows), days=60)
    assert np.flatnonzero(~np.isnan(found[0])).tolist() == [3, 4, 5]
