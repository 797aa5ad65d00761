"""python -m twostage explain, over what a run left: the first test starts Python for it."""

import os
import re
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from twostage import __main__


def command(checkout, *words):
    done = subprocess.run(
        [sys.executable, "-m", "twostage", "explain", *map(str, words)],
        cwd=checkout.folder,
        env=os.environ | {"PYTHONPATH": "src"},
        capture_output=True,
        text=True,
        check=False,
    )
    return SimpleNamespace(code=done.returncode, out=done.stdout, errors=done.stderr)


@pytest.fixture
def explain(base, monkeypatch, capsys):
    """What the command prints for these words."""

    def asked(*words):
        monkeypatch.chdir(base.folder)
        __main__.main(["explain", *map(str, words)])
        return capsys.readouterr().out

    return asked


@pytest.fixture(scope="module")
def lists(base) -> pd.DataFrame:
    return pd.read_parquet(base.path("data/recommendations.parquet"))


def told(out: str) -> list[tuple[int, int, str]]:
    """rank, item and score of every case."""
    return [(int(a), int(b), c) for a, b, c in re.findall(r"(?m)^ +(\d+)\. (\d+).*\(score (-?[\d.]+)\)$", out)]


def test_the_list_is_the_one_that_was_served_with_its_scores(base, lists):
    user = np.unique(lists["user_id"])[-1]
    found = command(base, "--user", user)
    assert (found.code, found.errors) == (0, "")
    own = lists[lists["user_id"] == user]
    expected = [(row.rank, row.item_id, f"{row.score:.4f}") for row in own.itertuples()]
    assert told(found.out) == expected
    log = pd.read_csv(base.path("data/raw/fetched/interactions.csv"))
    days = log.loc[log["user_id"] == user, "last_watch_dt"].sort_values().tail(10).str[:10].tolist()
    assert re.findall(r"(?m)^    (\d{4}-\d\d-\d\d)  ", found.out) == days
    assert "proposed by" in found.out


def test_one_item_that_is_in_the_list_has_the_same_rank_and_score(explain, lists):
    row = lists.iloc[3]
    found = explain("--user", int(row["user_id"]), "--item", int(row["item_id"]))
    assert told(found) == [(row["rank"], row["item_id"], f"{row['score']:.4f}")]


def test_a_watched_item_was_proposed_by_nobody_and_has_scores(base, explain):
    log = pd.read_csv(base.path("data/raw/fetched/interactions.csv"))
    row = log.iloc[0]
    found = explain("--user", row["user_id"], "--item", row["item_id"])
    assert f"nobody proposed it; watched on {row['last_watch_dt'][:10]}" in found
    assert re.search(r"(?m)^     popular (scores it|can't score it)", found)


@pytest.mark.parametrize(("words", "about"), [("--user 999999", "user"), ("--user 1 --item 999999", "item")])
def test_an_unknown_id_ends_in_one_line(explain, words, about):
    with pytest.raises(SystemExit, match=rf"^error: {about} '999999' isn't in the log, nearest: \d+, \d+, \d+$"):
        explain(*words.split())


def test_before_any_run_it_says_what_to_run(base, tmp_path, monkeypatch, capsys):
    empty = base.copy(tmp_path / "empty")
    empty.path("data/ranker/final.cbm").unlink()
    monkeypatch.chdir(empty.folder)
    with pytest.raises(SystemExit) as found:
        __main__.main(["explain", "--user", "1"])
    assert found.value.code == (
        "error: data/ranker/final.cbm: no such file, expected after a run of the pipeline: run `dvc repro`"
    )
    assert capsys.readouterr().out == ""
