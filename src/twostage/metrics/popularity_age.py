"""How old the popularity of the shown items is: whether lists run on yesterday's watches or on last year's.

A definition of this project.
"""

import numpy as np

from twostage.metrics.arrays import Floats, Ints, place_mean


def ages(item: Ints, day: Ints, start: int, n_items: int) -> Floats:
    """Mean over an item's watches of the days from the watch to `start`, float64 [items]; NaN without a watch.

    item, day: of the watches before `start`.
    """
    watches = np.bincount(item, minlength=n_items)
    # Sums of whole numbers: exact in a float.
    days = np.bincount(item, weights=start - day, minlength=n_items)
    return np.where(watches > 0, days / np.maximum(watches, 1), np.nan)


def popularity_age(counts: Ints, age: Floats) -> float:
    """Mean of `ages` over the places whose item has a watch; days.

    counts: lists that hold each item, [items].

    Raises
    ------
    ValueError
        If no such place is filled.
    """
    known = ~np.isnan(age)
    return place_mean(counts[known], age[known])
