"""Who is behind a row: how much the user had watched before, and when the user came back."""

from typing import NamedTuple

import numpy as np

from twostage.past.log import Ints, Log

NEVER = np.iinfo(np.int32).max


class Audience(NamedTuple):
    """One element a row of the log."""

    rows_before: Ints  # the user's rows on earlier days
    back: Ints  # the user's next day with a row, NEVER without one


def audience(log: Log) -> Audience:
    _, first, group = np.unique(log.user_day, return_index=True, return_inverse=True)  # days of users
    user = log.user[first]
    before = first - np.searchsorted(log.user, user)
    back = np.full(len(first), NEVER, np.int32)
    again = np.flatnonzero(user[1:] == user[:-1])
    back[again] = log.day[first[again + 1]]
    return Audience(before.astype(np.int32)[group], back[group])
