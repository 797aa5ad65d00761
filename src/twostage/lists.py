"""Scores to lists: the best candidates of each query."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from twostage.base import runs
from twostage.base.tables import NO_ITEM

FUSION, RANKER = "fusion", "ranker"
SCORES_ONLY = "scores_only"  # a ranker beside the ranker, see `ranking.scores_only`


def best(rows: pd.DataFrame, score: npt.NDArray[np.floating], keep: int) -> pd.DataFrame:
    """query, item, rank (1 = best, at most `keep`), score; equal scores: the lower item code first, NaN left out.

    `rows` are in order of their query.
    """
    few = _contenders(rows["query"].to_numpy(), score, keep)
    query, item, score = rows["query"].to_numpy()[few], rows["item"].to_numpy()[few], score[few]
    order = np.lexsort((item, -score, query))
    query, item, score = query[order], item[order], score[order]
    place = runs.place(query)
    top = place < keep
    return pd.DataFrame(
        {"query": query[top], "item": item[top], "rank": (place[top] + 1).astype(np.int32), "score": score[top]}
    )


def _contenders(query: npt.NDArray[np.integer], score: npt.NDArray[np.floating], keep: int) -> npt.NDArray[np.bool_]:
    """Rows that score no less than the `keep`-th best of their query: finding them is much quicker than sorting all."""
    row, place = runs.number(query), runs.place(query)
    lowest = np.full((row.max(initial=-1) + 1, max(keep, place.max(initial=-1) + 1)), np.inf)
    lowest[row, place] = np.where(np.isnan(score), np.inf, -score)
    lowest.partition(keep - 1, axis=1)
    found: npt.NDArray[np.bool_] = ~np.isnan(score) & (-score <= lowest[row, keep - 1])
    return found


def of_systems(
    rows: pd.DataFrame, ranker_score: npt.NDArray[np.float64], generators: Iterable[str], keep: int
) -> pd.DataFrame:
    """Lists of every system, as `best` with a column `system`: the generators by their own ranks, fusion, ranker."""
    scores = simple_orders(rows, generators) | {RANKER: ranker_score}
    return pd.concat([best(rows, score, keep).assign(system=name) for name, score in scores.items()], ignore_index=True)


def simple_orders(rows: pd.DataFrame, generators: Iterable[str]) -> dict[str, npt.NDArray[np.float64]]:
    """Of every system but the ranker what orders the rows of a query, larger is better; NaN: it doesn't propose it."""
    return {name: simple_order(rows, name) for name in (*generators, FUSION)}


def simple_order(rows: pd.DataFrame, system: str) -> npt.NDArray[np.float64]:
    """Scores that give one generator's own order, or fusion's; NaN for what wasn't proposed (fusion has 0 for that)."""
    if system != FUSION:
        return -rows[f"{system}_rank"].to_numpy(np.float64)
    fused = rows[FUSION].to_numpy(np.float64)
    return np.where(fused > 0, fused, np.nan)


def systems(generators: Iterable[str]) -> list[str]:
    """Names of all, as `of_systems` has them; one that proposed nothing to anybody has no row there."""
    return [*generators, FUSION, RANKER]


def array(lists: pd.DataFrame, n_queries: int, depth: int) -> npt.NDArray[np.int32]:
    """Lists (query, item, rank) as [queries, depth], padded with NO_ITEM; ranks beyond the depth are left out."""
    table = np.full((n_queries, depth), NO_ITEM, np.int32)
    top = lists[lists["rank"] <= depth]
    table[top["query"], top["rank"] - 1] = top["item"]
    return table
