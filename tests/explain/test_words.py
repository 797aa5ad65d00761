import numpy as np
import pandas as pd
import pytest

from twostage.explain import words
from twostage.explain.case import Absent, Case, Reason

ITEMS = pd.DataFrame({"item_id": [7, 9], "title": pd.array(["Solaris", None], dtype="string")})
NAN = float("nan")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1995.0, "1995"),
        (0.12345, "0.123"),
        (-2.0, "-2"),
        (NAN, "unknown"),
        (12345.6, "1.23e+04"),
        (float("inf"), "inf"),
    ],
)
def test_numbers_are_short(value, text):
    assert words.number(value) == text


def test_a_title_stands_behind_the_id_where_it_is_known():
    assert [words.title(ITEMS, item) for item in (0, 1)] == ["7 Solaris", "9"]
    assert words.title(ITEMS.assign(item_id=["Solaris (1972)", "x"]), 0) == "Solaris (1972)"
    assert words.title(ITEMS.drop(columns="title").assign(title_orig=["a", "b"]), 1) == "9 b"


def test_the_history_has_a_row_a_watch_with_its_day():
    rows = pd.DataFrame({"item": [1, 0], "day": np.array([0, 18628], np.int32)})
    assert words.history(rows, ITEMS) == ["Watched last:", "    1970-01-01  9", "    2021-01-01  7 Solaris"]
    assert words.history(rows[:0], ITEMS) == ["Nothing watched so far."]


def test_whose_order_a_list_has_is_told_where_it_is_not_the_rankers():
    leads = {"warm": "ranker", "cold": "popular"}
    assert words.leading(leads, cold=False) == words.leading({}, cold=True) == []
    (line,) = words.leading(leads, cold=True)
    assert line.startswith("Ordered by popular: on the holdout the ranker was worse for such users")


def test_a_case_tells_who_proposed_it_and_which_way_each_feature_pushes():
    reasons = [
        Reason("x", "what x is", 0.5, 1.25, lower=0.909, higher=0.06),
        Reason("y", "what y is", NAN, -0.5, lower=0, higher=0),
        Reason("z", "what z is", 3, -0.25, lower=0.2, higher=0.7099),
    ]
    assert words.case(Case(0, 2, 0.75, {"als": 3, "popular": 1}, reasons), ITEMS) == [
        "  2. 7 Solaris  (score 0.7500)",
        "     proposed by als at 3, popular at 1",
        "     up   +1.250  x = 0.5, more than 90% of the candidates: what x is",
        "     down -0.500  y = unknown: what y is",
        "     down -0.250  z = 3, less than 70% of the candidates: what z is",
    ]
    assert "proposed by nobody" in words.case(Case(0, 2, 0.75, {}, reasons), ITEMS)[1]


@pytest.mark.parametrize(
    ("lower", "higher", "said"),
    [
        (0.29, 0.1, ", more than 29% of the candidates"),
        (0.996, 0, ", more than 99% of the candidates"),
        (0.1, 0.57, ", less than 57% of the candidates"),
        (0.005, 0, ""),
        (0, 0, ""),
    ],
)
def test_how_a_value_stands_among_the_candidates(lower, higher, said):
    assert words.beside(Reason("x", "what x is", 1, 1, lower, higher)) == said


def test_an_absent_item_has_its_scores_beside_the_last_that_each_proposed():
    found = Absent(0, {"als": (0.25, 0.5), "popular": (NAN, 7.0), "bpr": (1.0, NAN)})
    assert words.absent(found, ITEMS, None) == [
        "     7 Solaris: nobody proposed it",
        "     als scores it 0.25; the last that it proposed 0.5",
        "     popular can't score it; the last that it proposed 7",
        "     bpr scores it 1; it proposed nothing",
    ]
    assert words.absent(found, ITEMS, 1)[0].endswith("nobody proposed it; watched on 1970-01-02")


def test_a_person_is_what_users_csv_tells_of_the_segment():
    users = pd.DataFrame({"user_id": [7, 8], "age": ["25_34", None], "sex": ["F", None], "kids_flg": [1, 0]})
    assert words.person(users, 0) == ["By users.csv: age 25_34, sex F"]
    assert words.person(users, 1) == words.person(users[["user_id"]], 0) == []
