"""What is popular among people like the user, or in the user's favourite genre."""

import numpy as np
import numpy.typing as npt
from pydantic import Field

from twostage.asof import Queries, Rows
from twostage.attributes import Attributes
from twostage.generators.kinds.generator import GeneratorParams
from twostage.generators.kinds.shared import SharedScores, share
from twostage.log import Ints

NO_GENRE = -1


class SegmentPopularParams(GeneratorParams):
    section = "segment_popular"
    days: int = Field(ge=1)
    prior: float = Field(gt=0)


class SegmentPopular(SharedScores):
    """Segments are the log's age, sex and income together. Where the log has none of them, a query's segment is the
    genre that its history holds most, and the watches of items of that genre count; without genres, all do.
    """

    Params = SegmentPopularParams
    params: SegmentPopularParams

    def groups(self, queries: Queries) -> Rows:
        return np.unique(self._keys(queries), axis=0, return_inverse=True)[1].ravel()

    def group_scores(self, queries: Queries) -> npt.NDArray[np.float64]:
        """The item's share of the segment's watches, `prior` watches at everybody's share added; ties by all time."""
        day, segment = np.unique(self._keys(queries), axis=0).T
        everyone, ever = share(queries.counts(self.params.days)), share(queries.counts())
        if queries.about and queries.about.groups:
            counts = queries.counts_of(segments(queries.about), day, segment, self.params.days)
        else:
            counts = queries.counts(self.params.days)[day] * _of_genre(queries.about, segment, queries.n_items)
        total = counts.sum(axis=1, keepdims=True) + self.params.prior
        scores = (counts + self.params.prior * everyone[day]) / total
        # Small enough never to pass a watch, so that the past only breaks ties.
        return np.where(ever[day] > 0, scores + ever[day] * 1e-9, np.nan)

    @staticmethod
    def _keys(queries: Queries) -> Rows:
        """[queries, 2]: place of the day, segment."""
        _, day = queries.days
        if queries.about and queries.about.groups:
            return np.stack([day, segments(queries.about)[queries.user]], axis=1)
        return np.stack([day, favourite_genre(queries)], axis=1)


def segments(about: Attributes) -> Ints:
    """Code of each user's combination of groups: [users]."""
    codes = np.stack([about.user_codes(name) for name in about.groups])
    return np.unique(codes, axis=1, return_inverse=True)[1].ravel().astype(np.int32)


def favourite_genre(queries: Queries) -> Rows:
    """The genre of most items of the history, the first in the order of the text among equals; NO_GENRE without one."""
    genres = queries.about.item_values("genres") if queries.about else None
    if genres is None or not genres.shape[1]:
        return np.full(len(queries), NO_GENRE)
    counts = np.asarray((queries.seen @ genres).todense())
    return np.where(counts.max(axis=1) > 0, counts.argmax(axis=1), NO_GENRE)


def _of_genre(about: Attributes | None, genre: Rows, n_items: int) -> npt.NDArray[np.int64]:
    """[groups, items]: 1 where the item is of the group's genre, and everywhere in a group without one."""
    table = about.item_values("genres") if about else None
    if table is None or not table.shape[1]:
        return np.ones((len(genre), n_items), np.int64)
    found = np.asarray(table.T.tocsr()[np.maximum(genre, 0)].todense(), dtype=np.int64)
    return np.where((genre == NO_GENRE)[:, None], 1, found)
