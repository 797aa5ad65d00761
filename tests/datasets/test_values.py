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
        ("2021-05-31 23:30:00+00:00", "2021-05-31 23:30:00"),
        ("2021-05-31T23:30:00.5-03:00", "2021-06-01 02:30:00.5"),
        (" 2021-05-31 ", "2021-05-31"),
        ("1969-12-31", "1969-12-31"),
        ("9999-12-31", "9999-12-31"),
    ],
)
def test_date_is_read(write, text, expected):
    found = values.dates(column(write, text))
    assert str(found.dtype) == "datetime64[us]"
    assert found.tolist() == [pd.Timestamp(expected)]


def test_dates_with_and_without_zone_in_one_column(write):
    found = values.dates(column(write, "2021-05-31", "2021-05-31T01:00:00+03:00", "2021-05-31"))
    assert found.tolist() == [pd.Timestamp("2021-05-31"), pd.Timestamp("2021-05-30 22:00"), pd.Timestamp("2021-05-31")]


@pytest.mark.parametrize(
    "text", ["31.05.2021", "2021-02-30", "2021", "1622419200", "yesterday", "2021-05-31 25:00:00", "nan"]
)
def test_no_date(write, text):
    with pytest.raises(InputError, match=rf"file.csv, line 3: when = '{text}', expected a date such as 2021-05-31"):
        values.dates(column(write, "2021-05-31", text, "2021-05-31"))


def test_empty_date(write):
    with pytest.raises(InputError, match=r"file.csv, line 3: when = '', expected a value in every row \(2 are empty\)"):
        values.dates(column(write, "2021-05-31", "", ""))


@pytest.mark.parametrize(
    ("text", "expected"), [("72.0", 72), (" 7", 7), ("1e3", 1000), (".5", 0.5), ("NaN", np.nan), ("", np.nan)]
)
def test_number_is_read(write, text, expected):
    np.testing.assert_array_equal(values.numbers(column(write, "1", text), 0, 5000, False), [1, expected])


def test_column_without_a_value(write):
    np.testing.assert_array_equal(values.numbers(column(write, "", ""), 0, 1, True), [np.nan, np.nan])
    assert values.strings(column(write, "", "")).isna().all()
