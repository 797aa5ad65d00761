"""A log with KION's shape at any size, with a planted structure that models can find: see `world`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np
import pyarrow as pa
from pyarrow import csv
from pydantic import BaseModel, ConfigDict, Field, model_validator

from twostage.base.store import written
from twostage.datasets import catalogue, world
from twostage.datasets.facts import Facts
from twostage.datasets.world import World

if TYPE_CHECKING:
    from twostage.datasets import Data

CHUNK = 1 << 19  # views; bounds the memory of tables of views by genres
FOLLOW = 0.25  # chance that a view is of the next season after the user's view before
FULL = 0.35  # chance of a view to the end, twice that in a genre that holds all of a user's taste
HABIT = 2.5  # views per session
ENDED = -1  # of a series, no further season


class Simulated(BaseModel):
    """Size of the log. A repeated view replaces the earlier one, so rows are fewer, by a third at small sizes.

    The fewer newcomers and the longer people stay, the fewer of a test's users are cold.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    users: int = Field(default=2000, ge=10, le=10_000_000)
    items: int = Field(default=500, ge=50, le=100_000)
    views: int = Field(default=25_000, ge=10, le=100_000_000)
    first_day: date = date(2021, 3, 13)
    days: int = Field(default=163, ge=7, le=1000)
    newcomers: float = Field(default=0.5, ge=0, le=1)  # share of users who arrive within the period
    stay: float = Field(default=0.5, gt=0, le=100)  # mean time that a user stays, beyond two weeks, in periods
    releases: float = Field(default=0.15, ge=0, le=0.99)  # share of items that come out within the period
    decay: float = Field(default=14.0, gt=0)  # days in which the interest in a release falls by e
    remains: float = Field(default=0.06, gt=0, le=1)  # what is left of that interest in the end
    tail: float = Field(default=0.8, ge=0, le=3)  # popularity of the r-th item is r to the power of -tail
    taste: float = Field(default=0.9, ge=0)  # spread of a taste's logits: of the segment's part and of a person's own

    @model_validator(mode="after")
    def _sizes_fit(self) -> Self:
        if not self.users <= self.views <= self.users * self.items // 10:
            raise ValueError(
                f"views = {self.views}, expected from {self.users} (one per user)"
                f" to {self.users * self.items // 10} (a tenth of all pairs)"
            )
        return self


def fetch(data: Data, seed: int, into: Path) -> None:
    """Write the three CSV files; the same sizes and seed give the same bytes."""
    sizes = data.simulated
    planted = world.plant(sizes, seed)
    _write(log(planted, sizes, seed), into / "interactions.csv")
    _write(catalogue.users(planted, seed), into / "users.csv")
    _write(catalogue.items(planted, sizes.first_day, seed), into / "items.csv")


def facts(data: Data) -> Facts:
    """The days as planned; a log of a few dozen rows may have none on the first or the last of them."""
    first = (data.simulated.first_day - date(1970, 1, 1)).days
    columns = frozenset({"user_id", "item_id", "last_watch_dt", "total_dur", "watched_pct"})
    items, views = data.simulated.items, data.simulated.views
    return Facts(first, first + data.simulated.days - 1, columns, items, items, views)


class Views(NamedTuple):
    """Every view in the order of users and time, repeated ones too; items are numbered as in `World`."""

    user: np.ndarray
    day: np.ndarray
    item: np.ndarray
    upcoming: np.ndarray  # the season that a view after it becomes if it follows; ENDED: none is left


def oracle(sizes: Simulated, seed: int, user: np.ndarray, item: np.ndarray, day: np.ndarray) -> np.ndarray:
    """True probability of each pair: that the user's first view on the day is of the item, if there is a view.

    Over all items it sums to 1. `user` and `item` are ids of the files, `day` counts from the first day. It knows
    every view before the day, in order: more than the log, which keeps the last one of a pair and no order within a
    day. Only for tests and studies: nothing that is trained or written sees it.
    """
    planted = world.plant(sizes, seed)
    views = _views(planted, sizes, np.random.default_rng([seed, 2]))
    return _chances(planted, views, user, np.argsort(planted.item_id)[item], day)


def _chances(planted: World, views: Views, user: np.ndarray, item: np.ndarray, day: np.ndarray) -> np.ndarray:
    """See `oracle`: by FOLLOW the season after the last view where it is out, else an item of the user's choice."""
    days = len(planted.share)
    last = np.searchsorted(views.user * days + views.day, user * days + day) - 1
    upcoming = np.where((last >= 0) & (views.user[last] == user), views.upcoming[last], ENDED)
    follows = FOLLOW * ((upcoming != ENDED) & (planted.release[upcoming] <= day))
    chosen = planted.taste[user, planted.genre[item]] * planted.share[day, item]
    return np.asarray((1 - follows) * chosen + follows * (item == upcoming), dtype=np.float64)


def log(planted: World, sizes: Simulated, seed: int) -> pa.Table:
    """Rows in KION's columns, sorted by (date, user, item)."""
    rng = np.random.default_rng([seed, 2])
    user, day, item, _ = _views(planted, sizes, rng)
    # Views are in order of time, so the last of a pair is the one to keep.
    _, last = np.unique((user * sizes.items + item)[::-1], return_index=True)
    kept = len(user) - 1 - last
    user, item, day = user[kept], item[kept], day[kept]
    order = np.lexsort((planted.item_id[item], user, day))
    user, item, day = user[order], item[order], day[order]
    watched = _watched(planted, user, item, rng)
    duration = planted.runtime[item] * watched / 100 * rng.lognormal(0, 0.2, len(user))
    dates = np.datetime64(sizes.first_day, "D") + day
    return pa.table(
        {
            "user_id": user,
            "item_id": planted.item_id[item],
            "last_watch_dt": pa.array(dates).cast(pa.string()),
            "total_dur": np.rint(duration).astype(np.int64) + 1,
            "watched_pct": watched,
        }
    )


def _views(planted: World, sizes: Simulated, rng: np.random.Generator) -> Views:
    user, day = _sessions(planted, sizes, rng)
    return Views(user, day, *_followed(planted, user, day, _choices(planted, user, day, rng), rng))


def _sessions(planted: World, sizes: Simulated, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """User and day of every view, sorted: each user has at least one, several of them on one evening."""
    views = 1 + rng.multinomial(sizes.views - sizes.users, planted.activity)
    sessions = np.ceil(views / HABIT).astype(np.int64)
    first = np.cumsum(sessions) - sessions
    owner = np.repeat(np.arange(sizes.users), sessions)
    # More is watched at weekends: days are drawn from the weights of the days while the user is there.
    weight = np.where((np.arange(sizes.days) + sizes.first_day.weekday()) % 7 >= 5, 1.6, 1.0)
    total = np.append(0.0, np.cumsum(weight))
    low, high = total[planted.arrival[owner]], total[planted.departure[owner]]
    days = np.searchsorted(total, low + (high - low) * rng.random(len(owner)), side="right") - 1
    user = np.repeat(np.arange(sizes.users), views)
    day = days[first[user] + (rng.random(len(user)) * sessions[user]).astype(np.int64)]
    order = np.argsort(user * sizes.days + day, kind="stable")
    return user, day[order]


def _choices(planted: World, user: np.ndarray, day: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An item for each view: a genre by the user's taste, then an item by its share of the genre on the day."""
    items = len(planted.genre)
    # One long line of shares, each day's and genre's summing to 1, makes one binary search of every draw.
    line = np.cumsum(planted.share.ravel())
    genres = planted.taste.shape[1]
    bound = np.cumsum(planted.taste, axis=1)[:, :-1]
    chosen = []
    for start in range(0, len(user), CHUNK):
        part = slice(start, start + CHUNK)
        genre = (bound[user[part]] < rng.random((len(user[part]), 1))).sum(axis=1)
        draw = day[part] * genres + genre + rng.random(len(genre))
        found = np.searchsorted(line, draw, side="right") - day[part] * items
        # A rounded sum may fall a hair beside the genre's own stretch; its first item is out on every day.
        inside = (found >= planted.start[genre]) & (found < planted.start[genre + 1])
        chosen.append(np.where(inside, found, planted.start[genre]))
    return np.concatenate(chosen)


def _followed(
    planted: World, user: np.ndarray, day: np.ndarray, item: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Some views become the next season after the view before, the one after that in the view after, and so on.

    Returns each view's item, and `upcoming` as in `Views`. A view that finds the next season not out, or the series
    at its end, is of the user's choice, but the series goes on counting until a view doesn't follow.
    """
    place = np.arange(len(user))
    follows = rng.random(len(user)) < FOLLOW
    follows[np.append(True, user[1:] != user[:-1])] = False
    origin = np.maximum.accumulate(np.where(follows, 0, place))
    season = item[origin] + place - origin
    finale = planted.finale[item[origin]]
    out = season <= finale
    out[out] = planted.release[season[out]] <= day[out]
    return np.where(out, season, item), np.where(season < finale, season + 1, ENDED)


def _watched(planted: World, user: np.ndarray, item: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Percent, 0 to 100: to the end more often where the genre is to the user's taste."""
    full = rng.random(len(user)) < FULL * (1 + planted.taste[user, planted.genre[item]])
    return np.where(full, 100, (100 * rng.beta(0.6, 1.2, len(user))).astype(np.int64))


def _write(table: pa.Table, path: Path) -> None:
    with written(path) as temporary:
        csv.write_csv(table, temporary)
