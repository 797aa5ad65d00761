import pytest

from twostage import features
from twostage.explain.meanings import Meaning, meanings, sums


def test_a_generators_features_stand_under_its_name():
    known = meanings(["als", "popular", "item_knn"])
    rank = "place in the generator's own list, none where it didn't propose the item"
    assert known["als_rank"] == Meaning("generator", f"als: {rank}")
    assert known["popular_rank"] == Meaning("generator", f"popular: {rank}")
    assert known["user_rows"] == Meaning("user", "items that the user has watched")
    assert known["fusion"].kind == known["item_knn_score"].kind == "generator"
    assert not [name for name in known if "GENERATOR" in name]


def test_every_feature_of_the_registry_has_a_meaning():
    names = {feature for family in features.families() for feature in family.meanings}
    assert len(meanings(["als"])) == len(names)


def test_no_meaning_points_at_another_feature_by_the_same_or_of_these():
    said = {name: meaning.words for name, meaning in meanings(["als"]).items()}
    assert [name for name, words in said.items() if words.startswith(("the same", "of these"))] == []


def test_sums_by_kind_leave_out_a_kind_without_a_feature():
    known = {"a": Meaning("user", ""), "b": Meaning("pair", ""), "c": Meaning("pair", "")}
    assert sums({"a": 1.0, "b": 2.5, "c": -0.5}, known) == pytest.approx({"user": 1.0, "pair": 2.0})
