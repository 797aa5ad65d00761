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
    assert list(tmp_path.iterdir()) == []
    assert datasets.folder(data, tmp_path) == Path("mine")


def test_other_sources_are_read_where_they_were_fetched(tmp_path):
    assert datasets.folder(datasets.Data(source="simulated"), tmp_path) == tmp_path


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
