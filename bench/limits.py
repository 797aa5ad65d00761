"""The least that a stage's work takes on this machine, each limit measured alone: what `bench.pipeline` compares with.

disk: writing what the stage wrote. memory: copying its feature block once. product: the factors of its queries times
those of all items, by BLAS in blocks of 100 queries. trees: CatBoost's scoring of its rows, from memory and without a
table. Each is measured with as many threads as `threads`, on the outputs of the run in the folder.
"""

import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow.parquet as pq
from threadpoolctl import threadpool_limits

from twostage.base import params
from twostage.base.blocks import BLOCK
from twostage.base.params import Generators, Run
from twostage.base.tables import read_parts
from twostage.ranking import ranker

BYTES = 1 << 28  # copied and written to measure a speed
LEAST = 100  # megabytes written: of less the disk is no limit
REPEATS = 10  # of each measurement; the best counts


class Limit(NamedTuple):
    name: str
    seconds: float  # the least that the work takes


class Speeds(NamedTuple):
    copy: float  # bytes/s
    disk: float  # bytes/s, until they are on the disk
    product: float  # queries/s by all factors of the generators
    trees: float  # rows/s


def speeds(folder: Path) -> Speeds:
    """Of this machine, with the model, items and factors of the finished run in the folder."""
    run = params.load(Run, folder / params.FILE)
    values, names = params.document(folder / params.FILE), params.load(Generators, folder / params.FILE).generators
    factors = [values[name]["factors"] for name in names if "factors" in values.get(name, {})]
    items = pq.read_metadata(folder / "data/log/items.parquet").num_rows
    return Speeds(_copy(run.threads), _disk(folder), _product(factors, items, run.threads), _trees(folder, run))


def limits(folder: Path, written_mb: dict[str, float]) -> dict[str, Limit]:
    """stage -> the limit that takes longest, of the stages (by name, with megabytes written) that have one."""
    speed, found = speeds(folder), {}
    for stage, megabytes in written_mb.items():
        disk = [Limit("disk", megabytes * 1e6 / speed.disk)] if megabytes >= LEAST else []
        if every := [*disk, *_of(folder, stage, speed)]:
            found[stage] = max(every, key=lambda limit: limit.seconds)
    return found


def _of(folder: Path, stage: str, speed: Speeds) -> Iterable[Limit]:
    kind, _, fold = stage.partition("@")
    fold = fold or kind.partition("_")[2]
    table = folder / "data/features" / ("valid" if fold.startswith("valid") else "") / f"{fold}.parquet"
    if kind in ("candidates", "candidates_test"):
        yield Limit("product", _rows(folder / f"data/folds/{fold}/queries.parquet") / speed.product)
    if kind in ("features", "features_test"):
        yield Limit("memory", _rows(table) * _width(table) / speed.copy)
    if kind == "rank_test":
        yield Limit("trees", _rows(table) / speed.trees)
    if kind == "rank_final":
        queries, table = _rows(folder / "data/folds/final/queries.parquet"), table.with_name("final_sample.parquet")
        rows = queries * _rows(table) / len(pq.read_table(table, columns=["query"]).column("query").unique())
        yield Limit("trees", rows / speed.trees)
        yield Limit("product", queries / speed.product)
        yield Limit("memory", rows * _width(table) / speed.copy)


def _rows(path: Path) -> int:
    return int(pq.read_metadata(path).num_rows)


def _width(path: Path) -> int:
    """Bytes of a row of float32 columns."""
    return 4 * int(pq.read_metadata(path).num_columns)


def _best(work: Callable[[], object]) -> float:
    """Seconds of the quickest of some calls."""
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def _copy(threads: int) -> float:
    parts = [(np.ones(BYTES // 8), np.empty(BYTES // 8)) for _ in range(threads)]
    with ThreadPoolExecutor(threads) as pool:
        return threads * BYTES / _best(lambda: list(pool.map(lambda part: np.copyto(part[1], part[0]), parts)))


def _disk(folder: Path) -> float:
    path, noise = folder / ".speed", np.random.default_rng(0).bytes(BYTES)

    def write() -> None:
        with path.open("wb") as file:
            file.write(noise)
            file.flush()
            os.fsync(file.fileno())

    try:
        return BYTES / _best(write)
    finally:
        path.unlink(missing_ok=True)


def _product(factors: list[int], items: int, threads: int) -> float:
    rng = np.random.default_rng(0)
    pairs = [[rng.random((size, n), np.float32) for size in (BLOCK, items)] for n in factors]
    scores = np.empty((BLOCK, items), np.float32)  # memory that is there: fresh pages take as long as the product
    with threadpool_limits(threads):
        return BLOCK / _best(lambda: [np.matmul(queries, table.T, out=scores) for queries, table in pairs])


def _trees(folder: Path, run: Run) -> float:
    model = ranker.load(folder / "data/ranker/ranker.cbm")
    rows = next(iter(read_parts(folder / "data/features/test.parquet", [*model.feature_names_, "query"])))
    values = np.asfortranarray(rows[model.feature_names_].to_numpy(np.float32))
    return len(rows) / _best(lambda: model.predict(values, prediction_type="RawFormulaVal", thread_count=run.threads))
