"""Gini index: how unevenly the places of all lists are shared out among the items."""

import numpy as np

from twostage.metrics.arrays import Ints


def gini(counts: Ints) -> float:
    """Gini index of exposure over the catalogue, items in no list included: 0 equal, (I - 1) / I all on one item.

    sum over j of (2 j - I - 1) c_(j) / (I T), with c_(j) in ascending order. Fleder and Hosanagar, Blockbuster
    culture's next rise or fall, Management Science 2009.
    """
    items = len(counts)
    order = 2 * np.arange(1, items + 1) - items - 1
    return int(order @ np.sort(counts)) / (items * int(counts.sum()))
