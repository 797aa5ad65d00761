import numpy as np
import pytest

from tests.ranked import rows, settings
from tests.small import RUN
from twostage import ranker
from twostage.variants import of_likes, scores_only

CHOICE = {"loss": "QuerySoftMax", "trees": 3}


@pytest.fixture
def learned():
    table = rows()
    return table.assign(als_rank=table["x"], als_score=table["y"], proposals=1.0)


def test_scores_only_sees_ranks_and_scores_and_has_the_chosen_loss_and_trees(learned):
    one_kind = settings(queries=["daily"])
    model = scores_only(learned, ["als"], CHOICE, one_kind, RUN)
    assert model.feature_names_ == ["als_rank", "als_score"]
    assert (model.get_param("loss_function"), model.tree_count_) == ("QuerySoftMax", 3)
    other = scores_only(learned.assign(x=0.0, y=1.0, proposals=9.0), ["als"], CHOICE, one_kind, RUN)
    np.testing.assert_array_equal(ranker.score(model, learned, RUN), ranker.score(other, learned, RUN))


def test_a_classifier_and_a_ranker_of_what_was_liked_have_every_feature_and_all_trees(learned):
    found = of_likes(learned, settings(losses={"YetiRank": 0.3, "QuerySoftMax": 0.2}, iterations=5), RUN)
    about = {name: (model.get_param("loss_function"), model.tree_count_) for name, model in found.items()}
    assert about == {"classifier": ("Logloss", 5), "query_ranker": ("QuerySoftMax", 5)}
    assert found["classifier"].feature_names_ == ["x", "y", "als_rank", "als_score", "proposals"]
    # Of the losses that are listed each learns at its own rate.
    assert found["query_ranker"].get_param("learning_rate") == pytest.approx(0.2)
    assert found["classifier"].get_param("learning_rate") == pytest.approx(ranker.RATE)
