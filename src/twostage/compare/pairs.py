"""How far each pair of generators agrees: the same items, in the same order."""

from itertools import combinations

import numpy as np
import numpy.typing as npt

from twostage.base.tables import NO_ITEM
from twostage.metrics.agreement.jaccard import jaccard
from twostage.metrics.agreement.kendall import kendall
from twostage.metrics.agreement.overlap import overlap
from twostage.metrics.agreement.rbo import rbo_ext, rbo_min
from twostage.metrics.agreement.rbo_w import rbo_w, ties
from twostage.metrics.agreement.shared import shared

BLOCK = 2000  # queries at once: what lies between stays near the processor's cache
MEASURES = ("overlap", "jaccard", "rbo", "rbo_min", "rbo_w", "kendall")

Table = dict[str, dict[str, float]]
Masks = list[npt.NDArray[np.bool_]]


def pairs(
    items: npt.NDArray[np.int32], scores: npt.NDArray[np.float32], generators: list[str], p: float, masks: Masks
) -> list[dict[str, Table]]:
    """For each mask of the queries measure -> generator -> generator -> mean over its queries that have a value;
    `rbo` is rbo_ext.

    Both ways round, so that a reader finds each pair; a pair in which no query has a value is left out.

    items, scores: [generators, queries, n], see `Proposals`; p: persistence of the three forms of RBO. What two lists
    share is divided by the places of the shorter one: a generator may propose a share of n.
    """
    places = np.maximum(1, (items != NO_ITEM).sum(axis=2).max(axis=1, initial=0)).tolist()
    both = list(combinations(range(len(generators)), 2))
    sums, counts = np.zeros((2, len(masks), len(both), len(MEASURES)))
    for start in range(0, items.shape[1], BLOCK):
        rows = slice(start, start + BLOCK)
        tied = [ties(lists[rows]) for lists in scores]
        for place, (a, b) in enumerate(both):
            pair = shared(items[a, rows], items[b, rows])
            values = np.stack(
                [
                    overlap(pair, min(places[a], places[b])),
                    jaccard(pair),
                    rbo_ext(pair, p),
                    rbo_min(pair, p),
                    rbo_w(pair, tied[a], tied[b], p),
                    kendall(pair),
                ]
            )
            for group, mask in enumerate(masks):
                inside = np.compress(mask[rows], values, axis=1)
                sums[group, place] += np.nansum(inside, axis=1)
                counts[group, place] += np.count_nonzero(~np.isnan(inside), axis=1)
    return [_tables(*of_group, generators) for of_group in zip(sums, counts, strict=True)]


def _tables(sums: npt.NDArray[np.float64], counts: npt.NDArray[np.float64], generators: list[str]) -> dict[str, Table]:
    """sums, counts: [pairs in the order of `combinations`, measures]."""
    found: dict[str, Table] = {name: {} for name in MEASURES}
    for (a, b), totals, sizes in zip(combinations(generators, 2), sums.tolist(), counts.tolist(), strict=True):
        for measure, total, size in zip(MEASURES, totals, sizes, strict=True):
            if size:
                for one, other in ((a, b), (b, a)):
                    found[measure].setdefault(one, {})[other] = total / size
    return found
