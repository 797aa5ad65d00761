"""How varied one list is in itself: the mean distance between two of its items by what they are about."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from twostage.base.tables import NO_ITEM
from twostage.metrics.arrays import Floats, Ints, blocks


def unit_rows(values: Any) -> npt.NDArray[np.float64]:
    """[items, values] of 0 and 1, sparse, to rows of length 1; a row of zeros stays one."""
    size = np.maximum(np.asarray(values.sum(axis=1), dtype=np.float64), 1)
    rows: npt.NDArray[np.float64] = np.asarray(values.todense(), dtype=np.float64) / np.sqrt(size)
    return rows


def intra_list(lists: Ints, vectors: npt.NDArray[np.float64]) -> Floats:
    """Mean over pairs of a list's items of 1 - cosine of their genres, float64 [queries], 0..1.

    Ziegler, McNee, Konstan, Lausen, Improving recommendation lists through topic diversification, WWW 2005, whose
    intra-list similarity is the sum. With v the vectors of the m items that have a genre, the sum of cosines over
    ordered pairs is |sum of v|^2 - m: no pair is formed. NaN where m < 2.

    lists: [queries, depth]; vectors: see `unit_rows`, [items, genres].
    """
    known = vectors.any(axis=1, keepdims=True)
    # The last row is that of padding.
    table = np.vstack([np.hstack([vectors, known]), np.zeros(vectors.shape[1] + 1)])
    depth = lists.shape[1]
    found = np.empty(len(lists))
    for block in blocks(len(lists), max(depth, table.shape[1])):
        rows = np.where(lists[block] == NO_ITEM, len(vectors), lists[block])
        ends = np.arange(0, rows.size + 1, depth)
        total = csr_matrix((np.ones(rows.size), rows.ravel(), ends), shape=(len(rows), len(table))) @ table
        m = total[:, -1]
        similar = ((total[:, :-1] ** 2).sum(axis=1) - m) / np.maximum(m * (m - 1), 1)
        found[block] = np.where(m > 1, np.clip(1 - similar, 0, 1), np.nan)
    return found
