"""Seconds and peak memory of every stage, one process each, in DVC's order.

    python -m bench.stages

Runs the commands of dvc.yaml outside DVC; in a checkout where `dvc repro` has run the outputs are written again, the
same bytes. The last row is the simplest honest baseline: reading the log and naming the most
watched items of its last 7 days with pandas.
"""

import os
import shlex
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

import psutil

PAUSE = 0.1  # seconds between two looks at the memory
BASELINE = """
import pandas as pd
log = pd.read_parquet("data/log/interactions.parquet")
top = log[log["day"] > log["day"].max() - 7].groupby("item").size().nlargest(100).index
seen = log[log["item"].isin(top)].groupby("user")["item"].agg(set)
lists = {user: [item for item in top if item not in seen.get(user, ())][:10] for user in log["user"].unique()}
pd.Series(lists).explode().to_frame().to_parquet(os.devnull)
"""


class Cost(NamedTuple):
    seconds: float  # by the clock
    busy: float  # of all processors together, seconds
    peak: float  # largest resident size, MB


def commands(folder: Path) -> dict[str, list[str]]:
    """The command of every stage by its name, in the order in which DVC would run them.

    Raises
    ------
    CalledProcessError
        If DVC can't say.
    """
    words = ["dvc", "repro", "--dry", "--force", "--allow-missing"]
    lines = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=True).stdout.splitlines()
    found = {}
    for line, following in pairwise(lines):
        if line.startswith("Running stage"):
            found[line.split("'")[1]] = [sys.executable, *shlex.split(following.removeprefix("> "))[1:]]
    return found


def measure(command: list[str], folder: Path = Path()) -> Cost:
    """What a process and those that it starts cost; their memory is added up, looked at every PAUSE seconds.

    Raises
    ------
    SystemExit
        If the command fails, with the end of what it said.
    """
    start, peak = time.perf_counter(), 0.0
    with TemporaryFile() as said, subprocess.Popen(command, cwd=folder, stdout=said, stderr=said) as process:
        while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
            peak = max(peak, _resident(process.pid))
            time.sleep(PAUSE)
        _, status, usage = ended
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            end = said.read().decode(errors="replace")[-2000:]
            sys.exit(f"{end}\n{shlex.join(command)} failed with exit code {process.returncode}")
    # Not ru_maxrss: it begins at the size of the process that starts another.
    return Cost(time.perf_counter() - start, usage.ru_utime + usage.ru_stime, peak)


def _resident(pid: int) -> float:
    """MB of a process and its children."""
    try:
        parent = psutil.Process(pid)
        family = (parent, *parent.children(recursive=True))
        return float(sum(process.memory_info().rss for process in family)) / 1e6
    except psutil.NoSuchProcess:  # one has ended meanwhile
        return 0.0


def main() -> None:
    every = commands(Path()) | {"baseline": [sys.executable, "-c", "import os" + BASELINE]}
    print(f"{'stage':<32}{'seconds':>9}{'peak MB':>9}")
    total = peak = 0.0
    for name, command in every.items():
        cost = measure(command)
        print(f"{name:<32}{cost.seconds:>9.1f}{cost.peak:>9.0f}", flush=True)
        if name != "baseline":
            total, peak = total + cost.seconds, max(peak, cost.peak)
    print(f"{'all stages':<32}{total:>9.1f}{peak:>9.0f}")


if __name__ == "__main__":
    main()
