"""What people watched close to each other in their own order of time."""

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from twostage.engine.pairs import Pairs, Places
from twostage.past.log import Ints, Log, in_order

STEPS = 3  # rows before and after that count as near


class Near:
    """How often a user had two items at most STEPS rows apart, both before a day.

    Rows of a user stand in the order of days, so what lies between two rows of the past is past too. The counts are
    those of one day at a time: asking for a later one adds the days between, for an earlier one starts again.
    With `items` only pairs with one of them are counted.
    """

    def __init__(self, log: Log, items: Ints | None) -> None:
        parts = []
        for step in range(1, STEPS + 1):
            same = log.user[step:] == log.user[:-step]
            parts.append([values[same] for values in (log.item[:-step], log.item[step:], log.day[step:])])
        item, other, day = (np.concatenate(values) for values in zip(*parts, strict=True))
        if items is not None:
            kept = np.isin(item, items) | np.isin(other, items)
            item, other, day = item[kept], other[kept], day[kept]
        one_way = csr_matrix((np.ones(len(item), np.int32), (item, other)), shape=(log.n_items, log.n_items))
        both = (one_way + one_way.T).tocsr()
        both.sort_indices()
        first = np.repeat(np.arange(log.n_items, dtype=np.int64), np.diff(both.indptr))
        self._pairs = Pairs(first * log.n_items + both.indices, log.n_items)
        both.data = np.arange(both.nnz, dtype=np.int32)
        # One more place stands for the pairs that never were.
        self._way_back = np.append(both.T.tocsr().data, np.int32(both.nnz))
        rows = self.places(item, other).astype(np.int32)
        by_day = in_order(day)
        self._rows, self._days = rows[by_day], day[by_day]
        self._counted = 0

    def places(self, item: Ints, other: Ints) -> Places:
        """Where the counts of these pairs stand."""
        return self._pairs.places(item, other)

    def before(self, day: np.int32, places: Places) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Times that the two were near before `day`, and of these the times that `other` came after."""
        stop = int(np.searchsorted(self._days, day))
        if stop < self._counted or not self._counted:
            self._after = np.bincount(self._rows[:stop], minlength=len(self._way_back)).astype(np.int32)
        else:
            np.add.at(self._after, self._rows[self._counted : stop], 1)
        self._counted = stop
        later = self._after[places]
        return later + self._after[self._way_back[places]], later
