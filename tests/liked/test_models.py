import pytest

from tests.ranked import rows, settings
from tests.small import RUN, section
from twostage.liked.models import learned
from twostage.reports import Observed


def test_a_classifier_and_a_ranker_have_every_feature_and_all_trees():
    found = learned(rows(), section(Observed, iterations=5, learning_rate=0.2), settings(), RUN)
    about = {name: (model.get_param("loss_function"), model.tree_count_) for name, model in found.items()}
    assert about == {"classifier": ("Logloss", 5), "query_ranker": ("QuerySoftMax", 5)}
    assert found["classifier"].feature_names_ == ["x", "y"]
    assert [model.get_param("learning_rate") for model in found.values()] == pytest.approx([0.2, 0.2])


def test_days_of_one_label_each_teach_a_classifier_alone():
    """As in a library, where a reader takes one book a day: nothing can be told within a day."""
    table = rows()
    assert list(learned(table.assign(query=range(len(table))), section(Observed), settings(), RUN)) == ["classifier"]
