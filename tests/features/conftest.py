from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.small import RUN, interactions
from twostage import features
from twostage.engine.plan import compiled
from twostage.engine.source import Source

Values = Callable[..., dict[Any, dict[str, float | None]]]

# The log of the hand-computed tests. Day 100 asks; what lies on it and later must not count.
# (user, item, day), seconds, percent
ROWS = [
    ((0, 2, 60), 900, 10),
    ((0, 1, 95), 300, 50),
    ((0, 0, 99), 600, 100),
    ((1, 1, 93), 100, 30),
    ((1, 0, 98), 200, None),
    ((2, 0, 86), None, 60),
    ((2, 3, 92), 400, 20),
    ((0, 3, 100), 5000, 100),
    ((3, 0, 100), 5000, 100),
    ((3, 4, 101), 5000, 100),
]
N_USERS, N_ITEMS = 4, 5


@pytest.fixture
def values() -> Values:
    """Features of a family on the hand-made log, by the key of its kind; users and items by attribute.

    What has no value at all isn't there.
    """

    def build(
        name: str,
        pairs: list[tuple[int, int]],
        day: int = 100,
        users: dict[str, list[Any]] | None = None,
        items: dict[str, list[Any]] | None = None,
        proposals: dict[str, list[float]] | None = None,
        rows: list[Any] = ROWS,
        **columns: list[int],
    ) -> dict[Any, dict[str, float | None]]:
        """`pairs`: (user, item); queries are numbered by user; `columns` go with the rows."""
        columns |= {"total_dur": [d for _, d, _ in rows], "watched_pct": [p for _, _, p in rows]}
        log = interactions([row for row, _, _ in rows], **columns)
        source = Source(log, _table("user", N_USERS, users), _table("item", N_ITEMS, items), RUN)
        asked = pd.DataFrame({"user": sorted({user for user, _ in pairs}), "day": day}).astype(np.int32)
        candidates = pd.DataFrame(pairs, columns=["query", "item"]).astype(np.int32).assign(**(proposals or {}))
        generators = sorted({column.rpartition("_")[0] for column in proposals or {}})
        layout = source.layout(asked.assign(query=asked["user"]), candidates)
        history = source.history(layout, generators)
        (family,) = [family for family in features.families() if family.name == name]
        plan = compiled(family.build(history), source)
        values = np.empty((len(plan.names), len(layout)), np.float32)
        plan.fill(source, layout, values)
        found = pd.DataFrame(values.T, columns=list(plan.names)).astype(float)
        key = {"user": ["query"], "item": ["item"]}.get(family.kind, ["query", "item"])
        found = found.set_index([candidates[name] for name in key]).dropna(how="all")
        found = found[~found.index.duplicated()]
        return {
            index: {column: None if pd.isna(value) else value for column, value in row.items()}
            for index, row in found.to_dict("index").items()
        }

    return build


def _table(name: str, size: int, attributes: dict[str, list[Any]] | None) -> pd.DataFrame:
    table = pd.DataFrame({f"{name}_id": range(size)})
    for column, given in (attributes or {}).items():
        table[column] = pd.array(given, dtype="Int32" if column in ("release_year", "age_rating") else "string")
    return table
