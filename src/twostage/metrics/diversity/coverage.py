"""Catalogue coverage: how much of the catalogue somebody is shown."""

import numpy as np

from twostage.metrics.arrays import Ints


def coverage(counts: Ints) -> float:
    """Distinct items over all lists / I, in (0, 1].

    Ge, Delgado-Battenfeld, Jannach, Beyond accuracy: evaluating recommender systems by coverage and serendipity,
    RecSys 2010.
    """
    return int(np.count_nonzero(counts)) / len(counts)
