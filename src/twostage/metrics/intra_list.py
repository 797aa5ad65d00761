"""How varied one list is in itself: the mean distance between two of its items by what they are about."""

from itertools import pairwise

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
    """`by_length` of whole lists, float64 [queries]."""
    return by_length(lists, vectors)[:, -1]


def by_length(lists: Ints, vectors: csr_matrix) -> Floats:
    """Of each list's first 1, 2, ... places the mean over pairs of items of 1 - cosine of their genres, 0..1.

    Ziegler, McNee, Konstan, Lausen, Improving recommendation lists through topic diversification, WWW 2005, whose
    intra-list similarity is the sum. A place adds the cosines with all before it, its vector times the sum of theirs:
    no pair is formed. NaN where fewer than two items have a genre.

    lists: [queries, depth]; vectors: see `unit_rows`, [items, genres]. Returns float64 [queries, depth].
    """
    depth, width = lists.shape[1], vectors.shape[1]
    genres = np.append(np.diff(vectors.indptr), 0)  # the last one is padding
    table = csr_matrix((vectors.data, vectors.indices, np.append(vectors.indptr, vectors.nnz)), (len(genres), width))
    found = np.empty(lists.shape)
    for block in blocks(len(lists), 8 * max(depth, width)):
        size = block.stop - block.start
        items = np.where(lists[block] == NO_ITEM, len(genres) - 1, lists[block]).T.ravel()  # place after place
        added = table[items]
        cell = np.repeat(np.tile(np.arange(size) * width, depth), genres[items]) + added.indices
        total, before = np.zeros(size * width), np.zeros(added.nnz + 1)
        for start, stop in pairwise(added.indptr[::size]):
            here = cell[start:stop]
            before[start:stop] = total[here]
            total[here] += added.data[start:stop]  # no genre of an item stands twice
        before[:-1] *= added.data
        cosines = np.where(genres[items] > 0, np.add.reduceat(before, added.indptr[:-1]), 0).reshape(depth, size)
        m = np.cumsum((genres[items] > 0).reshape(depth, size), axis=0)
        pairs, similar = m * (m - 1) / 2, np.cumsum(cosines, axis=0)
        found[block] = np.where(pairs > 0, np.clip(1 - similar / np.maximum(pairs, 1), 0, 1), np.nan).T
    return found
