"""Where a pair of items stands among the known ones."""

import numpy as np
import numpy.typing as npt

from twostage.past.log import Ints

BITS = 6  # of a key that say which mark of a word is the pair's
WORD = 1 << BITS  # pairs whose marks make one number
LEAST = 1 << 26  # bytes that the marks may take whatever the number of known pairs

Places = npt.NDArray[np.intp]
Keys = npt.NDArray[np.int64]


class Pairs:
    """Known pairs (item, other), numbered by their ascending keys, item x items + other; one more place is all others'.

    A mark for each pair that there could be, with the number of marks before each word of them, gives a place in two
    looks (rank of a bit vector: Jacobson, Space-efficient static trees and graphs, FOCS 1989). Where few pairs of very
    many items are known, their keys are searched instead.
    """

    def __init__(self, keys: Keys, n_items: int) -> None:
        self._n_items, self._size = n_items, len(keys)
        words = -(-n_items * n_items // WORD)
        self._marked = words * 12 <= max(keys.nbytes, LEAST)
        if self._marked:
            word, bit = _split(keys)
            self._marks = np.zeros(words, np.uint64)
            np.bitwise_or.at(self._marks, word, np.uint64(1) << bit)
            self._before = np.zeros(words, np.int32)
            np.cumsum(np.bitwise_count(self._marks[:-1]), out=self._before[1:])
        else:
            self._keys = np.append(keys, np.iinfo(np.int64).max)

    def places(self, item: Ints, other: Ints) -> Places:
        """From 0; that of a pair which isn't known is the number of pairs."""
        keys = item.astype(np.int64) * self._n_items + other
        return self._by_marks(keys) if self._marked else self._by_search(keys)

    def _by_marks(self, keys: Keys) -> Places:
        word, bit = _split(keys)
        marks = self._marks[word]
        lower = (np.uint64(1) << bit) - np.uint64(1)
        place = self._before[word] + np.bitwise_count(marks & lower)
        return np.where((marks >> bit) & np.uint64(1), place, self._size)

    def _by_search(self, keys: Keys) -> Places:
        order = np.argsort(keys)  # searching for one after another in their order is many times faster
        places = np.empty(len(keys), np.intp)
        places[order] = np.searchsorted(self._keys, keys[order])
        return np.where(self._keys[places] == keys, places, self._size)


def _split(keys: Keys) -> tuple[Keys, npt.NDArray[np.uint64]]:
    """The word of each key's mark, and its bit there."""
    return keys >> BITS, (keys & (WORD - 1)).view(np.uint64)
