"""Scores to lists: the best candidates of each query."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from twostage.metrics.arrays import NO_ITEM, blocks

NO_KEY, LOW = np.iinfo(np.uint64).max, np.uint64(0xFFFFFFFF)
FUSION, RANKER = "fusion", "ranker"
SCORES_ONLY, CLASSIFIER = "scores_only", "classifier"  # beside the ranker, see `variants`


def best(rows: pd.DataFrame, score: npt.NDArray[np.floating], keep: int) -> pd.DataFrame:
    """query, item, rank (1 = best, at most `keep`), score (float32); equal scores: the lower item first, NaN left out.

    `rows` (query, item) are sorted so.
    """
    usable = ~np.isnan(score)
    query, item = rows["query"].to_numpy()[usable], rows["item"].to_numpy()[usable]
    # The sum turns -0 into 0: they are one score.
    score = score[usable].astype(np.float32) + np.float32(0)
    starts = np.flatnonzero(np.diff(query, prepend=-1))
    sizes = np.diff(starts, append=len(query))
    widest = int(sizes.max(initial=0))
    parts = [np.empty((0, 2), np.int64)]
    for block in blocks(len(starts), widest):
        filled = np.arange(widest) < sizes[block, None]
        mine = slice(starts[block.start], starts[block.start] + filled.sum())
        keys = np.full(filled.shape, NO_KEY)
        keys[filled] = _falling(score[mine]) << 32 | np.arange(mine.stop - mine.start, dtype=np.uint64)
        if keep < widest:
            keys = np.partition(keys, keep - 1, axis=1)[:, :keep]
        keys.sort(axis=1)
        _, place = np.nonzero(keys != NO_KEY)
        row = (keys[keys != NO_KEY] & LOW).astype(np.int64) + mine.start
        parts.append(np.c_[row, place])
    row, place = np.concatenate(parts).T
    return pd.DataFrame(
        {"query": query[row], "item": item[row], "rank": (place + 1).astype(np.int32), "score": score[row]}
    )


def _falling(score: npt.NDArray[np.float32]) -> npt.NDArray[np.uint64]:
    """Whole numbers that fall as the scores rise: the bits of floats are in their order, those below 0 turned round."""
    bits = score.view(np.uint32)
    rising = np.where(bits >> 31, ~bits, bits | np.uint32(1 << 31))
    return (~rising).astype(np.uint64)


def of_systems(
    rows: pd.DataFrame, ranker_score: npt.NDArray[np.float64], generators: Iterable[str], keep: int
) -> pd.DataFrame:
    """Lists of every system, as `best` with a column `system`: the generators by their own ranks, fusion, ranker."""
    scores = {name: -rows[f"{name}_rank"].to_numpy(np.float64) for name in generators}
    scores |= {FUSION: rows["fusion"].to_numpy(np.float64), RANKER: ranker_score}
    return pd.concat([best(rows, score, keep).assign(system=name) for name, score in scores.items()], ignore_index=True)


def array(lists: pd.DataFrame, n_queries: int, depth: int) -> npt.NDArray[np.int32]:
    """Lists (query, item, rank) as [queries, depth], padded with NO_ITEM; ranks beyond the depth are left out."""
    table = np.full((n_queries, depth), NO_ITEM, np.int32)
    top = lists[lists["rank"] <= depth]
    table[top["query"], top["rank"] - 1] = top["item"]
    return table
