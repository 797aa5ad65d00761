import numpy as np
import pandas as pd
import pytest

from tests.small import RUN
from twostage.engine.beside import beside
from twostage.engine.plan import compiled
from twostage.engine.source import Source


@pytest.mark.parametrize("names", [["rank"], ["twice"], ["twice", "rank"]])
def test_columns_as_they_stand_and_formulas_over_them_keep_their_order(names, small, queries):
    rank = np.array([3.0, np.nan, 1.0])
    pairs = pd.DataFrame(
        {"query": np.int32([0, 0, 1]), "item": np.int32([2, 5, 2]), "als_rank": rank, "als_score": 0.5}
    )
    source = Source(*small, RUN)
    layout = source.layout(queries[:2], pairs)
    laid = beside(source.history(layout, ["als"]).proposed)
    features = {"rank": laid.pairs.als_rank, "twice": laid.pairs.als_rank * 2}
    plan = compiled(laid.select(**{name: features[name] for name in names}), source)
    rows = np.empty((len(names), len(pairs)), np.float32)
    plan.fill(source, layout, rows)
    assert plan.names == tuple(names)
    expected = {"rank": rank, "twice": 2 * rank}
    np.testing.assert_array_equal(rows, np.stack([expected[name] for name in names]).astype(np.float32))
