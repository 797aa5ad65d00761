import contextlib
import io
import struct
import warnings
import zipfile

import pytest

from tests.datasets.replica import zipped
from twostage.datasets import archive
from twostage.datasets.transfer import UnavailableError

WANTED = {"a.csv": "a.csv", "b_en.csv": "b.csv"}


def extract(tmp_path, content, **options):
    path, into = tmp_path / "data.zip", tmp_path / "into"
    path.write_bytes(content)
    into.mkdir()
    archive.extract(path, WANTED, into, **options)
    return {file.name: file.read_bytes() for file in into.iterdir()}


def refused(tmp_path, content, match, **options):
    with pytest.raises(UnavailableError, match=match) as error:
        extract(tmp_path, content, **options)
    assert "\n" not in str(error.value)


def test_wanted_files_of_any_folder_and_no_others(tmp_path):
    content = zipped({"d/a.csv": b"1", "d/e/b_en.csv": b"2", "c.csv": b"3", "__MACOSX/d/._a.csv": b"4"})
    assert extract(tmp_path, content) == {"a.csv": b"1", "b.csv": b"2"}


@pytest.mark.parametrize("size", [0, 10, 100])
def test_truncated(tmp_path, size):
    refused(tmp_path, zipped({"a.csv": b"x" * 999})[:size], r"data\.zip: not a whole zip archive")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_damaged_anywhere(tmp_path, method):
    """Whatever byte is another one: the archive is refused, or what comes out is what went in."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as packed:
        packed.writestr("d/a.csv", b"user_id,item_id\n1,2\n" * 9)
    whole, path = buffer.getvalue(), tmp_path / "data.zip"
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        (tmp_path / "a.csv").unlink(missing_ok=True)
        with contextlib.suppress(UnavailableError):
            archive.extract(path, {"a.csv": "a.csv"}, tmp_path)
            if (tmp_path / "a.csv").exists():
                assert (tmp_path / "a.csv").read_bytes() == b"user_id,item_id\n1,2\n" * 9


def test_a_full_disk_is_no_damage(tmp_path):
    (tmp_path / "a.csv").symlink_to("/dev/full")
    (tmp_path / "data.zip").write_bytes(zipped({"a.csv": b"x" * 9999}))
    with pytest.raises(OSError, match="No space left"):
        archive.extract(tmp_path / "data.zip", {"a.csv": "a.csv"}, tmp_path)


def test_web_page(tmp_path):
    refused(tmp_path, b"<!DOCTYPE html>", "not a whole zip archive: File is not a zip file")


@pytest.mark.parametrize("name", ["../a.csv", "/etc/a.csv", "d/../../a.csv", "..\\a.csv", "C:\\a.csv", "\\a.csv"])
def test_path_outside(tmp_path, name):
    refused(tmp_path, zipped({"a.csv": b"1", name: b"2"}), "leads outside, expected a path within the archive")
    assert list((tmp_path / "into").iterdir()) == []
    assert {path.name for path in tmp_path.iterdir()} == {"data.zip", "into"}


def test_stated_size_over_the_bound(tmp_path):
    bomb = zipped({"a.csv": b"0" * 600, "other.csv": b"0" * 401})
    refused(tmp_path, bomb, "unpacks to 1001 bytes, expected at most 1000", most=1000)
    assert list((tmp_path / "into").iterdir()) == []


def test_size_at_the_bound(tmp_path):
    assert extract(tmp_path, zipped({"a.csv": b"0" * 1000}), most=1000) == {"a.csv": b"0" * 1000}


def test_more_than_it_states_is_not_unpacked(tmp_path):
    """The directory says 10 bytes; a hundred thousand are packed."""
    honest = zipped({"a.csv": b"0" * 100_000})
    lie = honest.replace(struct.pack("<L", 100_000), struct.pack("<L", 10))
    assert lie.count(struct.pack("<L", 10)) == 2
    refused(tmp_path, lie, "not a whole zip archive: Bad CRC-32", most=1000)
    assert (tmp_path / "into" / "a.csv").stat().st_size <= 10


def test_changed_byte(tmp_path):
    content = bytearray(zipped({"a.csv": bytes(range(256)) * 9}))
    content[60] ^= 255
    refused(tmp_path, bytes(content), "not a whole zip archive")


def test_encrypted(tmp_path):
    content = bytearray(zipped({"a.csv": b"1"}))
    content[content.index(b"PK\1\2") + 8] |= 1
    refused(tmp_path, bytes(content), "'a.csv' is encrypted")


def test_two_files_of_one_name(tmp_path):
    refused(tmp_path, zipped({"d/a.csv": b"1", "e/a.csv": b"2"}), r"more than one file for a\.csv, expected one")


def test_same_path_twice(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(tmp_path / "twice.zip", "w") as twice:
            twice.writestr("a.csv", "1")
            twice.writestr("a.csv", "2")
    refused(tmp_path, (tmp_path / "twice.zip").read_bytes(), "more than one file")
