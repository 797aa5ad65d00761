import numpy as np
import pytest

from twostage.metrics.arrays import exposure, place_mean


def test_mean_over_filled_places_of_lists_shorter_than_k() -> None:
    lists = np.array([[0, 1, 2], [1, -1, -1]], dtype=np.int32)
    # Items 0, 1, 2 and 1 in four places.
    assert place_mean(exposure(lists, 4), np.array([0.0, 2.0, 3.0, 4.0])) == 7 / 4
    assert place_mean(exposure(lists, 4), np.array([8, 2, 1, 0]) / 8) == (1 + 2 / 8 + 1 / 8 + 2 / 8) / 4


def test_all_padding_raises() -> None:
    with pytest.raises(ValueError, match="every list is empty"):
        place_mean(exposure(np.full((2, 3), -1), 4), np.ones(4))
