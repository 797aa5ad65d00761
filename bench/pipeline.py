"""How every stage grows with the log: python -m bench.pipeline [FOLDER [SHARE ...]].

Lays the project at each share of KION's size (see `bench.scale`) into FOLDER/SHARE, runs the commands of all stages
there outside DVC, and the same steps in plain pandas up to the share BEARS. Prints how each stage grows, with the limit
of the machine that it is nearest to (see `bench.limits`), and writes this as FOLDER/pipeline.md, the costs at every
share as FOLDER/pipeline.csv and a picture as FOLDER/pipeline.png. A share that has been measured isn't run again.
"""

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import stages
from bench import limits, scale
from bench.stages import commands, measure
from twostage.base.store import write_csv, write_text
from twostage.plots.canvas import GREY, INK, VERMILION, by_height, figure, looks

SHARES = ("0.0625", "0.125", "0.25", "0.5", "1")
BASELINE, TOTAL = "pandas", "all stages"
BEARS = 0.25  # share at which the baseline's candidates with their features still fit into memory
NAMED = 6  # stages that the picture names: those that take longest
# Popular items, unseen ones, features laid beside every pair by merges, the best ten by one of them.
PANDAS = """
import os
import pandas as pd
log = pd.read_csv("data/raw/fetched/interactions.csv", parse_dates=["last_watch_dt"])
recent = log[log["last_watch_dt"] > log["last_watch_dt"].max() - pd.Timedelta(days=7)]
top = recent["item_id"].value_counts().head(100).rename("recent").reset_index()
pairs = log[["user_id"]].drop_duplicates().merge(top, how="cross")
seen = log[["user_id", "item_id"]].assign(seen=True)
pairs = pairs.merge(seen, how="left", on=["user_id", "item_id"])
pairs = pairs[pairs["seen"].isna()].drop(columns="seen")
of_user = log.groupby("user_id").agg(rows=("item_id", "size"), watched=("watched_pct", "mean"))
of_item = log.groupby("item_id").agg(users=("user_id", "size"), finished=("watched_pct", "mean"))
pairs = pairs.merge(of_user, on="user_id").merge(of_item, on="item_id")
pairs = pairs.sort_values(["user_id", "recent"], ascending=[True, False])
pairs[pairs.groupby("user_id").cumcount() < 10].to_parquet(os.devnull)
"""


def run(folder: Path, share: str) -> pd.DataFrame:
    """Costs of every stage and, up to BEARS, of the baseline, by share and stage."""
    size = scale.number(share)
    scale.lay(folder, size)
    every = commands(folder)
    if size <= BEARS:
        every[BASELINE] = [sys.executable, "-c", PANDAS]
    found = []
    for name, command in every.items():
        start = time.time()
        cost = measure(command, folder)
        found.append((size, name, *cost, written(folder, start)))
        print(f"{share}  {name}: {cost.seconds:.1f} s, {cost.peak:.0f} MB", file=sys.stderr, flush=True)
    table = pd.DataFrame(found, columns=["share", "stage", "seconds", "busy", "peak_mb", "written_mb"])
    rows = len(pd.read_parquet(folder / "data/log/interactions.parquet", columns=["user"]))
    least = limits.limits(folder, dict(zip(table["stage"], table["written_mb"], strict=True)))
    near = pd.DataFrame.from_dict(least, orient="index", columns=["limit", "least"])
    return table.assign(rows=rows).join(near, on="stage")


def written(folder: Path, since: float) -> float:
    """Megabytes of the outputs that have been written since a time."""
    files = (path for name in ("data", "metrics", "plots") for path in (folder / name).rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files if path.stat().st_mtime >= since) / 1e6


def with_total(table: pd.DataFrame) -> pd.DataFrame:
    """The costs, and the sums of seconds and megabytes and the largest peak of all stages at each share."""
    ours = table[table["stage"] != BASELINE].groupby(["share", "rows"], as_index=False)
    sums = ours.agg({"seconds": "sum", "busy": "sum", "peak_mb": "max", "written_mb": "sum"})
    return pd.concat([table, sums.assign(stage=TOTAL)], ignore_index=True)


def exponents(table: pd.DataFrame) -> dict[str, float]:
    """stage -> slope of log(seconds) over log(rows), least squares; stages measured at one size alone are left out."""
    found = {}
    for stage, costs in table.groupby("stage", sort=False):
        rows, seconds = costs["rows"].to_numpy(), costs["seconds"].to_numpy()
        if rows.min() < rows.max():
            found[str(stage)] = float(np.polyfit(np.log(rows), np.log(seconds), 1)[0])
    return found


def markdown(table: pd.DataFrame) -> str:
    """A row a stage: seconds at each size; at its largest rows/s, peak, written MB and the nearest limit."""
    sizes, slopes = sorted(table["rows"].unique()), exponents(table)
    seconds = table.pivot_table(index="stage", columns="rows", values="seconds")
    last = table.sort_values("rows").drop_duplicates("stage", keep="last").set_index("stage")
    costs = ["rows/s", "peak MB", "written MB", "limit", "ratio"]
    heads = ["stage", *(f"{size:,} rows" for size in sizes), "power", *costs]
    lines = [heads, ["---"] * len(heads)]
    for stage in table["stage"].unique():
        row = [stage, *("-" if pd.isna(value) else f"{value:.1f}" for value in seconds.loc[stage, sizes])]
        row.append(f"{slopes[stage]:.2f}" if stage in slopes else "")
        own = last.loc[stage]
        row += [f"{own['rows'] / own['seconds']:,.0f}", f"{own['peak_mb']:,.0f}", f"{own['written_mb']:,.0f}"]
        limit, least = own["limit"], own["least"]
        row += ["", ""] if pd.isna(limit) else [f"{limit} {least:.2f} s", f"{own['seconds'] / least:.1f}"]
        lines.append(row)
    return "".join(f"| {' | '.join(row)} |\n" for row in lines)


def draw(table: pd.DataFrame, path: Path) -> None:
    """The stages that take longest at the largest size by name, the others in grey."""
    last = table[table["rows"] == table["rows"].max()].sort_values("seconds", ascending=False)["stage"]
    longest = [stage for stage in last if stage not in (TOTAL, BASELINE)]
    own: dict[str, Any] = {
        TOTAL: {"color": VERMILION, "linewidth": 2.6, "marker": "o"},
        BASELINE: {"color": INK, "linestyle": "--", "marker": "o"},
    }
    drawn_as = looks(longest[:NAMED]) | own
    names = {stage: stage for stage in drawn_as}
    names |= dict.fromkeys(longest[NAMED : NAMED + 1], f"the other {len(longest) - NAMED} stages")
    with figure(path, (8, 5), "Seconds of every stage against the rows of the log") as (_, (axis,)):
        for stage, costs in table.groupby("stage", sort=False):
            look = drawn_as.get(str(stage), {"color": GREY, "linewidth": 0.8})
            axis.plot(costs["rows"], costs["seconds"], markersize=3, label=names.get(str(stage)), **look)
        sizes = sorted(table["rows"].unique())
        axis.set(xscale="log", yscale="log", xlabel="rows of the log", ylabel="seconds")
        axis.set_xticks(sizes, [f"{size:,}" for size in sizes])
        axis.set_xticks([], minor=True)
        axis.legend(*by_height(axis), frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))


def main(folder: str = "kion-scale", *shares: str) -> None:
    root, found = Path(folder), []
    for share in shares or SHARES:
        path = root / share / "costs.csv"
        if not path.exists():
            write_csv(run(root / share, share), path)
        found.append(pd.read_csv(path))
    table = with_total(pd.concat(found, ignore_index=True))
    lines = markdown(table)
    print(lines, end="")
    write_csv(table, root / "pipeline.csv")
    write_text(lines, root / "pipeline.md")
    draw(table, root / "pipeline.png")


if __name__ == "__main__":
    stages.run(main)
