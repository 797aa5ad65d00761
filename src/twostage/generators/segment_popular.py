"""Popularity in the user's segment: age, sex and income; without them, people with the same favourite genre."""

import numpy as np
import numpy.typing as npt
from pydantic import Field

from twostage.generators.kinds.generator import Counted, GeneratorParams, Lists, by_number
from twostage.generators.kinds.shared import ranked, share, ties_by_past
from twostage.past.asof import Queries, Rows
from twostage.past.log import Floats, Ints

ROWS = 128  # days and segments whose scores are held at once


class SegmentPopularParams(GeneratorParams):
    section = "segment_popular"
    days: int = Field(ge=1)
    prior: float = Field(gt=0)


class SegmentPopular(Counted):
    """An item's share of the segment's watches in the last days, to which `prior` watches at everybody's shares are
    added; then by its share of all watches, as in `popular`. Everybody's shares where the user has no segment.
    """

    Params = SegmentPopularParams
    params: SegmentPopularParams

    def retrieve(self, queries: Queries, n: int, exclude_seen: bool) -> Lists:
        lists = Lists.empty(len(queries), n)
        for places in by_number(queries.day_segments[1] // ROWS):
            part = queries.at(places)
            found = ranked(self._scores(part), part.day_segments[1], part, n, exclude_seen)
            lists.items[places], lists.scores[places] = found.items, found.scores
        return lists

    def score(self, queries: Queries, query: Rows, item: Ints) -> Floats:
        found = np.full(len(item), np.nan, np.float32)
        row = queries.day_segments[1]
        for pairs in by_number(row[query] // ROWS):
            places, query_of = np.unique(query[pairs], return_inverse=True)
            part = queries.at(places)
            found[pairs] = self._scores(part)[part.day_segments[1][query_of], item[pairs]]
        return found

    def _scores(self, queries: Queries) -> npt.NDArray[np.float64]:
        """[distinct days and segments, items]."""
        days, prior = self.params.days, self.params.prior
        _, first = np.unique(queries.day_segments[1], return_index=True)
        day = queries.days[1][first]
        mine = queries.segment_counts(days)
        everybody, ever = share(queries.counts(days))[day], share(queries.counts())[day]
        recent = (mine + prior * everybody) / (mine.sum(axis=1, keepdims=True) + prior)
        return ties_by_past(recent, ever)
