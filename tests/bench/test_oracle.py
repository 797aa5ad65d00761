import numpy as np
import pytest

from bench import oracle
from twostage.base.errors import InputError
from twostage.base.tables import NO_ITEM


def test_share_of_the_best_list():
    probability = np.array([[0.5, 0.3, 0.1, 0.1], [0.0, 0.2, 0.2, 0.6], [0.0, 0.0, 0.0, 0.0]])
    items = np.array([[0, 2], [1, NO_ITEM], [0, 1]], np.int32)
    # (.5 + .1) / (.5 + .3), .2 / (.6 + .2); nobody can be right about the last one.
    assert oracle.share(items, probability) == pytest.approx([0.75, 0.25, np.nan], nan_ok=True)


def test_another_log_has_no_known_truth(tmp_path):
    (tmp_path / "params.yaml").write_text("data: {source: movielens}")
    with pytest.raises(InputError, match=r"data\.source = movielens; only a simulated log's truth is known"):
        oracle.shares(tmp_path, 10)
