"""First stage at work: ask every generator, merge without duplicates, score every pair by every generator."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from twostage.asof import Queries
from twostage.generators.kinds.generator import NO_ITEM, Generator
from twostage.generators.kinds.shared import SharedScores
from twostage.params import Run
from twostage.sizes import Keep

BLOCK = 5_000  # queries at once; a multiple of the generators' own blocks


class EverPopular(SharedScores):
    """Fills a union up: the number of watches before the day."""

    def day_scores(self, queries: Queries) -> npt.NDArray[np.float64]:
        counts = queries.counts()
        return np.where(counts > 0, counts, np.nan)


def union(
    queries: Queries, models: Mapping[str, Generator], n: int, keep: Keep, run: Run, first_query: int = 0
) -> pd.DataFrame:
    """Distinct candidates of every query, sorted by (query, item).

    Each generator proposes n x its `n_share` items. A union of fewer than `keep.keep` is filled up by the
    items watched most before the day, as far as there are any.

    Returns
    -------
    DataFrame
        query (counted from `first_query`), item, and for each generator NAME_rank (1 = its first proposal; NaN: it
        didn't propose the item) and NAME_score (NaN: it can't score the pair).
    """
    parts = []
    for start in range(0, max(len(queries), 1), BLOCK):
        part = _block(queries.part(start, start + BLOCK), models, n, keep, run)
        part["query"] = (part["query"] + first_query + start).astype(np.int32)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _block(queries: Queries, models: Mapping[str, Generator], n: int, keep: Keep, run: Run) -> pd.DataFrame:
    proposals = {
        name: _pairs(model.retrieve(queries, max(1, round(n * model.params.n_share)), keep.exclude_seen).items, queries)
        for name, model in models.items()
    }
    keys = np.unique(np.concatenate([key for key, _ in proposals.values()]))
    keys = _filled(keys, queries, keep, run)
    query, item = keys // queries.n_items, (keys % queries.n_items).astype(np.int32)
    columns: dict[str, npt.NDArray[np.generic]] = {"query": query.astype(np.int32), "item": item}
    for name, model in models.items():
        ranks = np.full(len(keys), np.nan, np.float32)
        key, rank = proposals[name]
        ranks[np.searchsorted(keys, key)] = rank
        columns[f"{name}_rank"] = ranks
        columns[f"{name}_score"] = model.score(queries, query, item)
    return pd.DataFrame(columns)


def _pairs(items: npt.NDArray[np.int32], queries: Queries) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Keys query x n_items + item of the places that hold an item, and their ranks from 1."""
    query, place = np.nonzero(items != NO_ITEM)
    return query * queries.n_items + items[query, place], place + 1


def _filled(keys: npt.NDArray[np.int64], queries: Queries, keep: Keep, run: Run) -> npt.NDArray[np.int64]:
    size = np.bincount(keys // queries.n_items, minlength=len(queries))
    short = np.flatnonzero(size < keep.keep)
    if not len(short):
        return keys
    filler = EverPopular(EverPopular.Params(), run)
    lists = filler.retrieve(queries.some(short), 2 * keep.keep, keep.exclude_seen).items
    query, place = np.nonzero(lists != NO_ITEM)
    more = short[query] * queries.n_items + lists[query, place]
    new = ~np.isin(more, keys)
    query, more = query[new], more[new]
    # Best first within a query: only as many as it lacks.
    order = np.arange(len(query)) - np.searchsorted(query, query)
    wanted = order < (keep.keep - size[short])[query]
    return np.unique(np.concatenate([keys, more[wanted]]))
