"""Stages up to those named, as dvc.yaml calls them, without Python starting once a stage: one_process.py STAGE...

Runs in the current folder, on its own code. Nothing is skipped, and dvc.lock isn't written.
"""

import importlib
import os
import sys

import networkx as nx
from dvc.repo import Repo


def commands(targets: list[str]) -> list[str]:
    with Repo() as repo:
        ends = [stage for target in targets for stage in repo.stage.collect(target)]
        # The order of `dvc repro`: dependencies first.
        return list(dict.fromkeys(s.cmd for end in ends for s in nx.dfs_postorder_nodes(repo.index.graph, end)))


if __name__ == "__main__":
    sys.path.insert(0, os.getcwd())
    for command in commands(sys.argv[1:]):
        print(f"> {command}", flush=True)
        name, *words = command.removeprefix("python -m ").split()
        importlib.import_module(name).main(*words)
