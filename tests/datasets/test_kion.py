"""The whole way from a server that holds a replica of the published files to the prepared tables."""

import pandas as pd
import pytest

from tests.datasets import replica
from tests.datasets.kion_web import DATA, PUBLISHED, TEST, TRAIN, drive, fetched, own, publish, refused
from twostage import datasets, prepare
from twostage.datasets import Data, origins, raw
from twostage.datasets.kion import Kion

ENGLISH = Data(source="kion", kion=Kion(language="en"))


def test_days_and_columns_of_the_published_log():
    facts = datasets.facts(DATA)
    assert (pd.Timestamp(facts.first_day, unit="D"), pd.Timestamp(facts.last_day, unit="D")) == (
        pd.Timestamp("2021-03-13"),
        pd.Timestamp("2021-08-22"),
    )
    assert facts.columns == set(replica.INTERACTIONS.split(b"\n")[0].decode().split(","))


def test_published_archive_to_tables(web, tmp_path, cache):
    assert fetched(tmp_path).keys() == {"interactions.csv", "users.csv", "items.csv"}
    assert [path.name for path in cache.iterdir()] == ["data_original.zip"]
    found = prepare.encode(raw.read(tmp_path / "into", {}))
    assert found.users["user_id"].tolist() == [176549, 699317, 864613, 1016458]
    assert found.users["sex"].fillna("?").tolist() == ["Ж", "?", "?", "?"]
    assert found.users["kids_flg"].tolist() == [1, pd.NA, 0, pd.NA]
    assert found.items["item_id"].tolist() == [12, 354, 1659, 7638, 9506]
    assert found.items["genres"].fillna("?").tolist() == ["?", "?", "мультфильм, комедия", "?", "триллеры, детективы"]
    assert found.items["release_year"].tolist() == [pd.NA, pd.NA, 2012, pd.NA, 2021]
    assert found.items["title"].iloc[0] == "NA"
    assert "\n" in found.items["description"].iloc[2]
    # 2021-03-13 is day 18699; the later row of that pair, of 2021-05-11, is left out.
    assert found.interactions.to_numpy().tolist() == [
        [0, 4, 18699, 7, 0],
        [1, 2, 18776, 8317, 100],
        [2, 3, 18813, 10, pd.NA],
        [3, 1, 18861, 172, 25],
    ]


def test_english_attributes_have_their_columns_renamed(web, tmp_path):
    assert fetched(tmp_path, ENGLISH).keys() == {"interactions.csv", "users.csv", "items.csv"}
    items = raw.read(tmp_path / "into", {}).items
    assert items[["title", "genres", "directors", "actors"]].to_numpy().tolist() == [
        ["Three heroes", "cartoon, comedy", "Sergey Glezin", "D. V., O. K."]
    ]


def test_archive_without_the_log_is_completed(web, tmp_path, monkeypatch):
    attributes = {name: content for name, content in replica.ORIGINAL.items() if "interactions" not in name}
    publish(web, tmp_path, monkeypatch, PUBLISHED | {"data_original.zip": replica.zipped(attributes)})
    assert fetched(tmp_path)["interactions.csv"] == replica.INTERACTIONS


def test_second_run_asks_nobody_and_gives_the_same_bytes(web, tmp_path):
    first = fetched(tmp_path)
    web.asked.clear()
    assert fetched(tmp_path) == first
    assert web.asked == []


def test_damaged_file_in_the_cache_is_downloaded_again(web, tmp_path, cache):
    fetched(tmp_path)
    (cache / "data_original.zip").write_bytes(b"PK")
    assert fetched(tmp_path)["interactions.csv"] == replica.INTERACTIONS


def test_broken_connection_is_resumed(web, tmp_path):
    web.breaks_after("/git/data_original.zip", 700)
    fetched(tmp_path)
    assert [asked[1] for asked in web.asked] == [None, "bytes=700-"]


def test_broken_download_is_resumed_by_the_next_run(web, tmp_path, cache):
    def silent_after_700(handler):
        if "Range" in handler.headers:
            return handler.send_error(503)
        return replica.send(handler, PUBLISHED["data_original.zip"], most=700)

    web.answers["/git/data_original.zip"] = silent_after_700
    refused(tmp_path, "GitHub: .*503", r"folder .*/own: ")
    assert (cache / ".data_original.zip.part").read_bytes() == PUBLISHED["data_original.zip"][:700]
    web.answers.clear()
    web.asked.clear()
    assert fetched(tmp_path)["interactions.csv"] == replica.INTERACTIONS
    assert web.asked == [("/git/data_original.zip", "bytes=700-")]
    assert [path.name for path in cache.iterdir()] == ["data_original.zip"]


def test_part_of_another_file_is_forgotten(web, tmp_path, cache):
    cache.mkdir(parents=True)
    (cache / ".data_original.zip.part").write_bytes(b"<html>what a hotel's network says</html>")
    assert fetched(tmp_path)["interactions.csv"] == replica.INTERACTIONS


def test_drive_serves_where_the_repository_is_gone(web, tmp_path, capsys):
    web.files.clear()
    drive(web, train=TRAIN, test=TEST)
    assert fetched(tmp_path) == {"train.csv": TRAIN, "test.csv": TEST}
    said = capsys.readouterr().err
    assert "KION not from GitHub: " in said
    assert "data_original.zip: HTTP Error 404: Not Found" in said
    assert "KION from Google Drive: train.csv, test.csv" in said


def test_files_of_an_earlier_origin_are_replaced(web, tmp_path, cache):
    fetched(tmp_path)
    (cache / "data_original.zip").unlink()
    web.files.clear()
    drive(web, train=TRAIN, test=TEST)
    assert fetched(tmp_path).keys() == {"train.csv", "test.csv"}


@pytest.mark.parametrize("name", ["data_original__zip", "interactions__csv__zip"])
def test_own_archive(web, tmp_path, name):
    web.files.clear()
    own(**{name: PUBLISHED[name.replace("__", ".")]})
    assert fetched(tmp_path)["interactions.csv"] == replica.INTERACTIONS


def test_own_files_come_before_the_archive_beside_them(web, tmp_path):
    web.files.clear()
    own(data_original__zip=PUBLISHED["data_original.zip"], users__csv=b"user_id,age\n176549,old\n")
    found = fetched(tmp_path)
    assert found["users.csv"] == b"user_id,age\n176549,old\n"
    assert found["items.csv"] == replica.ITEMS.encode()
    assert (origins.OWN / "users.csv").exists()


def test_own_pair(web, tmp_path):
    web.files.clear()
    own(train__csv=TRAIN, test__csv=TEST)
    assert fetched(tmp_path) == {"train.csv": TRAIN, "test.csv": TEST}


def test_language_that_does_not_exist():
    with pytest.raises(ValueError, match="'original' or 'en'"):
        Kion(language="de")
