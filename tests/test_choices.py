import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from tests.ranked import rows, settings
from tests.small import RUN
from twostage import choices, holdout, ranker
from twostage.choices import Choices
from twostage.metrics.intervals import intervals

NONE: dict[str, list] = {"queries": [], "label": [], "half_life": [], "negatives": [], "negatives_kind": []}
FIRST = 90


def sides(params) -> tuple[pd.DataFrame, pd.DataFrame]:
    return holdout.taken(rows(), FIRST, params, RUN)


def model(params):
    early, late = sides(params)
    return choices.trained(early, params, late, "YetiRank", 10, RUN)


def test_each_value_is_a_choice_of_its_own_beside_the_values_in_use():
    given = Choices(**NONE | {"queries": [["daily"], ["horizon"]], "negatives": [4], "half_life": [30, None]})
    found = choices.others(settings(half_life=None), given, has_percent=True)
    assert list(found) == ["queries: daily", "queries: horizon", "negatives: 4", "half_life: 30"]
    assert found["negatives: 4"] == settings(negatives=4, half_life=None)
    assert found["queries: horizon"].queries == ["horizon"]


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
    assert said["others"]["again"] == said["in_use"]
    for block in said["in_use"].values():
        assert (block["gain"], block["gain_interval"]) == (0, [0, 0])


def test_gains_are_paired_and_their_intervals_draw_users():
    _, late = sides(settings())
    used, other = model(settings()), model(settings(queries=["daily"], negatives=1))
    said = choices.judged(late, used, {"other": other}, 5, RUN)
    assert set(said["in_use"]) == set(said["others"]["other"]) == {"daily", "horizon"}
    for protocol, block in said["others"]["other"].items():
        part = late[late["protocol"] == protocol]
        query, label = part["query"].to_numpy(), part["label"].to_numpy()
        new, old = (holdout.ndcg(query, label, ranker.score(m, part, RUN), 5) for m in (other, used))
        user = part.drop_duplicates("query")["user"].to_numpy()
        expected = intervals(np.column_stack([new, new - old]), user, RUN.seed)
        assert [block["ndcg"], *block["ndcg_interval"]] == expected[0].tolist()
        assert [block["gain"], *block["gain_interval"]] == expected[1].tolist()
        assert block["queries"] == len(new)
        assert said["in_use"][protocol]["ndcg"] == pytest.approx(old.mean())


def test_a_choice_learns_from_nothing_of_the_holdout():
    changed = rows()
    late = changed["day"] >= FIRST
    changed.loc[late, "x"] = -changed.loc[late, "x"]
    changed.loc[changed["label_day"] >= FIRST, ["label", "label_day"]] = [False, 0]
    params = settings(negatives=3)
    _, judging = sides(settings())
    early = [holdout.taken(table, FIRST, params, RUN)[0] for table in (rows(), changed)]
    one, same = (choices.trained(table, params, judging, "YetiRank", 10, RUN) for table in early)
    np.testing.assert_array_equal(ranker.score(one, rows(), RUN), ranker.score(same, rows(), RUN))


def test_a_choice_with_nothing_to_learn_from_has_no_model():
    early, late = sides(settings())
    unwatched = early.assign(label_watched_pct=0)
    assert choices.trained(unwatched, settings(label="watched_pct"), late, "YetiRank", 10, RUN) is None
    assert choices.trained(early.iloc[:0], settings(), late, "YetiRank", 10, RUN) is None
