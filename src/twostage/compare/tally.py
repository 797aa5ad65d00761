"""One pass over the generators' lists: what the comparison needs of every query, and the lists of a sample."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from twostage.base.tables import NO_ITEM
from twostage.compare.proposals import Proposals
from twostage.metrics import merged
from twostage.metrics.arrays import exposure, lengths
from twostage.metrics.hits import positions
from twostage.metrics.intra_list import intra_list

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Tally:
    """Rank 0 stands for: the list doesn't hold the label."""

    label_query: Ints  # row of each label's query, ascending
    ranks: npt.NDArray[np.int32]  # of each label in each generator's list, [generators, labels]
    merged_rank: npt.NDArray[np.int32]  # of each label in the round robin of all lists, [labels]
    length: npt.NDArray[np.int32]  # of each list, [generators, queries]
    merged_length: npt.NDArray[np.int32]  # distinct items of all lists, [queries]
    exposure: Ints  # lists that hold each item, [generators, items]
    intra_list: npt.NDArray[np.float64]  # mean over the lists that have one, NaN without any, [generators]
    sample: Ints  # rows of the sampled queries, ascending
    items: npt.NDArray[np.int32]  # lists of the sample, [generators, sample, n]
    scores: npt.NDArray[np.float32]


def tally(
    blocks: Iterable[Proposals],
    label_query: Ints,
    label_item: Ints,
    sizes: tuple[int, int, int, int],
    vectors: csr_matrix | None,
    sample: Ints,
) -> Tally:
    """sizes: generators, queries, items of the catalogue, n; vectors: see `intra_list`, None without genres."""
    generators, queries, n_items, n = sizes
    ranks = np.zeros((generators, len(label_query)), np.int32)
    merged_rank = np.zeros(len(label_query), np.int32)
    length, merged_length = np.zeros((generators, queries), np.int32), np.zeros(queries, np.int32)
    exposed = np.zeros((generators, n_items), np.int64)
    within = np.full((generators, queries), np.nan)
    items = np.full((generators, len(sample), n), NO_ITEM, np.int32)
    scores = np.full(items.shape, np.nan, np.float32)
    for block in blocks:
        rows = block.rows
        labels = slice(*np.searchsorted(label_query, [rows.start, rows.stop]))
        query, item = label_query[labels] - rows.start, label_item[labels]
        drawn = slice(*np.searchsorted(sample, [rows.start, rows.stop]))
        own = sample[drawn] - rows.start
        for g, lists in enumerate(block.items):
            ranks[g, labels] = positions(lists, query, item) + 1
            length[g, rows] = lengths(lists)
            exposed[g] += exposure(lists, n_items)
            if vectors is not None:
                within[g, rows] = intra_list(lists, vectors)
            items[g, drawn], scores[g, drawn] = lists[own], block.scores[g][own]
        counts = merged.distinct(block.items)
        merged_length[rows] = counts[:, -1]
        turn = merged.first_turns(ranks[:, labels])
        merged_rank[labels] = np.where(turn < 0, 0, counts[query, turn])
    means = np.array([row[~np.isnan(row)].mean() if not np.isnan(row).all() else np.nan for row in within])
    return Tally(label_query, ranks, merged_rank, length, merged_length, exposed, means, sample, items, scores)
