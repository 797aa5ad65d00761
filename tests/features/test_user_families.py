"""Hand-computed values of the families of users, on the log of conftest.py as of day 100."""

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
            "user_days_since_first": 40,
        },
        # Days 86 and 92: 14 and 8 days ago.
        2: {
            "user_rows": 2,
            "user_rows_7": 0,
            "user_rows_30": 2,
            "user_days_active": 2,
            "user_days_since_last": 8,
            "user_days_since_first": 14,
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
        ("age", ["b", "a", "c", None], {0: 1, 1: 0, 3: None}),
        ("sex", ["M", "F", "F", "M"], {0: 1, 1: 0, 3: 1}),
        ("income", ["2", "1", None, "3"], {0: 1, 1: 0, 3: 2}),
    ],
)
def test_a_group_is_coded_by_its_place_among_all_users_of_the_log(values, name, groups, expected):
    found = values(f"user_{name}", [(0, 0), (1, 0), (3, 0)], users={name: groups})
    assert {user: row[f"user_{name}"] for user, row in found.items()} == expected
    alone = values(f"user_{name}", [(0, 0)], users={name: groups})
    assert alone[0] == found[0]
