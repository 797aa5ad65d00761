"""Seconds and peak memory of every stage, one process each, in the order of dvc.lock.

    python -m bench.stages

Runs the commands that dvc.lock holds, outside DVC, in a checkout where `dvc repro` has run: the outputs are
written again, the same bytes. The last row is the simplest honest baseline: reading the log and naming the most
watched items of its last 7 days with pandas.
"""

import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

import yaml

BASELINE = """
import pandas as pd
log = pd.read_parquet("data/interactions.parquet")
top = log[log["day"] > log["day"].max() - 7].groupby("item").size().nlargest(100).index
seen = log[log["item"].isin(top)].groupby("user")["item"].agg(set)
lists = {user: [item for item in top if item not in seen.get(user, ())][:10] for user in log["user"].unique()}
pd.Series(lists).explode().to_frame().to_parquet(os.devnull)
"""


def measure(command: list[str]) -> tuple[float, float]:
    """Wall seconds and the largest resident size, MB, of a process.

    Raises
    ------
    SystemExit
        If the command fails.
    """
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{shlex.join(command)} failed with exit code {process.returncode}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def main() -> None:
    stages = yaml.safe_load(Path("dvc.lock").read_text())["stages"]
    order = subprocess.run(["dvc", "repro", "--dry", "--force"], capture_output=True, text=True, check=True).stdout
    names = [line.split("'")[1] for line in order.splitlines() if line.startswith("Running stage")]
    commands = {name: [sys.executable, *shlex.split(stages[name]["cmd"])[1:]] for name in names}
    commands["baseline"] = [sys.executable, "-c", "import os" + BASELINE]
    print(f"{'stage':<32}{'seconds':>9}{'peak MB':>9}")
    total = peak = 0.0
    for name, command in commands.items():
        seconds, memory = measure(command)
        print(f"{name:<32}{seconds:>9.1f}{memory:>9.0f}", flush=True)
        if name != "baseline":
            total, peak = total + seconds, max(peak, memory)
    print(f"{'all stages':<32}{total:>9.1f}{peak:>9.0f}")


if __name__ == "__main__":
    main()
