from datetime import date

import pytest

from tests.small import section
from twostage import split
from twostage.backtest.rolling import cutoffs
from twostage.base.errors import InputError
from twostage.split import Split

# Valid period of 10 days before the test on 2021-03-31.
DATES = {"valid_start": "2021-03-21", "test_start": "2021-03-31", "test_days": None}
FIRST = split.day(date(2021, 2, 1))


def given(**values) -> Split:
    return section(Split, **DATES | {"valid_folds": ["valid_2", "valid_1"], "valid_until": "test"} | values)


def on(text: str) -> int:
    return split.day(date.fromisoformat(text))


def test_each_cutoff_moves_the_whole_split_back_by_one_valid_period():
    first, second = cutoffs(given(), FIRST, 2)
    assert [c.start for c in (first, second)] == [date(2021, 3, 21), date(2021, 3, 11)]
    assert (first.test.start, first.test.stop, first.test.daily_stop) == tuple(
        map(on, ["2021-03-21"] + 2 * ["2021-03-31"])
    )
    assert [fold.name for fold in first.valid] == ["valid_1", "valid_2"]
    assert [fold.start for fold in first.valid] == [on("2021-03-11"), on("2021-03-01")]
    assert {fold.stop for fold in first.valid} == {on("2021-03-21")}
    assert (second.split.valid_start, second.split.test_days) == (date(2021, 3, 1), 10)


@pytest.mark.parametrize("most", range(1, 9))
def test_no_fold_of_any_cutoff_reaches_the_test(most):
    found = cutoffs(given(), FIRST, most)
    assert max(fold.stop for c in found for fold in (*c.valid, c.test)) == on("2021-03-31")


def test_near_the_logs_start_there_are_fewer_valid_folds_and_then_no_cutoff():
    # Cutoff 3 is on March 1, its valid folds would start on February 19 and 9; that of cutoff 5, on February 9, on
    # January 30, before the log.
    assert [len(c.valid) for c in cutoffs(given(), FIRST, 9)] == [2, 2, 2, 1]


def test_a_fold_on_the_logs_first_day_has_nothing_to_fit_on_and_is_left_out():
    assert len(cutoffs(given(), on("2021-02-09"), 9)[-1].valid) == 1
    assert [len(c.valid) for c in cutoffs(given(), on("2021-02-19"), 9)] == [2, 1]


def test_no_room_for_a_single_cutoff_is_said_in_one_line():
    with pytest.raises(InputError, match=r"no cutoff before test_start = 2021-03-31 .* starts on 2021-03-11") as error:
        cutoffs(given(), on("2021-03-11"), 4)
    assert "\n" not in str(error.value)
