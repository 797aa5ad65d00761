"""The pairs of a user and an item that were watched in the test."""

import pandas as pd

from twostage.queries import DAILY


def pairs(interactions: pd.DataFrame, queries: pd.DataFrame) -> pd.DataFrame:
    """Every row of the log on the day of a daily query of its user: query, item, and the log's other columns."""
    return interactions.merge(queries.loc[queries["protocol"] == DAILY, ["query", "user", "day"]], on=["user", "day"])
