"""What must be known of a log before it is there."""

from typing import NamedTuple

import pandas as pd


class Facts(NamedTuple):
    """First and last day (days since 1970-01-01), and columns of the interactions.

    items: those with a row, catalogue: those with and without, n_rows: one a user and item; so many at most.
    rows: the `day` of each, one a user and item, and what `target` may ask of it, where the log has that; None where
    they aren't known before the log is there.
    """

    first_day: int
    last_day: int
    columns: frozenset[str]
    items: int
    catalogue: int
    n_rows: int
    rows: pd.DataFrame | None = None
