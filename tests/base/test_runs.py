import numpy as np

from twostage.base import runs


def test_places_begin_anew_with_each_group():
    assert runs.place(np.array([2, 2, 2, 5, 7, 7])).tolist() == [0, 1, 2, 0, 0, 1]
    assert runs.place(np.empty(0, np.int32)).tolist() == []
