"""A news site's log with times, for `bench.regimes`: articles live for hours, users come in sessions.

An article's worth is its quality times e to the power of -age / life; a user picks a rubric by taste and by what all of
its articles are worth in that hour, then an article of it.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FIRST, DAYS = pd.Timestamp("2022-10-01"), 16
HOURS = 24 * DAYS
RUBRICS = 40
SESSION = 3  # clicks, about
# Of a day's reading and publishing each hour's part: little at night.
CLOCK = np.array([4, 2, 2, 1, 2, 6, 14, 20, 24, 26, 24, 24, 26, 24, 22, 22, 22, 24, 26, 28, 30, 28, 20, 10]) / 431
QUALITY, LIFE, SPREAD = 1.8, 10.0, 0.7  # spread of log quality; median life in hours, and the spread of its log
OLD = 1e-6  # of its quality, what an article keeps for good


def write(folder: Path, users: int, items: int, clicks: int, seed: int) -> None:
    """interactions.csv, a row a click, a repeated one left out; items.csv, whose `genres` is the rubric."""
    rng = np.random.default_rng(seed)
    rubric = rng.choice(RUBRICS, items, p=rng.dirichlet(np.full(RUBRICS, 0.8)))
    user, time = _visits(users, clicks, rng)
    item = _clicked(user, time, rubric, rng)
    log = pd.DataFrame({"user_id": user, "item_id": item})[item >= 0]
    log["last_watch_dt"] = FIRST + pd.to_timedelta(np.floor(time[item >= 0] * 3600), unit="s")
    log.drop_duplicates(["user_id", "item_id"]).to_csv(folder / "interactions.csv", index=False)
    about = {"item_id": range(items), "content_type": "article", "genres": [f"rubric {name}" for name in rubric]}
    pd.DataFrame(about).to_csv(folder / "items.csv", index=False)


def _visits(users: int, clicks: int, rng: np.random.Generator) -> tuple[Ints, Floats]:
    """User and time (hours) of each click, in the order of time; half of the users come after the first day."""
    activity = rng.pareto(1.3, users) + 0.3
    count = rng.multinomial(clicks, activity / activity.sum())
    sessions = np.maximum(1, count // SESSION)
    arrival = np.where(rng.random(users) < 0.5, 0, rng.random(users) * DAYS)
    owner = np.repeat(np.arange(users), sessions)
    day = np.floor(arrival[owner] + rng.random(len(owner)) * (DAYS - arrival[owner]))
    begins = 24 * day + rng.choice(24, len(owner), p=CLOCK) + rng.random(len(owner))
    user = np.repeat(np.arange(users), count)
    session = (np.cumsum(sessions) - sessions)[user] + (rng.random(len(user)) * sessions[user]).astype(np.int64)
    time = np.minimum(begins[session] + 0.3 * rng.random(len(user)), HOURS - 0.001)
    order = np.argsort(time, kind="stable")
    return user[order], time[order]


def _clicked(user: Ints, time: Floats, rubric: Ints, rng: np.random.Generator) -> Ints:
    """The article of each click, -1 where there is none yet."""
    items = len(rubric)
    # Some are older than the log.
    published = rng.choice(np.arange(-48, HOURS), items, p=np.tile(CLOCK, DAYS + 2) / (DAYS + 2)) + rng.random(items)
    quality, life = rng.lognormal(0, QUALITY, items), rng.lognormal(np.log(LIFE), SPREAD, items)
    usual = np.bincount(rubric, minlength=RUBRICS) / items
    taste = 0.6 * rng.dirichlet(np.full(RUBRICS, 0.15), user.max() + 1) + 0.4 * usual
    found = np.full(len(user), -1)
    ends = np.searchsorted(time, np.arange(HOURS + 1))
    for hour in range(HOURS):
        age = hour + 0.5 - published
        worth = np.where(age > 0, quality * (np.exp(-np.maximum(age, 0) / life) + OLD), 0)
        clicks = np.arange(ends[hour], ends[hour + 1])
        chance = taste[user[clicks]] * np.bincount(rubric, worth, RUBRICS)
        drawn = rng.random((len(clicks), 1)) * chance.sum(axis=1, keepdims=True)
        chosen = (np.cumsum(chance, axis=1) > drawn).argmax(axis=1)
        for one in np.unique(chosen):
            rows, inside = clicks[chosen == one], np.flatnonzero(rubric == one)
            if worth[inside].any():
                found[rows] = rng.choice(inside, len(rows), p=worth[inside] / worth[inside].sum())
    return found
