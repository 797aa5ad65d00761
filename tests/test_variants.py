import numpy as np
import pytest

from tests.ranked import rows, settings
from tests.small import RUN
from twostage import ranker
from twostage.variants import classifier, scores_only

CHOICE = {
    "loss": "QuerySoftMax",
    "trees": 3,
    "curve": {
        "loss": ["Logloss"] * 3 + ["QuerySoftMax"],
        "trees": [5, 10, 15, 3],
        "ndcg": [0.1, 0.3, 0.3, 0.4],
    },
}


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


def test_the_classifier_has_every_feature_and_the_fewest_of_its_best_trees(learned):
    model = classifier(learned, None, CHOICE, settings(), RUN)
    assert model.feature_names_ == ["x", "y", "als_rank", "als_score", "proposals"]
    assert (model.get_param("loss_function"), model.tree_count_) == ("Logloss", 10)


def test_the_ranker_itself_is_the_classifier_where_that_was_chosen(learned):
    chosen, choice = object(), CHOICE | {"loss": "Logloss"}
    assert classifier(learned, chosen, choice, settings(queries=["daily"]), RUN) is chosen


def test_a_sum_of_two_models_is_no_classifier_that_of_the_first_kind_is(learned):
    model = classifier(learned, object(), CHOICE | {"loss": "Logloss"}, settings(queries=["daily", "horizon"]), RUN)
    alone = classifier(learned, None, CHOICE, settings(queries=["daily"]), RUN)
    np.testing.assert_array_equal(ranker.score(model, learned, RUN), ranker.score(alone, learned, RUN))


def test_no_classifier_where_its_loss_was_not_compared(learned):
    curve = {"loss": ["QuerySoftMax"], "trees": [3], "ndcg": [0.4]}
    assert classifier(learned, object(), CHOICE | {"curve": curve}, settings(), RUN) is None
