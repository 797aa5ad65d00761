import numpy as np
import pandas as pd
import pytest

from tests.small import asked, interactions, log, make
from twostage.asof import Queries
from twostage.attributes import Attributes
from twostage.generators.fresh import taste
from twostage.log import from_table

# First watched 10, 3, 1 and 0 days before day 100, item 0 again yesterday; day 100 asks.
ROWS = [(0, 0, 90), (1, 0, 99), (0, 1, 97), (2, 1, 98), (3, 1, 99), (1, 2, 99), (4, 3, 100)]
GENRES = ["war", "war", "drama", "war"]


def about(genres: list[str | None]) -> Attributes:
    items = pd.DataFrame({"item_id": range(len(genres)), "genres": pd.array(genres, dtype="string")})
    return Attributes(pd.DataFrame({"user_id": range(5)}), items)


def scores(days: int, user: int, genres: list[str | None] | None = None) -> np.ndarray:
    known = from_table(interactions(ROWS), about(genres)) if genres else log(ROWS)
    queries = Queries(np.array([user], np.int32), np.array([100], np.int32), known)
    return make("fresh", days=days, prior=2).score(queries, np.zeros(4, np.int64), np.arange(4, dtype=np.int32))


def test_only_what_was_first_watched_in_the_window_by_its_share_of_it():
    # The last 5 days hold 5 rows: item 1 three, items 0 and 2 one each; item 0 is older, item 3 not yet there.
    assert scores(5, user=9 % 5) == pytest.approx([np.nan, 3 / 5, 1 / 5, np.nan], nan_ok=True)


def test_the_window_begins_on_its_first_day():
    assert np.isnan(scores(9, user=4)[0])
    assert scores(10, user=4)[0] == pytest.approx(2 / 6)


def test_the_users_genres_weigh():
    # User 0 watched items 0 and 1, both war: (2 + 2) / (2 + 2); drama: (0 + 2) / (2 + 2).
    assert scores(5, 0, GENRES) == pytest.approx([np.nan, 3 / 5 * 1, 1 / 5 * 0.5, np.nan], nan_ok=True)


def test_a_user_without_history_and_an_item_without_genre_have_taste_1():
    values = about(["war", None]).item_values("genres")
    seen = asked([(9, 5)], log([(0, 0, 1), (0, 1, 1)])).seen
    assert taste(seen, values, prior=3).tolist() == [[1, 1]]
