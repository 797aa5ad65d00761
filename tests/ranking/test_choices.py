from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from tests.ranked import rows, settings
from tests.small import RUN
from twostage.metrics import accuracy
from twostage.metrics.intervals import intervals
from twostage.ranking import choices, holdout, ranker
from twostage.ranking.choices import Choices, InUse
from twostage.ranking.ranker import Ranker

NONE: dict[str, list] = {"queries": [], "label": [], "half_life": [], "negatives": [], "negatives_kind": []}
FIRST, LOSSES = 90, ["YetiRank", "QuerySoftMax"]


def sides(params) -> tuple[pd.DataFrame, pd.DataFrame]:
    return holdout.taken(rows(), FIRST, params, RUN)


def in_use(params) -> InUse:
    early, late = sides(params)
    members = ranker.members(early, LOSSES, 10, params, RUN)
    return InUse(params, LOSSES, 10, ranker.added(members.values(), late, RUN), members)


def model(params):
    return in_use(params).model


def tables(table: pd.DataFrame, asked: list[Ranker], used: Ranker | None = None) -> list[pd.DataFrame]:
    return [one.of(table, RUN) for one in choices.wanted(FIRST, asked, used or settings())]


def compared(table: pd.DataFrame, asked: dict[str, Ranker]) -> dict[str, Any]:
    late, *early = tables(table, [*asked.values()])
    return choices.compared(late, early, asked, in_use(settings())._replace(members={}), RUN)


def test_each_value_is_a_choice_of_its_own_beside_the_values_in_use():
    given = Choices(**NONE | {"queries": [["daily"], ["horizon"]], "negatives": [4], "half_life": [30, None]})
    found = choices.others(settings(half_life=None), given, has_percent=True)
    assert list(found) == ["queries: daily", "queries: horizon", "negatives: 4", "half_life: 30"]
    assert found["negatives: 4"] == settings(negatives=4, half_life=None)
    assert found["queries: horizon"].queries == ["horizon"]
    found = choices.others(settings(half_life=7.0, negatives=4), given, has_percent=True)
    assert list(found)[2:] == ["half_life: 30", "half_life: null"]


def test_the_same_queries_in_another_order_are_no_choice():
    given = Choices(**NONE | {"queries": [["daily", "horizon"], ["horizon", "daily"]]})
    assert choices.others(settings(), given, has_percent=True) == {}
    assert list(choices.others(settings(queries=["daily"]), given, True)) == ["queries: daily, horizon"]


@pytest.mark.parametrize(("has_percent", "wanted"), [(True, ["label: watched_pct"]), (False, [])])
def test_grades_by_a_percent_that_the_log_lacks_are_no_choice(has_percent, wanted):
    given = Choices(**NONE | {"label": ["watched", "watched_pct"]})
    assert list(choices.others(settings(), given, has_percent)) == wanted


@pytest.mark.parametrize(
    ("name", "value"),
    [("negatives", 0), ("half_life", 0), ("queries", []), ("queries", ["daily", "daily"]), ("label", "liked")],
)
def test_a_value_that_the_ranker_would_refuse_is_refused(name, value):
    with pytest.raises(ValidationError):
        Choices(**NONE | {name: [value]})


def test_the_choice_in_use_trained_again_gains_nothing():
    _, late = sides(settings())
    said = choices.judged(late, model(settings()), {"again": model(settings())}, 5, RUN)
    nothing = {"gain": 0, "gain_interval": [0, 0]}
    assert said["others"]["again"] == {protocol: block | nothing for protocol, block in said["in_use"].items()}


def test_gains_are_paired_and_their_intervals_draw_users():
    _, late = sides(settings())
    used, other = model(settings()), model(settings(queries=["daily"], negatives=1))
    said = choices.judged(late, used, {"other": other}, 5, RUN)
    assert list(said["in_use"]) == list(said["others"]["other"]) == ["horizon", "daily"]
    for protocol, block in said["others"]["other"].items():
        part = late[late["protocol"] == protocol]
        query, label = part["query"].to_numpy(), part["label"].to_numpy()
        new, old = (accuracy.ndcg_of_scores(query, label, ranker.score(m, part, RUN), 5) for m in (other, used))
        user = part.drop_duplicates("query")["user"].to_numpy()
        expected = intervals(np.column_stack([new, new - old]), user, RUN.seed)
        assert [block["ndcg"], *block["ndcg_interval"]] == expected[0].tolist()
        assert [block["gain"], *block["gain_interval"]] == expected[1].tolist()
        assert block["queries"] == len(new)
        assert said["in_use"][protocol]["ndcg"] == pytest.approx(old.mean())


def test_a_choice_is_its_own_draw_trained_with_the_loss_and_trees_of_the_holdout():
    params = settings(queries=["daily"], negatives=1)
    _, late = sides(settings())
    expected = choices.judged(late, model(settings()), {"queries: daily": model(params)}, 5, RUN)
    assert compared(rows(), {"queries: daily": params}) == expected


def test_other_queries_alone_train_nothing_anew(monkeypatch):
    used, asked = in_use(settings()), {"queries: daily": settings(queries=["daily"])}
    expected = compared(rows(), asked)
    late, *early = tables(rows(), [*asked.values(), settings(negatives=1)])
    monkeypatch.setattr(ranker, "fit", None)
    assert choices.compared(late, early[:1], asked, used, RUN) == expected
    with pytest.raises(TypeError, match="not callable"):
        choices.compared(late, early[1:], {"negatives: 1": settings(negatives=1)}, used, RUN)


def test_both_kinds_of_queries_judge_whichever_the_ranker_trains_on():
    used = settings(queries=["daily"]), settings(queries=["horizon", "daily"])
    one, both = (tables(rows(), [], params)[0] for params in used)
    assert set(one["protocol"]) == {"daily", "horizon"}
    pd.testing.assert_frame_equal(one, both)


def test_a_choice_learns_from_nothing_of_the_holdout():
    changed = rows()
    late = changed["day"] >= FIRST
    changed.loc[late, "x"] = -changed.loc[late, "x"]
    changed.loc[changed["label_day"] >= FIRST, ["label", "label_day"]] = [False, 0]
    asked = [settings(negatives=3), settings(queries=["horizon"])]
    before, after = (tables(table, asked)[1:] for table in (rows(), changed))
    for one, same in zip(before, after, strict=True):
        # `label_day` says where a label was cut; nothing learns from it.
        pd.testing.assert_frame_equal(one.drop(columns="label_day"), same.drop(columns="label_day"))


def test_choices_that_draw_the_same_rows_share_them():
    table = rows().assign(label_watched_pct=np.arange(len(rows())) % 90 + 10.0)
    asked = {
        "half_life: 3": settings(half_life=3.0),
        "negatives: 1": settings(negatives=1),
        "label: watched_pct": settings(label="watched_pct"),
    }
    late, *early = tables(table, [*asked.values()])
    assert len(early) == 2
    used = in_use(settings())._replace(members={})
    found = choices.compared(late, early, asked, used, RUN)["others"]
    for name, params in asked.items():
        own, _ = holdout.taken(table, FIRST, params, RUN)
        members = ranker.members(own, LOSSES, 10, params, RUN)
        models = {name: ranker.added(members.values(), late, RUN)}
        assert found[name] == choices.judged(late, used.model, models, 5, RUN)["others"][name]
    assert len({found[name]["horizon"]["ndcg"] for name in asked}) == 3


def test_a_choice_with_nothing_to_learn_from_is_said_and_left_out(capsys):
    unwatched, asked = rows().assign(label_watched_pct=0.0), {"label: watched_pct": settings(label="watched_pct")}
    assert compared(unwatched, asked) == {}
    assert "label: watched_pct, left out on the holdout: params.yaml: ranker.label" in capsys.readouterr().out
    found = compared(unwatched, asked | {"negatives: 4": settings(negatives=4)})
    assert list(found["others"]) == ["negatives: 4"]


def test_a_choice_whose_candidates_were_all_watched_is_said_and_left_out(capsys):
    table = rows()
    watched = table[(table["protocol"] == "daily") | table["label"]].assign(label_day=lambda some: some["day"])
    asked = {"queries: horizon": settings(queries=["horizon"]), "negatives: 4": settings(negatives=4)}
    found = compared(watched, asked)
    assert list(found["others"]) == ["negatives: 4"]
    assert "queries: horizon, left out on the holdout: params.yaml: candidates.n" in capsys.readouterr().out
