"""What is handed out: ranked items in the log's own ids."""

import pandas as pd


def recommendations(
    ranked: pd.DataFrame, queries: pd.DataFrame, users: pd.DataFrame, items: pd.DataFrame
) -> pd.DataFrame:
    """user_id, item_id, rank (from 1), score, sorted by (user, rank), from lists (query, item, rank, score)."""
    top = ranked.merge(queries[["query", "user"]], on="query").sort_values(["user", "rank"])
    return pd.DataFrame(
        {
            "user_id": users["user_id"].array.take(top["user"]),
            "item_id": items["item_id"].array.take(top["item"]),
            "rank": top["rank"].to_numpy("int32"),
            "score": top["score"].to_numpy("float64"),
        }
    )
