import pytest

from tests.ranked import rows, settings
from tests.small import RUN
from twostage.liked.models import learned
from twostage.ranking import ranker


def test_a_classifier_and_a_ranker_have_every_feature_and_all_trees():
    found = learned(rows(), settings(losses={"YetiRank": 0.3, "QuerySoftMax": 0.2}, iterations=5), RUN)
    about = {name: (model.get_param("loss_function"), model.tree_count_) for name, model in found.items()}
    assert about == {"classifier": ("Logloss", 5), "query_ranker": ("QuerySoftMax", 5)}
    assert found["classifier"].feature_names_ == ["x", "y"]
    # Of the losses that are listed each learns at its own rate.
    assert found["query_ranker"].get_param("learning_rate") == pytest.approx(0.2)
    assert found["classifier"].get_param("learning_rate") == pytest.approx(ranker.RATE)


def test_days_of_one_label_each_teach_a_classifier_alone():
    """As in a library, where a reader takes one book a day: nothing can be told within a day."""
    table = rows()
    assert list(learned(table.assign(query=range(len(table))), settings(), RUN)) == ["classifier"]
