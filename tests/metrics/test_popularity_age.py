import numpy as np
import pytest

from twostage.metrics.popularity_age import ages, popularity_age

# Before day 10: item 0 on days 9 and 6, item 1 on day 0, item 2 never.
AGES = ages(np.array([0, 0, 1]), np.array([9, 6, 0]), 10, 3)


def test_age_of_an_item_is_the_mean_over_its_watches() -> None:
    np.testing.assert_array_equal(AGES, [2.5, 10, np.nan])


def test_mean_over_places_whose_item_has_a_watch() -> None:
    assert popularity_age(np.array([3, 1, 5]), AGES) == (3 * 2.5 + 10) / 4


def test_no_such_place_raises() -> None:
    with pytest.raises(ValueError, match="every list is empty"):
        popularity_age(np.array([0, 0, 5]), AGES)
