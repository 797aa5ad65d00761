import numpy as np
import pandas as pd
import pytest

from twostage.base import tables
from twostage.compare import proposals

NAN = float("nan")
TABLE = pd.DataFrame(
    {
        "query": [0, 1, 1, 3, 3, 4],
        "item": [9, 2, 5, 1, 7, 6],
        "a_rank": [1.0, 2, 1, NAN, 1, 3],
        "a_score": [0.9, 0.1, 0.2, 0.3, 0.4, 0.5],
    }
)


def lists(chunks, asked=(1, 3, 4), n: int = 2):
    items, scores = np.full((2, len(asked), n), NAN)
    for block in proposals.blocks(chunks, np.array(asked), ["a"], n):
        items[block.rows], scores[block.rows] = block.items[0], block.scores[0]
    return items.tolist(), scores.tolist()


@pytest.mark.parametrize("cut", [0, 1, 3, 5, 6])
def test_lists_by_rank_wherever_the_chunks_are_cut_between_queries(cut: int):
    items, scores = lists([TABLE[:cut], TABLE[cut:]])
    # Rank 3 lies beyond n = 2, and query 0 isn't asked for.
    assert items == [[5, 2], [7, -1], [-1, -1]]
    assert scores == [
        pytest.approx([0.2, 0.1]),
        pytest.approx([0.4, NAN], nan_ok=True),
        pytest.approx([NAN] * 2, nan_ok=True),
    ]


def test_nothing_asked_for_gives_no_block():
    assert list(proposals.blocks([TABLE], np.array([2]), ["a"], 2)) == []


def test_reading_takes_the_columns_of_the_generators_alone(tmp_path):
    tables.write(TABLE.assign(b_rank=1.0, b_score=1.0), tmp_path / "candidates.parquet")
    found = pd.concat(proposals.read(tmp_path / "candidates.parquet", ["a"]), ignore_index=True)
    pd.testing.assert_frame_equal(found, TABLE)
