"""Runs: rows of one value that stand one after another."""

from typing import Any

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]


def starts(group: npt.NDArray[Any]) -> Places:
    """Where each run begins: [runs]."""
    return np.flatnonzero(_begins(group))


def place(group: npt.NDArray[Any]) -> Places:
    """Place of each row within its run, from 0: [rows]."""
    first = starts(group)
    return np.arange(len(group)) - np.repeat(first, np.diff(first, append=len(group)))


def number(group: npt.NDArray[Any]) -> Places:
    """Number of each row's run, from 0: [rows]."""
    return np.cumsum(_begins(group)) - 1


def _begins(group: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    begins: npt.NDArray[np.bool_] = np.r_[True, group[1:] != group[:-1]][: len(group)]
    return begins
