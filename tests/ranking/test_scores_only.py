import numpy as np
import pytest

from tests.ranked import rows, settings
from tests.small import RUN
from twostage.ranking import ranker
from twostage.ranking.scores_only import scores_only

CHOICE = {"losses": ["Logloss", "QuerySoftMax"], "trees": 3}


@pytest.fixture
def learned():
    table = rows()
    return table.assign(als_rank=table["x"], als_score=table["y"], proposals=1.0)


def test_scores_only_sees_ranks_and_scores_and_has_the_chosen_loss_and_trees(learned):
    one_kind = settings(queries=["daily"])
    model = scores_only(learned, ["als"], CHOICE, one_kind, RUN)
    assert model.feature_names_ == ["als_rank", "als_score"]
    assert model.tree_count_ == 2 * 3
    other = scores_only(learned.assign(x=0.0, y=1.0, proposals=9.0), ["als"], CHOICE, one_kind, RUN)
    np.testing.assert_array_equal(ranker.score(model, learned, RUN), ranker.score(other, learned, RUN))
