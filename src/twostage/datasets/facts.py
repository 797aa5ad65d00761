"""What must be known of a log before it is there."""

from typing import NamedTuple


class Facts(NamedTuple):
    """First and last day (days since 1970-01-01), columns of the interactions, and the items with a row, at most."""

    first_day: int
    last_day: int
    columns: frozenset[str]
    items: int
