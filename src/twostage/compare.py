"""How the generators differ: what each finds, and how much of it another one finds too."""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from twostage.lists import array
from twostage.metrics import diversity, overlap, rbo, recall
from twostage.metrics.hits import hits, relevant
from twostage.queries import HORIZON
from twostage.reports import Compare


def compare(
    candidates: pd.DataFrame,
    queries: pd.DataFrame,
    labels: pd.DataFrame,
    generators: list[str],
    n: int,
    n_items: int,
    params: Compare,
) -> dict[str, Any]:
    """recall, overlap, rbo, diversity of the generators and the recall of their union, over all horizon queries.

    candidates: query, item and NAME_rank for each generator; queries: query, protocol; labels: query, item.
    Depths over n are left out; n stands among them.
    """
    asked = queries[queries["protocol"] == HORIZON]
    row = pd.Series(np.arange(len(asked)), index=asked["query"])
    wanted = labels[labels["query"].isin(asked["query"])]
    wanted = wanted.assign(query=row.loc[wanted["query"]].to_numpy())
    label_query, label_item = wanted["query"].to_numpy(), wanted["item"].to_numpy()
    found = candidates[candidates["query"].isin(asked["query"])]
    found = found.assign(query=row.loc[found["query"]].to_numpy())
    lists = {name: _lists(found, name, len(asked), n) for name in generators}
    counts = relevant(label_query, len(asked))
    depths = sorted({depth for depth in params.depths if depth < n} | {n})
    together = recall.union(lists, label_query, label_item, n)
    return {
        "queries": len(asked),
        "recall": {
            name: dict(
                zip(
                    map(str, depths),
                    recall.curve(hits(places, label_query, label_item), counts, depths).tolist(),
                    strict=True,
                )
            )
            for name, places in lists.items()
        },
        "union_recall": together.recall,
        "marginal_recall": together.marginal,
        "union_candidates": together.candidates,
        "served": {name: float((places[:, 0] >= 0).mean()) for name, places in lists.items()},
        "overlap": _pairs(lists, lambda a, b: overlap.overlap(a, b, n)),
        "rbo": _pairs(lists, lambda a, b: float(np.nanmean(rbo.rbo_ext(a, b, params.rbo_p)))),
        "diversity": {
            name: float(diversity.diversity(places, n_items, n)["diversity"].iloc[-1])
            for name, places in lists.items()
            if (places >= 0).any()
        },
    }


def _lists(found: pd.DataFrame, name: str, n_queries: int, n: int) -> Any:
    proposed = found[found[f"{name}_rank"].notna()]
    ranks = proposed[f"{name}_rank"].astype("int32")
    return array(proposed[["query", "item"]].assign(rank=ranks), n_queries, n)


def _pairs(lists: dict[str, Any], measure: Any) -> dict[str, dict[str, float]]:
    """Both ways round, so that a reader finds each pair; pairs in which no query has a list are left out."""
    table: dict[str, dict[str, float]] = {}
    for a, b in combinations(lists, 2):
        if (lists[a] >= 0).any() or (lists[b] >= 0).any():
            table.setdefault(a, {})[b] = table.setdefault(b, {})[a] = measure(lists[a], lists[b])
    return table
