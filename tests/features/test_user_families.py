"""Hand-computed values of the families of users, on the log of conftest.py as of day 100."""

from math import log, log2

import pytest


def test_activity(values):
    found = values("user_activity", [(0, 0), (2, 0)])
    assert found == {
        # Days 60, 95, 99: 40, 5, 1 day ago. The row of day 100 doesn't count.
        0: {
            "user_rows": 3,
            "user_rows_7": 2,
            "user_rows_30": 2,
            "user_days_active": 3,
            "user_days_since_last": 1,
            "user_tenure": 1,
        },
        # Days 86 and 92: 14 and 8 days ago.
        2: {
            "user_rows": 2,
            "user_rows_7": 0,
            "user_rows_30": 2,
            "user_days_active": 2,
            "user_days_since_last": 8,
            "user_tenure": pytest.approx(14 / 40),  # the log's first row is 40 days old
        },
    }


def test_activity_of_a_cold_user_is_absent(values):
    assert values("user_activity", [(3, 0)]) == {}


@pytest.mark.parametrize(("day", "rows", "rows_7"), [(61, 1, 1), (67, 1, 1), (68, 1, 0), (96, 2, 1)])
def test_activity_on_other_days(values, day, rows, rows_7):
    found = values("user_activity", [(0, 0)], day=day)[0]
    assert (found["user_rows"], found["user_rows_7"]) == (rows, rows_7)


@pytest.mark.parametrize(
    ("name", "groups", "expected"),
    [
        ("age", ["b", "a", "c", None], {0: 1, 1: 0}),
        ("sex", ["M", "F", "F", "M"], {0: 1, 1: 0, 3: 1}),
        ("income", ["2", "1", None, "3"], {0: 1, 1: 0, 3: 2}),
    ],
)
def test_a_group_is_coded_by_its_place_among_all_users_of_the_log(values, name, groups, expected):
    found = values(f"user_{name}", [(0, 0), (1, 0), (3, 0)], users={name: groups})
    assert {user: row[f"user_{name}"] for user, row in found.items()} == expected
    alone = values(f"user_{name}", [(0, 0)], users={name: groups})
    assert alone[0] == found[0]


GENRES = {"genres": ["drama", "drama, comedy", "comedy", "war", None]}


def test_breadth_of_taste(values):
    # User 0: drama twice, comedy twice. User 2: drama and war once each. Three genres are known.
    found = values("user_taste", [(0, 0), (2, 0), (3, 0)], items=GENRES)
    assert found == {
        0: {"user_genre_entropy": pytest.approx(log(2), abs=1e-6), "user_genres": pytest.approx(2 / 3)},
        2: {"user_genre_entropy": pytest.approx(log(2), abs=1e-6), "user_genres": pytest.approx(2 / 3)},
    }


def test_taste_for_one_genre_has_no_entropy(values):
    assert values("user_taste", [(0, 0)], day=61, items=GENRES)[0]["user_genre_entropy"] == 0


def test_habits(values):
    # Watches of items 0 to 3: 3, 2, 1, 1; of the seven, the mean log2 is (3 log2(3) + 2) / 7.
    found = values("user_habits", [(0, 0), (2, 0), (3, 0)])
    usual = (3 * log2(3) + 2) / 7
    assert found[0] == {
        "user_popularity": pytest.approx((0 + 1 + log2(3)) / 3 - usual, abs=1e-3),
        # First watched on days 60, 93 and 86; watched by user 0 on days 60, 95 and 99.
        "user_fresh_share": 1,
        "user_gap": (99 - 60) / 2,
    }
    assert found[2]["user_gap"] == 6
    assert 3 not in found


def test_an_old_item_is_no_fresh_one(values):
    rows = [((1, 0, 10), 1, 1), ((0, 0, 41), 1, 1), ((0, 1, 50), 1, 1)]
    found = values("user_habits", [(0, 0), (1, 0)], rows=rows)
    assert found[0]["user_fresh_share"] == 1 / 2  # 31 days after its first watch; item 1 on its first day
    assert found[1]["user_gap"] is None  # a single day


def test_watched_is_the_mean_of_the_known_ones(values):
    found = values("user_watched", [(0, 0), (1, 0), (3, 0)])
    assert found == {0: {"user_watched_pct": pytest.approx(160 / 3)}, 1: {"user_watched_pct": 30}}


def test_weekend_share_of_a_user(values):
    # Day 0 was a Thursday, so days 86 and 93 are Saturdays, 94 is a Sunday and 95 a Monday. User 0: days 60 (a Monday),
    # 95 and 99; user 1: 93 and 98; user 2: 86 and 92. User 3 comes on the day itself.
    found = values("user_weekend", [(user, 0) for user in range(4)])
    assert {user: row["user_weekend_share"] for user, row in found.items()} == {0: 0, 1: 1 / 2, 2: 1 / 2}


def test_weekend_share_knows_the_week_before_1970(values):
    # Day -1 was a Wednesday, -4 and -5 a Sunday and a Saturday, -11 a Sunday.
    rows = [((0, item, day), 1, 1) for item, day in enumerate((-11, -5, -4, -1))]
    assert values("user_weekend", [(0, 0)], day=0, rows=rows)[0] == {"user_weekend_share": 3 / 4}


def test_duration_of_a_user_is_the_mean_of_the_known_ones(values):
    # User 0: 900, 300, 600; user 2: one unknown, 400.
    found = values("user_duration", [(0, 0), (2, 0), (3, 0)])
    assert {user: row["user_duration"] for user, row in found.items()} == {0: 600, 2: 400}
