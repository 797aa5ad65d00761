import numpy as np
import pytest

from twostage.base import runs

GROUP = np.array([2, 2, 2, 5, 1, 1], np.int32)
NONE = np.empty(0, np.int32)


@pytest.mark.parametrize(
    ("found", "expected"),
    [(runs.starts, [0, 3, 4]), (runs.place, [0, 1, 2, 0, 0, 1]), (runs.number, [0, 0, 0, 1, 2, 2])],
)
def test_every_run_begins_anew(found, expected):
    assert found(GROUP).tolist() == expected
    assert found(NONE).tolist() == []
    assert found(GROUP).dtype == found(NONE).dtype == np.int64
