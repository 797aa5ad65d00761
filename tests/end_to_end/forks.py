"""DVC without starting it anew for every command: a process that has imported it forks for each.

As a script it is that process. It reads a line of JSON for every command, and answers with its exit code. What a
command imports, sets or leaves open ends with its fork; what it runs, runs in processes of its own as ever.
"""

import atexit
import importlib
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

# What DVC imports when a command asks for it, the slow ones of it.
LOADED = (
    *("dvc.cli.parser", "dvc._debug", "dvc.cachemgr", "dvc.repo.artifacts", "dvc.repo.datasets", "dvc.repo.graph"),
    *("dvc.repo.metrics.diff", "dvc.repo.params.diff", "dvc.repo.plots", "dvc.repo.stage", "dvc.rwlock"),
    *("dvc.utils.strictyaml", "dvc_data.hashfile.db.local", "fsspec.implementations.memory", "networkx"),
    *("platformdirs.unix", "psutil", "pydot", "rich.text", "dulwich.worktree", "configobj"),
)


@cache
def _server(script: str) -> subprocess.Popen[str]:
    # Git's library looks for the settings of a person once, when it is loaded.
    nobody = os.environ | {"HOME": os.devnull, "XDG_CONFIG_HOME": os.devnull}
    server = subprocess.Popen(
        [sys.executable, "-P", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=nobody
    )
    atexit.register(server.communicate)  # it ends with its input
    return server


def dvc(words: tuple[str, ...], folder: Path, environment: dict[str, str]) -> tuple[int, str]:
    """Exit code of `dvc` with these words, and all that it says."""
    said = folder.with_name(f"{folder.name}.said")
    server = _server(__file__)
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(json.dumps([words, str(folder), environment, str(said)]) + "\n")
    server.stdin.flush()
    code = server.stdout.readline()
    assert code, f"the process that forks has ended: {server.poll()}"
    return int(code), said.read_text()


def _serve() -> None:
    for name in LOADED:
        importlib.import_module(name)
    from dvc.cli import main

    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        words, folder, environment, said = json.loads(line)
        if child := os.fork():
            answers.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
            answers.flush()
            continue
        output = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for own, other in ((0, os.open(os.devnull, os.O_RDONLY)), (1, output), (2, output)):
            os.dup2(other, own)
        answers.close()
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        sys.argv = ["dvc", *words]
        sys.exit(main(words))


if __name__ == "__main__":
    _serve()
