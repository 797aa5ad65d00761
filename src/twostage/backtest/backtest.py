"""Every system on several cutoffs before the test: which is best, and whether it is so every time."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t as student
from tqdm import tqdm

from twostage.backtest.replay import Replay, World
from twostage.backtest.rolling import Cutoff
from twostage.base import params
from twostage.base.errors import InputError
from twostage.lists import RANKER
from twostage.ranking import holdout
from twostage.ranking.ranker import Ranker

MEASURES, SEGMENT, LEVEL = ("ndcg", "map"), "warm", 0.95
BY = ["protocol", "measure", "system"]


def run(world: World, values: dict[str, Any], folder: Path, cutoffs: list[Cutoff], seeds: int) -> pd.DataFrame:
    """protocol, measure, system, cutoff, seed, value: warm users, at recommend.k; no row where there is no such query.

    Seeds are that of `values` and those that follow it. What is done is kept in `folder`.

    Raises
    ------
    InputError
        As `holdout.check`, before any fit: an early cutoff may have fewer valid folds than params.yaml lists.
    """
    for cutoff in cutoffs:
        holdout.check(cutoff.split, params.of(Ranker, values))
    seen: list[pd.DataFrame] = []
    with tqdm(total=seeds * len(cutoffs), desc="backtest", unit="cutoff") as bar:
        for seed in range(values["seed"], values["seed"] + seeds):
            replay = Replay(world, values | {"seed": seed}, folder)
            for cutoff in cutoffs:
                bar.set_postfix_str(f"{cutoff.start}, {len(cutoff.valid)} valid folds, seed {seed}")
                seen.append(_values(replay.result(cutoff)).assign(cutoff=str(cutoff.start), seed=seed))
                bar.update()
    return pd.concat(seen, ignore_index=True)


def summary(values: pd.DataFrame) -> pd.DataFrame:
    """A row for each protocol, measure and system, the best first.

    mean, low and high: over cutoffs, of each the mean over seeds; seed_spread: largest less smallest mean of a seed,
    NaN for a single one. gain, gain_low, gain_high: the same of the ranker's value less the system's, cutoff by cutoff;
    wins: cutoffs at which that is above 0. Then a column for each cutoff.

    Raises
    ------
    InputError
        If there are no values: no cutoff had a query to judge.
    """
    if values.empty:
        raise InputError(f"params.yaml: split: no cutoff has a {SEGMENT} user in its test, expected other dates")
    rows = []
    for (protocol, measure), part in values.groupby(["protocol", "measure"], sort=False):
        table = part.pivot_table("value", "system", "cutoff", aggfunc="mean")
        dates = [str(cutoff) for cutoff in table.columns]
        of_seed = part.pivot_table("value", "system", "seed", aggfunc="mean")
        for system in table.index:
            seen = table.loc[system]
            gain = (table.loc[RANKER] - seen).to_numpy()
            names = ("mean", "low", "high", "gain", "gain_low", "gain_high")
            row: dict[str, Any] = {"protocol": protocol, "measure": measure, "system": system}
            row |= dict(zip(names, (*interval(seen.to_numpy()), *interval(gain)), strict=True))
            row |= {"wins": int((gain > 0).sum()), "cutoffs": len(seen)}
            means = of_seed.loc[system].to_numpy()
            row |= {"seed_spread": float(np.ptp(means)) if len(means) > 1 else float("nan")}
            rows.append(row | dict(zip(dates, seen.to_list(), strict=True)))
    order = ["protocol", "measure", "mean"]
    return pd.DataFrame(rows).sort_values(order, ascending=[True, False, False], ignore_index=True)


def interval(values: np.ndarray) -> tuple[float, float, float]:
    """Mean and the ends of its 95 % interval, Student's t over the values; NaN ends for a single one.

    Student, The probable error of a mean, 1908. It takes the values for independent. Cutoffs share training days,
    so it is too narrow rather than too wide (Bengio and Grandvalet, JMLR 2004, of folds of cross-validation).
    """
    mean, n = float(values.mean()), len(values)
    if n == 1:
        return mean, float("nan"), float("nan")
    half = float(student.ppf((1 + LEVEL) / 2, n - 1)) * float(values.std(ddof=1)) / np.sqrt(n)
    return mean, mean - half, mean + half


def as_json(table: pd.DataFrame, cutoffs: list[Cutoff]) -> dict[str, Any]:
    """protocol -> measure -> system -> numbers, null for what a single cutoff can't say; and the cutoffs."""
    systems: dict[str, Any] = {}
    for row in table.astype(object).where(table.notna(), None).to_dict("records"):
        protocol, measure, system = (row.pop(name) for name in BY)
        systems.setdefault(protocol, {}).setdefault(measure, {})[system] = row
    about = {str(c.start): {"valid_folds": [fold.name for fold in c.valid]} for c in cutoffs}
    return {"cutoffs": about, "systems": systems}


def text(table: pd.DataFrame, k: int) -> str:
    """Tables in Markdown, one for each protocol and measure."""
    parts = []
    names = list(table.columns)
    dates = names[names.index("seed_spread") + 1 :]
    for (protocol, measure), part in table.groupby(["protocol", "measure"], sort=False):
        head = ["system", "mean", "95 % interval", *dates, "ranker's gain", "wins", "seeds"]
        lines = [" | ".join(head), " | ".join("---" for _ in head)]
        for row in part.to_dict("records"):
            wins = "" if row["system"] == RANKER else f"{row['wins']} of {row['cutoffs']}"
            gain = "" if row["system"] == RANKER else f"{row['gain']:+.4f}"
            ends = "" if np.isnan(row["low"]) else f"{row['low']:.4f} to {row['high']:.4f}"
            cells = [row["system"], f"{row['mean']:.4f}", ends, *(f"{row[date]:.4f}" for date in dates)]
            spread = "" if np.isnan(row["seed_spread"]) else f"{row['seed_spread']:.4f}"
            lines.append(" | ".join([*cells, gain, wins, spread]))
        title = f"{str(measure).upper()}@{k}, {protocol}, {SEGMENT} users"
        parts.append("\n".join([title, "", *(f"| {line} |" for line in lines)]))
    return "\n\n".join(parts)


def _values(result: dict[str, Any]) -> pd.DataFrame:
    rows = [
        {"protocol": protocol, "measure": measure, "system": system, "value": said[SEGMENT][measure]}
        for system, protocols in result.items()
        for protocol, said in protocols.items()
        if SEGMENT in said
        for measure in MEASURES
    ]
    return pd.DataFrame(rows, columns=[*BY, "value"])
