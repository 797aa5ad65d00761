"""Hand-computed sums over the values of items: item 0 has values 0 and 1, item 1 value 2, item 2 none."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from twostage.engine import layout

VALUES = csr_matrix(np.array([[1, 1, 0], [0, 0, 1], [0, 0, 0]], np.float32))
# (owner, item) of the pairs; owner, value and number of the rows.
PAIRS = [(1, 0), (0, 0), (1, 1), (0, 2), (2, 0), (0, 1)]
ROWS = [(1, 1, 5), (0, 0, 3), (0, 1, 4), (1, 2, 7)]


@pytest.mark.parametrize("cells", [1 << 20, 6, 1])
def test_sums_and_least_over_an_items_values_however_many_fit(cells, monkeypatch):
    monkeypatch.setattr(layout, "CELLS", cells)
    owner, item = np.array(PAIRS).T
    rows_owner, value, number = np.array(ROWS).T
    for least, expected in ((False, [5, 7, 7, None, 0, 0]), (True, [5, 3, 7, None, None, None])):
        spread = layout.Spread(owner, item, VALUES)
        (found,) = layout.over_values(spread, (rows_owner, value), [number.astype(float)], least)
        assert [None if np.isnan(number) else number for number in found] == expected
