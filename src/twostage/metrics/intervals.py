"""Percentile bootstrap intervals of a mean over queries, resampling users.

One user's queries depend on each other, so a resample draws users with replacement and takes all queries of
each (Davison and Hinkley, Bootstrap Methods and their Application, 1997, section 3.8; percentile interval:
Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13). A user's weight in a resample is the
number of times that it was drawn: multinomial, so the number of users is the same in every resample.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from twostage.base.blocks import blocks
from twostage.metrics.arrays import Bools, Floats, Ints

RESAMPLES = 1000  # of users, from which an interval is read


def intervals(values: Floats, users: Ints, seed: int, strata: Ints | None = None, level: float = 0.95) -> Floats:
    """Mean, low and high of several measures from the same resamples, float64 [measures, 3].

    The mean is the sum over queries / number of queries, with `strata` the mean over them of each one's mean; a stratum
    that has no query in a resample is left out of its mean there. A query of NaN doesn't count, neither do users
    without another. A single user gives low = high = mean: its interval says nothing. Calls with the same seed and
    number of users draw the same users, so systems are compared on equal resamples.

    values: [queries, measures], NaN in all measures of a query or in none; users and strata: of each query, [queries];
    level: in 0..1, .95 leaves 2.5 % of the resampled means on either side.

    Raises
    ------
    ValueError
        If no query counts, or a query has a value in only some of the measures.
    """
    absent = np.isnan(values).any(axis=1)
    if not np.isnan(values[absent]).all():
        raise ValueError("a query has a value in some measures and NaN in others, expected the same queries in all")
    if absent.all():
        raise ValueError("no query has a value, expected at least one for a mean")
    values, users = values[~absent], users[~absent]
    strata = np.zeros(len(users), np.int8) if strata is None else strata[~absent]
    inside = [strata == stratum for stratum in np.unique(strata)]
    parts = [np.column_stack([values * rows[:, None], rows]) for rows in inside]
    totals = user_totals(np.hstack(parts), users)[:-1]

    def mean(sums: Floats) -> Floats:
        table = sums.reshape(len(sums), len(inside), -1)
        counts = table[:, :, -1:]
        means = np.divide(table[:, :, :-1], counts, out=np.full(table[:, :, :-1].shape, np.nan), where=counts > 0)
        return np.asarray(np.nanmean(means, axis=1))

    drawn = _sums(totals, np.random.default_rng(seed))
    low, high = np.quantile(mean(drawn), [(1 - level) / 2, (1 + level) / 2], axis=0)
    return np.column_stack([mean(totals.sum(axis=1)[None])[0], low, high])


def summary(
    values: Mapping[str, Floats], names: Sequence[str], rows: Bools, user: Ints, seed: int
) -> dict[str, dict[str, Any]]:
    """By key of `values` and measure: mean over the rows, and NAME_interval, all from the same resamples of users.

    values: [queries, names] each, NaN in the same queries.
    """
    stacked = np.hstack([table[rows] for table in values.values()])
    found = intervals(stacked, user[rows], seed).reshape(len(values), len(names), 3).tolist()
    return {
        system: {
            key: value
            for name, (mean, low, high) in zip(names, of_system, strict=True)
            for key, value in ((name, mean), (f"{name}_interval", [low, high]))
        }
        for system, of_system in zip(values, found, strict=True)
    }


def user_totals(values: Floats, users: Ints) -> Floats:
    """Per user: the sum of each measure, and last the number of queries, [measures + 1, users]."""
    known, code = np.unique(users, return_inverse=True)
    sums = [np.bincount(code, weights=column, minlength=len(known)) for column in values.T]
    return np.stack([*sums, np.bincount(code)])


def _sums(totals: Floats, rng: np.random.Generator) -> Floats:
    """Sums over the users of each resample, [RESAMPLES, totals]; holds the weights of some resamples at a time."""
    users = totals.shape[1]
    sums = np.empty((RESAMPLES, len(totals)))
    with threadpool_limits(1, "blas"):  # which adds up in another order with another number of threads
        for block in blocks(RESAMPLES, users):
            drawn = (rng.integers(users, size=users) for _ in range(block.start, block.stop))
            weights = np.stack([np.bincount(of_one, minlength=users) for of_one in drawn])
            sums[block] = weights.astype(np.float64) @ totals.T
    return sums
