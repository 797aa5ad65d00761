import numpy as np
import pandas as pd
import pytest

from tests.small import RUN, section
from twostage.base.errors import InputError
from twostage.explain import case
from twostage.explain.meanings import Meaning
from twostage.ranking import ranker
from twostage.ranking.ranker import Ranker
from twostage.serve import Answer

NAN = float("nan")
KNOWN = {"x": Meaning("pair", "what x is"), "y": Meaning("user", "what y is")}


@pytest.fixture(scope="module")
def model():
    """Trees that score by x alone, the more the better; y is the same everywhere."""
    query = np.repeat(np.arange(50, dtype=np.int32), 6)
    rows = pd.DataFrame({"query": query, "item": np.tile(np.arange(6), 50), "user": query, "day": 1, "label_day": 1})
    rows = rows.assign(protocol="daily", x=np.random.default_rng(1).random(300), y=1.0)
    rows["label"] = rows["x"] > 0.8
    return ranker.train(rows, ["Logloss"], 9, section(Ranker, losses={"Logloss": 0.3}, depth=1), RUN)


@pytest.fixture(scope="module")
def answer(model) -> Answer:
    """One query, number 5, with the candidates 2, 4, 9; 4 fills the list up."""
    union = pd.DataFrame({"query": 5, "item": [2, 4, 9], "als_rank": [2.0, NAN, 1.0], "als_score": [0.25, NAN, 0.5]})
    union["popular_rank"], union["popular_score"] = [1.0, NAN, NAN], [30.0, 2.0, 1.0]
    rows = pd.DataFrame({"query": 5, "item": [2, 4, 9], "x": [0.1, 0.95, 0.5], "y": [1.0, NAN, 1.0]})
    return Answer(union, rows, np.array([-1.0, 3.0, 2.0]))


def test_candidates_are_ranked_by_score_with_their_place_among_the_rows(answer):
    found = case.ranked(answer)
    assert found[["item", "rank", "score", "row"]].to_numpy().tolist() == [[4, 1, 3, 1], [9, 2, 2, 2], [2, 3, -1, 0]]


def test_a_case_has_its_own_rows_proposers_values_and_effects(answer, model):
    first, last = case.cases(answer, case.ranked(answer).iloc[[0, 2]], ["als", "popular"], KNOWN, model, RUN)
    assert (first.item, first.rank, first.score, first.proposed) == (4, 1, 3.0, {})
    assert (last.item, last.rank, last.score, last.proposed) == (2, 3, -1.0, {"als": 2, "popular": 1})
    assert [reason.feature for reason in first.reasons] == ["x", "y"]
    assert (first.reasons[0].value, first.reasons[0].words) == (0.95, "what x is")
    assert np.isnan(first.reasons[1].value)
    assert (first.reasons[0].lower, first.reasons[0].higher) == (pytest.approx(2 / 3), 0)
    assert (last.reasons[0].lower, last.reasons[0].higher) == (0, pytest.approx(2 / 3))
    assert (first.reasons[1].lower, last.reasons[1].higher) == (0, 0), "unknown, or as all others"
    assert first.reasons[0].effect > 0 > last.reasons[0].effect
    assert first.reasons[1].effect == 0


def test_no_case_for_no_wanted_candidate(answer, model):
    assert case.cases(answer, case.ranked(answer).iloc[:0], ["als"], KNOWN, model, RUN) == []


class Scores:
    def __init__(self, value):
        self.value = value

    def score(self, queries, query, item):
        assert (query.tolist(), item.tolist()) == ([0], [3])
        return np.array([self.value])


def test_an_absent_item_is_scored_beside_the_last_proposal_of_each_generator(answer):
    found = case.absent(answer, 3, None, {"als": Scores(0.125), "popular": Scores(NAN)})
    assert found.item == 3
    assert found.scores["als"] == (0.125, 0.25)
    assert np.isnan(found.scores["popular"][0])
    assert found.scores["popular"][1] == 30


def test_a_generator_without_a_proposal_has_no_last_one(answer):
    none = answer._replace(union=answer.union.assign(als_rank=NAN))
    assert np.isnan(case.absent(none, 3, None, {"als": Scores(0.125)}).scores["als"][1])


def test_a_ranker_that_reads_unknown_features_is_refused(model):
    case.check_features(model, KNOWN)
    with pytest.raises(InputError, match="the ranker reads y, which"):
        case.check_features(model, {"x": KNOWN["x"]})


def test_nothing_is_ranked_where_nothing_is_left(answer):
    assert case.ranked(Answer(answer.union[:0], answer.rows[:0], answer.score[:0])).empty
