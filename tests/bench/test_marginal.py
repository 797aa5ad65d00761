from pathlib import Path

import pandas as pd
import pytest
import yaml

from bench import marginal
from bench.marginal import Added
from tests.small import of_ids
from twostage.base import params
from twostage.base.errors import InputError
from twostage.split import Fold

# Before day 8 users 1 and 2 have a row, user 0 none: query 5 doesn't count, nor does the daily query 0.
LOG = pd.DataFrame({"user": [0, 1, 2], "item": [9, 7, 9], "day": [8, 4, 6]})
QUERIES = pd.DataFrame(
    {"query": [0, 2, 3, 5], "user": [1, 1, 2, 0], "day": [9, 8, 8, 8], "protocol": ["daily", *["horizon"] * 3]}
)
LABELS = pd.DataFrame({"query": [0, 2, 2, 3, 5], "item": [1, 8, 6, 4, 3]})
# query, item, place in the lists of a, b and c; the last one of query 2 fills up and is nobody's.
CANDIDATES = [
    (0, 1, 1, 1, 1),
    (2, 6, 1, None, None),
    (2, 8, None, 1, 2),
    (2, 5, 2, 2, 1),
    (2, 7, None, None, None),
    (3, 4, None, None, 1),
    (3, 5, 1, None, None),
    (5, 3, 1, 1, 1),
]
NAMES = ["a", "b", "c"]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    place = tmp_path / "data/folds/valid_1"
    place.mkdir(parents=True)
    QUERIES.to_parquet(place / "queries.parquet")
    LABELS.to_parquet(place / "labels.parquet")
    Fold(name="valid_1", start=8, stop=10, daily_stop=10).write(place)
    candidates = pd.DataFrame(CANDIDATES, columns=["query", "item", *(f"{name}_rank" for name in NAMES)])
    (tmp_path / "data/candidates/valid").mkdir(parents=True)
    scores = {f"{name}_score": 0.0 for name in NAMES}
    candidates.assign(**scores).to_parquet(tmp_path / "data/candidates/valid/valid_1.parquet")
    return tmp_path


def test_what_each_generator_adds_by_hand(run):
    # a and b: 6, 5 and 8 for query 2, both of its labels; 5 for query 3. Without a: 8 and 5; without b: 6, 5 and 5.
    whole, found = marginal.added(run, "valid_1", NAMES, ["a", "b"], of_ids(LOG))
    assert whole == Added(1 / 2, 4 / 2)
    assert found == {"a": Added(1 / 4, 2 / 2), "b": Added(1 / 4, 1 / 2), "c": Added(1 / 2, 1 / 2)}


def test_a_line_has_the_mean_of_the_folds_and_what_it_costs():
    line = marginal.line("a", [Added(0.01, 10), Added(0.03, 30)], 4.0)
    assert line == "| a | 0.010 0.030 | 0.020 | 20 | 0.100 | 4.0 | 0.0050 |"
    assert marginal.line("a", [Added(0.0, 0.0)], 0.02) == "| a | 0.000 | 0.000 | 0 | - | 0.0 | - |"


@pytest.mark.parametrize(
    ("words", "said"),
    [([], "usage: "), ([".", "als", "als"], "usage: "), ([".", "als", "nobody"], "nobody isn't among them")],
)
def test_a_set_that_the_run_does_not_have_is_named(words, said, tmp_path, monkeypatch):
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params.document()))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=said):
        marginal.main(*words)
