"""How many rows are computed at once."""

from collections.abc import Iterator

BLOCK = 100  # queries that a generator takes at once; whoever asks it for parts of many asks for multiples
CELLS = 1 << 20  # of a temporary array: 8 MB of int64, which stays near the processor's cache


def blocks(rows: int, width: int) -> Iterator[slice]:
    """Consecutive ranges of rows, each of about CELLS cells of `width` columns."""
    step = max(1, CELLS // max(1, width))
    for start in range(0, rows, step):
        yield slice(start, min(start + step, rows))
