"""What is known of users and items beside the log: codes and sets of values, made when first asked for."""

import re
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix

from twostage.base.tables import GROUPS

MOST_SEGMENTS = 500
MOST_CELLS = 1 << 25  # of a table of segments x items: 128 MB of int32
UNKNOWN = -1


class Attributes:
    """The prepared tables of users and items (see `tables.USERS`, `tables.ITEMS`); a row's place is its code.

    They hold for all time: a day has no part in them, so a fit and a query of any day may read them.
    """

    def __init__(self, users: pd.DataFrame, items: pd.DataFrame) -> None:
        self._users, self._items = users, items
        self.n_users, self.n_items = len(users), len(items)
        self.user_codes, self.item_values = cache(self._user_codes), cache(self._item_values)

    @property
    def groups(self) -> list[str]:
        """Names of the columns of users that make up the segment, of those that the log has."""
        return [name for name in GROUPS if name in self._users]

    @cached_property
    def user_segment(self) -> npt.NDArray[np.int32] | None:
        """A code for each combination of values in `groups` that there is, UNKNOWN being a value: [users].

        Of the first two or the first alone where there are more than MOST_SEGMENTS, or so many items that a table of
        both has more than MOST_CELLS. None where the log has no such column.
        """
        if not self.groups or not self.n_users:
            return None
        segment, most = np.zeros(self.n_users, np.int64), min(MOST_SEGMENTS, MOST_CELLS // max(self.n_items, 1))
        for place, name in enumerate(self.groups):
            code = self.user_codes(name).astype(np.int64) - UNKNOWN
            # Numbered anew each time: of codes below the number of users a product never overflows.
            found, finer = np.unique(segment * (code.max() + 1) + code, return_inverse=True)
            if place and len(found) > most:
                break
            segment = finer
        return segment.astype(np.int32)

    def _user_codes(self, name: str) -> npt.NDArray[np.int32]:
        """Code of each user's value in a column of `groups`, UNKNOWN without one: [users].

        In the order of the numbers in the text, then of the text: income_150_inf lies behind income_20_40.
        """
        values = self._users[name].astype("category")
        ordered = sorted(values.cat.categories, key=lambda text: ([*map(int, re.findall(r"\d+", text))], text))
        return np.asarray(values.cat.set_categories(ordered).cat.codes, dtype=np.int32)

    def _item_values(self, name: str) -> csr_matrix | None:
        """[items, values] of a column of text, split at commas, 1 where the item has the value; None without it.

        Values are in the order of their text.
        """
        if name not in self._items:
            return None
        values = self._items[name].fillna("").str.split(",").explode().str.strip()
        values = values[values != ""]
        code, names = pd.factorize(values, sort=True)
        ones = np.ones(len(code), np.float32)
        table = csr_matrix((ones, (values.index.to_numpy(), code)), shape=(self.n_items, len(names)))
        table.data[:] = 1  # a value that stands twice counts once
        return table
