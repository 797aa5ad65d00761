"""How near each system comes to the truth of a simulated log: python -m bench.oracle [FOLDER [USERS]].

Reads a finished run in FOLDER with `data.source: simulated`. The simulator knows what the user's first view on a day
is with which probability, follow-ups of the view before among them (`simulated.oracle`); nothing of it is visible to
the pipeline. For USERS horizon queries of the test, evenly spread, it adds up the probabilities on the query's day of
the first k items of each list, as a share of the k most probable unseen items' sum: means over warm and cold users.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

import stages
from twostage import datasets, lists
from twostage.base import params
from twostage.base.errors import InputError
from twostage.base.params import Seed
from twostage.base.tables import NO_ITEM, LogTables
from twostage.datasets import Data, simulated
from twostage.queries import HORIZON
from twostage.sizes import Cut

Floats = npt.NDArray[np.float64]


def share(items: npt.NDArray[np.int32], probability: Floats) -> Floats:
    """[queries]: what the listed items [queries, k] (`NO_ITEM` behind the end) have of the best k's probability.

    probability: [queries, items], 0 for an item that may not be shown. NaN for a query without any.
    """
    best = np.sort(probability, axis=1)[:, -items.shape[1] :].sum(axis=1)
    listed = np.where(items == NO_ITEM, 0, np.take_along_axis(probability, np.maximum(items, 0), axis=1))
    found: Floats = np.divide(listed.sum(axis=1), best, out=np.full(len(items), np.nan), where=best > 0)
    return found


def probabilities(folder: Path, asked: pd.DataFrame) -> Floats:
    """[queries, items]: the oracle's on each query's day; 0 for items that the user had watched before."""
    data, seed = params.load(Data, folder / params.FILE), params.load(Seed, folder / params.FILE).seed
    log, users, items = LogTables.read(folder / "data/log")
    shape = len(asked), len(items)
    user = users["user_id"].to_numpy()[asked["user"], None]
    since = asked["day"].to_numpy()[:, None] - datasets.facts(data).first_day
    pairs = (np.broadcast_to(side, shape).ravel() for side in (user, items["item_id"].to_numpy(), since))
    found: Floats = simulated.oracle(data.simulated, seed, *pairs).reshape(shape)
    placed = asked[["user", "day"]].assign(place=np.arange(len(asked)))
    seen = placed.merge(log, on="user", suffixes=("", "_watched"))
    seen = seen[seen["day_watched"] < seen["day"]]
    found[seen["place"], seen["item"]] = 0
    return found


def shares(folder: Path, users: int) -> dict[str, dict[str, float]]:
    """segment (warm: a row before the test; cold) -> system -> mean share over the queries.

    A segment without a query is left out.

    Raises
    ------
    InputError
        If the run in the folder isn't of a simulated log.
    """
    source = params.load(Data, folder / params.FILE).source
    if source != "simulated":
        raise InputError(f"{folder / params.FILE}: data.source = {source}; only a simulated log's truth is known")
    k = params.load(Cut, folder / params.FILE).k
    queries = pd.read_parquet(folder / "data/folds/test/queries.parquet")
    queries = queries[queries["protocol"] == HORIZON]
    asked = queries.iloc[np.unique(np.linspace(0, len(queries) - 1, users).astype(int))]
    probability = probabilities(folder, asked)
    table = pd.read_parquet(folder / "data/lists/test.parquet", filters=[("rank", "<=", k)])
    place = pd.Series(np.arange(len(asked)), index=asked["query"].to_numpy())
    table = table[table["query"].isin(place.index)]
    table = table.assign(query=place.loc[table["query"]].to_numpy())
    found = {
        str(system): share(lists.array(rows, len(asked), k), probability) for system, rows in table.groupby("system")
    }
    return {
        name: {system: float(np.nanmean(values[mask])) for system, values in found.items()}
        for name, mask in segments(folder, asked).items()
        if mask.any()
    }


def segments(folder: Path, asked: pd.DataFrame) -> dict[str, npt.NDArray[np.bool_]]:
    """Which of the horizon queries are of warm and of cold users, as in `evaluate`."""
    log = pd.read_parquet(folder / "data/log/interactions.parquet", columns=["user", "day"])
    warm = np.isin(asked["user"], log.loc[log["day"] < asked["day"].min(), "user"])
    return {"warm": warm, "cold": ~warm}


def main(folder: str = "kion-scale", users: str = "1000") -> None:
    found = pd.DataFrame(shares(Path(folder), int(users)))
    print("what each system's list holds of the best possible list's probability, by the simulator:")
    print(found.sort_values(found.columns.tolist(), ascending=False).to_string(float_format="{:.3f}".format))


if __name__ == "__main__":
    stages.run(main)
