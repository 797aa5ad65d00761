"""users.csv and items.csv of the simulated world, with the gaps and lists that real ones have."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from twostage.base import runs
from twostage.datasets.world import FAMILY, GENRES, World

AGES = ["age_18_24", "age_25_34", "age_35_44", "age_45_54", "age_55_64", "age_65_inf"]
INCOMES = ["income_0_20", "income_20_40", "income_40_60", "income_60_90", "income_90_150", "income_150_inf"]
SEXES = ["M", "F"]
COUNTRIES = ["Russia", "USA", "France", "United Kingdom", "Germany", "Japan", "South Korea"]
UNKNOWN, GAPS = 0.1, 0.02  # share of users who aren't in the file, and of values that are empty in it
PEOPLE = 40  # items per hundred that a name stands for in the lists of directors and actors


def users(planted: World, seed: int) -> pa.Table:
    rng = np.random.default_rng([seed, 4])
    known = np.flatnonzero(rng.random(len(planted.arrival)) >= UNKNOWN)
    groups = {name: codes[known] for name, codes in planted.groups.items()}
    return pa.table(
        {
            "user_id": known,
            "age": _named(AGES, groups["age"], rng),
            "income": _named(INCOMES, groups["income"], rng),
            "sex": _named(SEXES, groups["sex"], rng),
            "kids_flg": groups["kids"],
        }
    )


def items(planted: World, first_day: date, seed: int) -> pa.Table:
    rng = np.random.default_rng([seed, 5])
    order = np.argsort(planted.item_id)
    genre, series, release = planted.genre[order], planted.series[order], planted.release[order]
    season = runs.place(planted.series)[order] + 1
    alone = np.bincount(planted.series)[series] == 1
    names = [
        f"Film {n}" if film else f"Series {n}, season {s}" for n, film, s in zip(series, alone, season, strict=True)
    ]
    second = rng.integers(0, len(GENRES), len(order))
    lists = [
        GENRES[a] if a == b or one else f"{GENRES[a]}, {GENRES[b]}"
        for a, b, one in zip(genre, second, rng.random(len(order)) < 0.5, strict=True)
    ]
    released = np.datetime64(first_day, "D") + release
    return pa.table(
        {
            "item_id": planted.item_id[order],
            "content_type": np.where(alone, "film", "series").tolist(),
            "title": names,
            "title_orig": pa.array(names, mask=rng.random(len(order)) < 0.3),
            "release_year": released.astype("datetime64[Y]").astype(np.int64) + 1970,
            "genres": lists,
            "countries": _named(COUNTRIES, rng.integers(0, len(COUNTRIES), len(order)), rng),
            "for_kids": (genre == FAMILY).astype(np.int64),
            "age_rating": np.where(genre == FAMILY, 0, rng.choice([6, 12, 16, 18], len(order))),
            "studios": pa.array([f"Studio {n % 20}" for n in series], mask=rng.random(len(order)) < 0.9),
            "directors": [f"Director {n // 3}" for n in series],
            "actors": _people(len(order), rng),
            "description": [
                f'{name} is a "{genres}" that nobody filmed.' for name, genres in zip(names, lists, strict=True)
            ],
            "keywords": [f"{genres}, simulated" for genres in lists],
        }
    )


def _named(names: list[str], codes: np.ndarray, rng: np.random.Generator) -> pa.Array:
    texts = pa.DictionaryArray.from_arrays(pa.array(codes, mask=rng.random(len(codes)) < GAPS), names)
    return texts.cast(pa.string())


def _people(count: int, rng: np.random.Generator) -> list[str]:
    """Three actors for each of `count` items."""
    cast = rng.integers(0, max(3, count * PEOPLE // 100), (count, 3))
    return [", ".join(f"Actor {n}" for n in row) for row in cast]
