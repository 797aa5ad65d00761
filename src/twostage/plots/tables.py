"""Tables of the curves that `dvc plots` draws."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from twostage.plots.canvas import PERIODS


def learning_curves(ranker: dict[str, Any], sums: Iterable[str]) -> pd.DataFrame:
    """trees, and for each of the sums of losses, compared or not, the NDCG that the holdout saw; NaN without a look."""
    wide = pd.DataFrame(ranker["curve"]).pivot_table(index="trees", columns="loss", values="ndcg")
    return wide.reindex(columns=list(sums)).reset_index().rename_axis(columns=None)


def blocks(generators: dict[str, Any], counted: str = "queries") -> dict[str, dict[str, Any]]:
    """period -> what is drawn of it: the block of warm users where it has some, else that of all; `title` says which.

    The generators tell each other apart by warm users alone: most have no list for a cold one.

    counted: the number of users that the title gives, `pair_queries` for what is told of pairs.
    """
    found = {}
    for period in PERIODS:
        every, warm = generators[period], generators[period].get("warm", {})
        block, users = (warm, "warm users") if counted in warm else (every, "users")
        found[period] = block | {"title": f"{period} period, {block[counted]:,} {users}"}
    return found


def serving(shown: dict[str, dict[str, Any]]) -> list[str]:
    """Generators, sorted, that have a list for somebody, all where none has; shown: see `blocks`."""
    shares = [pair for block in shown.values() for pair in block["served"].items()]
    return sorted({name for name, share in shares if share} or {name for name, _ in shares})


def recall_curves(generators: dict[str, Any]) -> pd.DataFrame:
    """period, generator, n, recall, sorted by the first three; generators: see `blocks`."""
    rows = [
        (period, name, int(n), value)
        for period, block in blocks(generators).items()
        for name, curve in block["recall"].items()
        for n, value in curve.items()
    ]
    return pd.DataFrame(rows, columns=["period", "generator", "n", "recall"]).sort_values(["period", "generator", "n"])


def merged_curve(block: dict[str, Any]) -> pd.Series:
    """Recall of the round robin of all lists by its length, ascending; JSON has the lengths as text."""
    return pd.Series({int(n): value for n, value in block["merged_recall"].items()}).sort_index()


def recall_table(curves: pd.DataFrame, period: str) -> pd.DataFrame:
    """n, and for each generator its recall there; curves: see `recall_curves`."""
    wide = curves[curves["period"] == period].pivot_table(index="n", columns="generator", values="recall")
    return wide.reset_index().rename_axis(columns=None)
