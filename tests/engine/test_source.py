from pathlib import Path

from tests.small import RUN
from twostage.base.tables import LogTables
from twostage.engine.source import Source


def test_each_source_spills_into_a_folder_of_its_own(small: LogTables, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sources = [Source(*small, RUN) for _ in range(2)]
    asked = "SELECT current_setting('temp_directory') AS folder"
    folders = {Path(source.fetch(asked)["folder"][0].as_py()) for source in sources}
    assert len(folders) == 2
    assert all(folder.is_dir() for folder in folders)
