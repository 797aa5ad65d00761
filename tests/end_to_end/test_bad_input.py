"""Bad input is told in one line, and nothing of the good run before it is touched.

Of the files and of the parameters one goes the whole way through DVC; the others are refused by the same checks.
"""

import contextlib

import pandas as pd
import pytest

from stages import check_data, check_parameters
from tests.end_to_end.checkout import PAIR
from twostage.base import errors

TRAIN = "data/raw/files/train.csv"


@pytest.fixture
def good(pair, tmp_path):
    return pair.copy(tmp_path / "copy")


def added(row):
    return lambda text: f"{text}{row}\n"


FILES = {
    "missing column": (lambda text: text.replace("item_id", "film"), ["item_id", "film"]),
    "unparsable date": (added("0,7,7,2021-99-01,1,1"), ["line {last}", "last_watch_dt", "2021-99-01", "2021-05-31"]),
    "negative duration": (added("0,7,7,2021-03-20,-5,1"), ["line {last}", "total_dur", "-5", "a number from 0"]),
    "web page": (lambda _: "<!DOCTYPE html><html><body>Sign in</body></html>", ["web page", "CSV"]),
    "empty file": (lambda _: "", ["empty", "header"]),
}
# Which values are bad is told in tests/test_checks.py; here is one of every way to find out.
PARAMS = {
    "test_start outside the log": ({"split__test_start": "2031-01-01"}, ["split.test_start", "2031-01-01", "2021-08-"]),
    "N of 0": ({"candidates__n": 0}, ["candidates.n", "0", "greater than or equal to 1"]),
    "unknown generator": ({"generators": ["popular", "als2"]}, ["generators", "als2", "als"]),
    "target column that the log lacks": ({"target__column": "target"}, ["target.column", "'target'", "null"]),
    "folder without a log": ({"data__path": "docs"}, ["docs", "interactions.csv"]),
}


def refused(checkout, before, words, dvc=True):
    """By a run, or by the two stages that every run begins with."""
    if dvc:
        outcome = checkout.dvc("repro")
        assert outcome.code != 0
        assert "Traceback" not in outcome.output
        found = outcome.errors
    else:
        found = [checked(checkout)]
    assert len(found) == 1, found
    assert [word for word in words if word not in found[0]] == [], found
    assert checkout.hashes() == before


def checked(checkout):
    with contextlib.chdir(checkout.folder), pytest.raises(SystemExit, match=r"^error: ") as found:
        errors.run(lambda: (check_parameters.main(), check_data.main()), [])
    (line,) = str(found.value).splitlines()
    return line


@pytest.mark.parametrize("case", FILES)
def test_file(good, case):
    change, words = FILES[case]
    before = good.hashes()
    path = good.path(TRAIN)
    path.write_text(change(path.read_text()))
    last = len(path.read_text().splitlines())
    refused(good, before, [TRAIN, *(word.format(last=last) for word in words)], dvc=case == "web page")


@pytest.mark.parametrize("case", PARAMS)
def test_parameter(good, case):
    values, words = PARAMS[case]
    before = good.hashes()
    good.set(**values)
    refused(good, before, words, dvc=case == "folder without a log")


def test_a_bound_that_no_row_reaches(good):
    for path in good.path("data/raw/files").glob("t*.csv"):
        pd.read_csv(path).assign(watched_pct=50).to_csv(path, index=False)
    good.set(target__min_watched_pct=51)
    refused(good, good.hashes(), ["target", "valid_1", "min_watched_pct under 51"], dvc=False)


def test_weights_by_a_column_that_the_log_lacks(good):
    before = good.hashes()
    for name in ("train", "test"):
        path = good.path(f"data/raw/files/{name}.csv")
        path.write_text(path.read_text().replace("watched_pct", "liked"))
    good.set(als__watched_power=0.5)
    refused(good, before, ["als.watched_power = 0.5", "watched_pct", "0 for"], dvc=False)


def test_more_items_than_ease_may_have(good):
    before = good.hashes()
    good.set(generators=["popular", "ease"], ease__max_items=10)
    refused(good, before, ["ease.max_items = 10", "items; set it to", "or take ease off the generators"], dvc=False)


def test_a_name_taken_off_its_list_beside_a_bad_value(good):
    before = good.hashes()
    good.set(generators=["popular"], split__test_start="2031-01-01")
    refused(good, before, ["split.test_start"])


def test_the_good_run_comes_back_when_the_value_does(good):
    before = good.hashes()
    text = good.path(TRAIN).read_text()
    good.path(TRAIN).write_text("")
    assert good.dvc("repro").code != 0
    good.path(TRAIN).write_text(text)
    assert good.repro(*PAIR).ran == []
    assert good.hashes() == before


@pytest.mark.parametrize("name", ["split.valid_folds", "generators", "data.path"])
def test_a_parameter_that_dvc_itself_reads_is_named_by_dvc(good, name):
    before = good.hashes()
    path = good.path("params.yaml")
    word = name.split(".")[-1]
    path.write_text(path.read_text().replace(f"{word}:", f"{word}x:", 1))
    outcome = good.dvc("repro")
    assert outcome.code != 0
    assert f"Could not find '{name}'" in outcome.output, outcome.output
    assert "Traceback" not in outcome.output
    assert good.hashes() == before
