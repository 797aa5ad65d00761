"""Who is behind a row: how much the user had watched before, and whether the user came back."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from twostage.base import runs
from twostage.past.log import Ints, Log

RETURN = 7  # days after a row in which its user comes back, or doesn't


class Audience(NamedTuple):
    """One element a row of the log."""

    rows_before: Ints  # the user's rows on earlier days
    back: npt.NDArray[np.bool_]  # the user has a row on one of the RETURN days after it


def audience(log: Log) -> Audience:
    first, group = runs.starts(log.user_day), runs.number(log.user_day)  # days of users
    user = log.user[first]
    before = first - np.searchsorted(log.user, user)
    day, back = log.day[first], np.zeros(len(first), bool)
    back[:-1] = (user[1:] == user[:-1]) & (np.diff(day) <= RETURN)
    return Audience(before.astype(np.int32)[group], back[group])
