"""Proof by corruption: whatever happens on a day or later, nothing that was asked up to that day may move."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from twostage.audit.corruption import KEYS, corrupted, renumbered
from twostage.base.params import Run
from twostage.base.tables import LogTables
from twostage.candidate_rows import candidate_rows
from twostage.candidates import Retrieval
from twostage.engine.source import Source
from twostage.split import Fold


class Sources:
    """The log as it is, `clean`, and others in its place.

    Compiling SQL takes longer than running it: the first of the others compiles its own, the later ones run the
    same. So no value of the clean log can stand in a corrupted one's SQL.
    """

    def __init__(self, tables: LogTables, run: Run) -> None:
        self.log, self.clean = tables.interactions, Source(*tables, run)
        self._tables, self.run = tables, run
        self._first: Source | None = None

    def other(self, interactions: pd.DataFrame) -> Source:
        made = Source(*self._tables._replace(interactions=interactions), self.run)
        if self._first:
            made.repeat(self._first)
        else:
            self._first = made
        return made


def differences(clean: pd.DataFrame, other: pd.DataFrame, generators: Iterable[str]) -> list[str]:
    """Columns of two tables of (query, item) that aren't the same to the bit.

    If the pairs differ: NAME_rank of each generator that proposes others, else "query, item".
    """
    keys = ["query", "item"]

    def proposals(table: pd.DataFrame, name: str) -> bytes:
        return table.loc[table[name].notna(), [*keys, name]].to_numpy().tobytes()

    if not clean[keys].equals(other[keys]):
        ranks = (f"{name}_rank" for name in generators)
        return [name for name in ranks if proposals(clean, name) != proposals(other, name)] or [", ".join(keys)]
    return [str(name) for name in clean if clean[name].to_numpy().tobytes() != other[name].to_numpy().tobytes()]


def sample(queries: pd.DataFrame, size: int, seed: int) -> pd.DataFrame:
    """Queries of three days, an equal share each: the first, of the later ones that with most queries, the last.

    Both protocols where the fold has both: horizon queries lie on the first day. Sorted by (day, user).
    """
    counts = queries["day"].value_counts().sort_index()
    first, later = counts.index[0], counts.iloc[1:]
    days = {later.index[-1], later.idxmax(), first} if len(later) else {first}
    parts: list[pd.DataFrame] = []
    for day in sorted(days, reverse=True):  # later days have fewer queries: what they can't give the first one does
        part = queries[queries["day"] == day]
        wanted = size - sum(map(len, parts)) if day == first else size // len(days)
        parts.append(part.sample(min(wanted, len(part)), random_state=seed))
    return pd.concat(parts).sort_values(["day", "user"], kind="stable")


def fold(fold: Fold, chosen: pd.DataFrame, sources: Sources, retrieval: Retrieval) -> dict[str, Any]:
    """Ask the sampled queries of the log as it is and of corrupted ones, and look for a difference.

    For each day that is asked about the log is corrupted from that day on. Then the numbers alone are altered from
    the first day on, those of its queries' labels too.

    Returns
    -------
    dict
        `moved` and `moved_by_numbers`: columns that the one and the other moved; `label_rows`: candidates of the
        first day's queries whose own row had its numbers altered.
    """
    days = sorted({int(day) for day in chosen["day"]})
    numbered = chosen.assign(query=np.arange(len(chosen), dtype=np.int32))
    found = candidate_rows(sources.clean, numbered, retrieval)

    def moved(interactions: pd.DataFrame, day: int) -> list[str]:
        """Columns of the queries up to the day that this log changes."""
        stop = int((chosen["day"] <= day).sum())
        other = candidate_rows(sources.other(interactions), numbered[:stop], retrieval)
        both = zip((table[table["query"] < stop] for table in found), other, strict=True)
        return [name for a, b in both for name in differences(a, b, retrieval.models)]

    log = sources.log
    by_future = [name for day in days for name in moved(corrupted(log, day, sources.run.seed), day)]
    late = log[log["day"] >= days[0]]
    numbers = len(late) > 0 and set(log) > set(KEYS)
    by_numbers = moved(renumbered(log, days[0]), days[0]) if numbers else []
    return {
        "queries": len(chosen),
        "rows": len(found.rows),
        "corrupted_from_days": days,
        "fitted_too_late": [name for name, model in retrieval.models.items() if model.last_day >= fold.start],
        "moved": list(dict.fromkeys(by_future)),
        "moved_by_numbers": list(dict.fromkeys(by_numbers)),
        "label_rows": _label_rows(found.union, chosen, late) if numbers else 0,
    }


def _label_rows(union: pd.DataFrame, chosen: pd.DataFrame, late: pd.DataFrame) -> int:
    """Candidates of the first day's queries that their user watches on that day or later."""
    query = union["query"].to_numpy()
    asked = union[["item"]].assign(**{name: chosen[name].to_numpy()[query] for name in ("user", "day")})
    asked = asked[asked["day"] == asked["day"].min()]
    return len(asked[["user", "item"]].merge(late[["user", "item"]].drop_duplicates()))
