"""How well known the shown items are, from the number of users who watched them before the fold's cutoff."""

import numpy as np

from twostage.metrics.arrays import Floats, Ints, exposure, place_mean


def novelty(lists: Ints, item_users: Ints, n_users: int) -> float:
    """Mean over filled places of -log2(users of the item / n_users); bits, 0 when everybody watched everything.

    Zhou et al., Solving the apparent diversity-accuracy dilemma of recommender systems, PNAS 2010 (surprisal).
    An item that nobody watched counts as half a user: finite, and one bit above an item of one user.

    lists: [queries, depth], cut to k by the caller; item_users: users with a row before the cutoff, int [items];
    n_users: all users with a row before the cutoff.

    Raises
    ------
    ValueError
        If n_users < 1, no list has an item, or an item code isn't in the catalogue.
    """
    return place_mean(exposure(lists, len(item_users)), surprisal(item_users, n_users))


def surprisal(item_users: Ints, n_users: int) -> Floats:
    """-log2 of each item's share of users, bits, float64 [items]; arguments and Raises as in `novelty`."""
    return -np.log2(_share(np.maximum(item_users, 0.5), n_users))


def popularity(lists: Ints, item_users: Ints, n_users: int) -> float:
    """Mean over filled places of the share of users who watched the item, 0..1; 0 for an item that nobody watched.

    Arguments and Raises as in `novelty`.
    """
    return place_mean(exposure(lists, len(item_users)), _share(item_users.astype(np.float64), n_users))


def _share(users: Floats, n_users: int) -> Floats:
    if n_users < 1:
        raise ValueError(f"n_users = {n_users}, expected at least 1")
    return users / n_users
