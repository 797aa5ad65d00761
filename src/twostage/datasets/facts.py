"""What must be known of a log before it is there."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Facts(NamedTuple):
    """First and last day (days since 1970-01-01), columns of the interactions, and the items with a row, at most.

    days: those with a row, ascending; rows: one a user and item; None where that isn't known before the log is there.
    """

    first_day: int
    last_day: int
    columns: frozenset[str]
    items: int
    days: npt.NDArray[np.int32] | None = None
    rows: int | None = None
