"""From the files as they are to the tables that every stage reads."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from twostage.base import tables
from twostage.datasets.raw import Raw

GAP = 365  # days without a row, of which a log with one more is told
TOLD = 10  # rows of a day, from which on some of them must have another time than most of the log


def encode(raw: Raw) -> tables.LogTables:
    """Codes for ids, days for dates, one row per (user, item): the first by time, then by place in the files.

    Were it the last one, a later watch would take the earlier one out of the past. A user's rows of one time stand in
    an order that is drawn for them: by their place in the files or by their ids, what learns sequences would learn how
    a file or a catalogue is sorted.

    Users are those of the log, items those of the log and of `items.csv`: what nobody watched yet can be
    recommended, who never watched can't be asked for.
    """
    log = raw.interactions
    user, users = _codes([log["user_id"]])
    known = [] if raw.items is None else [raw.items["item_id"]]
    item, items = _codes([log["item_id"], *known])
    item = item[: len(log)]
    time, draw = log["last_watch_dt"].to_numpy().view(np.int64), _draw(users, items, user, item)
    order = np.lexsort((item, draw, time, user))
    # Within a user and an item the order is by time, then by place: the sort is stable.
    pair = user[order].astype(np.int64) * len(items) + item[order]
    first = order[~pd.Series(pair).duplicated().to_numpy()]
    interactions = {"user": user[first], "item": item[first], "day": tables.to_day(log["last_watch_dt"].iloc[first])}
    return tables.LogTables(
        tables.check(
            pd.DataFrame(interactions | _time(log["last_watch_dt"].iloc[first]) | _optional(log.iloc[first])),
            tables.INTERACTIONS,
            tables.TIME | tables.OPTIONAL_INTERACTIONS,
        ),
        _attributes(users, raw.users, tables.USERS),
        _attributes(items, raw.items, tables.ITEMS),
    )


def notes(raw: Raw, found: tables.LogTables) -> Iterator[str]:
    """Lines: of how many users and items of the log the files tell, and stretches without a row: a wrong date?"""
    for name, given, known in (("user", raw.users, found.users), ("item", raw.items, found.items)):
        if given is not None:
            ids = known.iloc[np.unique(found.interactions[name]), 0]
            told = int(ids.isin(given[ids.name]).sum())
            yield f"{'' if told else 'warning: '}{name}s.csv tells of {told} of the log's {len(ids)} {name}s"
            if silent := sorted({*given} - {*known}):
                yield f"{name}s.csv says the same of all {name}s that it tells of, or nothing: {', '.join(silent)}"
    if "time" not in found.interactions and tables.to_time(raw.interactions["last_watch_dt"]).any():
        yield "warning: last_watch_dt holds times on some days only, or one time alone: no feature counts hours"
    days = np.sort(found.interactions["day"].to_numpy())
    for last in np.flatnonzero(np.diff(days) > GAP):
        before, after = (np.datetime64(int(days[place]), "D") for place in (last, last + 1))
        behind = len(days) - last - 1
        yield f"warning: no row between {before} and {after}; rows from then on: {behind}; is it a wrong date?"


def _codes(ids: list[pd.Series]) -> tuple[np.ndarray, pd.Series]:
    """Codes of all the ids, and the sorted ids that they point to."""
    codes, found = pd.factorize(pd.concat(ids, ignore_index=True), sort=True)
    return codes.astype(np.int32), pd.Series(found.array, name=ids[0].name)


def _draw(users: pd.Series, items: pd.Series, user: np.ndarray, item: np.ndarray) -> np.ndarray:
    """A number for each row that only its two ids decide."""
    own, of_item = (pd.util.hash_pandas_object(ids, index=False).to_numpy() for ids in (users, items))
    return np.asarray(pd.util.hash_array(own[user] + 3 * of_item[item]))


def _time(dates: pd.Series) -> dict[str, np.ndarray]:
    """Nothing where a day of TOLD rows or more has one time alone: dates, or times of some days only."""
    day, time = tables.to_day(dates), tables.to_time(dates)
    usual = np.bincount(time).argmax() if len(time) else 0
    of_day = pd.Series(time != usual).groupby(day).agg(["size", "sum"])
    told = bool((of_day["sum"][of_day["size"] >= TOLD] > 0).all()) and bool((time != usual).any())
    return {name: time for name in tables.TIME if told}


def _optional(log: pd.DataFrame) -> dict[str, pd.arrays.IntegerArray]:
    return {name: _integers(log[name], dtype) for name, dtype in tables.OPTIONAL_INTERACTIONS.items() if name in log}


def _attributes(ids: pd.Series, known: pd.DataFrame | None, dtypes: dict[str, str]) -> pd.DataFrame:
    key = str(ids.name)
    table = ids.to_frame()
    if known is not None:
        table = known.set_index(key).reindex(pd.Index(ids, name=key)).reset_index()
    told = table if known is None else table[table[key].isin(known[key])]
    for name in dtypes.keys() & set(table.columns):
        if told[name].nunique(dropna=False) < 2 <= len(told) or table[name].isna().all():
            del table[name]  # the same of all whom the file tells of, or nothing: as if it hadn't the column
        elif dtypes[name] != "string":
            table[name] = _integers(table[name], dtypes[name])
    return tables.check(table, {key: str(ids.dtype)}, dtypes)


def _integers(values: pd.Series, dtype: str) -> pd.arrays.IntegerArray:
    """Whole numbers, halves to even; missing where the log says nothing."""
    missing = values.isna().to_numpy()
    whole = np.rint(values.to_numpy(dtype=np.float64, na_value=0.0))
    whole[missing] = 0
    return pd.arrays.IntegerArray(whole.astype(dtype.lower()), missing)
