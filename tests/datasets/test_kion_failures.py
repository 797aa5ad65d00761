"""Every way in which an origin of KION can fail: one line, and nothing left behind."""

import struct

import pytest

from tests.datasets import replica
from tests.datasets.kion_web import DATA, PUBLISHED, TRAIN, drive, fetched, own, refused
from twostage.base.errors import InputError
from twostage.datasets import kion


def test_nothing_anywhere_says_why_of_each_and_what_to_do(web, tmp_path):
    web.files.clear()
    refused(
        tmp_path,
        "GitHub: http.*404",
        r"Google Drive: http.*404",
        r"folder .*/own: no files there, expected data_original\.zip, or some of interactions\.csv, train\.csv",
    )


def wrong(web, content):
    web.files["/git/data_original.zip"] = content


FAILURES = {
    "web page": (lambda web: wrong(web, replica.PAGE), r"GitHub: .*zip: a web page \(HTML\) in place of the file;"),
    "pointer": (lambda web: wrong(web, b"version https://git-lfs.github.com/spec/v1\n"), "a Git LFS pointer in place"),
    "wrong hash": (lambda web: wrong(web, b"PK"), "git blob [0-9a-f]{40}, expected [0-9a-f]{40}"),
    "silence": (lambda web: web.silent("/git/data_original.zip", 0.6), r"data_original\.zip: timed out"),
    "page on Drive": (lambda web: drive(web, train=replica.PAGE), r"Google Drive: .*Quota exceeded.* in place"),
    "page as the second": (lambda web: drive(web, train=TRAIN, test=replica.PAGE), "Google Drive: .*Quota exceeded"),
    "no CSV on Drive": (lambda web: drive(web, train=TRAIN, test=b"oops"), r"Google Drive: test\.csv: no column"),
    "own page": (lambda web: own(interactions__csv=replica.PAGE), r"own: interactions\.csv: a web page \(HTML\)"),
    "own truncated": (lambda web: own(data_original__zip=PUBLISHED["data_original.zip"][:500]), "not a whole zip"),
    "own users alone": (lambda web: own(users__csv=replica.USERS.encode()), "own: no log, found users.csv; expected"),
    "a day too early": (
        lambda web: own(train__csv=TRAIN + b"1,3,2021-03-12,60,5\n"),
        "a log from 2021-03-12 to 2021-05-01, expected",
    ),
    "other days": (
        lambda web: own(train__csv=TRAIN.replace(b"2021-05-01", b"2022-05-01")),
        "a log from 2022-05-01 to 2022-05-01, expected days from 2021-03-13 to 2021-08-22",
    ),
    "path outside": (
        lambda web: own(data_original__zip=replica.zipped({"../../interactions.csv": replica.INTERACTIONS})),
        "leads outside",
    ),
}


@pytest.mark.parametrize("case", FAILURES)
def test_failure_is_told_in_one_line_and_leaves_nothing(web, tmp_path, cache, case):
    web.files.clear()
    fail, match = FAILURES[case]
    fail(web)
    refused(tmp_path, match)
    assert not cache.exists() or list(cache.iterdir()) == []


def test_bomb(web, tmp_path):
    """The log in the archive states a size of 3 GiB."""
    web.files.clear()
    size, stated = (struct.pack("<L", number) for number in (len(replica.INTERACTIONS), 3 << 30))
    own(interactions__csv__zip=PUBLISHED["interactions.csv.zip"].replace(size, stated))
    refused(tmp_path, r"interactions\.csv\.zip: unpacks to 3221225472 bytes, expected at most 2147483648")


def test_a_failed_fetch_keeps_the_files_of_the_one_before(web, tmp_path, cache):
    before = fetched(tmp_path)
    web.files.clear()
    (cache / "data_original.zip").unlink()
    with pytest.raises(InputError):
        kion.fetch(DATA, 0, tmp_path / "into")
    assert {path.name: path.read_bytes() for path in (tmp_path / "into").iterdir()} == before
