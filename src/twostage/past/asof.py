"""Queries: what would we show this user on this day, seeing nothing of that day or later."""

from collections.abc import Iterator
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix

from twostage.base import runs
from twostage.past.attributes import UNKNOWN
from twostage.past.log import Ints, Log, user_day_key

Rows = npt.NDArray[np.int64]


class Queries:
    """Pairs (user, day) with the log as of each pair's day.

    This is the only door to the log after a fit: every method gives rows with `day < query's day`.

    Parameters
    ----------
    user, day:
        One element a query. Users without a row before their day (cold ones) have an empty history.
    """

    def __init__(self, user: Ints, day: Ints, log: Log) -> None:
        self.user, self.day, self._log = user, day, log
        self._first = np.searchsorted(log.user_day, user_day_key(user, np.full_like(day, np.iinfo(np.int32).min)))
        self._stop = np.searchsorted(log.user_day, user_day_key(user, day))
        self.n_items, self.about = log.n_items, log.about
        self._counted: dict[tuple[int | None, bool], npt.NDArray[np.int64]] = {}

    @classmethod
    def of(cls, asked: pd.DataFrame, log: Log) -> Self:
        """Of a table's columns user and day."""
        return cls(asked["user"].to_numpy(np.int32), asked["day"].to_numpy(np.int32), log)

    def __len__(self) -> int:
        return len(self.user)

    def at(self, places: Rows | slice) -> "Queries":
        """The queries at the given places over the same log."""
        return Queries(self.user[places], self.day[places], self._log)

    def blocks(self, size: int, day_items: int) -> Iterator["Queries"]:
        """All in order, `size` at a time at most, of so few days that days x items are `day_items` at most, or of one.

        None: one block of none.
        """
        days, start = max(1, day_items // max(self.n_items, 1)), 0
        changes = np.cumsum(np.diff(self.day, prepend=self.day[:1]) != 0)
        while start < len(self):
            stop = min(start + size, int(np.searchsorted(changes, changes[start] + days)))
            yield self.at(slice(start, stop))
            start = stop
        if not len(self):
            yield self

    @property
    def history_size(self) -> Rows:
        """Rows in each query's history."""
        return self._stop - self._first

    def history(self, last: int | None = None) -> tuple[Rows, Rows]:
        """Each query's own rows in the order of time, only the `last` ones where given: (query, row) positions."""
        first = self._first if last is None else np.maximum(self._first, self._stop - last)
        size = self._stop - first
        query = np.repeat(np.arange(len(self)), size)
        return query, np.repeat(first, size) + runs.place(query)

    def items_of(self, rows: Rows) -> Ints:
        """Items of rows that `history` gave."""
        return self._log.item[rows]

    def days_of(self, rows: Rows) -> Ints:
        """Days of rows that `history` gave."""
        return self._log.day[rows]

    def durations_of(self, rows: Rows) -> npt.NDArray[np.float32] | None:
        """Seconds watched of rows that `history` gave; None where the log doesn't say."""
        return None if self._log.total_dur is None else self._log.total_dur[rows]

    def watched_of(self, rows: Rows) -> npt.NDArray[np.float32] | None:
        """Percent watched of rows that `history` gave; None where the log doesn't say."""
        return None if self._log.watched_pct is None else self._log.watched_pct[rows]

    @cached_property
    def seen(self) -> csr_matrix:
        """[queries, items], 1 where the user has a row before the query's day."""
        query, rows = self.history()
        indptr = np.concatenate([[0], np.cumsum(self.history_size)])
        ones = np.ones(len(query), dtype=np.float32)
        return csr_matrix((ones, self._log.item[rows], indptr), shape=(len(self), self.n_items))

    @cached_property
    def days(self) -> tuple[Ints, Rows]:
        """Distinct days, and each query's position among them."""
        days, index = np.unique(self.day, return_inverse=True)
        return days, index

    @cached_property
    def segment(self) -> Ints:
        """Code of the segment that each query's user is in (see `Log.segment`), UNKNOWN for none."""
        if self.about.user_segment is not None:
            codes = np.append(self.about.user_segment, np.int32(UNKNOWN))
            return codes[np.minimum(self.user, len(codes) - 1)]
        codes = np.append(self._log.segment, np.int32(UNKNOWN))
        return codes[np.where(self.history_size > 0, self._stop - 1, len(codes) - 1)]

    @cached_property
    def day_segments(self) -> tuple[Rows, Rows]:
        """Distinct pairs of a day and a segment, as ascending day's position x (n_segments + 1) + segment + 1, and each
        query's position among them.
        """
        keys, index = np.unique(self.days[1] * (self._log.n_segments + 1) + self.segment + 1, return_inverse=True)
        return keys, index

    def segment_counts(self, window: int) -> npt.NDArray[np.int64]:
        """Rows of each item in the `window` days before, of users in the segment: [distinct days and segments, items].

        All 0 for the segment UNKNOWN.
        """
        (days, _), (keys, _) = self.days, self.day_segments
        position, segment = np.divmod(keys, self._log.n_segments + 1)
        counts = np.empty((len(keys), self.n_items), dtype=np.int64)
        for place, day in enumerate(days.tolist()):
            mine = position == place
            counts[mine] = self._log.segment_counts(day, window)[segment[mine] - 1]
        return counts

    def counts(self, window: int | None = None, weekday_of_query: bool = False) -> npt.NDArray[np.int64]:
        """Rows of each item in the `window` days before each distinct day (None: all): [days, items].

        With `weekday_of_query` only rows on the same day of the week as the query's day count. Counted once.
        """
        asked = window, weekday_of_query
        if asked not in self._counted:
            self._counted[asked] = self._counts(*asked)
        return self._counted[asked]

    def _counts(self, window: int | None, weekday_of_query: bool) -> npt.NDArray[np.int64]:
        days, _ = self.days
        counts = np.zeros((len(days), self.n_items), dtype=np.int64)
        stops = np.searchsorted(self._log.days_in_order, days)
        firsts = np.zeros_like(stops) if window is None else np.searchsorted(self._log.days_in_order, days - window)
        for position, (day, first, stop) in enumerate(zip(days, firsts, stops, strict=True)):
            if window is None and not weekday_of_query and position:
                # The days ascend: all rows before one are those before the last one and some more.
                counts[position], first = counts[position - 1], stops[position - 1]
            if weekday_of_query:
                rows = self._log.by_day[first:stop]
                rows = rows[(self._log.day[rows] - day) % 7 == 0]
                counts[position] += np.bincount(self._log.item[rows], minlength=self.n_items)
            else:
                counts[position] += self._log.counts(int(first), int(stop))
        return counts
