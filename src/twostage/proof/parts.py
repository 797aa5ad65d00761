"""Every system by kind of user and by kind of relevant item."""

from typing import Any

import numpy as np
import pandas as pd

from twostage.judged import Judged
from twostage.metrics.arrays import Bools
from twostage.metrics.intervals import summary
from twostage.past.log import Log

NAMES = ("ndcg", "map", "recall")


def parts(judged: Judged, past: Log, items: pd.DataFrame, k: int) -> dict[str, Any]:
    """protocol -> part -> system -> NAME, NAME_interval; beside the systems `queries` and `users`; `light_rows`.

    warm, cold: with and without a row before the test. light, heavy: halves of the warm users by rows before the
    test; light has at most `light_rows`, the median. TYPE: only relevant items of this content type count; the lists
    stay whole. A part without a query that counts is left out. `past`: the log before the test.
    """
    rows = np.bincount(past.user, minlength=int(judged.user.max()) + 1)[judged.user]
    warm = judged.segments["warm"]
    bound = _median(judged, rows)
    masks = {"warm": warm, "cold": ~warm, "light": warm & (rows <= bound), "heavy": warm & (rows > bound)}
    everyone, every = judged.segments["all"], np.ones(len(judged.query), np.bool_)
    tables = {name: (mask, every) for name, mask in masks.items()}
    tables |= {name: (everyone, counted) for name, counted in _types(judged, items).items()}
    found: dict[str, Any] = {protocol: {} for protocol in judged.protocols}
    for name, (mask, counted) in tables.items():
        values = {system: judged.values(system, NAMES, k, counted) for system in judged.places}
        asked = ~np.isnan(next(iter(values.values()))[:, 0])
        for protocol, of_protocol in judged.protocols.items():
            shown = mask & of_protocol & asked
            if shown.any():
                about = {"queries": int(shown.sum()), "users": len(np.unique(judged.user[shown]))}
                found[protocol][name] = about | summary(values, NAMES, shown, judged.user, judged.seed)
    return found | {"light_rows": bound}


def _median(judged: Judged, rows: np.ndarray) -> float:
    """Of the warm users' rows, each user once; 0 without a warm user."""
    _, first = np.unique(judged.user, return_index=True)
    known = rows[first][judged.segments["warm"][first]]
    return float(np.median(known)) if len(known) else 0.0


def _types(judged: Judged, items: pd.DataFrame) -> dict[str, Bools]:
    """Labels of each content type, where the log has more than one."""
    if "content_type" not in items or items["content_type"].nunique() < 2:
        return {}
    types = items["content_type"].fillna("").to_numpy(object)[judged.item]
    return {f"type {name}": types == name for name in sorted(items["content_type"].dropna().unique())}
