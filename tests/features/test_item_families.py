"""Hand-computed values of the families of items, on the log of conftest.py as of day 100."""

from math import log2

import pytest

PAIRS = [(0, item) for item in range(5)]
# Ages in days before day 100: item 0: 1, 2, 14; item 1: 5, 7; item 2: 40; item 3: 8. Item 4: none.
# Rows: 7 ever; 1 day: 1; 3 days: 2; 7 days: 4; 14 days: 6; 30 days: 6; 56 days: 7.
SHARES = [*(f"item_share_{days}" for days in (1, 3, 7, 14, 30, 56)), "item_share"]
OTHERS = [
    "item_rank_1",
    "item_rank_7",
    "item_rank",
    "item_trend",
    "item_trend_1",
    "item_age_rank",
    "item_days_since_last",
]


def test_popularity(values):
    found, u, v = values("item_popularity", PAIRS), 5 / 7, 2 / 5
    expected = {
        # 1, 3, 7, 14, 30, 56 days, ever; ranks of 1 day, 7 days and ever; trends (n7 + u) / ((n30 + 1) u) with u =
        # (4 + 1) / (6 + 1), and (n1 + v) / ((n7 + 1) v) with v = (1 + 1) / (4 + 1); place by age: items 2, 0, 3, 1.
        0: [1 / 1, 2 / 2, 2 / 4, 3 / 6, 3 / 6, 3 / 7, 3 / 7, 1, 1, 1, (2 + u) / (4 * u), (1 + v) / (3 * v), 1 / 3, 1],
        1: [0, 0, 2 / 4, 2 / 6, 2 / 6, 2 / 7, 2 / 7, 2, 1, 2, (2 + u) / (3 * u), v / (3 * v), 1, 5],
        2: [0, 0, 0, 0, 0, 1 / 7, 1 / 7, 2, 3, 3, 1, 1, 0, 40],
        3: [0, 0, 0, 1 / 6, 1 / 6, 1 / 7, 1 / 7, 2, 3, 3, u / (2 * u), 1, 2 / 3, 8],
    }
    for item, numbers in expected.items():
        per_mille = [1000 * number for number in numbers[:7]] + numbers[7:]
        assert found[item] == pytest.approx(dict(zip(SHARES + OTHERS, per_mille, strict=True))), item
    assert 4 not in found  # never seen before the day


def test_popularity_of_windows_without_a_row_is_absent(values):
    # As of day 70 only item 2 has a row, 10 days before.
    found = values("item_popularity", PAIRS, day=70)
    assert set(found) == {2}
    shares = [found[2][f"item_share_{days}"] for days in (1, 3, 7, 14, 30)]
    assert shares == [None, None, None, 1000, 1000]


def test_hours_count_back_from_the_last_row_before_the_day_and_ages_up_to_a_week(values):
    # Item 0: 19:59:59 and 22:00 of day 99; item 1: 11:00:01; item 2: midnight of day 90 and 22:30 of day 98. The last
    # row before day 100, which asks, is at 23:00, of item 3.
    keys = [(0, 0, 99), (1, 0, 99), (1, 1, 99), (2, 2, 90), (3, 2, 98), (2, 3, 99), (3, 3, 100)]
    hour = 3600
    times = [20 * hour - 1, 22 * hour, 11 * hour + 1, 0, 22 * hour + hour // 2, 23 * hour, 0]
    found = values("item_hours", PAIRS, rows=[(key, 1, 1) for key in keys], time=times)
    names = [*(f"item_share_{hours}h" for hours in (1, 3, 6, 12)), "item_hours_since_first", "item_hours_since_last"]
    expected = {
        0: [0, 500, 2000 / 3, 500, 3 + 1 / hour, 1],
        1: [0, 0, 0, 250, 12 - 1 / hour, 12 - 1 / hour],
        2: [0, 0, 0, 0, 168, 24.5],
        3: [1000, 500, 1000 / 3, 250, 0, 0],
    }
    assert found == {item: pytest.approx(dict(zip(names, row, strict=True))) for item, row in expected.items()}


def test_hours_of_a_log_that_was_cut_at_noon_count_back_from_noon(values):
    keys = [(0, 0, 99), (1, 1, 98)]
    (whole, cut) = (
        values("item_hours", PAIRS, rows=[(key, 1, 1) for key in keys], time=[end, end - 3600 // 2])
        for end in (86_399, 43_200)
    )
    assert whole == cut
    assert whole[0]["item_share_1h"] == 1000
    assert whole[1]["item_hours_since_last"] == 24.5


def test_duration_is_the_mean_of_the_known_ones(values):
    # Item 0: 600, 200 and one unknown; item 1: 300, 100.
    found = {item: row["item_duration"] for item, row in values("item_duration", PAIRS).items()}
    assert found == {0: 400, 1: 200, 2: 900, 3: 400}


def test_duration_of_which_none_is_known_is_absent(values):
    assert values("item_duration", [(0, 0)], day=90) == {}


def test_watched_is_drawn_towards_the_mean_of_the_log(values):
    # Known: 100, 60 (item 0), 50, 30 (item 1), 10, 20: mean 270 / 6 = 45. Ten watches of it are added.
    found = {item: row["item_watched_pct"] for item, row in values("item_watched", PAIRS).items()}
    expected = {0: (160 + 450) / 12, 1: (80 + 450) / 12, 2: (10 + 450) / 11, 3: (20 + 450) / 11}
    assert found == pytest.approx(expected)


def test_weekday_lift(values):
    # Day 100 falls on the weekday of ages 7 and 14: one of item 0's 3 rows, one of item 1's 2; 56 days hold all 7.
    found = {item: row["item_weekday_lift"] for item, row in values("weekday", PAIRS).items()}
    usual = 2 / 7
    lifted = {0: (1, 3), 1: (1, 2), 2: (0, 1), 3: (0, 1)}
    expected = {item: (own + 10 * usual) / ((rows + 10) * usual) for item, (own, rows) in lifted.items()}
    assert found == pytest.approx(expected)


def test_weekday_lift_forgets_after_56_days(values):
    # Of ten rows in 56 days before day 116 those of days 60 and 95 fall on its weekday.
    lift = (1 + 10 * 2 / 10) / ((1 + 10) * 2 / 10)
    assert values("weekday", PAIRS, day=116)[2] == {"item_weekday_lift": pytest.approx(lift)}
    # None on that of day 117: nothing is usual.
    assert 2 not in values("weekday", PAIRS, day=117)


def test_weekday_lift_knows_the_week_across_1970(values):
    # As of day 4 the rows of days -3 and -10 are 7 and 14 days old, that of day -1 is 5.
    rows = [((0, 0, -3), 1, 1), ((1, 0, -10), 1, 1), ((2, 1, -1), 1, 1)]
    lift = (2 + 10 * 2 / 3) / ((2 + 10) * 2 / 3)
    assert values("weekday", [(0, 0)], day=4, rows=rows)[0] == {"item_weekday_lift": pytest.approx(lift)}


def test_year_stands_for_every_item_even_one_never_watched(values):
    found = values("item_year", PAIRS, items={"release_year": [1990, None, 2000, 2010, 2020]})
    assert {item: row["item_release_year"] for item, row in found.items()} == {
        0: 1990,
        2: 2000,
        3: 2010,
        4: 2020,
    }


def test_type_and_age_rating_stand_for_every_item(values):
    found = values("item_type", PAIRS, items={"content_type": ["series", "film", None, "film", "series"]})
    assert {item: row["item_type"] for item, row in found.items()} == {0: 1, 1: 0, 3: 0, 4: 1}
    found = values("item_rating", PAIRS, items={"age_rating": [18, None, 6, 0, 16]})
    assert {item: row["item_rating"] for item, row in found.items()} == {0: 18, 2: 6, 3: 0, 4: 16}


def test_a_content_type_that_no_item_has_gives_no_value(values):
    assert values("item_type", PAIRS, items={"content_type": [None] * 5}) == {}


def test_audience_is_what_people_had_watched_on_earlier_days(values):
    # As of day 100 user 0 was there on days 60, 95, 99, user 1 on 93, 98, user 2 on 86, 92: item 0 was the last for the
    # first two.
    found = values("item_audience", PAIRS)
    expected = {0: (log2(3) + 1) / 3, 1: 1 / 2, 2: 0, 3: 1}
    usual = (log2(3) + 1 + 1 + 0 + 1) / 7
    audience = {item: row["item_audience"] for item, row in found.items()}
    assert audience == {item: pytest.approx(level - usual, abs=1e-3) for item, level in expected.items()}


def test_of_which_age_the_watchers_are(values):
    # Codes: 18 is 0, 35 is 1, 65 is 2. Item 0: 2, 0 and unknown; item 1: 2, 0; item 2: 2; item 3: unknown.
    found = values("item_audience_age", PAIRS, users={"age": ["65_inf", "18_24", None, "35_44"]})
    usual = (2 + 2 + 2) / 5
    expected = {0: (2 + 10 * usual) / 12, 1: (2 + 10 * usual) / 12, 2: (2 + 10 * usual) / 11, 3: usual}
    mix = {item: row["item_audience_age"] for item, row in found.items()}
    assert mix == {item: pytest.approx(mean - usual, abs=1e-6) for item, mean in expected.items()}


@pytest.mark.parametrize(
    ("day", "share_of_all", "expected"),
    [
        # Rows of days 60, 86, 92 are a week old; only user 2 was back within one, after item 0. Ten watches are added.
        (100, 1 / 3, {0: (1, 1), 1: (0, 0), 2: (0, 1), 3: (0, 1)}),
        (94, 1 / 2, {0: (1, 1), 1: (0, 0), 2: (0, 1), 3: (0, 0)}),
        # User 2 was back on day 92, but the week isn't over: nothing is known of those who weren't.
        (93, 0, {0: (0, 0), 2: (0, 1), 3: (0, 0)}),
    ],
)
def test_a_return_counts_once_its_week_is_over(values, day, share_of_all, expected):
    found = values("item_audience", PAIRS, day=day)
    returns = {item: row["item_return"] for item, row in found.items()}
    assert returns == {
        item: pytest.approx((back - n * share_of_all) / (n + 10), abs=1e-6) for item, (back, n) in expected.items()
    }
