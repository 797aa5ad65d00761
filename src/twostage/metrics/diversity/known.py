"""How familiar and how much alike the items of lists are, by what is known of them."""

from typing import NamedTuple, Self

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from twostage.metrics.arrays import Floats, Ints, exposure, place_mean
from twostage.metrics.intra_list import by_length, unit_rows
from twostage.metrics.novelty import surprisal
from twostage.metrics.popularity_age import ages, popularity_age
from twostage.past.log import Log


class Known(NamedTuple):
    """What is known of each item."""

    surprise: Floats  # see `surprisal`
    age: Floats  # see `ages`
    vectors: csr_matrix | None  # see `unit_rows`, None where the log has no genres

    @classmethod
    def of(cls, past: Log, start: int) -> Self:
        """past: the rows before the day `start`."""
        genres = past.about.item_values("genres")
        return cls(
            surprisal(np.bincount(past.item, minlength=past.n_items), len(np.unique(past.user))),
            ages(past.item, past.day, start, past.n_items),
            None if genres is None else unit_rows(genres),
        )


def curve(lists: Ints, items: Known) -> pd.DataFrame:
    """A row for each k from 1 to the lists' depth: `of_items` of their first k places, NaN for what is left out there.

    lists: [lists, depth], an item in the first place of at least one.
    """
    within = np.full(lists.shape, np.nan) if items.vectors is None else by_length(lists, items.vectors)
    counts = np.zeros(len(items.age), np.int64)
    rows = []
    for place in range(lists.shape[1]):
        counts += exposure(lists[:, place : place + 1], len(counts))
        rows.append(of_items(counts, within[:, place], items))
    return pd.DataFrame(rows)


def of_items(counts: Ints, within: Floats, items: Known) -> dict[str, float]:
    """`novelty`, `popularity_age`, and `intra_list`, the mean of `within`; what no list defines is left out.

    counts: see `exposure`, at least one of them above 0; within: see `intra_list`, NaN doesn't count.
    """
    found = {"novelty": place_mean(counts, items.surprise)}
    if counts[~np.isnan(items.age)].any():
        found["popularity_age"] = popularity_age(counts, items.age)
    if not np.isnan(within).all():
        found["intra_list"] = float(within[~np.isnan(within)].mean())
    return found
