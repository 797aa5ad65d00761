import pytest

from tests.proof.cases import small
from twostage.proof.depths import depths


def test_a_row_for_each_depth_by_hand():
    table = depths(small(), 3)
    assert len(table) == 2 * 2 * 3 * 3  # protocols, segments, systems, depths
    rows = table[(table["protocol"] == "horizon") & (table["segment"] == "warm") & (table["system"] == "ranker")]
    # User 0: first. User 1: second and third of two.
    assert rows["k"].tolist() == [1, 2, 3]
    assert rows["recall"].tolist() == pytest.approx([1 / 2, (1 + 1 / 2) / 2, 1])
    assert rows["map"].tolist() == pytest.approx([1 / 2, (1 + 1 / 4) / 2, (1 + 1 / 4 + 1 / 3) / 2])
