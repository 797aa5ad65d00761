"""What of a history the model knows: its items among those that a fit has seen."""

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from twostage.base.tables import NO_ITEM
from twostage.past.asof import Queries, Rows
from twostage.past.log import Ints


def positions(items: Ints, wanted: Ints) -> tuple[Rows, npt.NDArray[np.bool_]]:
    """Where each wanted code (0 or more) stands among the ascending `items`, and whether it is there at all."""
    beyond = int(items[-1]) + 1 if len(items) else 0
    table = np.full(beyond + 1, NO_ITEM, np.int64)
    table[items] = np.arange(len(items))
    place = table[np.minimum(wanted, beyond)]
    found = place != NO_ITEM
    place[~found] = 0
    return place, found


def known_rows(queries: Queries, items: Ints) -> tuple[Rows, Rows, Rows]:
    """Rows of the histories whose item stands among `items`, in the order of queries: query, position, row."""
    query, rows = queries.history()
    place, known = positions(items, queries.items_of(rows))
    return query[known], place[known], rows[known]


def history_of(queries: Queries, items: Ints) -> csr_matrix:
    """[queries, items], 1 where the item is in the query's history."""
    query, place, _ = known_rows(queries, items)
    return csr_matrix((np.ones(len(query), np.float32), (query, place)), shape=(len(queries), len(items)))
