"""All lists merged against single lists as long: for that every generator is asked for more than a run's N."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from twostage.candidates import AT_ONCE
from twostage.compare.proposals import Proposals
from twostage.compare.tally import Tally, tally
from twostage.generators.kinds.generator import Generator
from twostage.metrics import recall
from twostage.past.asof import Queries

Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


def proposed(queries: Queries, models: Sequence[Generator], n: int, exclude_seen: bool) -> Iterator[Proposals]:
    """The first n items of each model, whatever its `n_share`."""
    for start in range(0, len(queries), AT_ONCE):
        part = queries.at(slice(start, start + AT_ONCE))
        lists = [model.retrieve(part, n, exclude_seen) for model in models]
        rows = slice(start, start + len(part))
        yield Proposals(rows, [found.items for found in lists], [found.scores for found in lists])


def compared(
    lists: Iterable[Proposals],
    label_query: Ints,
    label_item: Ints,
    masks: Mapping[str, Mask],
    generators: list[str],
    n_items: int,
    budgets: Sequence[int],
) -> dict[str, dict[str, Any]]:
    """By the name of each mask of queries that has a label: budget -> `_at_budget`.

    lists: as long as the largest budget; label_query: row of each relevant item's query, ascending.
    """
    (queries,) = {len(mask) for mask in masks.values()}
    sizes = len(generators), queries, n_items, max(budgets)
    counted = tally(lists, label_query, label_item, sizes, None, np.empty(0, np.int64))
    return {
        name: {str(budget): _at_budget(counted, mask, generators, budget) for budget in budgets}
        for name, mask in masks.items()
        if mask[label_query].any()
    }


def _at_budget(counted: Tally, mask: Mask, generators: list[str], budget: int) -> dict[str, Any]:
    """Recall of the first `budget` items of the round robin, the mean number of items that it has, and the recall of
    every single list that is as long for some query; `gain`: the union's over the best of these."""
    weight = recall.weights(counted.label_query, mask)
    together = float(recall.curve(counted.merged_rank, weight, [budget])[0])
    single = {
        name: float(recall.curve(ranks, weight, [budget])[0])
        for name, ranks, length in zip(generators, counted.ranks, counted.length, strict=True)
        if (length[mask] >= budget).any()
    }
    return {
        "queries": int(mask.sum()),
        "union": together,
        "union_candidates": float(np.minimum(counted.merged_length[mask], budget).mean()),
        "single": single,
    } | ({"gain": together - max(single.values())} if single else {})
