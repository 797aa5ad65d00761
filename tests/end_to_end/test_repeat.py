"""The same commit, data and parameters give the same bytes; what was taken off a list leaves none."""

import pandas as pd
import pytest
import yaml

# One stage of every kind; the audit is the slowest and only reads what the others write.
KINDS = [
    "fit@valid_1-als",
    "fit_full@test-popular",
    "fit_full@final-als",
    "candidates_test",
    "features_test",
    "ranker",
    "rank_test",
    "ranker_variants",
    "rank_final",
    "recommend",
    "compare",
    "evaluate",
    "prove",
    "explain",
    "diversity",
    "draw",
]
ROWS = [f"data/{name}.parquet" for name in ("candidates/test", "features/test", "features/final_sample", "lists/final")]


@pytest.fixture
def copy(base, tmp_path):
    return base.copy(tmp_path / "copy")


def outs(checkout):
    stages = yaml.safe_load(checkout.path("dvc.lock").read_text())["stages"]
    return {name: stage["outs"] for name, stage in stages.items()}


def test_a_forced_repeat_gives_the_same_hashes(copy):
    before = outs(copy)
    assert copy.repro("--force", "--no-run-cache", "--single-item", *KINDS).ran == KINDS
    assert outs(copy) == before


def test_little_memory_takes_fewer_queries_at_once_and_gives_the_same_rows(copy):
    tables = {path: pd.read_parquet(copy.path(path)) for path in ROWS}
    # A hundred of the 300 users: 4.8 MB for their 40 proposals each, beside 500 for libraries and .5 for the log.
    copy.set(memory="508MB")
    found = copy.repro("--single-item", "candidates_test", "features_test", "ranker", "rank_final")
    assert "in shards of 100" in found.output
    for path, before in tables.items():
        pd.testing.assert_frame_equal(pd.read_parquet(copy.path(path)), before, check_exact=True)


def test_memory_that_does_not_bear_the_least_is_one_line(copy):
    copy.set(memory="100MB")
    found = copy.dvc("repro", "--single-item", "rank_final")
    assert found.code != 0
    assert found.errors == [
        "error: params.yaml: memory = 100MB, expected at least 506MB for 1602 rows of the log on 1 threads"
    ]


def test_outputs_lost_in_a_crash_come_back(copy):
    before = copy.hashes()
    script = copy.path("stages/rank_final.py")
    script.write_text(script.read_text().replace("def main() -> None:", "def main() -> None:\n    raise OSError", 1))
    assert copy.dvc("repro", "rank_final").code != 0
    assert not copy.path("data/lists/final.parquet").exists()
    assert copy.dvc("checkout").code == 0
    assert copy.hashes() == before


def test_a_removed_fold_and_generator_leave_no_trace(pair, tmp_path):
    copy = pair.copy(tmp_path / "copy")
    before = copy.hashes()
    generators = copy.params["generators"]
    copy.set(split__valid_folds=["valid_1", "valid_2"], generators=[*generators, "weekday_popular"])
    copy.repro("ranker", "compare")
    for path in ("models/valid_2/als.npz", "models/test/weekday_popular.npz", "features/valid/valid_2.parquet"):
        assert copy.path(f"data/{path}").exists()
    assert copy.path("metrics/generators.json").read_text().count("weekday_popular") > 0
    copy.set(split__valid_folds=["valid_1"], generators=generators)
    copy.repro("recommend", "compare", "evaluate", "diversity")
    assert copy.hashes() == before
