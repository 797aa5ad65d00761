"""Whether a watch was liked: the label of an exercise in classification."""

from typing import NamedTuple

import numpy as np
import pandas as pd


class Likes(NamedTuple):
    rule: str  # in words, "" where the log can't say
    rows: pd.DataFrame  # user, item, day, `label` of those rows of the log that say it


def likes(interactions: pd.DataFrame, test_start: int, given: float | None) -> Likes:
    """By `target` where the log has that, else by the percent watched: as given, or the median of what is known before
    the test's first day.
    """
    columns = ["user", "item", "day"]
    name = "target" if "target" in interactions else "watched_pct"
    known = interactions[interactions[name].notna()] if name in interactions else interactions.iloc[:0]
    past = known[known["day"] < test_start]
    if known.empty or (name == "watched_pct" and given is None and past.empty):
        return Likes("", known.iloc[:0][columns].assign(label=np.empty(0, bool)))
    if name == "target":
        return Likes("target > 0", known[columns].assign(label=(known[name] > 0).to_numpy(bool)))
    least = float(past[name].median()) if given is None else given
    return Likes(f"{name} >= {least:g}", known[columns].assign(label=(known[name] >= least).to_numpy(bool)))
