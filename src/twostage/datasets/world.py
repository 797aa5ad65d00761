"""The planted structure of the simulated log.

A view is drawn in two steps: a genre from the user's taste, then an item from its share of the genre on that
day. Tastes follow age, sex, income and children, and differ from person to person. Shares are a heavy-tailed
popularity that is high at the release and decays; nothing is watched before its release. Seasons of a series
stand side by side, and are watched one after another. People come, watch for a while and leave.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from twostage.datasets.simulated import Simulated

GENRES = ("drama", "comedy", "thriller", "family", "action", "romance", "detective", "documentary", "horror", "fantasy")
FAMILY = GENRES.index("family")
GROUPS = {"age": 6, "income": 6, "sex": 2, "kids": 2}
PROBABILITY = {
    "age": (0.16, 0.29, 0.24, 0.16, 0.10, 0.05),
    "income": (0.11, 0.51, 0.25, 0.09, 0.03, 0.01),
    "sex": (0.51, 0.49),
    "kids": (0.7, 0.3),
}
STAY = 14  # days from arrival to departure, at least


@dataclass(frozen=True)
class World:
    """Items are numbered by (genre, series, season), users by id. Days count from the first one.

    Items: `item_id`, `genre`, `series`, `finale` (last season of the series), `release` (negative: before the
    period), `runtime` (s), `share` (days, items): sums to 1 over a genre's items on each day. `start` (genres + 1)
    is the first item of a genre. Users: `taste` (users, genres) sums to 1, `activity` sums to 1, `arrival` and
    `departure` (the first day without), `groups`: number of the group in each of GROUPS.
    """

    item_id: np.ndarray
    genre: np.ndarray
    start: np.ndarray
    series: np.ndarray
    finale: np.ndarray
    release: np.ndarray
    runtime: np.ndarray
    share: np.ndarray
    taste: np.ndarray
    activity: np.ndarray
    arrival: np.ndarray
    departure: np.ndarray
    groups: dict[str, np.ndarray]


def plant(sizes: Simulated, seed: int) -> World:
    rng = np.random.default_rng([seed, 0])
    genre = _genres(sizes.items, rng)
    start = np.searchsorted(genre, np.arange(len(GENRES) + 1))
    series = _series(genre, rng)
    release = _releases(series, start, sizes, rng)
    popularity = (1.0 + rng.permutation(sizes.items)) ** -sizes.tail
    length = rng.lognormal(0, 0.3, sizes.items)
    rng = np.random.default_rng([seed, 1])
    groups = {name: rng.choice(count, sizes.users, p=PROBABILITY[name]) for name, count in GROUPS.items()}
    arrival, departure = _stays(sizes, rng)
    activity = rng.lognormal(0, 1.2, sizes.users) * (departure - arrival)
    return World(
        item_id=np.random.default_rng([seed, 3]).permutation(sizes.items),
        genre=genre,
        start=start,
        series=series,
        finale=np.searchsorted(series, series, side="right") - 1,
        release=release,
        runtime=5400 * length,
        share=_shares(popularity, release, start, sizes),
        taste=_tastes(groups, sizes, rng),
        activity=activity / activity.sum(),
        arrival=arrival,
        departure=departure,
        groups=groups,
    )


def _genres(items: int, rng: np.random.Generator) -> np.ndarray:
    """Every genre has an item; the first ones have more."""
    weight = 1.0 / (2 + np.arange(len(GENRES)))
    others = rng.choice(len(GENRES), items - len(GENRES), p=weight / weight.sum())
    return np.sort(np.append(np.arange(len(GENRES)), others))


def _series(genre: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Number of the series of each item; a film is a series of one."""
    begins = rng.random(len(genre)) < 0.6
    begins[np.append(True, genre[1:] != genre[:-1])] = True
    return np.cumsum(begins) - 1


def _releases(series: np.ndarray, start: np.ndarray, sizes: Simulated, rng: np.random.Generator) -> np.ndarray:
    """Seasons come out in order; each genre has something from the start."""
    fresh = rng.random(sizes.items) < sizes.releases
    before = -1 - rng.exponential(1500, sizes.items).astype(np.int64)
    release = np.where(fresh, rng.integers(0, sizes.days, sizes.items), before)
    release[start[:-1]] = before[start[:-1]]
    return release[np.lexsort((release, series))]


def _shares(popularity: np.ndarray, release: np.ndarray, start: np.ndarray, sizes: Simulated) -> np.ndarray:
    age = np.arange(sizes.days)[:, None] - release
    interest = np.where(age < 0, 0.0, sizes.remains + np.exp(-np.maximum(age, 0) / sizes.decay))
    weight = popularity * interest
    total = np.add.reduceat(weight, start[:-1], axis=1)
    return np.asarray(weight / np.repeat(total, np.diff(start), axis=1))


def _stays(sizes: Simulated, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    arrives = rng.random(sizes.users) < sizes.newcomers
    arrival = np.where(arrives, rng.integers(0, sizes.days, sizes.users), 0)
    stay = STAY + rng.exponential(sizes.stay * sizes.days, sizes.users).astype(np.int64)
    return arrival, np.minimum(arrival + stay, sizes.days)


def _tastes(groups: dict[str, np.ndarray], sizes: Simulated, rng: np.random.Generator) -> np.ndarray:
    logits = rng.normal(0, sizes.taste, (sizes.users, len(GENRES))) - 0.2 * np.arange(len(GENRES))
    for name, count in GROUPS.items():
        logits += rng.normal(0, sizes.taste, (count, len(GENRES)))[groups[name]]
    logits[:, FAMILY] += 2.0 * groups["kids"]
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))
