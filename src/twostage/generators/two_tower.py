"""Two towers: users by history, segment and recency, items by id and attributes.

Covington et al. 2016, "Deep neural networks for YouTube recommendations", with the loss of Yi et al. 2019. Histories
and ids are hidden at random in training, so that the rest can stand alone: Volkovs et al. 2017, "DropoutNet".
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from pydantic import Field
from threadpoolctl import threadpool_limits

from twostage.base import runs
from twostage.base.blocks import BLOCK
from twostage.generators.kinds.categories import item_values
from twostage.generators.kinds.dense import Dense
from twostage.generators.kinds.generator import State
from twostage.generators.kinds.known import positions
from twostage.generators.kinds.network import NetworkParams, set_weights, weights_of
from twostage.generators.kinds.sequences import GAPS, gap_code, histories
from twostage.past.asof import Queries, Rows
from twostage.past.attributes import UNKNOWN, Attributes
from twostage.past.log import Floats, Ints, Log

if TYPE_CHECKING:  # torch takes seconds to import: only fitting and encoding do
    from twostage.generators.kinds.towers import Towers


class TwoTowerParams(NetworkParams):
    section = "two_tower"
    batch: int = Field(ge=2)
    hide: float = Field(ge=0, lt=1)
    cold_items: bool


class TwoTower(Dense):
    """Serves every user; names the items of the fit and those with an attribute."""

    Params = TwoTowerParams
    params: TwoTowerParams

    def learn(self, log: Log) -> None:
        from twostage.generators.kinds.towers import train

        # Values that only users have who are yet to come aren't known, as those of items below.
        of_users = [np.unique(codes[np.unique(log.user)]) for codes in user_codes(log.about)]
        self.groups = [values[values != UNKNOWN] for values in of_users]
        segments = user_segments(log.about, log.user, self.groups)
        gap = np.where(runs.place(log.user) > 0, log.day - np.roll(log.day, 1), -1)
        fitted, values = np.bincount(log.item, minlength=log.n_items) > 0, item_values(log.about)
        # Values that only items to come have say nothing yet.
        self.values = values[:, values[1:][fitted].any(axis=0)]
        self.towers = self._towers()
        item, codes = log.item.astype(np.int64) + 1, np.c_[segments, gap_code(gap)]
        train(self.towers, log.user, item, codes, self.params, self.run)
        self.known = fitted | self.values[1:].any(axis=1)
        self.item_vectors = self.towers.item_vectors()

    def tables(self, queries: Queries) -> Iterator[Floats]:
        from twostage.generators.kinds.towers import user_vectors

        if not len(queries):
            return
        items = np.arange(len(self.known), dtype=np.int32)
        codes = np.c_[user_segments(queries.about, queries.user, self.groups), gap_code(days_since_last(queries))]
        # In double precision: how BLAS adds up a row depends on its place, but in bits that are rounded away.
        users = user_vectors(self.towers, histories(queries, items, self.params.length), codes)
        vectors, item_vectors = users.astype(np.float64), self.item_vectors.astype(np.float64)
        may = self._may_name(queries)
        _, day = queries.days
        for start in range(0, len(queries), BLOCK):
            with threadpool_limits(1, "blas"):
                scores = (vectors[start : start + BLOCK] @ item_vectors.T).astype(np.float32)
            days = day[start : start + BLOCK]
            table = np.full((len(days), queries.n_items), np.nan, np.float32)
            table[:, items] = np.where(may[days], scores[: len(days)], np.nan)
            yield table

    def _may_name(self, queries: Queries) -> npt.NDArray[np.bool_]:
        """[distinct days, items].

        That an item stands in the table at all can be knowledge of the future, if the table was written after the
        day: so only items with a row before it, unless `cold_items` says that the table holds what was on offer.
        """
        if self.params.cold_items:
            return np.tile(self.known, (len(queries.days[0]), 1))
        return self.known & (queries.counts()[:, : len(self.known)] > 0)

    def state(self) -> State:
        groups = {f"group_{place}": values for place, values in enumerate(self.groups)}
        return {"known": self.known, **groups, **weights_of(self.towers)}

    def restore(self, state: State) -> None:
        self.known, self.values = state["known"], state["net.values"]
        self.groups = [state[f"group_{place}"] for place in range(sum(name.startswith("group_") for name in state))]
        self.towers = self._towers()
        set_weights(self.towers, state)
        self.item_vectors = self.towers.item_vectors()

    def _towers(self) -> "Towers":
        from torch import from_numpy

        from twostage.generators.kinds.towers import Towers
        from twostage.generators.kinds.training import seed

        seed(self.run)
        sizes = [*(len(values) + 1 for values in self.groups), len(GAPS) + 2]
        return Towers(from_numpy(self.values), sizes, self.params.length, self.params.factors)


def user_codes(about: Attributes) -> list[Ints]:
    """Of each column of the segment the users' codes, and a last one for a user whom the table doesn't know."""
    return [np.append(about.user_codes(name), UNKNOWN) for name in about.groups]


def user_segments(about: Attributes, user: Ints, groups: list[Ints]) -> Rows:
    """[users, columns of the segment]: places from 1 among the known values, `groups`, 0 for any other and for none."""
    columns = []
    for codes, values in zip(user_codes(about), groups, strict=True):
        code = codes[np.minimum(user, len(codes) - 1)]
        place, known = positions(values, np.maximum(code, 0))
        columns.append(np.where(known & (code != UNKNOWN), place + 1, 0))
    return np.array(columns, np.int64).reshape(len(columns), len(user)).T


def days_since_last(queries: Queries) -> Rows:
    """Days from each query's last row to its day; -1 without one."""
    query, rows = queries.history(last=1)
    gap = np.full(len(queries), -1, np.int64)
    gap[query] = queries.day[query] - queries.days_of(rows)
    return gap
