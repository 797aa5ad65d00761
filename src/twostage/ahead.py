"""Two steps at once: the next value is computed while the one before is used."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def ahead(values: Iterable[T]) -> Iterator[T]:
    """The same values in the same order, computed one ahead in a thread of their own; an exception comes in its place.

    Two of them are in memory at once.
    """
    rest, end = iter(values), object()
    with ThreadPoolExecutor(1) as thread:

        def following() -> Any:
            return next(rest, end)

        coming = thread.submit(following)
        while (value := coming.result()) is not end:
            coming = thread.submit(following)
            yield value
