"""What one generator or baseline of `bench.generators` costs, in a process of its own.

    python -m bench.generator_cost simulate SHARE FOLDER
    python -m bench.generator_cost measure NAME FOLDER

Prints JSON, see `measure`.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import Mock, patch

import numpy as np
from threadpoolctl import threadpool_limits

from bench import scale
from twostage import datasets, generators, prepare
from twostage.base import params
from twostage.base.blocks import BLOCK
from twostage.base.params import Run
from twostage.base.tables import LogTables
from twostage.datasets import Data, raw
from twostage.datasets.simulated import Simulated
from twostage.generators.als import AlsParams
from twostage.generators.kinds.generator import Generator
from twostage.generators.kinds.network import NetworkParams
from twostage.past.asof import Queries
from twostage.past.log import Log, of
from twostage.sizes import Candidates, Shards

USERS = 20_000  # asked at most, spread over all
PRODUCT = "product-"  # and the width
Cost = dict[str, float]


def simulate(share: str, folder: str) -> None:
    """The coded tables of a log of a share of KION's size."""
    data = Data(source="simulated", simulated=Simulated.model_validate(scale.sizes(scale.number(share))))
    into = Path(folder)
    datasets.fetch(data, params.load(Run).seed, into)
    prepare.encode(raw.read(into, {})).write(into)


def measure(name: str, folder: str) -> None:
    """Print what one generator or baseline costs."""
    run, n = params.load(Run), params.load(Candidates).n
    tables = LogTables.read(Path(folder))
    log, n_users = of(tables), len(tables.users)
    del tables
    asked = np.unique(np.linspace(0, n_users - 1, USERS).astype(np.int32))
    queries = Queries(asked, np.full(len(asked), log.day.max() + 1, np.int32), log)
    measured = _product if name.startswith(PRODUCT) else BASELINES.get(name, _generator)
    cost = measured(log, queries, n, run, name)
    for key in ("retrieve", "score"):
        cost[key] *= 1e6 / (len(queries) * n)
    cost |= {"users": n_users, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    print(json.dumps(cost))


def _generator(log: Log, queries: Queries, n: int, run: Run, name: str) -> Cost:
    model = generators.make(name, run)
    cost = {"retrieve": 0.0, "score": 0.0} | _fitted(model, log)
    # What is sorted and counted once a log, for its first query, isn't what a query costs.
    cost["fit"] += _cpu(partial(model.retrieve, queries.at(slice(1)), n, exclude_seen=True))
    cost |= {"width": model.params.factors} if hasattr(model.params, "factors") else {}
    rng, shard = np.random.default_rng(run.seed), params.load(Shards).shard_users
    for start in range(0, len(queries), shard):
        part = queries.at(slice(start, start + shard))
        query = np.repeat(np.arange(len(part)), n)
        item = rng.integers(0, log.n_items, len(query), dtype=np.int32)
        cost["retrieve"] += _cpu(partial(model.retrieve, part, n, exclude_seen=True))
        cost["score"] += _cpu(partial(model.score, part, query, item))
    return cost


def _fitted(model: Generator, log: Log) -> Cost:
    """Seconds of the fit, and for a network of an epoch."""
    if not isinstance(model.params, NetworkParams):
        return {"fit": _cpu(lambda: model.fit(log))}
    from twostage.generators.kinds import training

    epochs: list[float] = []
    with patch.object(training, "fit", partial(_taught, epochs, training.fit)):
        return {"fit": _cpu(lambda: model.fit(log)), "epoch": epochs[-1]}


def _taught(
    epochs: list[float],
    fit: Callable[..., int],
    network: Any,
    loss: Callable[..., Any],
    rows: int,
    params: NetworkParams,
    *rest: Any,
) -> int:
    """`training.fit`, and the seconds of an epoch of its rows."""
    counted, steps = Mock(wraps=loss), list[int]()
    seconds = _cpu(lambda: steps.append(fit(network, counted, rows, params, *rest)))
    epochs.append(seconds / counted.call_count * -(-rows // params.batch))
    return steps[0]


def _implicit(log: Log, queries: Queries, n: int, run: Run, name: str) -> Cost:
    from implicit.cpu.als import AlternatingLeastSquares
    from scipy.sparse import csr_matrix

    p = params.load(AlsParams)
    watched = csr_matrix((np.ones(len(log), np.float32), (log.user, log.item)))
    model = AlternatingLeastSquares(
        p.factors, iterations=p.iterations, regularization=p.regularization, num_threads=run.threads
    )
    fit = _cpu(lambda: model.fit(watched, show_progress=False))
    return {"fit": fit, "retrieve": _cpu(lambda: model.recommend(queries.user, watched[queries.user], n)), "score": 0.0}


def _product(log: Log, queries: Queries, n: int, run: Run, name: str) -> Cost:
    """Of the factor matrices alone, into memory that is there."""
    rng, width = np.random.default_rng(run.seed), int(name.removeprefix(PRODUCT))
    users, items = (rng.standard_normal((rows, width), np.float32) for rows in (len(queries), log.n_items))
    blocks, table = np.array_split(users, -(-len(users) // BLOCK)), np.empty((BLOCK, log.n_items), np.float32)
    with threadpool_limits(1, "blas"):
        seconds = _cpu(lambda: [np.matmul(block, items.T, out=table[: len(block)]) for block in blocks])
    return {"fit": 0.0, "retrieve": seconds, "score": 0.0}


def _torch(log: Log, queries: Queries, n: int, run: Run, name: str) -> Cost:
    """The product as wide as als, cut to n, as RecTools does it."""
    import torch

    torch.manual_seed(run.seed)
    # Two threads wait for each other by spinning: on a busy machine six times the CPU of one.
    torch.set_num_threads(1)
    width, n = params.load(AlsParams).factors, min(n, log.n_items)
    users, items = torch.randn(len(queries), width), torch.randn(log.n_items, width)
    seconds = _cpu(lambda: [torch.topk(block @ items.T, n) for block in torch.split(users, BLOCK)])
    return {"fit": 0.0, "retrieve": seconds, "score": 0.0}


def _cpu(work: Callable[[], Any]) -> float:
    """CPU seconds of all threads."""
    start = time.process_time()
    work()
    return time.process_time() - start


BASELINES = {"implicit": _implicit, "torch": _torch}

if __name__ == "__main__":
    {"simulate": simulate, "measure": measure}[sys.argv[1]](*sys.argv[2:])
