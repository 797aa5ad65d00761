from pathlib import Path

import optuna
import pytest

from tests.small import PARAMS
from twostage import checks, generators
from twostage.backtest import space
from twostage.backtest.space import Choices, Range
from twostage.base import params
from twostage.base.errors import InputError

SHIPPED = PARAMS.parent / "settings/tune.yaml"


def ends(values: Range | Choices) -> list:
    return values.choices if isinstance(values, Choices) else [values.low, values.high]


def cases() -> list:
    return [(name, end) for name, values in space.read(SHIPPED).space.items() for end in ends(values)]


@pytest.mark.parametrize(("name", "value"), cases(), ids=str)
def test_every_end_and_choice_of_the_shipped_space_is_a_valid_parameter(name, value):
    document = space.overridden(params.document(PARAMS), {name: value})
    section = name.split(".")[0]
    classes = [*checks.SECTIONS, *(generators.find(each).Params for each in generators.names())]
    (cls,) = [cls for cls in classes if cls.section == section]
    params.of(cls, document)


def test_overriding_leaves_the_document_and_every_other_value():
    before = params.document(PARAMS)
    found = space.overridden(before, {"ranker.losses.Logloss": 0.5})
    assert before == params.document(PARAMS)
    assert found["ranker"]["losses"] == before["ranker"]["losses"] | {"Logloss": 0.5}


@pytest.mark.parametrize("name", ["ranker.deep", "gone.depth", "ranker.losses.Other"])
def test_a_name_that_params_yaml_lacks_is_refused(name):
    with pytest.raises(InputError, match=f"{name} isn't in params.yaml"):
        space.overridden(params.document(PARAMS), {name: 1})


def test_what_params_yaml_or_the_log_has_no_use_for_is_left_out():
    given, values = space.read(SHIPPED), params.document(PARAMS)
    assert space.fitting(given, values, ["watched_pct"]) == (given, [])
    values["ranker"]["losses"] = {"Logloss": 0.1}
    found, off = space.fitting(given, values, ["total_dur"])
    assert off == ["ranker.losses.YetiRank", "ranker.losses.QuerySoftMax", "ranker.label"]
    assert [*found.space, *off] == sorted(given.space, key=lambda name: (name in off, [*given.space].index(name)))


def test_another_name_that_params_yaml_lacks_is_refused_before_anything_is_judged():
    wrong = space.Space(
        protocol="horizon", ranker="ndcg", generator="recall", space={"ranker.deep": Choices(choices=[1, 2])}
    )
    with pytest.raises(InputError, match=r"ranker\.deep isn't in params\.yaml"):
        space.fitting(wrong, params.document(PARAMS), ["watched_pct"])


def suggestions(given: dict, seed: int = 0) -> list[dict]:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed))
    return [space.suggested(study.ask(), given) for _ in range(20)]


def test_whole_ends_give_whole_numbers_others_three_digits_and_choices_any_value():
    given = {"a": Range(low=1, high=3), "b": Range(low=0.001, high=0.1, log=True), "c": Choices(choices=[[1, 7], None])}
    found = suggestions(given)
    assert {values["a"] for values in found} == {1, 2, 3}
    assert all(0.001 <= values["b"] <= 0.1 and values["b"] == float(f"{values['b']:.3g}") for values in found)
    assert {str(values["c"]) for values in found} == {"[1, 7]", "None"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ranker.depth: {low: 8, high: 4}", "expected low < high"),
        ("ranker.depth: {low: 0, high: 4, log: true}", "above 0 with log"),
        ("ranker.depth: {choices: [4]}", "at least 2"),
        ("ranker.depth: {lower: 4, high: 8}", "lower"),
    ],
)
def test_a_space_that_isnt_one_is_refused_in_one_line(tmp_path: Path, text, said):
    path = tmp_path / "tune.yaml"
    path.write_text(f"protocol: horizon\nranker: ndcg\ngenerator: recall\nspace:\n  {text}\n")
    with pytest.raises(InputError, match=r"tune\.yaml: ") as error:
        space.read(path)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
