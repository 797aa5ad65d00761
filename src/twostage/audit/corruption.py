"""Logs whose future is another one, for the audit's proof."""

import numpy as np
import pandas as pd

from twostage.past.log import DAY

KEYS = ["user", "item", "day"]


def corrupted(interactions: pd.DataFrame, day: int, seed: int) -> pd.DataFrame:
    """The log with every row of `day` and later scrambled, about a third of them deleted, and others added."""
    rng = np.random.default_rng(seed)
    late = interactions[interactions["day"] >= day]
    added = interactions.sample(min(len(interactions), max(len(late), 1000)), random_state=seed)
    late = pd.concat([late[rng.random(len(late)) > 1 / 3], added])
    late = late.assign(
        item=rng.permutation(late["item"].to_numpy()),
        user=rng.permutation(late["user"].to_numpy()),
        day=(day + rng.integers(0, 10, len(late))).astype(np.int32),
    )
    for name in _numbers(late):
        values = rng.integers(0, DAY if name == "time" else 2, len(late))
        late[name] = pd.Series(values, index=late.index).astype(late[name].dtype)
    together = pd.concat([interactions[interactions["day"] < day], late])
    return together.sort_values(["user", "day"], kind="stable", ignore_index=True)


def renumbered(interactions: pd.DataFrame, day: int) -> pd.DataFrame:
    """The log with the numbers alone (time, watched_pct, total_dur, target) of the rows of `day` and later altered.

    Each becomes one more, and 1 where it was missing (the last second of a day becomes the first): no row keeps its
    number, and no row comes or goes.
    """
    late = interactions["day"] >= day
    altered = {name: interactions[name].mask(late, interactions[name].fillna(0) + 1) for name in _numbers(interactions)}
    found = interactions.assign(**altered)
    return found.assign(time=found["time"] % DAY) if "time" in found else found


def thinned(interactions: pd.DataFrame, users: np.ndarray, rows: int | None, seed: int) -> pd.DataFrame:
    """The log of these users and of as many others, drawn at random, as make about `rows` rows; None: of all.

    Users stay whole.
    """
    if rows is None or rows >= len(interactions):
        return interactions
    sizes = np.bincount(interactions["user"])
    asked = np.unique(users)
    others = np.setdiff1d(np.arange(len(sizes)), asked)
    order = np.concatenate([asked[asked < len(sizes)], np.random.default_rng(seed).permutation(others)])
    kept = order[(np.cumsum(sizes[order]) <= rows) | np.isin(order, asked)]
    return interactions[np.isin(interactions["user"], kept)].reset_index(drop=True)


def _numbers(interactions: pd.DataFrame) -> list[str]:
    """Columns beside the KEYS, in the table's order: random numbers are drawn for one after the other."""
    return [str(name) for name in interactions if name not in KEYS]
