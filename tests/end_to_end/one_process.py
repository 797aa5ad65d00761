"""Stages up to those named in one process: one_process.py run|lock|commit|only STAGE..., in the current folder.

run: as dvc.yaml calls them, without Python starting once a stage, on the folder's own code. Nothing is skipped, and
dvc.lock isn't written. commit: the same, then dvc.lock and the cache as after a run by DVC. `dvc commit` would go
through what several of these stages need once for each of them. lock: as commit, but nothing can be taken back from
the cache of runs, of which DVC's status knows nothing. only: as run, without what the stages need.
"""

import importlib
import os
import sys

import networkx as nx
from dvc.repo import Repo
from dvc.stage import PipelineStage


def needed(repo: Repo, targets: list[str]) -> list[PipelineStage]:
    """In the order of `dvc repro`: dependencies first."""
    ends = [stage for target in targets for stage in repo.stage.collect(target)]
    return list(dict.fromkeys(s for end in ends for s in nx.dfs_postorder_nodes(repo.index.graph, end)))


def run(commands: list[str]) -> None:
    sys.path.insert(0, os.getcwd())
    for command in commands:
        print(f"> {command}", flush=True)
        name, *words = command.removeprefix("python -m ").split()
        importlib.import_module(name).main(*words)


def commit(repo: Repo, stages: list[PipelineStage], runs: bool) -> None:
    with repo.lock:
        for stage in stages:
            stage.save(run_cache=runs)
            stage.commit()
        stages[0].dvcfile.dump_stages(stages, update_pipeline=False)


if __name__ == "__main__":
    with Repo() as repo:
        how, *targets = sys.argv[1:]
        stages = [repo.stage.load_one(name=target) for target in targets] if how == "only" else needed(repo, targets)
        run([stage.cmd for stage in stages])
        if how in ("lock", "commit"):
            commit(repo, stages, runs=how == "commit")
