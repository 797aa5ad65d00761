"""First stage at work: ask every generator, merge without duplicates, score every pair by every generator."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from twostage.base import runs
from twostage.base.blocks import BLOCK, blocks
from twostage.base.tables import NO_ITEM
from twostage.generators.kinds.generator import Generator
from twostage.generators.kinds.shared import ranked
from twostage.past.asof import Queries, Rows
from twostage.sizes import Keep

AT_ONCE = 50 * BLOCK  # queries
DAY_ITEMS = 1 << 22  # their distinct days x items, at most: some generators score all items of a day


@dataclass(frozen=True)
class Retrieval:
    """How candidates come about: each generator proposes n x its `n_share` items.

    A union of fewer than `keep.keep` is filled up by the items watched most before the day, as far as there are any,
    and with `whole` by those that nobody has watched: the whole catalogue is known on the day after the log, on earlier
    days it would tell of items to come.
    """

    models: Mapping[str, Generator]
    n: int
    keep: Keep
    whole: bool = False


def union(queries: Queries, retrieval: Retrieval, first_query: int = 0) -> pd.DataFrame:
    """Distinct candidates of every query, sorted by (query, item).

    Returns
    -------
    DataFrame
        query (counted from `first_query`), item, and for each generator NAME_rank (1 = its first proposal; NaN: it
        didn't propose the item) and NAME_score (NaN: it can't score the pair).
    """
    parts, start = [], first_query
    for block in queries.blocks(AT_ONCE, DAY_ITEMS):
        part = _block(block, retrieval)
        part["query"] += np.int32(start)
        parts.append(part)
        start += len(block)
    return pd.DataFrame({name: np.concatenate([part[name] for part in parts]) for name in parts[0]}, copy=False)


def _block(queries: Queries, retrieval: Retrieval) -> dict[str, npt.NDArray[Any]]:
    models, n, unseen = retrieval.models, retrieval.n, retrieval.keep.exclude_seen
    lists = {name: model.retrieve(queries, model.params.places(n), unseen).items for name, model in models.items()}
    keys = _filled(_distinct(list(lists.values()), queries.n_items), queries, retrieval)
    query, item = keys // queries.n_items, (keys % queries.n_items).astype(np.int32)
    columns: dict[str, npt.NDArray[Any]] = {"query": query.astype(np.int32), "item": item}
    ranks = dict(zip(models, _ranks(list(lists.values()), keys, queries.n_items), strict=True))
    for name, model in models.items():
        columns[f"{name}_rank"] = ranks[name]
        columns[f"{name}_score"] = model.score(queries, query, item)
    return columns


def _cells(items: npt.NDArray[np.int32], n_items: int) -> tuple[Rows, Rows]:
    """Of lists [queries, n]: query x n_items + item of the places that hold an item, and the places from 0."""
    query, place = np.nonzero(items != NO_ITEM)
    return query * n_items + items[query, place], place


def _distinct(lists: list[npt.NDArray[np.int32]], n_items: int) -> Rows:
    """Keys query x n_items + item of what stands in any of the lists, ascending."""
    keys = [np.empty(0, np.int64)]
    for strip in blocks(len(lists[0]), n_items):
        table = np.zeros((strip.stop - strip.start) * n_items, dtype=bool)
        for items in lists:
            table[_cells(items[strip], n_items)[0]] = True
        keys.append(np.flatnonzero(table) + strip.start * n_items)
    return np.concatenate(keys)


def _ranks(lists: list[npt.NDArray[np.int32]], keys: Rows, n_items: int) -> npt.NDArray[np.float32]:
    """Of each of the lists [queries, n] the rank, from 1, of each key; NaN where the list doesn't hold it."""
    ranks = np.full((len(lists), len(keys)), np.nan, np.float32)
    for strip in blocks(len(lists[0]), n_items):
        low, high = np.searchsorted(keys, [strip.start * n_items, strip.stop * n_items])
        table = np.empty((strip.stop - strip.start) * n_items, np.int32)
        table[keys[low:high] - strip.start * n_items] = np.arange(low, high)
        for rank, items in zip(ranks, lists, strict=True):
            cells, place = _cells(items[strip], n_items)
            rank[table[cells]] = place + 1
    return ranks


def _filled(keys: Rows, queries: Queries, retrieval: Retrieval) -> Rows:
    keep = retrieval.keep
    size = np.bincount(keys // queries.n_items, minlength=len(queries))
    short = np.flatnonzero(size < keep.keep)
    if not len(short):
        return keys
    part = queries.at(short)
    counts = part.counts()
    scores = counts.astype(np.float64) if retrieval.whole else np.where(counts > 0, counts, np.nan)
    lists = ranked(scores, part.days[1], part, keep.keep, keep.exclude_seen).items
    query, place = np.nonzero(lists != NO_ITEM)
    more = short[query] * queries.n_items + lists[query, place]
    new = ~np.isin(more, keys)
    query, more = query[new], more[new]
    # Best first within a query: only as many as it lacks.
    order = runs.place(query)
    wanted = order < (keep.keep - size[short])[query]
    return np.unique(np.concatenate([keys, more[wanted]]))
