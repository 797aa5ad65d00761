"""Watches of an item by the group of who watched it, as the days go on."""

import numpy as np
import numpy.typing as npt

from twostage.past.attributes import UNKNOWN
from twostage.past.log import Ints, Log


class Groups:
    """Counts of groups x items that move on from day to day: each row is counted once while days ascend.

    group: code of each user's, UNKNOWN where the log doesn't say: [users]. The last line of counts is theirs.
    """

    def __init__(self, log: Log, group: Ints) -> None:
        self._log = log
        self._shape = int(group.max(initial=UNKNOWN)) + 2, log.n_items
        # Where each user's line begins; UNKNOWN's is the last.
        self._line = group.astype(np.int64) % self._shape[0] * log.n_items
        self._start_again()

    def _start_again(self) -> None:
        self._stop, self._counts = 0, np.zeros(self._shape[0] * self._shape[1], np.int32)

    def before(self, day: int) -> npt.NDArray[np.int32]:
        """Rows before the day, [groups and those of none, items]; good until the next call."""
        # A day of the days' own type: of another one numpy would convert all of them first.
        stop = int(np.searchsorted(self._log.days_in_order, np.int32(day)))
        if stop < self._stop:
            self._start_again()
        rows = self._log.by_day[self._stop : stop]
        np.add.at(self._counts, self._line[self._log.user[rows]] + self._log.item[rows], 1)
        self._stop = stop
        return self._counts.reshape(self._shape)
