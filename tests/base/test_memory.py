import pytest

from twostage.base import memory
from twostage.base.errors import InputError
from twostage.base.params import Run

# Two processes with 1,000 MB each, of which 500 are taken by libraries and 100 by a million rows.
RUN = Run(seed=1, threads=2, memory="2GB")
LOG = 1_000_000, memory.LogRow(held=100, loading=100)


@pytest.mark.parametrize(("query", "found"), [(10_000, 5000), (80_000, 5000), (80_001, 4900), (4_000_000, 100)])
def test_queries_at_once_are_as_wanted_or_the_hundreds_that_fit(query, found):
    assert memory.at_once(5000, RUN, *LOG, query) == found


def test_memory_for_less_than_a_hundred_queries_is_told_with_what_would_do():
    line = "params.yaml: memory = 2GB, expected at least 2001MB for 1000000 rows of the log on 2 threads"
    with pytest.raises(InputError, match=line):
        memory.at_once(5000, RUN, *LOG, 4_000_001)


def test_loading_the_log_may_take_more_than_the_queries():
    line = "memory = 2GB, expected at least 2002MB for 1000000 rows"
    with pytest.raises(InputError, match=line):
        memory.at_once(5000, RUN, 1_000_000, memory.LogRow(held=100, loading=501), 1)


def test_a_process_of_two_gives_the_database_a_quarter_of_its_half():
    assert memory.database(RUN) == "500MB"
    assert memory.database(RUN.on(1)) == "250MB"


def test_less_than_the_libraries_of_every_process_is_too_little_for_any_log():
    memory.check_least(RUN.model_copy(update={"memory": "1GB"}))
    with pytest.raises(InputError, match="memory = 999MB, expected at least 1000MB for 2 threads"):
        memory.check_least(RUN.model_copy(update={"memory": "999MB"}))


@pytest.mark.parametrize(
    ("wanted", "rows", "found"), [(5, 1_000_000, 2), (1, 1_000_000, 1), (5, 2_000_001, 1), (5, 9_000_000, 1)]
)
def test_fits_stand_side_by_side_as_threads_and_memory_bear(wanted, rows, found):
    # Each takes 500 MB and 250 bytes a row of the 2 GB.
    assert memory.fits_at_once(wanted, rows, RUN) == found


def test_training_needs_room_for_three_copies_beside_the_libraries():
    memory.check_training(1_000_000, 125, RUN)  # 1,500 MB and 500
    with pytest.raises(InputError, match="expected at least 2001MB for 1000001 rows of queries with a positive"):
        memory.check_training(1_000_001, 125, RUN)


def test_drawing_rows_needs_room_for_what_they_are_drawn_from():
    memory.check_drawing(1_500 * memory.MB // 130, RUN)
    with pytest.raises(InputError, match=r"11538462 candidates to draw from, or lower ranker\.max"):
        memory.check_drawing(1_500 * memory.MB // 130 + 1, RUN)


@pytest.mark.parametrize(
    ("threads", "rows"),
    [(1, 1500 * memory.MB // 305), (2, 1000 * memory.MB // 2 // 305)],  # what 2GB leave beside libraries of 500 MB each
)
def test_a_log_needs_room_in_every_process_before_anything_is_fitted(threads, rows):
    run = RUN.model_copy(update={"threads": threads})
    memory.check_log(rows, 500, run)
    line = (
        f"memory = 2GB, expected at least 2001MB for {rows + 1} rows of the log and 500 candidates a query on {threads}"
    )
    with pytest.raises(InputError, match=line):
        memory.check_log(rows + 1, 500, run)


def test_a_hundred_queries_with_all_their_candidates_need_room_in_every_process():
    # 1,000 MB for each of two processes; 500 are libraries, 215 a million rows: 285 for 100 queries at 1,200 a row
    memory.check_log(1_000_000, 2375, RUN)
    with pytest.raises(InputError, match="2001MB for 1000000 rows of the log and 2376 candidates a query on 2 threads"):
        memory.check_log(1_000_000, 2376, RUN)


@pytest.mark.parametrize(
    ("said", "found"), [("1500000\n", 1_500_000), ("max\n", None), (str(2**63 - 4096), None), (None, None)]
)
def test_a_container_may_have_less_than_the_machine(monkeypatch, tmp_path, said, found):
    monkeypatch.setattr(memory, "CONTAINER", ())
    whole = memory.of_machine()
    monkeypatch.setattr(memory, "CONTAINER", (tmp_path / "memory.max", tmp_path / "none"))
    if said:
        (tmp_path / "memory.max").write_text(said)
    assert memory.of_machine() == (found or whole)
