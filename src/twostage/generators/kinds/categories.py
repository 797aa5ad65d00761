"""What an item is beside its code, as weights of the values of its attributes."""

import numpy as np

from twostage.past.attributes import Attributes
from twostage.past.log import Floats

ATTRIBUTES = ("content_type", "genres")


def item_values(about: Attributes) -> Floats:
    """[items + 1, values]: 1 / (number of an item's values) at each, row 0 for no item.

    A single column of zeros where no attribute is known.
    """
    found = [about.item_values(name) for name in ATTRIBUTES]
    tables = [table.toarray() for table in found if table is not None]
    values = np.hstack([np.zeros((about.n_items, 1), np.float32), *tables])
    values /= np.maximum(values.sum(axis=1, keepdims=True), 1)
    return np.vstack([np.zeros((1, values.shape[1]), np.float32), values])
