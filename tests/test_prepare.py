import numpy as np
import pandas as pd
import pytest

from twostage import prepare
from twostage.datasets.raw import Raw

MAY_1 = 18748  # days from 1970-01-01 to 2021-05-01: 51 x 365 + 13 leap days + 31 + 28 + 31 + 30


def log(rows, **others) -> pd.DataFrame:
    """Rows of (user, item, time)."""
    frame = pd.DataFrame(rows, columns=["user_id", "item_id", "last_watch_dt"])
    for name in ("user_id", "item_id"):
        if not pd.api.types.is_integer_dtype(frame[name]):
            frame[name] = frame[name].astype("string")
    return frame.assign(last_watch_dt=pd.to_datetime(frame["last_watch_dt"], format="ISO8601"), **others)


def test_days_from_1970():
    assert (pd.Timestamp("2021-05-01") - pd.Timestamp("1970-01-01")).days == MAY_1


def test_codes_follow_the_order_of_ids_and_rows_that_of_days():
    found = prepare.encode(
        Raw(log([(20, 9, "2021-05-02"), (3, 100, "2021-05-01"), (20, 100, "2021-05-01")]), None, None)
    )
    assert found.users["user_id"].tolist() == [3, 20]
    assert found.items["item_id"].tolist() == [9, 100]
    assert found.interactions.to_dict("list") == {
        "user": [0, 1, 1],
        "item": [1, 1, 0],
        "day": [MAY_1, MAY_1, MAY_1 + 1],
    }
    assert [str(kind) for kind in found.interactions.dtypes] == ["int32", "int32", "int32"]


def test_string_ids_are_sorted_as_text():
    found = prepare.encode(Raw(log([("b", "10", "2021-05-01"), ("a", "9", "2021-05-01")]), None, None))
    assert found.users["user_id"].tolist() == ["a", "b"]
    assert found.items["item_id"].tolist() == ["10", "9"]
    assert found.interactions["item"].tolist() == [1, 0]


def test_order_within_a_day_is_that_of_the_times():
    rows = [(1, 1, "2021-05-01 22:00"), (1, 3, "2021-05-01 20:00"), (1, 2, "2021-05-01 21:00")]
    found = prepare.encode(Raw(log(rows), None, None)).interactions
    assert found["item"].tolist() == [2, 1, 0]
    assert found["day"].tolist() == [MAY_1] * 3


def test_the_time_of_the_day_is_kept_where_there_is_one():
    rows = [(1, 1, "2021-05-01 22:00:01.9"), (1, 2, "2021-05-02"), (2, 1, "1969-12-31 00:01")]
    found = prepare.encode(Raw(log(rows), None, None)).interactions
    assert found["time"].tolist() == [22 * 3600 + 1, 0, 60]
    assert found["day"].tolist() == [MAY_1, MAY_1 + 1, -1]


WITH_TIMES = [(user, item, f"2021-05-01 1{item}:30") for user in range(5) for item in range(3)]
# Most rows of the whole log, so that theirs is the usual time.
LATER = [(user, item) for user in range(5) for item in range(3, 7)]


@pytest.mark.parametrize(
    ("early", "late", "told"),
    [
        ([], "2021-05-02", False),  # dates alone
        ([], "2021-05-02 21:00", True),  # dates with a zone
        (WITH_TIMES, "2021-05-02", True),  # a train.csv with times before a test.csv with dates
        (WITH_TIMES, "2021-05-02 21:00", True),
    ],
)
def test_times_of_some_days_only_or_always_the_same_are_none(early, late, told):
    raw = Raw(log([*early, *((*pair, late) for pair in LATER)]), None, None)
    found = prepare.encode(raw)
    assert "time" not in found.interactions
    assert any("no feature counts hours" in line for line in prepare.notes(raw, found)) == told


def test_times_of_every_day_are_kept_and_nothing_is_told_of_them():
    raw = Raw(log(WITH_TIMES), None, None)
    found = prepare.encode(raw)
    assert "time" in found.interactions
    assert not list(prepare.notes(raw, found))


def test_the_order_of_rows_of_one_time_is_drawn_by_their_ids_alone():
    """By the file or by the items it would be learned as a sequence: 0 before 1 for everybody."""
    rows = [(user, item, "2021-05-01") for user in range(200) for item in (10, 30)]
    found = prepare.encode(Raw(log(rows), None, None)).interactions
    first = found["item"].to_numpy()[::2]
    assert 70 < first.sum() < 130
    pd.testing.assert_frame_equal(prepare.encode(Raw(log(rows[::-1]), None, None)).interactions, found)
    # Another user and another item, whose code moves those of the others, leave every pair's order.
    more = prepare.encode(Raw(log([(-1, 20, "2021-05-01"), *rows]), None, None)).interactions
    np.testing.assert_array_equal(more["item"].to_numpy()[1::2] == 2, first == 1)
    text = prepare.encode(Raw(log([(f"u{user}", f"i{item}", time) for user, item, time in rows]), None, None))
    assert 70 < text.interactions["item"].to_numpy()[::2].sum() < 130


def test_first_row_of_a_pair_by_time_is_kept():
    rows = [(1, 1, "2021-05-03"), (1, 1, "2021-05-01"), (2, 1, "2021-05-02"), (1, 1, "2021-05-02")]
    found = prepare.encode(Raw(log(rows, watched_pct=[3.0, 1.0, 9.0, 2.0]), None, None))
    assert found.interactions["day"].tolist() == [MAY_1, MAY_1 + 1]
    assert found.interactions["watched_pct"].tolist() == [1, 9]


def test_first_row_of_a_pair_at_the_same_time_is_the_earlier_in_the_file():
    rows = [(1, 1, "2021-05-01"), (1, 1, "2021-05-01")]
    found = prepare.encode(Raw(log(rows, watched_pct=[3.0, 1.0]), None, None))
    assert found.interactions["watched_pct"].tolist() == [3]


def test_numbers_are_rounded_and_gaps_stay_missing():
    rows = [(1, 1, "2021-05-01"), (1, 2, "2021-05-02")]
    numbers = {"total_dur": [1.6, np.nan], "watched_pct": [np.nan, 99.5], "target": [np.nan, 1.0]}
    found = prepare.encode(Raw(log(rows, **numbers), None, None)).interactions
    assert {name: str(found[name].dtype) for name in numbers} == {
        "total_dur": "Int64",
        "watched_pct": "Int32",
        "target": "Int8",
    }
    assert found["total_dur"].tolist() == [2, pd.NA]
    assert found["watched_pct"].tolist() == [pd.NA, 100]
    assert found["target"].tolist() == [pd.NA, 1]


def test_users_are_those_of_the_log_and_items_those_of_either():
    users = pd.DataFrame({"user_id": [3, 1], "sex": pd.array(["M", "F"], "string"), "kids_flg": [1.0, 0.0]})
    items = pd.DataFrame({"item_id": [30, 10], "release_year": [np.nan, 1972.0]})
    found = prepare.encode(Raw(log([(1, 10, "2021-05-01"), (2, 20, "2021-05-01")]), users, items))
    assert found.users["user_id"].tolist() == [1, 2]
    assert found.users["sex"].fillna("?").tolist() == ["F", "?"]
    assert found.users["kids_flg"].tolist() == [0, pd.NA]
    assert found.items["item_id"].tolist() == [10, 20, 30]
    assert found.items["release_year"].tolist() == [1972, pd.NA, pd.NA]
    assert found.interactions["item"].tolist() == [0, 1]


def test_files_that_tell_of_few_users_or_items_and_days_far_from_all_others_are_said():
    rows = log([(1, 10, "2021-05-01"), (2, 20, "2021-05-01"), (2, 10, "2099-01-01")])
    users, items = (pd.DataFrame({f"{name}_id": ids}) for name, ids in (("user", [3, 1]), ("item", [7, 8])))
    given = Raw(rows, users, items)
    assert list(prepare.notes(given, prepare.encode(given))) == [
        "users.csv tells of 1 of the log's 2 users",
        "warning: items.csv tells of 0 of the log's 2 items",
        "warning: no row between 2021-05-01 and 2099-01-01; rows from then on: 1; is it a wrong date?",
    ]
    alone = Raw(log([(1, 10, "2021-05-01"), (2, 20, "2022-05-01")]), None, None)
    assert list(prepare.notes(alone, prepare.encode(alone))) == []


def test_a_column_that_says_the_same_of_all_or_nothing_is_left_out_and_told():
    users = pd.DataFrame({"user_id": [1, 2], "sex": ["F", "F"], "age": pd.array([None, "old"], "string")})
    items = pd.DataFrame(
        {"item_id": [10, 20], "genres": pd.array([None, None], "string"), "release_year": [1999.0, 2001.0]}
    )
    given = Raw(log([(1, 10, "2021-05-01"), (2, 20, "2021-05-01")]), users, items)
    found = prepare.encode(given)
    assert list(found.users) == ["user_id", "age"]
    assert list(found.items) == ["item_id", "release_year"]
    assert [line for line in prepare.notes(given, found) if "says the same" in line] == [
        "users.csv says the same of all users that it tells of, or nothing: sex",
        "items.csv says the same of all items that it tells of, or nothing: genres",
    ]


def test_what_a_file_says_of_all_whom_it_tells_of_is_left_out_though_it_tells_of_few():
    items = pd.DataFrame({"item_id": [10, 20], "countries": ["DE", "DE"], "genres": ["a", None]}).astype(
        {"countries": "string", "genres": "string"}
    )
    given = Raw(log([(1, 10, "2021-05-01"), (2, 20, "2021-05-01"), (2, 30, "2021-05-02")]), None, items)
    assert list(prepare.encode(given).items) == ["item_id", "genres"]


def test_what_is_said_of_a_single_item_stays():
    items = pd.DataFrame({"item_id": [10], "title": pd.array(["Solaris"], "string")})
    assert list(prepare.encode(Raw(log([(1, 10, "2021-05-01"), (2, 10, "2021-05-01")]), None, items)).items) == [
        "item_id",
        "title",
    ]


def test_row_before_1970():
    assert prepare.encode(Raw(log([(1, 1, "1969-12-31 23:59")]), None, None)).interactions["day"].tolist() == [-1]


@pytest.mark.parametrize("name", ["interactions", "users", "items"])
def test_no_column_of_objects(name):
    found = prepare.encode(Raw(log([("b", "10", "2021-05-01")], target=[1.0]), None, None))
    assert "object" not in [str(kind) for kind in getattr(found, name).dtypes]
