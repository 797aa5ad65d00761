from datetime import date

import numpy as np
import pytest
from pydantic import ValidationError

from twostage.base.errors import InputError
from twostage.split import Cap, Fold, Split, ValidFolds, check_rows, day, folds

# 2021-03-01 is day 18687: 51 years of 365 days, 13 leap days (1972 to 2020), 31 + 28.
MARCH_1 = 51 * 365 + 13 + 31 + 28
FIRST, LAST = MARCH_1, MARCH_1 + 60  # 2021-04-30


def split(**values) -> Split:
    given = {"valid_start": "2021-04-10", "test_start": "2021-04-20", "valid_folds": ["valid_1"]}
    return Split.model_validate(
        given | {"valid_until": "test", "test_days": None, "valid_users": None, "daily_users": None} | values
    )


def found(**values) -> dict[str, tuple[int, int]]:
    """Start and stop of each fold, in days of March."""
    return {
        fold.name: (fold.start - MARCH_1 + 1, fold.stop - MARCH_1 + 1) for fold in folds(split(**values), FIRST, LAST)
    }


def test_day_of_a_date():
    assert day(date(2021, 3, 1)) == MARCH_1
    assert day(date(1969, 12, 31)) == -1


def test_the_exercises_single_fold():
    # April 10 is the 41st of March, April 20 the 51st, April 30 the 61st.
    assert found() == {"valid_1": (41, 51), "test": (51, 62), "final": (62, 63)}


def test_earlier_folds_run_to_the_test():
    assert found(valid_folds=["valid_1", "valid_2", "valid_3"]) == {
        "valid_1": (41, 51),
        "valid_2": (31, 51),
        "valid_3": (21, 51),
        "test": (51, 62),
        "final": (62, 63),
    }


@pytest.mark.parametrize("until", ["next", "test"])
def test_daily_queries_of_a_valid_fold_last_one_length(until):
    listed = folds(split(valid_folds=["valid_1", "valid_2"], valid_until=until), FIRST, LAST)
    assert [fold.daily_stop - MARCH_1 + 1 for fold in listed] == [51, 41, 62, 63]


def test_a_log_of_too_few_days_for_any_split():
    with pytest.raises(InputError, match=r"the log runs from .*, expected 4 days or more"):
        folds(split(), FIRST, FIRST + 2)


def test_a_period_without_a_row_is_named_with_its_days():
    listed = folds(split(), FIRST, LAST)
    check_rows(listed, np.array([FIRST, MARCH_1 + 40, MARCH_1 + 59]))
    for days in ([FIRST, MARCH_1 + 39, MARCH_1 + 50], [FIRST, MARCH_1 + 50]):
        with pytest.raises(InputError, match="no row in the period of valid_1, 2021-04-10 to 2021-04-19"):
            check_rows(listed, np.array(days))
    with pytest.raises(InputError, match="no row in the period of test, 2021-04-20"):
        check_rows(listed, np.array([FIRST, MARCH_1 + 40]))


def test_earlier_folds_run_to_the_next():
    periods = found(valid_folds=["valid_3", "valid_1"], valid_until="next")
    assert list(periods) == ["valid_3", "valid_1", "test", "final"]
    assert (periods["valid_3"], periods["valid_1"]) == ((21, 31), (41, 51))


@pytest.mark.parametrize(("test_days", "stop"), [(1, 52), (7, 58), (11, 62), (None, 62)])
def test_the_test_has_exactly_the_stated_number_of_days(test_days, stop):
    periods = found(test_days=test_days)
    assert periods["test"] == (51, stop)
    assert periods["final"] == (62, 63)


def test_a_test_longer_than_the_log():
    with pytest.raises(InputError, match=r"split\.test_days = 12 from 2021-04-20 is too long: .* to 2021-04-30"):
        found(test_days=12)


@pytest.mark.parametrize("test_start", ["2021-05-01", "2022-01-01"])
def test_a_test_that_starts_behind_the_log(test_start):
    message = rf"split\.test_start = {test_start} must lie inside the log: the log runs from 2021-03-01 to 2021-04-30"
    with pytest.raises(InputError, match=message):
        found(test_start=test_start)


def test_a_test_that_starts_on_the_logs_first_day():
    with pytest.raises(InputError, match=r"split\.test_start = 2021-03-01"):
        found(valid_start="2021-02-20", test_start="2021-03-01")


def test_a_test_of_the_logs_last_day_alone():
    assert found(test_start="2021-04-30")["test"] == (61, 62)


@pytest.mark.parametrize(("last", "days"), [("valid_5", 50), ("valid_6", 60), ("valid_1000000", 10_000_000)])
def test_a_fold_without_a_day_before_it(last, days):
    line = f"valid_folds: {last} would start {days} days before 2021-04-20, but the log runs"
    with pytest.raises(InputError, match=line):
        found(valid_folds=["valid_1", last])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"valid_start": "2021-04-20"}, "valid_start 2021-04-20 must lie before test_start 2021-04-20"),
        ({"valid_start": "2021-05-20"}, "must lie before test_start"),
        ({"valid_start": "10.4.2021"}, "valid_start"),
        ({"test_start": "2021-02-30"}, "test_start"),
        ({"valid_folds": ["valid_0"]}, "'valid_0' must be valid_1, valid_2"),
        ({"valid_folds": ["valid"]}, "'valid' must be valid_1"),
        ({"valid_folds": ["valid_1", "valid_1"]}, "a name stands twice"),
        ({"valid_folds": []}, "valid_folds"),
        ({"valid_until": "tomorrow"}, "valid_until"),
        ({"test_days": 0}, "test_days"),
        ({"test_day": 7}, "test_day"),
    ],
)
def test_a_bad_value_is_named(values, message):
    with pytest.raises(ValidationError, match=message):
        split(**values)


@pytest.mark.parametrize("listed", [["valid_2", "valid_10"], ["valid_10", "valid_2"]])
def test_the_latest_fold_is_the_one_nearest_to_the_test(listed):
    given = {"valid_start": "2021-04-10", "test_start": "2021-04-20", "valid_folds": listed}
    assert ValidFolds.model_validate(given).latest == "valid_2"


def test_a_fold_survives_its_file():
    fold = Fold(name="test", start=3, stop=5, daily_stop=5)
    assert Fold.model_validate_json(fold.model_dump_json()) == fold


def test_caps_by_fold():
    capped = split(valid_users=5, daily_users=7)
    assert capped.cap("valid_2") == Cap(daily=5, horizon=5)
    assert capped.cap("test") == Cap(daily=7, horizon=None)
    assert capped.cap("final") == Cap(daily=None, horizon=None)
