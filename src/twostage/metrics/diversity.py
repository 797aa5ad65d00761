"""How varied the lists of all users are at each k, from the number of lists that hold each item; and, by what is known
of the items, how familiar and how much alike they are.

Notation: c_i is the number of lists with item i in their first k places (exposure), T the sum of c (places that
are filled), I the catalogue's size, U the number of lists. Integers are exact up to one division at the end.
"""

from collections.abc import Callable
from typing import NamedTuple, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from twostage.metrics.arrays import Floats, Ints, exposure, place_mean
from twostage.metrics.intra_list import intra_list, unit_rows
from twostage.metrics.novelty import surprisal
from twostage.metrics.popularity_age import ages, popularity_age
from twostage.past.log import Log

Counts = NDArray[np.int64]


def diversity(lists: Ints, n_items: int, k_max: int) -> pd.DataFrame:
    """Column `k` (1..k_max) and one column per measure of MEASURES, in one pass over the ranks.

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


def measures(counts: Counts, n_lists: int, k: int) -> dict[str, float]:
    """Every measure of MEASURES of lists cut to k; counts: see `exposure`, at least one of them above 0."""
    return {name: measure(counts, n_lists, k) for name, measure in MEASURES.items()}


class Known(NamedTuple):
    """What is known of each item."""

    surprise: Floats  # see `surprisal`
    age: Floats  # see `ages`
    vectors: Floats | None  # see `unit_rows`, None where the log has no genres

    @classmethod
    def of(cls, past: Log, start: int) -> Self:
        """past: the rows before the day `start`."""
        genres = None if past.about is None else past.about.item_values("genres")
        return cls(
            surprisal(np.bincount(past.item, minlength=past.n_items), len(np.unique(past.user))),
            ages(past.item, past.day, start, past.n_items),
            None if genres is None else unit_rows(genres),
        )


def of_lists(lists: Ints, items: Known) -> dict[str, float]:
    """See `of_items`; lists: [lists, k]."""
    within = np.empty(0) if items.vectors is None else intra_list(lists, items.vectors)
    return of_items(exposure(lists, len(items.age)), within, items)


def of_items(counts: Counts, within: Floats, items: Known) -> dict[str, float]:
    """`novelty`, `popularity_age`, and `intra_list`, the mean of `within`; what no list defines is left out.

    counts: see `measures`; within: see `intra_list`, NaN doesn't count.
    """
    found = {"novelty": place_mean(counts, items.surprise)}
    if counts[~np.isnan(items.age)].any():
        found["popularity_age"] = popularity_age(counts, items.age)
    if not np.isnan(within).all():
        found["intra_list"] = float(within[~np.isnan(within)].mean())
    return found


def distinct_share(counts: Counts, n_lists: int, k: int) -> float:
    """Diversity(k): distinct items over all lists / T; 1 where no two places hold the same item, in (0, 1]."""
    return int(np.count_nonzero(counts)) / int(counts.sum())


def coverage(counts: Counts, n_lists: int, k: int) -> float:
    """Distinct items over all lists / I, in (0, 1].

    Ge, Delgado-Battenfeld, Jannach, Beyond accuracy: evaluating recommender systems by coverage and serendipity,
    RecSys 2010.
    """
    return int(np.count_nonzero(counts)) / len(counts)


def gini(counts: Counts, n_lists: int, k: int) -> float:
    """Gini index of exposure over the catalogue, items in no list included: 0 equal, (I - 1) / I all on one item.

    sum over j of (2 j - I - 1) c_(j) / (I T), with c_(j) in ascending order. Fleder and Hosanagar, Blockbuster
    culture's next rise or fall, Management Science 2009.
    """
    items = len(counts)
    order = 2 * np.arange(1, items + 1) - items - 1
    return int(order @ np.sort(counts)) / (items * int(counts.sum()))


def entropy(counts: Counts, n_lists: int, k: int) -> float:
    """Shannon entropy of exposure, -sum of (c_i / T) log2(c_i / T) over items with c_i > 0; bits, 0..log2 I.

    Shannon, A mathematical theory of communication, 1948.
    """
    share = counts[counts > 0] / int(counts.sum())
    # Added to 0, since the sum for a single item is -0.
    return 0.0 - float((share * np.log2(share)).sum())


def herfindahl(counts: Counts, n_lists: int, k: int) -> float:
    """Herfindahl index, sum of (c_i / T)^2: the chance that two places drawn with return hold one item; 1/I..1.

    Adomavicius and Kwon, Improving aggregate recommendation diversity, TKDE 2012, use 1 - it.
    """
    return int(counts @ counts) / int(counts.sum()) ** 2


def inter_list(counts: Counts, n_lists: int, k: int) -> float:
    """Mean over pairs of lists of their Hamming distance 1 - |A n B| / k; 0 all alike, 1 nothing shared.

    Zhou et al., Solving the apparent diversity-accuracy dilemma of recommender systems, PNAS 2010. An item of c
    lists is shared by c (c - 1) / 2 pairs, so the mean is exactly 1 - sum of c_i (c_i - 1) / (U (U - 1) k). The
    divisor stays k where lists are shorter: a place that isn't filled isn't shared. A single list gives 0.
    """
    if n_lists < 2:
        return 0.0
    pairs = n_lists * (n_lists - 1) * k
    return (pairs - int(counts @ (counts - 1))) / pairs


MEASURES: dict[str, Callable[[Counts, int, int], float]] = {
    "diversity": distinct_share,
    "coverage": coverage,
    "gini": gini,
    "entropy": entropy,
    "herfindahl": herfindahl,
    "inter_list": inter_list,
}
