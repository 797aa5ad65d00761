import numpy as np
import pandas as pd

from tests.small import ids
from twostage.generators.kinds.categories import item_values
from twostage.past.attributes import Attributes


def test_values_of_an_item_sum_to_one():
    items = pd.DataFrame({"genres": ["B, A", "A", ""], "content_type": ["film", "series", ""]})
    users = pd.DataFrame({"user_id": [0]})
    # A column of zeros, film, series, A, B; the first row is no item.
    third = 1 / 3
    expected = [[0, 0, 0, 0, 0], [0, third, 0, third, third], [0, 0, 0.5, 0.5, 0], [0, 0, 0, 0, 0]]
    np.testing.assert_allclose(item_values(Attributes(users, items)), expected)
    assert item_values(ids(1, 2)).tolist() == [[0], [0], [0]]
