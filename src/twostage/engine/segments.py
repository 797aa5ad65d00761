"""What users of the same segment (age, sex, income) watched, counted up to a day."""

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from twostage.engine import totals
from twostage.engine.totals import Floats
from twostage.past.log import Ints, Log

STRETCHES = 4  # days before a day whose counts are kept: shards ask for the same ones


class Segments:
    """segment: code of each user's, [users]."""

    def __init__(self, segment: Ints, log: Log) -> None:
        self._segment, self._log = segment, log
        self._n = int(segment.max(initial=-1)) + 1
        self.counts = lru_cache(maxsize=STRETCHES)(self._counts)

    def _counts(self, day: int, back: int) -> npt.NDArray[np.int32]:
        """`counts`: rows of users of each segment with each item, `back` days before a day: [segments, items]."""
        log = self._log
        rows = log.by_day[slice(*np.searchsorted(log.days_in_order, [day - back, day]))]
        cells = self._segment[log.user[rows]].astype(np.int64) * log.n_items + log.item[rows]
        counts = np.bincount(cells, minlength=self._n * log.n_items).astype(np.int32)
        return counts.reshape(self._n, log.n_items)

    def sums(self, values: csr_matrix, days: Ints, numbers: dict[str, Floats]) -> dict[str, npt.NDArray[Any]]:
        """See `History.segment_values`; values: [items, values]; numbers: [rows of the log] each."""
        picked, size = values[self._log.item], values.shape[1]
        rows = np.repeat(np.arange(len(self._log)), np.diff(picked.indptr))
        cell = self._segment[self._log.user[rows]].astype(np.int64) * size + picked.indices
        of_rows = {name: number[rows] for name, number in numbers.items()}
        sums = totals.sums_before(days, self._log.day[rows], cell, self._n * size, of_rows)
        known = np.stack([table for name, table in sums.items() if name.endswith("_n")])
        day, cell = np.nonzero(known.sum(axis=0))
        keys = {"as_of": days[day], "segment": cell // size, "value": cell % size}
        return keys | {name: table[day, cell] for name, table in sums.items()}
