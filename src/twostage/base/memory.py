"""`memory` of params.yaml as the sizes of what is held at once, so that a stage and its processes stay near it.

Rough sums: bytes were measured on a simulated log of KION's size and are rounded up (docs/PERFORMANCE.md).
"""

import os
from math import ceil
from pathlib import Path
from typing import NamedTuple

from twostage.base.blocks import BLOCK
from twostage.base.errors import InputError
from twostage.base.params import Room, Run

MB = 10**6
LIBRARIES = 500 * MB  # of a process: what it imports and the models
DATABASE = 0.25  # share of a process's memory that DuckDB may take
# Bytes of a proposal (N x generators for each query, which overlap) while they are merged, and with its features.
PROPOSED = 400
FEATURED = 1200
DISTINCT = 2000  # bytes of a candidate with its features, where each is counted once
DRAWN_FROM = 130  # bytes of a candidate that training rows are drawn from, by its labels and query
# Copies of a training row's numbers that live at once: those read, those of the two sides, what CatBoost takes.
COPIES = 3


class LogRow(NamedTuple):
    """Bytes of a row of the log: while it waits for queries, and at most while it is loaded and counted."""

    held: int
    loading: int


LOG = LogRow(80, 80)  # as arrays alone
FEATURE_LOG = LogRow(215, 305)  # with the pairs of near items
# Where Linux says what a container may take: control groups, version 2 and 1.
CONTAINER = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
FIT_ROW = 250  # bytes of a row of the log while the thirstiest default generator, sasrec, learns from it


def database(run: Run) -> str:
    """DuckDB's own limit in a process with this memory; above it, it spills to disk."""
    return f"{max(1, int(run.bytes * DATABASE / MB))}MB"


def at_once(wanted: int, run: Run, log_rows: int, log_row: LogRow, query: int) -> int:
    """Queries that each of `threads` processes takes at once: `wanted`, or the hundreds that `memory` bears.

    `log_row` and `query`: bytes of a row of the log and of a query at work. No result depends on the number.

    Raises
    ------
    InputError
        If a hundred queries are too many.
    """
    least = run.threads * _least(log_rows, log_row, query)
    _demand(least, run, f"{log_rows} rows of the log on {run.threads} threads")
    held = LIBRARIES + log_rows * log_row.held
    return min(wanted, int((run.bytes / run.threads - held) / query) // BLOCK * BLOCK)


def _least(log_rows: int, log_row: LogRow, query: int) -> int:
    """Bytes of a process while it loads the log, or takes a hundred queries at once."""
    return LIBRARIES + max(log_rows * log_row.held + BLOCK * query, log_rows * log_row.loading)


def check_least(run: Room) -> None:
    """Before anything is known of the log.

    Raises
    ------
    InputError
        If the processes don't fit, let alone what they hold.
    """
    _demand(run.threads * LIBRARIES, run, f"{run.threads} threads")


def of_machine() -> int:
    """All that it has, or that a container may take of it, in bytes."""
    said = [path.read_text().strip() for path in CONTAINER if path.is_file()]
    limits = [int(text) for text in said if text.isdecimal()]  # or "max"
    return min([os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"), *limits])


def check_log(log_rows: int, proposed: int, run: Room) -> None:
    """Before anything is fitted on so many rows, where a query has so many candidates at most.

    `ease`, whose memory is the catalogue's, has `ease.max_items`.

    Raises
    ------
    InputError
        If a fit, or the processes that compute features from the log, won't have room: hours later would be too late.
    """
    needed = max(LIBRARIES + log_rows * FIT_ROW, run.threads * _least(log_rows, FEATURE_LOG, proposed * FEATURED))
    _demand(needed, run, f"{log_rows} rows of the log and {proposed} candidates a query on {run.threads} threads")


def fits_at_once(wanted: int, log_rows: int, run: Run) -> int:
    """Of `wanted` fits on so many rows those that may run side by side, at most `threads`; 1 fit always may."""
    return max(1, min(wanted, run.threads, run.bytes // (LIBRARIES + log_rows * FIT_ROW)))


def check_drawing(candidates: int, run: Run) -> None:
    """Before training rows are drawn of so many.

    Raises
    ------
    InputError
        If what they are drawn by doesn't fit.
    """
    needed = LIBRARIES + candidates * DRAWN_FROM
    _demand(needed, run, f"{candidates} candidates to draw from, or lower ranker.max_candidates")


def check_training(rows: int, columns: int, run: Run) -> None:
    """Before so many rows of float32 columns are read to be trained on.

    Raises
    ------
    InputError
        If they don't fit.
    """
    needed = LIBRARIES + rows * columns * 4 * COPIES
    _demand(needed, run, f"{rows} rows of queries with a positive, or lower ranker.max_candidates")


def _demand(needed: int, run: Room, work: str) -> None:
    if needed > run.bytes:
        raise InputError(f"params.yaml: memory = {run.memory}, expected at least {ceil(needed / MB)}MB for {work}")
