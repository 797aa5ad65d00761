"""Watches of an item by the group of who watched it, as the days go on."""

import numpy as np
import numpy.typing as npt

from twostage.past.log import Ints, Log


class Groups:
    """Counts of groups x items that move on from day to day: each row is counted once while days ascend.

    group: a code of each row's user, -1 where the log doesn't say; the last line of counts is theirs.
    """

    def __init__(self, log: Log, group: Ints) -> None:
        self._log, self._shape = log, (int(group.max(initial=-1)) + 2, log.n_items)
        cell = np.where(group < 0, self._shape[0] - 1, group).astype(np.int64) * log.n_items + log.item
        self._cell = cell[log.by_day]
        self._start_again()

    def _start_again(self) -> None:
        self._stop, self._counts = 0, np.zeros(self._shape[0] * self._shape[1], np.int64)

    def before(self, day: int) -> npt.NDArray[np.int64]:
        """Rows before the day, [groups and those of no group, items]; good until the next call."""
        stop = int(np.searchsorted(self._log.days_in_order, day))
        if stop < self._stop:
            self._start_again()
        self._counts += np.bincount(self._cell[self._stop : stop], minlength=len(self._counts))
        self._stop = stop
        return self._counts.reshape(self._shape)
