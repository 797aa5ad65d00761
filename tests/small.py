"""Small logs and the values of params.yaml, for tests."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from twostage import generators
from twostage.base import params
from twostage.base.params import Run, S
from twostage.base.tables import LogTables
from twostage.generators.kinds.generator import Generator
from twostage.past.asof import Queries
from twostage.past.attributes import Attributes
from twostage.past.log import Log, from_table

PARAMS = Path(__file__).resolve().parents[1] / "params.yaml"
RUN = Run(seed=17, threads=1, memory="1GB")  # one thread: two wait for each other on a busy machine
# Values that decide how long a fit takes, wherever a generator's section has one of that name.
QUICK = {"epochs": 3, "max_steps": 30, "iterations": 3, "factors": 16, "negatives": 64, "length": 12}


def interactions(rows: list[tuple[int, int, int]], **columns: Any) -> pd.DataFrame:
    """Rows of (user, item, day) as the prepared table; `columns` go with the rows."""
    table = pd.DataFrame(rows, columns=["user", "item", "day"]).astype(np.int32)
    for name, kind in (("time", "int32"), ("total_dur", "Int64"), ("watched_pct", "Int32"), ("target", "Int8")):
        if name in columns:
            table[name] = pd.array(columns[name], dtype=kind)
    return table.sort_values(["user", "day"], kind="stable", ignore_index=True)


def log(rows: list[tuple[int, int, int]], **columns: Any) -> Log:
    return of_ids(interactions(rows, **columns))


def of_ids(interactions: pd.DataFrame) -> Log:
    """These interactions as a log that knows nothing of users and items, which are those up to the highest code."""
    users, items = (interactions[name].to_numpy().max(initial=-1) + 1 for name in ("user", "item"))
    return from_table(interactions, ids(users, items))


def ids(users: int, items: int) -> Attributes:
    """So many, of which nothing is known."""
    return Attributes(pd.DataFrame(index=range(users)), pd.DataFrame(index=range(items)))


def known(interactions: pd.DataFrame, tables: LogTables) -> Log:
    """These interactions as a log that knows the users and items of `tables`."""
    return from_table(interactions, Attributes(tables.users, tables.items))


def asked(pairs: list[tuple[int, int]], log: Log) -> Queries:
    """Queries of (user, day)."""
    user, day = np.array(pairs, dtype=np.int32).reshape(-1, 2).T
    return Queries(user, day, log)


def every_pair(queries: Queries) -> tuple[np.ndarray, np.ndarray]:
    """query and item of all pairs of a query and an item."""
    query, item = np.divmod(np.arange(len(queries) * queries.n_items), queries.n_items)
    return query, item.astype(np.int32)


def make(name: str, **values: Any) -> Generator:
    """A generator with its section of params.yaml, quick to fit, and these values."""
    kind = generators.find(name)
    section = params.document(PARAMS).get(kind.Params.section, {})
    quick = {key: min(section[key], QUICK[key]) for key in QUICK.keys() & section.keys()}
    return kind(params.parse(kind.Params, section | quick | values), RUN)


def section(cls: type[S], **values: Any) -> S:
    """A section of params.yaml with these values in place of its own."""
    given = params.document(PARAMS)[cls.section]
    return params.parse(cls, {name: given[name] for name in cls.model_fields if name in given} | values)


def corruptions(table: pd.DataFrame, day: int) -> dict[str, pd.DataFrame]:
    """The log with the rows of `day` and later deleted, scrambled, and with others added to them."""
    rng = np.random.default_rng(0)
    early, late = table[table["day"] < day], table[table["day"] >= day]
    added = early.sample(len(early) // 2, random_state=0)
    items = table["item"].max() + 1
    added = added.assign(day=np.int32(day), item=((added["item"] + 1) % items).astype(np.int32))
    scrambled = late.assign(**{name: rng.permutation(late[name].to_numpy()) for name in ("user", "item", "day")})
    for name in ("time", "total_dur", "watched_pct"):
        if name in table:
            scrambled[name] = pd.array(rng.integers(0, 86_400, len(late)), dtype=str(table[name].dtype))
    found = {"deleted": [early], "scrambled": [early, scrambled], "added": [early, late, added]}
    return {
        name: pd.concat(parts).sort_values(["user", "day"], kind="stable", ignore_index=True)
        for name, parts in found.items()
    }


KINDS = ["deleted", "scrambled", "added"]
