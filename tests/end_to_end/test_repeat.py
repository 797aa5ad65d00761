"""The same commit, data and parameters give the same bytes; what was taken off a list leaves none."""

import json
import shutil

import pandas as pd
import pytest

from tests.end_to_end.checkout import PAIR

ROWS = [f"data/{name}.parquet" for name in ("candidates/test", "features/test", "features/final_sample", "lists/final")]
GIVEN = {"data/raw/kion/data_original.zip", "metrics/audit.json"}  # no stage of the second run writes them


@pytest.fixture
def copy(base, tmp_path):
    return base.copy(tmp_path / "copy")


def test_a_second_run_gives_the_same_bytes(base, copy):
    """The first was DVC's, a process a stage. Pictures are drawn twice in tests/test_plots.py, the audit only reads."""
    # The server is gone: the archive is the user's own.
    copy.path("data/raw/kion").mkdir()
    shutil.copy(base.folder.with_name("data_original.zip"), copy.path("data/raw/kion"))
    before = copy.hashes()
    for path in before:
        if path.startswith(("data/", "metrics/")) and path not in GIVEN and not path.endswith(".gitignore"):
            copy.path(path).unlink()
    copy.in_one_process(*PAIR, "scores_only", "ranker_choices", "prove", "observed", "explain")
    assert copy.hashes() == before


def test_little_memory_takes_fewer_queries_at_once_and_gives_the_same_rows(copy):
    tables = {path: pd.read_parquet(copy.path(path)) for path in ROWS}
    # A hundred of the 300 users: 2.4 MB for their 20 candidates each, beside 500 for libraries and .3 for the log.
    copy.set(memory="505MB")
    found = copy.in_one_process("candidates_test", "features_test", "ranker", "rank_final", how="only")
    assert "in shards of 100" in found.output
    for path, before in tables.items():
        pd.testing.assert_frame_equal(pd.read_parquet(copy.path(path)), before, check_exact=True)


def test_memory_that_does_not_bear_the_least_is_one_line(copy):
    copy.set(memory="100MB")
    assert copy.stale() == {"check_parameters", "check_data"}, "how much memory there is makes nothing stale"
    found = copy.stage("rank_final")
    assert found.code != 0
    assert found.errors == [
        "error: params.yaml: memory = 100MB, expected at least 503MB for 1602 rows of the log on 1 threads"
    ]


def broken(copy, stage: str) -> None:
    script = copy.path(f"stages/{stage}.py")
    script.write_text(script.read_text().replace("def main() -> None:", "def main() -> None:\n    raise OSError", 1))
    assert copy.dvc("repro", stage).code != 0


def test_outputs_lost_in_a_crash_come_back(copy):
    before = copy.hashes()
    broken(copy, "rank_test")
    assert not copy.path("data/lists/test.parquet").exists()
    assert copy.dvc("checkout").code == 0
    assert copy.hashes() == before


@pytest.mark.parametrize("stage", ["recommend", "evaluate"])
def test_results_of_an_earlier_run_stay_where_new_ones_fail(copy, stage):
    before = copy.hashes()
    broken(copy, stage)
    assert stage in copy.stale()
    assert copy.hashes() == before


def test_no_list_is_made_where_the_audit_came_to_no_end(copy):
    broken(copy, "audit")
    assert copy.dvc("repro", "--single-item", "recommend").code != 0
    assert not copy.path("metrics/audit.json").exists()


def test_no_list_is_made_after_an_audit_that_failed_even_where_the_stage_is_called_alone(copy):
    before = copy.hashes()
    report = copy.path("metrics/audit.json")
    failed = json.loads(report.read_text()) | {"failures": ["test: x depends on the future"], "passed": False}
    report.write_text(json.dumps(failed))
    found = copy.stage("recommend")
    assert found.code != 0
    assert found.errors == ["error: audit: test: x depends on the future; see plots/audit.html"]
    assert {name: value for name, value in copy.hashes().items() if name.startswith("data/")} == {
        name: value for name, value in before.items() if name.startswith("data/")
    }


def test_a_removed_fold_and_generator_leave_no_trace(pair, tmp_path):
    copy = pair.copy(tmp_path / "copy")
    before = copy.hashes()
    generators = copy.params["generators"]
    copy.set(split__valid_folds=["valid_1", "valid_2"], generators=[*generators, "weekday_popular"])
    copy.in_one_process("features", "compare", how="commit")
    for path in ("models/als/valid_2.npz", "models/weekday_popular/test.npz", "features/valid/valid_2.parquet"):
        assert copy.path(f"data/{path}").exists()
    assert copy.path("metrics/generators.json").read_text().count("weekday_popular") > 0
    copy.set(split__valid_folds=["valid_1"], generators=generators)
    copy.repro(*PAIR)
    assert copy.hashes() == before
