"""Hand-computed values of the families of pairs, on the log of conftest.py as of day 100."""

from math import log2

import numpy as np
import pytest

from tests.features.conftest import ROWS
from tests.small import log
from twostage.engine.groups import Groups
from twostage.engine.near import STEPS

ITEMS = range(5)
PAIRS = [(user, item) for user in (0, 1, 3) for item in ITEMS]
YEARS = {"release_year": [1990, 2000, 2010, None, 2020]}
GENRES = {"genres": ["drama", "drama, comedy", "comedy", "war", None]}


def column(found, name: str, user: int) -> dict[int, float]:
    return {item: row[name] for (query, item), row in found.items() if query == user}


def test_co_watch(values):
    # In their order of time user 0: 2, 1, 0; user 1: 1, 0; user 2: 0, 3. Item 0 has three watches, item 1 two.
    # Near item 0: item 1 twice, 2 once, 3 once and after it. Near item 1: item 0 twice, 2 once.
    found = values("co_watch", PAIRS)
    # User 1: last item 0, before it item 1.
    last = {0: 0, 1: 2 / 3, 2: 1 / 3, 3: 1 / 3}
    mean = {0: (0 + 2 / 2) / 2, 1: (2 / 3 + 0) / 2, 2: (1 / 3 + 1 / 2) / 2, 3: (1 / 3 + 0) / 2}
    assert column(found, "pair_near_last", 1) == pytest.approx(last, abs=1e-6)
    assert column(found, "pair_near", 1) == pytest.approx(mean, abs=1e-6)
    assert column(found, "pair_next_last", 1) == pytest.approx({0: 0, 1: 0, 2: 0, 3: 1 / 3})
    usual = {0: 3 / 7, 1: 2 / 7, 2: 1 / 7, 3: 1 / 7}  # of all seven watches
    near = {0: 0 + 2, 1: 2 + 0, 2: 1 + 1, 3: 1 + 0}  # of six rows around each of five watches of both; twenty are added
    lift = {item: (near[item] / 6 + 20 * usual[item]) / (5 + 20) / usual[item] for item in near}
    assert column(found, "pair_near_lift", 1) == pytest.approx(lift, abs=1e-5)


def test_co_watch_reaches_so_many_steps_and_no_further(values):
    # User 1 watches one item after the other; of the two watches of item 0 one has item STEPS near.
    rows = [((0, 0, 90), 1, 1)] + [((1, item, item + 1), 1, 1) for item in range(STEPS + 2)]
    found = values("co_watch", [(0, STEPS), (0, STEPS + 1)], rows=rows)
    assert column(found, "pair_near_last", 0) == {STEPS: 1 / 2, STEPS + 1: 0}


def test_co_watch_of_a_cold_user_or_an_item_never_seen_is_absent(values):
    found = values("co_watch", PAIRS)
    assert column(found, "pair_near", 3) == {}
    assert (1, 4) not in found


def test_popularity_and_age_against_the_usual(values):
    # Watches 3, 2, 1, 1; first ones 14, 7, 40, 8 days ago, so places 1, 3, 0, 2. User 1 has items 0 and 1.
    found = values("usual", PAIRS)
    usual, place = (log2(3) + log2(2)) / 2, (1 + 3) / 2
    gaps = {0: log2(3) - usual, 1: 1 - usual, 2: 0 - usual, 3: 0 - usual}
    assert column(found, "pair_popularity_gap", 1) == pytest.approx(gaps, abs=1e-3)
    assert column(found, "pair_age_gap", 1) == pytest.approx(
        {0: (1 - place) / 3, 1: (3 - place) / 3, 2: (0 - place) / 3, 3: (2 - place) / 3}
    )
    assert column(found, "pair_age_gap", 3) == {}


def test_percent_watched_against_the_usual(values):
    # Items: 80, 40, 10, 20. User 0: (100 + 50 + 10) / 3; user 1: 30, the other row has none.
    found = values("usual_share", PAIRS)
    assert column(found, "pair_watched_gap", 1) == {0: 50, 1: 10, 2: -20, 3: -10}
    mean = 160 / 3
    assert column(found, "pair_watched_gap", 0) == pytest.approx(
        {0: 80 - mean, 1: 40 - mean, 2: 10 - mean, 3: 20 - mean}
    )
    assert column(found, "pair_watched_gap", 3) == {}


def test_duration_against_the_usual(values):
    # Items: 400, 200, 900, 400. User 1: (100 + 200) / 2. One second is added on both sides.
    found = values("usual_watch", PAIRS)
    expected = {0: log2(401 / 151), 1: log2(201 / 151), 2: log2(901 / 151), 3: log2(401 / 151)}
    assert column(found, "pair_duration_gap", 1) == pytest.approx(expected)
    assert column(found, "pair_duration_gap", 3) == {}


def test_year_against_the_usual(values):
    # User 0: 1990, 2000, 2010; items without a year have no gap, nobody needs to have watched the item.
    found = values("usual_year", PAIRS, items=YEARS)
    assert column(found, "pair_year_gap", 0) == {0: -10, 1: 0, 2: 10, 4: 20}
    assert column(found, "pair_year_gap_last", 0) == {0: -10, 1: 0, 2: 10, 4: 20}
    assert column(found, "pair_year_gap", 1) == {0: -5, 1: 5, 2: 15, 4: 25}
    assert column(found, "pair_year_gap", 3) == {}


def test_genre_affinity(values):
    # User 0: items 0 (drama), 1 (drama, comedy), 2 (comedy): drama 2 of 3 rows, comedy 2 of 3, war none.
    found = values("genre_affinity", PAIRS, items=GENRES)
    affinity = {0: 2 / 3, 1: (2 + 2) / (2 * 3), 2: 2 / 3, 3: 0}
    assert column(found, "pair_genre_affinity", 0) == pytest.approx(affinity)
    # The log's 7 rows: drama 3 + 2, comedy 2 + 1, war 1. One watch at the log's shares: (n x 7 / all + 1) / (3 + 1).
    lift = {0: (2 * 7 / 5 + 1) / 4, 1: (4 * 7 / 8 + 1) / 4, 2: (2 * 7 / 3 + 1) / 4, 3: 1 / 4}
    assert column(found, "pair_genre_lift", 0) == pytest.approx(lift)


def test_genres_of_the_last_items(values):
    found = values("genre_lately", PAIRS, items=GENRES)
    affinity = {0: 2 / 3, 1: (2 + 2) / (2 * 3), 2: 2 / 3, 3: 0}  # of three rows all are among the last
    assert column(found, "pair_genre_affinity_last", 0) == pytest.approx(affinity)
    # Drama 1 day ago (item 0), comedy 5 days ago (item 1).
    assert column(found, "pair_genre_days_since", 0) == {0: 1, 1: 1, 2: 5, 3: None}
    assert column(found, "pair_genre_days_since", 3) == {}


def test_genre_affinity_of_a_cold_user_or_an_item_without_genres_is_absent(values):
    found = values("genre_affinity", PAIRS, items=GENRES)
    assert column(found, "pair_genre_affinity", 3) == {}
    assert (0, 4) not in found


def test_segment_popularity(values):
    # Users 0 and 3 are old, 1 and 2 young. The last 30 days: old 0, 1; young 0, 1, 0, 3; all 6 rows: 3, 2, 0, 1.
    found = values("segment_popularity", PAIRS, users={"age": ["old", "young", "young", "old"]})
    old = {0: (1 + 20 * 3 / 6) / 22, 1: (1 + 20 * 2 / 6) / 22, 3: (0 + 20 * 1 / 6) / 22}
    young = {0: (2 + 20 * 3 / 6) / 24, 1: (1 + 20 * 2 / 6) / 24, 3: (1 + 20 * 1 / 6) / 24}
    for user, expected in ((0, old), (1, young), (3, old)):
        per_mille = {item: 1000 * share for item, share in expected.items()}  # item 2 is nobody's in these days
        assert column(found, "pair_segment_share", user) == pytest.approx(per_mille)
    lift = {0: old[0] / (3 / 6), 1: old[1] / (2 / 6), 3: old[3] / (1 / 6)}
    assert column(found, "pair_segment_lift", 0) == pytest.approx(lift)
    # The last 7 days: old 0, 1; young 0, 1; nobody watched item 3.
    recent = {0: 1, 1: 1, 3: None}
    assert column(found, "pair_segment_lift_7", 0) == recent
    assert column(found, "pair_segment_share_7", 1) == {0: 500, 1: 500, 3: None}


def test_a_segment_without_a_row_has_everybodys_share(values):
    found = values("segment_popularity", [(3, 0)], users={"age": ["old", "old", "old", None]})
    names = ["pair_segment_share", "pair_segment_share_7", "pair_segment_lift", "pair_segment_lift_7"]
    assert found == {(3, 0): dict(zip(names, [500, 500, 1, 1], strict=True))}


def test_popularity_in_one_group(values):
    # All watches: 3, 2, 1, 1. Old user 0 has 1, 1, 1, 0 of them, young user 1 1, 1, 0, 0; user 2 does not say.
    found = values("age_popularity", [*PAIRS, (2, 0)], users={"age": ["old", "young", None, "old"]})
    usual = {0: 3 / 7, 1: 2 / 7, 2: 1 / 7, 3: 1 / 7}
    for user, size, own in ((0, 3, [1, 1, 1, 0]), (1, 2, [1, 1, 0, 0]), (3, 3, [1, 1, 1, 0])):
        lift = {item: (own[item] + 20 * share) / (size + 20) / share for item, share in usual.items()}
        assert column(found, "pair_age_lift", user) == pytest.approx(lift)
    assert (2, 0) not in found


def test_popularity_in_a_group_of_an_earlier_day_is_asked_after_that_of_a_later_one():
    groups = Groups(log([(0, 0, 1), (1, 0, 2), (0, 1, 3), (2, 1, 3)]), np.array([0, 1, -1], np.int32))
    assert groups.before(4).tolist() == [[1, 1], [1, 0], [0, 1]]
    assert groups.before(2).tolist() == [[1, 0], [0, 0], [0, 0]]
    assert groups.before(3).tolist() == [[1, 0], [1, 0], [0, 0]]


def test_a_group_whose_only_rows_lie_ahead_keeps_its_place(values):
    # User 3 alone is young, watches from day 100 on, and has the last code.
    users = {"age": ["1", "1", "1", "2"]}
    clean, early = (values("age_popularity", [(3, 0)], users=users, rows=rows) for rows in (ROWS, ROWS[:-3]))
    assert clean == early == {(3, 0): {"pair_age_lift": 1}}


def test_proposals(values):
    nan = float("nan")
    ranks = {"a_rank": [1.0, 2.0, nan], "a_score": [0.9, 0.4, 0.1], "b_rank": [nan, 1.0, nan], "b_score": [nan, 5, 5]}
    found = values("proposals", [(0, 0), (0, 1), (0, 2)], proposals=ranks)
    names = ["a_rank", "a_score", "b_rank", "b_score", "proposals", "best_rank", "fusion"]
    expected = {
        # Scores lie between the query's worst and best; b's are all equal: none.
        0: [1, 1, None, None, 1, 1, 1 / 61],
        1: [2, (0.4 - 0.1) / (0.9 - 0.1), 1, None, 2, 1, 1 / 62 + 1 / 61],
        2: [None, 0, None, None, 0, None, 0],
    }
    for item, numbers in expected.items():
        assert found[0, item] == pytest.approx(dict(zip(names, numbers, strict=True))), item


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("actor", "actors"),
        ("director", "directors"),
        ("country", "countries"),
        ("studio", "studios"),
        ("type", "content_type"),
        ("keyword", "keywords"),
    ],
)
def test_affinities_read_their_own_column(values, name, attribute):
    found = values(f"{name}_affinity", PAIRS, items={attribute: ["a", "a, b", "b", "c", None], "genres": ["x"] * 5})
    assert column(found, f"pair_{name}_affinity", 0) == pytest.approx({0: 2 / 3, 1: 2 / 3, 2: 2 / 3, 3: 0})
    lift = {0: (2 * 7 / 5 + 1) / 4, 1: (4 * 7 / 8 + 1) / 4, 2: (2 * 7 / 3 + 1) / 4, 3: 1 / 4}
    assert column(found, f"pair_{name}_lift", 0) == pytest.approx(lift)


def test_percent_watched_of_the_genres(values):
    # User 0: drama 100, 50; comedy 50, 10; mean 160 / 3. User 1: item 1 alone is known, 30.
    found = values("genre_watched", PAIRS, items=GENRES)
    mean = 160 / 3
    expected = {
        0: (150 + 3 * mean) / 5 - mean,
        1: (210 + 3 * mean) / 7 - mean,
        2: (60 + 3 * mean) / 5 - mean,
        3: 0,
    }
    assert column(found, "pair_genre_watched", 0) == pytest.approx(expected, abs=1e-5)
    assert column(found, "pair_genre_watched", 1) == pytest.approx({0: 0, 1: 0, 2: 0, 3: 0}, abs=1e-5)
    assert column(found, "pair_genre_watched", 3) == {}


def test_percent_that_the_segment_watches_of_the_genres(values):
    # Old: user 0's drama 100, 50, comedy 50, 10. Young: drama 30, 60 (one unknown), comedy 30, war 20. All: 270 / 6.
    found = values("segment_genre_watched", PAIRS, items=GENRES, users={"age": ["old", "young", "young", "old"]})
    prior = 20 * 45
    assert column(found, "pair_segment_genre_watched", 3) == pytest.approx(
        {0: (150 + prior) / 22, 1: (210 + prior) / 24, 2: (60 + prior) / 22, 3: 45}
    )
    assert column(found, "pair_segment_genre_watched", 1) == pytest.approx(
        {0: (90 + prior) / 22, 1: (120 + prior) / 23, 2: (30 + prior) / 21, 3: (20 + prior) / 21}
    )
