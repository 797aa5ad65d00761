"""How varied the lists of all users are at each k, from the number of lists that hold each item.

Notation: c_i is the number of lists with item i in their first k places (exposure), T the sum of c (places that
are filled), I the catalogue's size, U the number of lists. Every measure takes the counts c, at least one of them
above 0, int64 [items]; integers are exact up to one division at the end.
"""

import numpy as np
import pandas as pd

from twostage.metrics.arrays import Ints, exposure
from twostage.metrics.diversity.coverage import coverage
from twostage.metrics.diversity.distinct_share import distinct_share
from twostage.metrics.diversity.entropy import entropy
from twostage.metrics.diversity.gini import gini
from twostage.metrics.diversity.herfindahl import herfindahl
from twostage.metrics.diversity.inter_list import inter_list


def diversity(lists: Ints, n_items: int, k_max: int) -> pd.DataFrame:
    """Column `k` (1..k_max) and one column per measure, in one pass over the ranks.

    A list shorter than k fills fewer places; an empty list still counts as a list.

    lists: [lists, depth]; n_items: size of the catalogue, codes 0..n_items-1.

    Raises
    ------
    ValueError
        If k_max isn't in 1..depth, no list has an item, or an item code isn't in the catalogue.
    """
    if not 1 <= k_max <= lists.shape[1]:
        raise ValueError(f"k_max = {k_max}, expected 1..{lists.shape[1]}, the depth of the lists")
    counts = np.zeros(n_items, dtype=np.int64)
    rows = []
    for k in range(1, k_max + 1):
        counts += exposure(lists[:, k - 1 : k], n_items)
        if not counts.any():
            raise ValueError("every list is empty, expected an item in the first place of at least one")
        rows.append({"k": k} | measures(counts, len(lists), k))
    return pd.DataFrame(rows)


def measures(counts: Ints, n_lists: int, k: int) -> dict[str, float]:
    """Every measure of lists cut to k; counts: see `exposure`."""
    return {
        "diversity": distinct_share(counts),
        "coverage": coverage(counts),
        "gini": gini(counts),
        "entropy": entropy(counts),
        "herfindahl": herfindahl(counts),
        "inter_list": inter_list(counts, n_lists, k),
    }
