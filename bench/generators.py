"""CPU seconds and peak memory of every generator of params.yaml, one process each, beside the simplest baselines.

    python -m bench.generators [SHARE ...] [NAME ...]

Without a SHARE on the log of this checkout, where `dvc repro` has run. Each SHARE means a simulated log of that share
of KION's size (see `bench.scale`); of several, the last rows say with which power of the users the seconds of a fit, of
lists and scores for all users, and the memory grow from the first to the last. NAMEs pick generators and baselines.

A generator is fitted on the whole log and asked of the day after it, for at most USERS users in shards, as in the
final fold. `retrieve` and `score` are microseconds of CPU for each of the N candidates of a query: of naming them, and
of scoring as many pairs. Baselines: `implicit`, its own ALS and `recommend`, and `product`, vectors of 64 numbers
multiplied and cut to the N highest by torch, which asks no history and leaves nothing out.
"""

import json
import math
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

import stages
from bench import scale
from twostage import datasets, generators, params, prepare, tables
from twostage.asof import Queries
from twostage.attributes import Attributes
from twostage.datasets import Data, raw
from twostage.datasets.simulated import Simulated
from twostage.generators.als import AlsParams
from twostage.log import Log, from_table
from twostage.params import Generators, Run
from twostage.sizes import Candidates, Shards

USERS = 20_000  # asked at most, spread over all
FACTORS = 64
LINE = "{:>7}  {:<16}{:>10}{:>9}{:>10}{:>9}{:>9}"
Cost = dict[str, float]


def main(words: list[str]) -> None:
    shares: list[float | None] = [float(word) for word in words if word[0].isdigit()]
    names = [word for word in words if not word[0].isdigit()]
    names = names or [*params.load(Generators).generators, *BASELINES]
    found: dict[str, list[Cost]] = {name: [] for name in names}
    print(LINE.format("share", "generator", "users", "fit s", "retrieve", "score", "peak MB"))
    with TemporaryDirectory() as temporary:
        for share in shares or [None]:
            folder = Path("data") if share is None else Path(temporary) / str(share)
            if share is not None:
                _child("simulate", str(share), str(folder))
            for name in names:
                cost = json.loads(_child("measure", name, str(folder)))
                found[name].append(cost)
                about = (f"{cost[key]:.3f}" for key in ("retrieve", "score"))
                print(
                    LINE.format(share or "", name, int(cost["users"]), f"{cost['fit']:.2f}", *about, int(cost["peak"])),
                    flush=True,
                )
    for name, costs in found.items() if len(shares) > 1 else ():
        powers = _powers(costs[0], costs[-1])
        print(LINE.format("power", name, "", *(f"{power:.2f}" for power in powers)))


def _powers(first: Cost, last: Cost) -> Iterator[float]:
    """With which power of the users the seconds and the memory grow, lists and scores those of all users."""
    for key in ("fit", "retrieve", "score", "peak"):
        before, after = (cost[key] * (cost["users"] if key in ("retrieve", "score") else 1) for cost in (first, last))
        yield math.log(after / before) / math.log(last["users"] / first["users"]) if before and after else math.nan


def _child(*words: str) -> str:
    """What a process of this module prints.

    Raises
    ------
    SystemExit
        If it fails.
    """
    done = subprocess.run([sys.executable, "-m", "bench.generators", *words], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{done.stderr}bench.generators {' '.join(words)} failed with exit code {done.returncode}")
    return done.stdout


def simulate(share: str, folder: str) -> None:
    """The coded tables of a log of a share of KION's size."""
    data = Data(source="simulated", simulated=Simulated.model_validate(scale.sizes(float(share))))
    into = Path(folder)
    datasets.fetch(data, params.load(Run).seed, into)
    found = prepare.encode(raw.read(into, {}))
    for name in ("interactions", "users", "items"):
        tables.write(getattr(found, name), into / f"{name}.parquet")


def measure(name: str, folder: str) -> None:
    """Print what one generator or baseline costs."""
    run, n = params.load(Run), params.load(Candidates).n
    interactions, users, items = stages.log_tables(Path(folder))
    log = from_table(interactions, Attributes(users, items))
    del interactions
    asked = np.unique(np.linspace(0, len(users) - 1, USERS).astype(np.int32))
    queries = Queries(asked, np.full(len(asked), log.day.max() + 1, np.int32), log)
    cost = BASELINES.get(name, _generator)(log, queries, n, run, name)
    for key in ("retrieve", "score"):
        cost[key] *= 1e6 / (len(queries) * n)
    cost |= {"users": len(users), "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    print(json.dumps(cost))


def _generator(log: Log, queries: Queries, n: int, run: Run, name: str) -> Cost:
    model = generators.make(name, run)
    cost = {"fit": _cpu(lambda: model.fit(log)), "retrieve": 0.0, "score": 0.0}
    rng, shard = np.random.default_rng(run.seed), params.load(Shards).shard_users
    for start in range(0, len(queries), shard):
        part = queries.part(start, start + shard)
        query = np.repeat(np.arange(len(part)), n)
        item = rng.integers(0, log.n_items, len(query), dtype=np.int32)
        cost["retrieve"] += _cpu(partial(model.retrieve, part, n, exclude_seen=True))
        cost["score"] += _cpu(partial(model.score, part, query, item))
    return cost


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
    import torch

    torch.manual_seed(run.seed)
    torch.set_num_threads(run.threads)
    users, items = torch.randn(len(queries), FACTORS), torch.randn(log.n_items, FACTORS)
    n = min(n, log.n_items)
    return {
        "fit": 0.0,
        "retrieve": _cpu(lambda: [torch.topk(block @ items.T, n) for block in torch.split(users, 100)]),
        "score": 0.0,
    }


def _cpu(work: Callable[[], Any]) -> float:
    """CPU seconds of all threads."""
    start = time.process_time()
    work()
    return time.process_time() - start


BASELINES = {"implicit": _implicit, "product": _product}

if __name__ == "__main__":
    if sys.argv[1:2] in (["simulate"], ["measure"]):
        {"simulate": simulate, "measure": measure}[sys.argv[1]](*sys.argv[2:])
    else:
        main(sys.argv[1:])
