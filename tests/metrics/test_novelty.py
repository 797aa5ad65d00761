import numpy as np
import pytest

from twostage.metrics.novelty import surprisal

# Of 8 users all watched item 0, two item 1, one item 2, nobody item 3, which counts as half a user.
ITEM_USERS = np.array([8, 2, 1, 0])


def test_bits_by_hand() -> None:
    assert surprisal(ITEM_USERS, 8).tolist() == [0, 2, 3, 4]


def test_no_users_raises() -> None:
    with pytest.raises(ValueError, match="n_users = 0"):
        surprisal(ITEM_USERS, 0)
