"""How the generators differ: what each finds, how much of it another one finds too, how varied its lists are."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from twostage.compare import proposals
from twostage.compare.pairs import pairs
from twostage.compare.tally import Tally, tally
from twostage.metrics import diversity, recall
from twostage.metrics.diversity.known import Known, of_items
from twostage.past.log import Log
from twostage.queries import HORIZON
from twostage.reports import Compare

Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


def compare(
    candidates: Iterable[pd.DataFrame],
    queries: pd.DataFrame,
    labels: pd.DataFrame,
    past: Log,
    start: int,
    generators: list[str],
    n: int,
    params: Compare,
    seed: int,
) -> dict[str, Any]:
    """Over all horizon queries, and `warm` and `cold` ones apart (warm: a user with a row in the past): see `_found`;
    then `pairs` on a sample of all, and within `warm` on those of them that are warm; each measure of diversity by
    generator.

    candidates: see `proposals.blocks`; queries: query, user, protocol; labels: query, item; past: the rows before
    the fold's `start`. Depths over n are left out; n stands among them. What no list defines is left out.
    """
    asked, label_query, label_item = horizon(queries, labels)
    known = Known.of(past, start)
    counted = tally(
        proposals.blocks(candidates, asked["query"].to_numpy(), generators, n),
        label_query,
        label_item,
        (len(generators), len(asked), past.n_items, n),
        known.vectors,
        _sample(len(asked), params.pair_queries, seed),
    )
    warm = np.isin(asked["user"].to_numpy(), past.user)
    found = _found(counted, np.ones(len(asked), np.bool_), generators, n, params)
    found |= {
        name: _found(counted, mask, generators, n, params)
        for name, mask in (("warm", warm), ("cold", ~warm))
        if mask[counted.label_query].any()
    }
    sampled = warm[counted.sample]
    masks = [np.ones_like(sampled), sampled]
    of_all, of_warm = pairs(counted.items, counted.scores, generators, params.rbo_p, masks)
    found |= {"pair_queries": len(counted.sample)} | of_all
    if "warm" in found and sampled.any():
        found["warm"] |= {"pair_queries": int(sampled.sum())} | of_warm
    return found | _varied(counted, known, generators)


def horizon(queries: pd.DataFrame, labels: pd.DataFrame) -> tuple[pd.DataFrame, Ints, Ints]:
    """The horizon queries, ascending, and of each of their labels the query's row among them and the item."""
    asked = queries[queries["protocol"] == HORIZON].sort_values("query")
    wanted = labels[labels["query"].isin(asked["query"])].sort_values(["query", "item"])
    return asked, np.searchsorted(asked["query"].to_numpy(), wanted["query"].to_numpy()), wanted["item"].to_numpy()


def _sample(queries: int, size: int, seed: int) -> npt.NDArray[np.int64]:
    if queries <= size:
        return np.arange(queries)
    return np.sort(np.random.default_rng(seed).choice(queries, size, replace=False))


def _found(counted: Tally, mask: Mask, generators: list[str], n: int, params: Compare) -> dict[str, Any]:
    """What the lists of the masked queries hold of the labels, how long they are, and the recall at each budget."""
    depths = sorted({depth for depth in params.depths if depth < n} | {n})
    weight = recall.weights(counted.label_query, mask)
    curves = {name: recall.curve(ranks, weight, depths).tolist() for name, ranks in _by(generators, counted.ranks)}
    length = counted.length[:, mask]
    return {
        "queries": int(mask.sum()),
        "recall": {name: dict(zip(map(str, depths), curve, strict=True)) for name, curve in curves.items()},
        "recall_per_candidate": {
            name: curves[name][-1] / float(items.mean()) for name, items in _by(generators, length) if items.any()
        },
        "served": {name: float((items > 0).mean()) for name, items in _by(generators, length)},
        "merged_recall": dict(
            zip(map(str, depths), recall.curve(counted.merged_rank, weight, depths).tolist(), strict=True)
        ),
        "union_recall": recall.union(counted.ranks, weight),
        "union_candidates": float(counted.merged_length[mask].mean()),
        "marginal_recall": dict(zip(generators, recall.marginal(counted.ranks, weight).tolist(), strict=True)),
        "budgets": {str(budget): at_budget(counted, mask, weight, generators, budget) for budget in params.budgets},
    }


def at_budget(
    counted: Tally, mask: Mask, weight: npt.NDArray[np.float64], generators: list[str], budget: int
) -> dict[str, Any]:
    """Recall of the first `budget` items of the round robin, the mean number of items that it has, and the recall of
    every single list that is as long for some query; `gain`: the union's over the best of these."""
    together = float(recall.curve(counted.merged_rank, weight, [budget])[0])
    single = {
        name: float(recall.curve(ranks, weight, [budget])[0])
        for (name, ranks), length in zip(_by(generators, counted.ranks), counted.length, strict=True)
        if (length[mask] >= budget).any()
    }
    return {
        "union": together,
        "union_candidates": float(np.minimum(counted.merged_length[mask], budget).mean()),
        "single": single,
    } | ({"gain": together - max(single.values())} if single else {})


def _varied(counted: Tally, known: Known, generators: list[str]) -> dict[str, dict[str, float]]:
    """measure -> generator -> value, over the lists that it has: an empty one is like no other, and of no taste.

    A generator without a list is left out. Its places are those of its longest list, N or its share of it.
    """
    served, places = (counted.length > 0).sum(axis=1).tolist(), counted.length.max(axis=1).tolist()
    rows = {
        name: diversity.measures(counts, lists, longest) | of_items(counts, within, known)
        for (name, counts), lists, longest, within in zip(
            _by(generators, counted.exposure), served, places, counted.intra_list[:, None], strict=True
        )
        if lists
    }
    names = dict.fromkeys(measure for row in rows.values() for measure in row)
    return {measure: {name: row[measure] for name, row in rows.items() if measure in row} for measure in names}


def _by(generators: list[str], rows: npt.NDArray[Any]) -> list[tuple[str, npt.NDArray[Any]]]:
    return list(zip(generators, rows, strict=True))
