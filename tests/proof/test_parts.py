import pandas as pd
import pytest

from tests.proof.cases import LABELS, LOG, START, small
from twostage.proof.parts import parts

FILMS = pd.DataFrame({"content_type": pd.array(["film", "film", "series", None, "film", "film"], dtype="string")})
K = 2


def found(items: pd.DataFrame = FILMS, labels: pd.DataFrame = LABELS):
    return parts(small(labels=labels), LOG.before(START), items, K)


def test_light_and_heavy_are_halves_of_the_warm_users_by_rows_before_the_test():
    report = found()
    assert report["light_rows"] == 2  # of 1 and 3
    sizes = {name: (part["queries"], part["users"]) for name, part in report["daily"].items() if " " not in name}
    assert sizes == {"warm": (3, 2), "cold": (1, 1), "light": (1, 1), "heavy": (2, 1)}
    assert report["daily"]["light"]["fusion"]["recall"] == 1
    assert report["daily"]["heavy"]["fusion"]["recall"] == pytest.approx(1 / 2)


def test_a_type_counts_its_own_relevant_items_and_leaves_the_lists_whole():
    horizon = found()["horizon"]
    # Films: item 1 of user 0, item 0 of user 2. Series: item 2 of user 1, second in the ranker's list.
    assert (horizon["type film"]["queries"], horizon["type series"]["queries"]) == (2, 1)
    assert horizon["type film"]["fusion"]["map"] == pytest.approx((1 / 2 + 0) / 2)
    assert horizon["type series"]["ranker"]["map"] == pytest.approx(1 / 2)


@pytest.mark.parametrize("items", [FILMS.drop(columns="content_type"), FILMS.assign(content_type="film")])
def test_no_types_or_one_are_no_parts(items):
    assert not [name for name in found(items)["horizon"] if name.startswith("type")]


def test_a_part_without_a_label_is_left_out():
    horizon = found(labels=LABELS[LABELS["query"] != 6])["horizon"]
    assert "cold" not in horizon
    assert "warm" in horizon
