import numpy as np
import pandas as pd
import pytest

from tests.small import RUN
from twostage import featurise
from twostage.base import tables
from twostage.engine import totals
from twostage.engine.source import Source


@pytest.mark.parametrize("day_items", [1 << 19, 1])
def test_parts_are_the_whole(day_items, small, queries, monkeypatch, tmp_path):
    """Also where a part's queries have other days than the last one's, and one query has no candidate."""
    asked = (
        queries.drop(index=5)
        .sort_values("day", kind="stable", ignore_index=True)
        .assign(query=np.arange(len(queries) - 1, dtype=np.int32))
    )
    pairs = pd.DataFrame({"query": np.repeat(asked["query"].to_numpy(), 2), "item": np.tile([3, 8], len(asked))})
    pairs = pairs[pairs["query"] != 7].astype(np.int32).assign(als_rank=1.0, als_score=0.5).reset_index(drop=True)
    whole = featurise.featurise(Source(*small, RUN), asked, pairs, ["als"])
    monkeypatch.setattr(featurise, "DAY_ITEMS", day_items)
    assert asked["day"].iloc[0] < asked["day"].iloc[10]  # the first part has not all of the days
    source, counted, count = Source(*small, RUN), [], totals.items_before
    monkeypatch.setattr(totals, "items_before", lambda days, *rest: counted.append(days) or count(days, *rest))
    rows = (
        featurise.featurise(source, part.queries, pairs[pairs["query"].between(*part.span)], ["als"], part.days)
        for part in featurise.parts(asked, source.n_items, 10)
    )
    tables.write_parts(rows, tmp_path / "rows.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "rows.parquet"), whole, check_exact=True)
    assert list(tmp_path.iterdir()) == [tmp_path / "rows.parquet"]
    # Parts that share a stretch of days share the tables by day.
    stretches = {part.days.tobytes() for part in featurise.parts(asked, source.n_items, 10)}
    assert len(counted) == len(stretches) == (1 if day_items > 1 else asked["day"].nunique())
