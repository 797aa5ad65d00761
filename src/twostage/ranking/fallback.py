"""A simpler order leads the lists of users for whom the ranker isn't to be trusted (see `rivals`)."""

import json

import numpy as np
import numpy.typing as npt
import pandas as pd
from catboost import CatBoost

from twostage.base import runs
from twostage.base.params import Run
from twostage.lists import RANKER, simple_order
from twostage.ranking import ranker
from twostage.ranking.ranker import Scores

NOTE = "leads"  # entry of a model's metadata: segment -> system
WARM, COLD = "warm", "cold"
HISTORY = "user_rows"  # the feature that has no value for users without a row before the query's day

Leads = dict[str, str]  # segment -> system


def note(model: CatBoost, leading: Leads) -> CatBoost:
    """The model, with the leads in its metadata: they are saved with it, and `scores` orders by them."""
    model.get_metadata()[NOTE] = json.dumps(leading, sort_keys=True)
    return model


def noted(model: CatBoost) -> Leads:
    found: Leads = json.loads(model.get_metadata().get(NOTE, "{}"))
    return found


def scores(model: CatBoost, rows: pd.DataFrame, run: Run) -> Scores:
    """What orders the rows of a query, larger is better: the ranker's score.

    In a segment that another system leads it is that system's order, and behind the items that it doesn't propose stand
    the others by the ranker's score.
    """
    score = ranker.score(model, rows, run)
    leading = {segment: system for segment, system in noted(model).items() if system != RANKER}
    for segment, inside in segments(rows).items() if leading else ():
        if segment in leading:
            score[inside] = _led(leading[segment], rows[inside], score[inside])
    return score


def _led(system: str, rows: pd.DataFrame, score: Scores) -> Scores:
    order, query = simple_order(rows, system), runs.number(rows["query"].to_numpy())
    if not len(order):
        return order
    lowest = np.minimum.reduceat(np.nan_to_num(order), runs.starts(query))
    rest = np.flatnonzero(np.isnan(order))
    rest = rest[np.lexsort((-score[rest], query[rest]))]
    # The ranker's places, not its scores: beside a large `lowest` these lose bits, and with them their order.
    step = np.cumsum(np.diff(score[rest], prepend=np.inf) != 0)  # equal scores share a place
    first = np.arange(len(rest)) - runs.place(query[rest])
    order[rest] = lowest[query[rest]] - 1 - (step - step[first])
    return order


def segments(rows: pd.DataFrame) -> dict[str, npt.NDArray[np.bool_]]:
    cold = rows[HISTORY].isna().to_numpy()
    return {WARM: ~cold, COLD: cold}
