from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest

from twostage import datasets
from twostage.base import params
from twostage.base.errors import InputError


@pytest.mark.parametrize("name", get_args(datasets.Data.model_fields["source"].annotation))
def test_every_source_has_a_module(name):
    assert {"fetch", "facts"} <= set(dir(import_module(f"twostage.datasets.{name}")))


def test_own_files_are_read_where_they_are(tmp_path):
    data = datasets.Data(source="files", path=Path("mine"))
    datasets.fetch(data, 0, tmp_path)
    (only,) = tmp_path.iterdir()
    assert only.read_text() == "Nothing was fetched: the log is read from mine, as data.path in params.yaml says.\n"


def test_names_of_columns_serve_own_files_alone(tmp_path):
    (tmp_path / "interactions.csv").write_text("who,item_id,last_watch_dt\n1,2,2021-05-01\n")
    mine = datasets.Data(source="files", path=tmp_path, columns={"who": "user_id"})
    assert datasets.read(mine, Path("nowhere")).interactions["user_id"].tolist() == [1]
    (tmp_path / "interactions.csv").write_text("user_id,item_id,last_watch_dt\n1,2,2021-05-01\n")
    other = datasets.Data(source="simulated", columns={"who": "user_id"})
    assert datasets.read(other, tmp_path).interactions["user_id"].tolist() == [1]


@pytest.mark.parametrize(("rows", "said"), [(["1,2", "1,3"], "users of the log: 1"), (["1,2", "2,2"], "items: 1")])
def test_a_log_of_one_user_or_item_is_refused(tmp_path, rows, said):
    lines = "".join(f"{row},2021-05-01\n" for row in rows)
    (tmp_path / "interactions.csv").write_text(f"user_id,item_id,last_watch_dt\n{lines}")
    with pytest.raises(InputError, match=said):
        datasets.facts(datasets.Data(source="files", path=tmp_path))


def test_section_of_params(tmp_path):
    file = tmp_path / "params.yaml"
    file.write_text('data: {source: simulated, simulated: {users: 30, views: 60, first_day: "2020-02-29"}}')
    found = params.load(datasets.Data, file)
    assert found.path == Path("data/raw/files")
    assert (found.simulated.users, found.simulated.first_day.isoformat()) == (30, "2020-02-29")


def test_bad_size_is_named(tmp_path):
    file = tmp_path / "params.yaml"
    file.write_text("data: {source: simulated, simulated: {users: 3000, views: 2999}}")
    with pytest.raises(InputError, match="views = 2999, expected from 3000"):
        params.load(datasets.Data, file)
