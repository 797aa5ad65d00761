"""Whether a watch was liked: the label of an exercise in classification."""

from typing import NamedTuple

import numpy as np
import pandas as pd

COLUMNS = ["user", "item", "day"]


class Liked(NamedTuple):
    rule: str  # in words, "" where the log can't say
    rows: pd.DataFrame  # COLUMNS and `label` of those rows of the log that say it


def liked(interactions: pd.DataFrame, test_start: int, given: float | None) -> Liked:
    """By `target`, else by the percent watched, whichever the log has on both sides of the test's first day.

    given: percent from which a row is liked; None: the median of what is known before that day.
    """
    for name in ("target", "watched_pct"):
        known = interactions[interactions[name].notna()] if name in interactions else interactions.iloc[:0]
        early = known["day"] < test_start
        if early.any() and not early.all():
            break
    else:
        return Liked("", interactions.iloc[:0][COLUMNS].assign(label=np.empty(0, bool)))
    least, rule = 1.0, "target = 1"
    if name == "watched_pct":
        least = float(known.loc[early, name].median()) if given is None else given
        rule = f"watched_pct >= {least:g}"
    return Liked(rule, known[COLUMNS].assign(label=(known[name] >= least).to_numpy(bool)))
