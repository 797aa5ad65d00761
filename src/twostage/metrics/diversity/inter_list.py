"""Inter-list distance: how far two users' lists differ."""

from twostage.metrics.arrays import Ints


def inter_list(counts: Ints, n_lists: int, k: int) -> float:
    """Mean over pairs of lists of their Hamming distance 1 - |A n B| / k; 0 all alike, 1 nothing shared.

    Zhou et al., Solving the apparent diversity-accuracy dilemma of recommender systems, PNAS 2010. An item of c
    lists is shared by c (c - 1) / 2 pairs, so the mean is exactly 1 - sum of c_i (c_i - 1) / (U (U - 1) k). The
    divisor stays k where lists are shorter: a place that isn't filled isn't shared. A single list gives 0.
    """
    if n_lists < 2:
        return 0.0
    pairs = n_lists * (n_lists - 1) * k
    return (pairs - int(counts @ (counts - 1))) / pairs
