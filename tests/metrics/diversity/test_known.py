import numpy as np
import pandas as pd
import pytest

from tests.small import interactions
from twostage.metrics.diversity.known import Known, curve, of_items
from twostage.past.attributes import Attributes
from twostage.past.log import from_table

LISTS = np.array([[0, 1], [0, 2], [1, -1]], dtype=np.int32)


def known(genres: list[str] | None) -> Known:
    """Of 5 items: 0 was watched by both users 2 and 4 days before day 10, 1 by one of them the day before."""
    items = pd.DataFrame({"item_id": list("abcde")} | ({"genres": genres} if genres else {}))
    about = Attributes(pd.DataFrame({"user_id": ["u", "v"]}), items)
    return Known.of(from_table(interactions([(0, 0, 8), (1, 0, 6), (1, 1, 9)]), about), 10)


def test_what_is_known_of_the_shown_items_by_hand() -> None:
    first, found = curve(LISTS, known(["drama", "drama, war", "war", "", ""])).to_dict("records")
    # Places 0, 0, 1, and no pair.
    assert first["novelty"] == pytest.approx(1 / 3)
    assert first["popularity_age"] == pytest.approx((3 + 3 + 1) / 3)
    assert np.isnan(first["intra_list"])
    # Places 0, 1, 0, 2, 1: bits 0, 1, 0, 2 (as of half a user), 1; days 3, 1, 3, none, 1.
    assert found["novelty"] == pytest.approx(4 / 5)
    assert found["popularity_age"] == pytest.approx(8 / 4)
    # One of two genres shared, none; the last list has no pair.
    assert found["intra_list"] == pytest.approx((1 - 1 / np.sqrt(2) + 1) / 2)


def test_what_no_list_defines_is_left_out() -> None:
    assert set(curve(LISTS, known(None))) == {"novelty", "popularity_age"}
    assert set(curve(np.array([[2, 3]]), known(["", "", "war", "", ""]))) == {"novelty"}
    counts = np.array([0, 0, 1, 0, 0])
    assert of_items(counts, np.array([np.nan, 0.25]), known(None)) == {"novelty": 2, "intra_list": 0.25}
