from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from twostage.base.errors import InputError
from twostage.datasets import table, values


def column(write, *texts: str) -> table.Column:
    folder: Path = write(file="when\n" + "".join(f'"{text}"\n' for text in texts))
    return table.columns(folder / "file.csv", {"when": "when"})["when"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-05-31", "2021-05-31"),
        ("2021-05-31 20:15:01", "2021-05-31 20:15:01"),
        ("2021-05-31T20:15:01", "2021-05-31 20:15:01"),
        ("2021-05-31 20:15:01.25", "2021-05-31 20:15:01.25"),
        ("2021-05-31T20:15:01Z", "2021-05-31 20:15:01"),
        ("2021-05-31 23:30:00 UTC", "2021-05-31 23:30:00"),
        ("2021-05-31T23:30UTC", "2021-05-31 23:30:00"),
        ("2021-05-31 23:30:00+00:00", "2021-05-31 23:30:00"),
        ("2021-05-31T23:30:00.5-03:00", "2021-06-01 02:30:00.5"),
        (" 2021-05-31 ", "2021-05-31"),
        ("1969-12-31", "1969-12-31"),
        ("2199-12-31", "2199-12-31"),
        ("1622419201", "2021-05-31 00:00:01"),
        ("1622419201500", "2021-05-31 00:00:01.5"),
        ("160000000", "1975-01-26 20:26:40"),
        ("1622419201.0", "2021-05-31 00:00:01"),
        ("1622419201.75", "2021-05-31 00:00:01"),
        ("1622419201500000", "2021-05-31 00:00:01.5"),
        ("1622419201500000999", "2021-05-31 00:00:01.5"),
    ],
)
def test_date_is_read(write, text, expected):
    (found,) = values.dates([column(write, text)])
    assert str(found.dtype) == "datetime64[us]"
    assert found.tolist() == [pd.Timestamp(expected)]


def test_dates_with_and_without_zone_in_one_column(write):
    (found,) = values.dates([column(write, "2021-05-31", "2021-05-31T01:00:00+03:00", "2021-05-31")])
    assert found.tolist() == [pd.Timestamp("2021-05-31"), pd.Timestamp("2021-05-30 22:00"), pd.Timestamp("2021-05-31")]


def test_midnights_of_their_own_zones_are_dates(write):
    (found,) = values.dates([column(write, "2021-05-31T00:00:00+02:00", "2021-01-31 00:00+01:00", "2021-02-01")])
    assert found.tolist() == [pd.Timestamp("2021-05-31"), pd.Timestamp("2021-01-31"), pd.Timestamp("2021-02-01")]


def test_midnights_among_times_of_any_file_are_times(write):
    first = column(write, "2021-05-31T00:00:00+02:00")
    second = column(write, "2021-05-31T00:00:01+02:00")
    found = [times.tolist() for times in values.dates([first, second])]
    assert found == [[pd.Timestamp("2021-05-30 22:00:00")], [pd.Timestamp("2021-05-30 22:00:01")]]


@pytest.mark.parametrize(
    "text", ["31.05.2021", "2021-02-30", "2021", "1622419200", "yesterday", "2021-05-31 25:00:00", "nan"]
)
def test_no_date(write, text):
    with pytest.raises(InputError, match=rf"file.csv, line 3: when = '{text}', expected a date such as 2021-05-31"):
        values.dates([column(write, "2021-05-31", text, "2021-05-31")])


@pytest.mark.parametrize(
    "text", ["2200-01-01", "9999-12-31", "9999-12-31T00:00:00Z", "0000-01-01", "0001-01-01", "1900-01-01"]
)
def test_date_that_stands_for_none(write, text):
    expected = "a date from 1900-01-02 on and before 2200-01-01"
    with pytest.raises(InputError, match=rf"file.csv, line 3: when = '{text}', expected {expected}"):
        values.dates([column(write, "2021-05-31", text)])


def test_times_with_and_without_zone_in_one_log_are_refused(write):
    zoned, bare = column(write, "2021-05-31T01:00:00+03:00"), column(write, "2021-05-31", "2021-05-31 01:00:00")
    with pytest.raises(
        InputError, match=r"line 3: when = '2021-05-31 01:00:00', expected a time with its zone, as other"
    ):
        values.dates([zoned, bare])
    with pytest.raises(InputError, match=r"line 2: when = '2021-05-31 01:00', expected a time with its zone"):
        values.dates([column(write, "2021-05-31 01:00", "2021-05-31 02:00Z")])


def test_the_row_with_another_unit_than_most_is_the_one_that_is_named(write):
    with pytest.raises(InputError, match=r"line 4: when = '1622419201000', expected s since 1970, as most rows have"):
        values.dates([column(write, "1622419201", "1622419202", "1622419201000")])


def test_most_rows_are_counted_not_values(write):
    dates = ["2021-05-31"] * 5
    with pytest.raises(InputError, match=r"line 7: when = '1622419201', expected a date"):
        values.dates([column(write, *dates, "1622419201", "1622419202")])


def test_seconds_that_stand_for_none(write):
    with pytest.raises(InputError, match=r"file.csv, line 2: when = '1622419201', expected a date"):
        values.dates([column(write, "1622419201", "9999999999")])


@pytest.mark.parametrize("text", ["202105312015", "2021053120", "2105312015", "2021053120150000"])
def test_a_date_written_as_one_number_is_no_time(write, text):
    with pytest.raises(InputError, match=rf"file.csv, line 2: when = '{text}', expected a date"):
        values.dates([column(write, text)])


def test_numbers_of_different_lengths_are_no_dates(write):
    with pytest.raises(InputError, match=r"file.csv, line 2: when = '1622419201', expected a date"):
        values.dates([column(write, "1622419201", "1622419201500")])


def test_many_numbers_become_ranges_of_as_many_rows_in_their_order(write):
    ages = [*range(5, 65), 5, 5]
    found = values.groups(column(write, *map(str, ages)))
    assert found.nunique() == 6
    assert found.iloc[[0, 9, 59]].tolist() == ["1: 5 to 13", "2: 14 to 23", "6: 54 to 64"]
    codes = found.astype("category").cat.codes
    assert codes.iloc[:60].is_monotonic_increasing
    assert found.value_counts().between(10, 12).all()


@pytest.mark.parametrize(
    "texts", [["18_24", "25_34"] * 9, [str(age) for age in range(12)], [*map(str, range(12)), "old"]]
)
def test_groups_and_few_numbers_stay_as_they_are(write, texts):
    assert values.groups(column(write, *texts)).tolist() == texts


def test_spaces_make_no_more_groups(write):
    ages = [str(age) for age in range(20, 27)]
    found = values.groups(column(write, *ages, *(f"{age} " for age in ages)))
    assert found.tolist() == ages * 2
    assert values.texts(column(write, "a", " a", "a ", "b", "7")) == 2


def test_spaces_around_a_group_are_no_part_of_it(write):
    assert values.groups(column(write, "M", " M", "F ")).tolist() == ["M", "M", "F"]
    found = values.strings(column(write, " drama ", " ", "drama"))
    assert (found[0], found[2]) == ("drama", "drama")
    assert found.isna().tolist() == [False, True, False]


def test_no_number_is_no_group_however_many_numbers_there_are(write):
    for many in (3, 18):
        found = values.groups(column(write, *map(str, range(many)), "NaN", " nan "))
        assert found.isna().tolist() == [False] * many + [True] * 2


def test_words_among_many_numbers_are_groups_of_their_own(write):
    found = values.groups(column(write, *map(str, range(18)), "unknown", "?")).tolist()
    assert found[0] == "1: 0 to 2"
    assert (len(set(found[:18])), found[18:]) == (6, ["unknown", "?"])


def test_a_missing_number_has_no_group(write):
    folder = write(file="when,who\n" + "".join(f"{n},a\n" for n in range(20)) + ",a\nnan,a\n")
    found = values.groups(table.columns(folder / "file.csv", {"when": "when"})["when"])
    assert found.isna().tolist() == [False] * 20 + [True, True]


def test_large_numbers_are_written_out(write):
    found = values.groups(column(write, *(str(1_234_567 + n) for n in range(13)), "1.5"))
    assert (found.iloc[0], found.iloc[12]) == ("1: 1.5 to 1234568", "6: 1234577 to 1234579")


def test_numbers_nearly_all_alike_make_few_ranges(write):
    found = values.groups(column(write, *["30"] * 100, *map(str, range(31, 50))))
    assert found.unique().tolist() == ["1: 30 to 30", "2: 31 to 49"]


def test_empty_date(write):
    with pytest.raises(InputError, match=r"file.csv, line 3: when = '', expected a value in every row \(2 are empty\)"):
        values.dates([column(write, "2021-05-31", "", "")])


@pytest.mark.parametrize(
    ("text", "expected"), [("72.0", 72), (" 7", 7), ("1e3", 1000), (".5", 0.5), ("NaN", np.nan), ("", np.nan)]
)
def test_number_is_read(write, text, expected):
    np.testing.assert_array_equal(values.numbers(column(write, "1", text), 0, 5000, False), [1, expected])


def test_column_without_a_value(write):
    np.testing.assert_array_equal(values.numbers(column(write, "", ""), 0, 1, True), [np.nan, np.nan])
    assert values.strings(column(write, "", "")).isna().all()
