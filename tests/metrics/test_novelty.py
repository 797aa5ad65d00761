import numpy as np
import pytest

from twostage.metrics.novelty import novelty, popularity

# Of 8 users all watched item 0, two item 1, one item 2, nobody item 3.
ITEM_USERS = np.array([8, 2, 1, 0])


def test_means_over_filled_places_of_lists_shorter_than_k() -> None:
    lists = np.array([[0, 1, 2], [1, -1, -1]], dtype=np.int32)
    # 0, 2, 3 and 2 bits in four places.
    assert novelty(lists, ITEM_USERS, 8) == 7 / 4
    assert popularity(lists, ITEM_USERS, 8) == (1 + 2 / 8 + 1 / 8 + 2 / 8) / 4


def test_item_never_watched_counts_as_half_a_user_in_novelty_and_0_in_popularity() -> None:
    lists = np.array([[3]], dtype=np.int32)
    assert novelty(lists, ITEM_USERS, 8) == 4
    assert popularity(lists, ITEM_USERS, 8) == 0


@pytest.mark.parametrize("measure", [novelty, popularity])
def test_all_padding_raises(measure) -> None:
    with pytest.raises(ValueError, match="every list is empty"):
        measure(np.full((2, 3), -1), ITEM_USERS, 8)


@pytest.mark.parametrize("measure", [novelty, popularity])
def test_no_users_raises(measure) -> None:
    with pytest.raises(ValueError, match="n_users = 0"):
        measure(np.array([[0]]), ITEM_USERS, 0)
