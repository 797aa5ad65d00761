"""Pictures: whole, small, the same bytes twice, whatever part of a report is there."""

from functools import partial
from itertools import permutations
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest
import yaml
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

from twostage.plots import (
    beeswarm,
    canvas,
    dependence,
    diversity,
    feature_groups,
    generator_map,
    heat_map,
    importance,
    learning_curves,
    marginal,
    parts,
    quality,
    recall,
    segments,
    steps,
    tables,
)
from twostage.ranker import Loss

BLOCK = {"ndcg": 0.3, "ndcg_interval": [0.2, 0.4], "users": 3}
NOTHING = {"ndcg": 0.0, "ndcg_interval": [0.0, 0.0], "users": 3}
RANKER = {
    "curve": {"loss": ["Logloss", "YetiRank"], "ndcg": [0.1, 0.2], "trees": [20, 40]},
    "importance": {"user_rows": 20.0, "item_share": 30.0, "pair_x": 40.0, "als_rank": 10.0},
    "loss_change": {"user_rows": 0.02, "item_share": 0.03, "pair_x": -0.04, "als_rank": 0.0},
    "loss_change_on": {"metric": "Logloss"},
    "kinds": {"user_rows": "user", "item_share": "item", "pair_x": "pair", "als_rank": "generator"},
    "groups": {
        "importance": {"user": 20.0, "item": 30.0, "pair": 40.0, "generator": 10.0},
        "loss_change": {"user": 0.02, "item": 0.03, "pair": -0.04, "generator": 0.0},
        "shap_share": {"user": 0.0, "item": 0.0, "pair": 0.0, "generator": 0.0},
    },
}
THIRTY = {f"item_{n}": float(n) for n in range(30)}
SHAP = pd.DataFrame({"user_rows": np.sin(np.arange(99)), "als_rank": np.cos(np.arange(99))})
SEVEN = pd.DataFrame({f"f{n}": np.sin(np.arange(99) * (n + 1)) for n in range(7)})
CURVE = pd.DataFrame({"k": [1, 2, 3], "diversity": [0.5, 0.25, 0.125]})
TEN = [f"generator_{place}" for place in range(10)]


def generators(names, *, pairs=True):
    agreement = {a: {b: 0.25 for b in names if b != a} for a in names} if pairs and len(names) > 1 else {}
    return {
        period: {
            "queries": 3,
            "recall": {name: {"100": 0.5, "20": 0.2 + last / 10} for name in names},
            "union_recall": 0.6,
            "union_candidates": 150.0,
            "marginal_recall": {name: place / 100 for place, name in enumerate(names)},
            "overlap": agreement,
            "rbo": agreement,
        }
        for period, last in (("test", 1), ("valid", 0))
    }


def ranking(**blocks):
    return {name: {"horizon": block} for name, block in blocks.items()}


SYSTEMS = ("als", "fusion", "scores_only", "ranker")


def part(value: float, systems=SYSTEMS):
    return {"queries": 9, "users": 3} | {name: {"ndcg": value * (1 + place)} for place, name in enumerate(systems)}


def step(low: float):
    gain = {"ndcg": low + 0.1, "ndcg_interval": [low, low + 0.2]}
    gains = {"fusion to scores_only": gain, "scores_only to ranker": gain}
    return {"queries": 9, "systems": dict.fromkeys(SYSTEMS[1:], BLOCK), "gains": gains}


def curves(systems=SYSTEMS, segments=("all", "warm"), depth=3):
    rows = [
        (protocol, segment, system, k, 0.1 * k, 0.05 * k)
        for protocol in ("horizon", "daily")
        for segment in segments
        for system in systems
        for k in range(1, depth + 1)
    ]
    return pd.DataFrame(rows, columns=["protocol", "segment", "system", "k", "ndcg", "recall"])


DRAWINGS = {
    "diversity": partial(diversity.draw, CURVE),
    "diversity at k = 1 alone": partial(diversity.draw, CURVE.head(1)),
    "recall": partial(recall.draw, generators(["als", "popular"])),
    "recall of one generator": partial(recall.draw, generators(["als"])),
    "recall of ten generators": partial(recall.draw, generators(TEN)),
    "overlap": partial(heat_map.draw, generators(["als", "popular"]), "overlap"),
    "overlap of one generator": partial(heat_map.draw, generators(["als"]), "overlap"),
    "overlap of ten generators": partial(heat_map.draw, generators(TEN), "overlap"),
    "rbo without a pair": partial(heat_map.draw, generators(["als", "popular"], pairs=False), "rbo"),
    "marginal recall": partial(marginal.draw, generators(["als", "popular"])),
    "marginal recall of one generator that adds nothing": partial(marginal.draw, generators(["als"])),
    "marginal recall of ten generators": partial(marginal.draw, generators(TEN)),
    "map": partial(generator_map.draw, generators(["als", "popular"])),
    "map of one generator": partial(generator_map.draw, generators(["als"])),
    "map of ten generators": partial(generator_map.draw, generators(TEN)),
    "map without a pair": partial(generator_map.draw, generators(["als", "popular"], pairs=False)),
    "learning curves": partial(learning_curves.draw, tables.learning_curves(RANKER, ["Logloss", "YetiRank", "Other"])),
    "segments": partial(
        segments.draw, ranking(als={"all": BLOCK, "warm": BLOCK}, ranker={"all": BLOCK, "cold": BLOCK})
    ),
    "only cold users": partial(segments.draw, ranking(als={"cold": BLOCK}, ranker={"cold": BLOCK})),
    "nobody finds anything": partial(segments.draw, ranking(als={"all": NOTHING}, ranker={"all": NOTHING})),
    "parts": partial(
        parts.draw,
        {"light_rows": 2.0, "horizon": {"warm": part(0.1), "type film": part(0.2)}, "daily": {"warm": part(0)}},
    ),
    "parts of cold users alone": partial(parts.draw, {"light_rows": 0.0, "horizon": {"cold": part(0.1)}, "daily": {}}),
    "gain by step": partial(steps.draw, {"horizon": step(0.1), "daily": step(-0.1)}),
    "no warm user gains by a step": partial(steps.draw, {}),
    "quality": partial(quality.draw, curves()),
    "quality of ten generators and cold users at k = 1 alone": partial(
        quality.draw, curves([*TEN, *SYSTEMS], ["all"], 1)
    ),
    "importance": partial(importance.draw, RANKER),
    "importance of 30": partial(
        importance.draw,
        RANKER | {"importance": THIRTY, "loss_change": THIRTY, "kinds": dict.fromkeys(THIRTY, "item")},
    ),
    "groups": partial(feature_groups.draw, RANKER),
    "dependence of two": partial(dependence.draw, SHAP, SHAP),
    "dependence of seven, one unknown": partial(dependence.draw, SEVEN, SEVEN.assign(f0=np.nan).mask(SEVEN > 0.9)),
    "dependence of one that is the same everywhere": partial(
        dependence.draw, SHAP[["als_rank"]], SHAP[["als_rank"]] * 0
    ),
    "beeswarm": partial(beeswarm.draw, SHAP, SHAP),
    "beeswarm with an unknown value": partial(beeswarm.draw, SHAP, SHAP.mask(SHAP > 0.9)),
}


def whole(path: Path) -> bytes:
    assert list(path.parent.iterdir()) == [path], "no temporary file left"
    assert plt.get_fignums() == [], "no figure left open"
    return path.read_bytes()


ONE_OF_EACH_KIND = {drawing.func.__module__: name for name, drawing in reversed(DRAWINGS.items())}.values()


def drawn(name, folder):
    DRAWINGS[name](folder / "a.png")
    return whole(folder / "a.png")


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_small_picture_that_is_the_same_twice(name, tmp_path):
    picture = drawn(name, tmp_path)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(picture) < 150_000
    assert b"Software" not in picture
    if name in ONE_OF_EACH_KIND:
        assert drawn(name, tmp_path) == picture


def test_a_drawing_that_fails_leaves_no_file_and_no_figure(tmp_path):
    with pytest.raises(KeyError), canvas.figure(tmp_path / "a.png", (2, 2), "title"):
        raise KeyError
    assert list(tmp_path.iterdir()) == []
    assert plt.get_fignums() == []


def test_parts_are_drawn_users_first_and_then_kinds_of_item_by_name():
    names = ["cold", "heavy", "light", "type film", "type a", "warm"]
    assert parts._names(dict.fromkeys(names)) == ["warm", "light", "heavy", "cold", "type a", "type film"]


def test_ten_generators_look_different_and_the_same_in_any_order():
    looks = canvas.looks(TEN)
    assert looks == canvas.looks(TEN[::-1])
    assert all(a != b for a, b in permutations(looks.values(), 2))


def test_shares_are_percent_of_the_sum_of_sizes():
    assert feature_groups.shares({"user": 1.0, "item": 2.0, "pair": -1.0}) == {"user": 25, "item": 50, "pair": -25}
    assert feature_groups.shares({"user": 0.0}) == {"user": 0}


def test_medians_of_as_many_points_each_with_equal_values_together():
    # 24 points in 12 parts: two and two, x = 0.5, 2.5, ...
    x, y = dependence.medians(np.arange(24.0), np.arange(24.0) * 2)
    assert x == [0.5 + 2 * n for n in range(12)]
    assert y == [1.0 + 4 * n for n in range(12)]
    x, y = dependence.medians(np.array([0.0, 0, 0, 1]), np.array([1.0, 3, 8, 5]))
    assert (x, y) == ([0.0, 1.0], [3.0, 5.0])


def test_a_feature_has_the_colour_of_its_kind_whatever_its_name(tmp_path, monkeypatch):
    bars = []
    monkeypatch.setattr(canvas, "save", lambda drawn, path: bars.extend(drawn.axes[0].patches))
    names = {"item_knn_score": 2.0, "item_share": 1.0}
    kinds = {"item_knn_score": "generator", "item_share": "item"}
    importance.draw(RANKER | {"importance": names, "loss_change": names, "kinds": kinds}, tmp_path / "a.png")
    colours = {bar.get_width(): to_hex(bar.get_facecolor()) for bar in bars}
    assert colours == {2.0: canvas.GREY, 1.0: canvas.ORANGE}


def test_recall_curves_are_sorted_by_n_as_a_number():
    curves = tables.recall_curves(generators(["popular", "als"]))
    assert curves.to_dict("list") == {
        "period": ["test"] * 4 + ["valid"] * 4,
        "generator": ["als", "als", "popular", "popular"] * 2,
        "n": [20, 100] * 4,
        "recall": pytest.approx([0.3, 0.5, 0.3, 0.5, 0.2, 0.5, 0.2, 0.5]),
    }


def test_the_table_of_a_period_has_a_row_for_each_n_and_a_column_for_each_generator():
    table = tables.recall_table(tables.recall_curves(generators(["popular", "als"])), "test")
    assert list(table.columns) == ["n", "als", "popular"]
    np.testing.assert_allclose(table.to_numpy(), [[20, 0.3, 0.3], [100, 0.5, 0.5]])


def test_learning_curves_have_a_row_for_a_number_of_trees_and_a_column_for_each_loss_compared_or_not():
    curve = {"loss": ["Yeti", "Yeti", "Log"], "ndcg": [0.1, 0.2, 0.3], "trees": [20, 40, 20]}
    curves = tables.learning_curves({"curve": curve}, ["Yeti", "Soft", "Log"])
    assert list(curves.columns) == ["trees", "Yeti", "Soft", "Log"]
    np.testing.assert_array_equal(curves.to_numpy(), [[20, 0.1, np.nan, 0.3], [40, 0.2, np.nan, np.nan]])


def test_a_loss_that_was_not_compared_has_no_curve(tmp_path):
    for name, losses in (("all", ["Logloss", "Other", "YetiRank"]), ("compared", ["Logloss", "YetiRank"])):
        learning_curves.draw(tables.learning_curves(RANKER, losses), tmp_path / name)
    assert (tmp_path / "all").read_bytes() == (tmp_path / "compared").read_bytes()


def test_the_plots_page_draws_a_curve_for_every_loss():
    root = Path(__file__).resolve().parents[1]
    pages = [plot for plot in yaml.safe_load((root / "dvc.yaml").read_text())["plots"] if "learning_curves" in plot]
    columns = pages[0]["learning_curves"]["y"]["plots/learning_curves.csv"]
    assert columns == list(get_args(Loss))


def test_three_points_of_a_plane_keep_their_distances():
    # Sides 3, 4, 5: a right angle at the second.
    points, kept = generator_map.scaled(np.array([[0.0, 3, 5], [3, 0, 4], [5, 4, 0]]))
    distances = np.linalg.norm(points[:, None] - points, axis=2)
    np.testing.assert_allclose(distances, [[0, 3, 5], [3, 0, 4], [5, 4, 0]], atol=1e-9)
    assert kept == pytest.approx(1)


def test_four_points_all_as_far_from_each_other_need_a_third_dimension():
    points, kept = generator_map.scaled(1 - np.eye(4))
    assert points.shape == (4, 2)
    assert kept == pytest.approx(2 / 3)
