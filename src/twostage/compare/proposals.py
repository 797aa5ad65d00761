"""What the generators proposed, read from the candidates in blocks of queries: memory doesn't grow with the users."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from twostage.base.tables import NO_ITEM, read_parts


class Proposals(NamedTuple):
    """Lists of the generators, in their order, for a range of rows of the asked queries; [queries, n] each."""

    rows: slice
    items: list[npt.NDArray[np.int32]]  # padded with NO_ITEM
    scores: list[npt.NDArray[np.float32]]  # padded with NaN


def read(path: Path, generators: list[str]) -> Iterator[pd.DataFrame]:
    """The columns that `blocks` needs, a part of the queries at a time."""
    return read_parts(path, ["query", "item", *(f"{name}_{part}" for name in generators for part in ("rank", "score"))])


def blocks(
    chunks: Iterable[pd.DataFrame], asked: npt.NDArray[np.integer], generators: list[str], n: int
) -> Iterator[Proposals]:
    """The lists of the queries `asked`, ascending; their rows are positions in it. A query without candidates may
    stand in no block.

    chunks: query, item, and for each generator NAME_rank and NAME_score, in order of the query, cut between queries.
    """
    for chunk in chunks:
        query = chunk["query"].to_numpy()
        row = np.searchsorted(asked, query)
        wanted = asked[np.minimum(row, len(asked) - 1)] == query
        if not wanted.any():
            continue
        chunk, row = chunk[wanted], row[wanted]
        rows = slice(int(row[0]), int(row[-1]) + 1)
        lists = [_lists(chunk, row - rows.start, name, (rows.stop - rows.start, n)) for name in generators]
        yield Proposals(rows, [items for items, _ in lists], [scores for _, scores in lists])


def _lists(
    chunk: pd.DataFrame, row: npt.NDArray[np.int64], name: str, shape: tuple[int, int]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    items, scores = np.full(shape, NO_ITEM, np.int32), np.full(shape, np.nan, np.float32)
    rank = chunk[f"{name}_rank"].to_numpy()
    proposed = np.flatnonzero(rank <= shape[1])  # NaN: not proposed
    place = row[proposed], rank[proposed].astype(np.int64) - 1
    items[place] = chunk["item"].to_numpy()[proposed]
    scores[place] = chunk[f"{name}_score"].to_numpy()[proposed]
    return items, scores
