"""Given pairs of a query and an item, proposed or not, as the generators know them."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from twostage.generators.kinds.generator import Generator
from twostage.past.asof import Queries
from twostage.queries import DAILY


def watched(rows: pd.DataFrame, queries: pd.DataFrame) -> pd.DataFrame:
    """The rows of the log on the day of a daily query of their user, with its `query`; sorted by (query, item)."""
    daily = queries.loc[queries["protocol"] == DAILY, ["query", "user", "day"]]
    return rows.merge(daily, on=["user", "day"]).sort_values(["query", "item"], ignore_index=True)


def as_proposed(
    pairs: pd.DataFrame, queries: pd.DataFrame, asked: Queries, union: pd.DataFrame, models: Mapping[str, Generator]
) -> pd.DataFrame:
    """As `candidates.union`, of the given pairs (query, item), in their order.

    NAME_rank is that of the `union` of these queries, NaN where the generator didn't propose the item. NAME_low and
    NAME_high, the lowest and the highest score of the query's candidates, stand beside NAME_score: so a score's place
    doesn't depend on the other pairs that are given, which tell what was watched on the day itself.

    queries: query, ascending; asked: the same ones.
    """
    ranks, scores = ([f"{name}_{part}" for name in models] for part in ("rank", "score"))
    found = pairs[["query", "item"]].merge(union[["query", "item", *ranks]], how="left", on=["query", "item"])
    place, item = np.searchsorted(queries["query"], found["query"]), found["item"].to_numpy(np.int32)
    candidates = union.groupby("query")[scores]
    lowest, highest = (table.reindex(found["query"]) for table in (candidates.min(), candidates.max()))
    for name, model in models.items():
        found[f"{name}_score"] = model.score(asked, place, item)
        found[f"{name}_low"] = lowest[f"{name}_score"].to_numpy()
        found[f"{name}_high"] = highest[f"{name}_score"].to_numpy()
    return found
