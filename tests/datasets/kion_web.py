"""What the tests of KION share: the published files, where they are served, and what a fetch leaves."""

import re

import pytest

from tests.datasets import replica
from twostage import datasets
from twostage.base.errors import InputError
from twostage.datasets import Data, download, origins

DATA = Data(source="kion")
TRAIN = b"user_id,item_id,last_watch_dt,total_dur,watched_pct\n1,2,2021-05-01,60,5\n"
TEST = b",user_id,item_id,last_watch_dt,total_dur,watched_pct\n0,3,2,2021-08-20,60,\n"
PUBLISHED = {
    "data_original.zip": replica.zipped(replica.ORIGINAL),
    "data_en.zip": replica.zipped(replica.ENGLISH),
    "interactions.csv.zip": replica.zipped({"interactions.csv": replica.INTERACTIONS}),
}


def publish(server, tmp_path, monkeypatch, files):
    blobs = {}
    for name, content in files.items():
        server.files[f"/git/{name}"] = content
        (tmp_path / "hashed").write_bytes(content)
        blobs[name] = download.git_blob(tmp_path / "hashed")
    monkeypatch.setattr(origins, "BLOBS", blobs)


def drive(server, **files):
    for name, content in files.items():
        server.files[f"/uc?export=download&id={origins.PAIR[f'{name}.csv']}"] = content


def own(**files):
    origins.OWN.mkdir()
    for name, content in files.items():
        (origins.OWN / name.replace("__", ".")).write_bytes(content)


def fetched(tmp_path, data=DATA):
    """What `fetch` leaves in its folder."""
    datasets.fetch(data, 0, tmp_path / "into")
    return {path.name: path.read_bytes() for path in (tmp_path / "into").iterdir()}


def refused(tmp_path, *parts):
    with pytest.raises(InputError) as error:
        fetched(tmp_path)
    message = str(error.value)
    assert "\n" not in message
    assert str(tmp_path / "into") not in message
    for part in parts:
        assert re.search(part, message), message
    assert list((tmp_path / "into").iterdir()) == []
