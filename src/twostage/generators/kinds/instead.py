"""A value gives way to another one only where that is clearly better."""

from collections.abc import Callable, Sequence
from typing import TypeVar

V = TypeVar("V")


def clearly_best(given: V, instead: Sequence[V], worth: Callable[[V], float], clearly: float) -> V:
    """`given`, or of `instead` the one with the highest worth, if that is over `clearly` times the worth of `given`.

    Between values that are nearly alike chance would decide, and another fold differently.
    """
    if not instead:
        return given
    best, least = given, clearly * worth(given)
    for other in instead:
        found = worth(other)
        if found > least:
            best, least = other, found
    return best
