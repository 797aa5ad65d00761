"""How the generators differ: what each finds, how much of it another one finds too, how varied its lists are."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from twostage.compare import budgets, proposals
from twostage.compare.pairs import pairs
from twostage.compare.proposals import Proposals
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
    longer: Callable[[pd.DataFrame], Iterable[Proposals]],
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
    then on a sample of all `budgets`, in each of the three, and `pairs`, of all and within `warm`; each measure of
    diversity by generator.

    candidates: see `proposals.blocks`; longer: of some queries the generators' lists as long as the largest budget;
    queries: query, user, day, protocol; labels: query, item; past: the rows before the fold's `start`. Depths over n
    are left out; n stands among them. What no list defines is left out.
    """
    asked, label_query, label_item = horizon(queries, labels)
    known, sample = Known.of(past, start), _sample(len(asked), params.pair_queries, seed)
    counted = tally(
        proposals.blocks(candidates, asked["query"].to_numpy(), generators, n),
        label_query,
        label_item,
        (len(generators), len(asked), past.n_items, n),
        known.vectors,
        sample,
    )
    warm = np.isin(asked["user"].to_numpy(), past.user)
    found = _found(counted, np.ones(len(asked), np.bool_), generators, n, params)
    blocks = {"all": found} | {
        name: _found(counted, mask, generators, n, params)
        for name, mask in (("warm", warm), ("cold", ~warm))
        if mask[counted.label_query].any()
    }
    sampled = warm[sample]
    masks = {"all": np.ones_like(sampled), "warm": sampled, "cold": ~sampled}
    if params.budgets:
        of_sample = np.isin(label_query, sample)
        own = np.searchsorted(sample, label_query[of_sample]), label_item[of_sample]
        lists = longer(asked.iloc[sample])
        told = budgets.compared(lists, *own, masks, generators, past.n_items, params.budgets)
        for name, values in told.items():
            blocks[name]["budgets"] = values
    of_all, of_warm = pairs(counted.items, counted.scores, generators, params.rbo_p, [masks["all"], masks["warm"]])
    found |= {"pair_queries": len(sample)} | of_all
    if "warm" in blocks and sampled.any():
        blocks["warm"] |= {"pair_queries": int(sampled.sum())} | of_warm
    return (
        found | {name: block for name, block in blocks.items() if name != "all"} | _varied(counted, known, generators)
    )


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
    """What the lists of the masked queries hold of the labels, and how long they are."""
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
    }


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
