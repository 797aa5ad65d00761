"""How well known items are, from the number of users who watched them before the fold's cutoff."""

import numpy as np

from twostage.metrics.arrays import Floats, Ints


def surprisal(item_users: Ints, n_users: int) -> Floats:
    """-log2(users of the item / n_users), float64 [items]; bits, 0 when everybody watched it.

    Zhou et al., Solving the apparent diversity-accuracy dilemma of recommender systems, PNAS 2010: novelty is the mean
    over filled places. An item that nobody watched counts as half a user: finite, and one bit above an item of one.

    item_users: users with a row before the cutoff, int [items]; n_users: all users with a row before the cutoff.

    Raises
    ------
    ValueError
        If n_users < 1.
    """
    if n_users < 1:
        raise ValueError(f"n_users = {n_users}, expected at least 1")
    return -np.log2(np.maximum(item_users, 0.5) / n_users)
