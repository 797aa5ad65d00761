"""Rows of a kind that stand one after another."""

from typing import Any

import numpy as np
import numpy.typing as npt


def place(group: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Place of each row among those of its group, from 0. Groups ascend."""
    return np.arange(len(group)) - np.searchsorted(group, group)
