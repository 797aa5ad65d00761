import numpy as np
import pandas as pd
import pytest

from tests.small import interactions, make
from twostage.asof import Queries
from twostage.attributes import Attributes
from twostage.generators.segment_popular import NO_GENRE, favourite_genre
from twostage.log import from_table

# Users 0 and 1 are old, 2 and 3 young. The last 7 days before day 100: old: items 0, 0; young: items 1, 1, 0.
ROWS = [(0, 0, 99), (1, 0, 98), (2, 1, 97), (3, 1, 96), (3, 0, 95), (0, 2, 50), (2, 2, 100)]


def queries(
    ages: list[str] | None = None, genres: list[str] | None = None, asked: tuple[tuple[int, int], ...] = ((1, 100),)
) -> Queries:
    users, items = pd.DataFrame({"user_id": range(4)}), pd.DataFrame({"item_id": range(3)})
    if ages:
        users["age"] = pd.array(ages, dtype="string")
    if genres:
        items["genres"] = pd.array(genres, dtype="string")
    user, day = np.array(asked, np.int32).T
    return Queries(user, day, from_table(interactions(ROWS), Attributes(users, items)))


def scores(asked: Queries, prior: float) -> list[list[float]]:
    n = len(asked)
    pairs = np.repeat(np.arange(n), 3), np.tile(np.arange(3, dtype=np.int32), n)
    return make("segment_popular", days=7, prior=prior).score(asked, *pairs).reshape(n, 3).tolist()


AGES = ["old", "old", "young", "young"]


def test_shares_of_the_segment_drawn_to_everybodys():
    # Everybody: 3/5, 2/5, 0. Old: 2, 0 and 10 x everybody's of 2 + 10; young: 1, 2 of 3 + 10.
    found = scores(queries(AGES, asked=((0, 100), (3, 100))), prior=10)
    assert found[0] == pytest.approx([(2 + 6) / 12, 4 / 12, 0], abs=1e-6)
    assert found[1] == pytest.approx([(1 + 6) / 13, (2 + 4) / 13, 0], abs=1e-6)


def test_each_day_has_segments_of_its_own():
    # Two days later the young have watched item 2 as well.
    found = scores(queries(AGES, asked=((3, 100), (3, 102), (0, 102))), prior=10)
    assert found[0][2] == pytest.approx(0, abs=1e-6)
    assert found[1][2] == pytest.approx((1 + 10 / 6) / 14)
    assert found[2][2] == pytest.approx(10 / 6 / 12)


def test_without_groups_the_favourite_genre_counts():
    # User 0 watched items 0 (war) and 2 (drama): drama comes first in the order of the text.
    drama = queries(genres=["war", "drama, war", "drama"], asked=((0, 100),))
    assert favourite_genre(drama).tolist() == [0]
    # Items of drama in the window: item 1 twice; everybody's shares as above.
    assert scores(drama, prior=10)[0] == pytest.approx([6 / 12, (2 + 4) / 12, 0], abs=1e-6)


def test_without_groups_and_genres_everybody_counts():
    assert scores(queries(), prior=1)[0] == pytest.approx([(3 + 3 / 5) / 6, (2 + 2 / 5) / 6, 0], abs=1e-6)


def test_a_user_without_history_has_no_favourite_genre():
    cold = queries(genres=["war", "drama, war", "drama"], asked=((1, 60),))
    assert favourite_genre(cold).tolist() == [NO_GENRE]
