"""How varied one list is in itself: the mean distance between two of its items by what they are about."""

import numpy as np
from scipy.sparse import csr_matrix, diags_array

from twostage.base.blocks import blocks
from twostage.base.tables import NO_ITEM
from twostage.metrics.arrays import Floats, Ints


def unit_rows(values: csr_matrix) -> csr_matrix:
    """[items, values] of 0 and 1 to rows of length 1; a row of zeros stays one."""
    size = np.maximum(np.diff(values.indptr), 1)
    return csr_matrix(diags_array(1 / np.sqrt(size)) @ values)


def intra_list(lists: Ints, vectors: csr_matrix) -> Floats:
    """Mean over pairs of a list's items of 1 - cosine of their genres, float64 [queries], 0..1.

    Ziegler, McNee, Konstan, Lausen, Improving recommendation lists through topic diversification, WWW 2005, whose
    intra-list similarity is the sum. With v the vectors of the m items that have a genre, the sum of cosines over
    ordered pairs is |sum of v|^2 - m: no pair is formed. NaN where m < 2.

    lists: [queries, depth]; vectors: see `unit_rows`, [items, genres].
    """
    known = np.append(np.diff(vectors.indptr) > 0, False)  # the last one is padding
    ends = np.append(vectors.indptr, vectors.nnz)
    table = csr_matrix((vectors.data, vectors.indices, ends), shape=(len(known), vectors.shape[1]))
    depth = lists.shape[1]
    found = np.empty(len(lists))
    for block in blocks(len(lists), max(depth, vectors.shape[1])):
        rows = np.where(lists[block] == NO_ITEM, len(known) - 1, lists[block])
        ends = np.arange(0, rows.size + 1, depth)
        total = csr_matrix((np.ones(rows.size), rows.ravel(), ends), shape=(len(rows), len(known))) @ table
        m = known[rows].sum(axis=1)
        similar = (total.multiply(total).sum(axis=1).ravel() - m) / np.maximum(m * (m - 1), 1)
        found[block] = np.where(m > 1, np.clip(1 - np.asarray(similar).ravel(), 0, 1), np.nan)
    return found
