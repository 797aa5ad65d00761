"""The log in memory: who watched what on which day, as sorted arrays."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix

from twostage.base import runs
from twostage.base.tables import LogTables
from twostage.past.attributes import UNKNOWN, Attributes

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
KEPT, KEPT_SEGMENTS = 64, 4  # stretches of days whose counts are kept, of all rows and by segment
DAY = 86_400  # seconds
CELLS = 1 << 23  # counts of rows x values that are held at once


@dataclass(frozen=True)
class Log:
    """Interactions as columns, one element a row, sorted by (user, day, order within the day).

    `total_dur` (seconds) and `watched_pct` (percent) are NaN where a row has none; they and `time` (seconds since the
    day's midnight) are None where the log has no such column. Items of `about` may have no row here.
    """

    user: Ints
    item: Ints
    day: Ints
    total_dur: Floats | None
    watched_pct: Floats | None
    about: Attributes
    time: Ints | None = None

    def __len__(self) -> int:
        return len(self.user)

    @property
    def n_items(self) -> int:
        return self.about.n_items

    def before(self, day: int) -> "Log":
        """The rows of days strictly before `day`."""
        return self.take(np.flatnonzero(self.day < day))

    def take(self, rows: npt.NDArray[np.int64]) -> "Log":
        return Log(
            self.user[rows],
            self.item[rows],
            self.day[rows],
            None if self.total_dur is None else self.total_dur[rows],
            None if self.watched_pct is None else self.watched_pct[rows],
            self.about,
            None if self.time is None else self.time[rows],
        )

    @cached_property
    def user_day(self) -> npt.NDArray[np.int64]:
        """Ascending key of (user, day): where a user's rows before a day end is one binary search."""
        return user_day_key(self.user, self.day)

    @property
    def moment(self) -> npt.NDArray[np.int64]:
        """Seconds since 1970-01-01 of each row; its day's midnight where the log has no times."""
        return self.day.astype(np.int64) * DAY + (0 if self.time is None else self.time)

    @cached_property
    def by_day(self) -> npt.NDArray[np.int64]:
        """Rows in the order of their days, within a day of their times."""
        return in_order(self.day) if self.time is None else np.argsort(self.moment, kind="stable")

    @cached_property
    def days_in_order(self) -> Ints:
        """Days of the rows, ascending."""
        return self.day[self.by_day]

    @cached_property
    def counts(self) -> Callable[[int, int], npt.NDArray[np.int64]]:
        """counts(first, stop): rows of each item among the places first..stop-1 of `by_day`; the last ones are kept."""
        item, by_day, size = self.item, self.by_day, self.n_items  # not itself: it would stay after its last use

        def count(first: int, stop: int) -> npt.NDArray[np.int64]:
            return np.bincount(item[by_day[first:stop]], minlength=size)

        return lru_cache(maxsize=KEPT)(count)

    @cached_property
    def segment(self) -> Ints:
        """Code of the segment that each row's user was in once the row was written, UNKNOWN for none.

        By `Attributes.user_segment`; where there is none by the genre of most rows of the user up to this one.
        """
        if self.about.user_segment is not None:
            return self.about.user_segment[self.user]
        genres = self.about.item_values("genres")
        return np.full(len(self), UNKNOWN, np.int32) if genres is None else favourites(self.user, self.item, genres)

    @cached_property
    def n_segments(self) -> int:
        known = self.about.user_segment
        return int((self.segment if known is None else known).max(initial=UNKNOWN)) + 1

    @cached_property
    def segment_counts(self) -> Callable[[int, int], npt.NDArray[np.int64]]:
        """segment_counts(day, back): rows of each segment with each item in the `back` days before the day.

        [segments + 1, items]: the last row, found by UNKNOWN, is all 0. The last ones are kept.
        """

        item, by_day, days, segment = self.item, self.by_day, self.days_in_order, self.segment  # as `counts`
        shape = self.n_segments + 1, self.n_items

        def count(day: int, back: int) -> npt.NDArray[np.int64]:
            rows = by_day[slice(*np.searchsorted(days, np.array([day - back, day], days.dtype)))]
            cell = segment[rows].astype(np.int64) * shape[1] + item[rows]
            return np.bincount(cell[cell >= 0], minlength=shape[0] * shape[1]).reshape(shape)

        return lru_cache(maxsize=KEPT_SEGMENTS)(count)


def in_order(days: Ints) -> npt.NDArray[np.int64]:
    """Places of the days, ascending; equal ones stay as they were."""
    back = days - days.min(initial=0)
    # Numbers of 16 bits are sorted by their digits: a tenth of the time.
    return np.argsort(back.astype(np.uint16) if back.max(initial=0) < 1 << 16 else back, kind="stable")


def favourites(user: Ints, item: Ints, values: csr_matrix) -> Ints:
    """Code of the value with most rows of the user up to each row (`user` ascending); a tie: the lower code.

    `values` [items, values] is 1 where an item has a value. UNKNOWN as long as no item of the user had one.
    """
    found = np.full(len(user), UNKNOWN, np.int32)
    first = np.arange(len(user)) - runs.place(user)  # where each row's user begins
    start, size = 0, max(1, CELLS // max(values.shape[1], 1))
    while start < len(user) and values.shape[1]:
        # Whole users, at least one.
        stop = first[start + size] if start + size < len(user) else len(user)
        if stop <= start:
            stop = int(np.searchsorted(user, user[start], side="right"))
        counts = np.cumsum(values[item[start:stop]].toarray(), axis=0, dtype=np.int32)
        before = np.vstack([np.zeros((1, counts.shape[1]), np.int32), counts])[first[start:stop] - start]
        counts -= before
        found[start:stop] = np.where(counts.any(axis=1), counts.argmax(axis=1), UNKNOWN)
        start = stop
    return found


def user_day_key(user: Ints, day: Ints) -> npt.NDArray[np.int64]:
    return (user.astype(np.int64) << 32) + day.astype(np.int64)  # a sum: days before 1970 are negative


def of(tables: LogTables) -> Log:
    """The prepared tables as a log, with what is known of its users and items."""
    return from_table(tables.interactions, Attributes(tables.users, tables.items))


def from_table(interactions: pd.DataFrame, about: Attributes) -> Log:
    """The prepared interactions table (see `tables.INTERACTIONS`) as a log."""

    def floats(name: str) -> Floats | None:
        if name not in interactions:
            return None
        return interactions[name].to_numpy(dtype=np.float32, na_value=np.nan)

    return Log(
        interactions["user"].to_numpy(np.int32),
        interactions["item"].to_numpy(np.int32),
        interactions["day"].to_numpy(np.int32),
        floats("total_dur"),
        floats("watched_pct"),
        about,
        interactions["time"].to_numpy(np.int32) if "time" in interactions else None,
    )
