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
from matplotlib.text import Text

from bench import pipeline
from twostage.plots import (
    beeswarm,
    calibration,
    canvas,
    choices,
    dependence,
    diversity,
    feature_groups,
    generator_map,
    heat_map,
    importance,
    kinds,
    learning_curves,
    marginal,
    parts,
    quality,
    recall,
    segments,
    steps,
    tables,
)
from twostage.ranking.ranker import Loss, sums

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
LONG = pd.DataFrame({"als_rank": np.sin(np.arange(300))})
SEVEN = pd.DataFrame({f"f{n}": np.sin(np.arange(99) * (n + 1)) for n in range(7)})
OBSERVED = {
    "label": "target = 1",
    "calibration": {"predicted": [0.1, 0.5], "observed": [0.2, 0.4], "pairs": [2, 1]},
}
GAIN = {"gain": -0.01, "gain_interval": [-0.02, 0.01]}
FAR = {"gain": -0.141, "gain_interval": [-0.16, -0.12]}
CHOICES = {
    "in_use": {"daily": {"queries": 1234}, "horizon": {"queries": 9}},
    "others": {name: {"daily": GAIN, "horizon": GAIN} for name in ("negatives: 4", "queries: daily")}
    | {"negatives_kind: top": {"daily": FAR, "horizon": FAR}},
}
CURVE = pd.DataFrame({"k": [1, 2, 3], "diversity": [0.5, 0.25, 0.125]})
TEN = [f"generator_{place}" for place in range(10)]
COSTS = pd.DataFrame(
    [(stage, rows, rows / 100 + place) for rows in (100, 400) for place, stage in enumerate([*TEN, pipeline.TOTAL])]
    + [(pipeline.BASELINE, 100, 5.0)],
    columns=["stage", "rows", "seconds"],
)


def generators(names, *, pairs=True):
    agreement = {a: {b: 0.25 for b in names if b != a} for a in names} if pairs and len(names) > 1 else {}
    return {
        period: {
            "queries": 1234,
            "pair_queries": 1000,
            "recall": {name: {"100": 0.5, "20": 0.2 + last / 10} for name in names},
            "served": dict.fromkeys(names, 1.0),
            "merged_recall": {"20": 0.25, "100": 0.55},
            "union_recall": 0.6,
            "union_candidates": 150.0,
            "marginal_recall": {name: place / 100 for place, name in enumerate(names)},
            "overlap": agreement,
            "rbo": agreement,
        }
        for period, last in (("test", 1), ("valid", 0))
    }


def with_warm(names, **block):
    """The same, and of warm users what a test gives of them."""
    return {period: every | {"warm": every | block} for period, every in generators(names).items()}


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
    "diversity": partial(diversity.draw, CURVE, 2),
    "diversity at k = 1 alone": partial(diversity.draw, CURVE.head(1), 1),
    "recall": partial(recall.draw, generators(["als", "popular"])),
    "recall of one generator": partial(recall.draw, generators(["als"])),
    "recall of ten generators": partial(recall.draw, generators(TEN)),
    "recall of warm users": partial(recall.draw, with_warm(["als", "popular"], queries=567)),
    "overlap": partial(heat_map.draw, generators(["als", "popular"]), "overlap", 0.8),
    "overlap of one generator": partial(heat_map.draw, generators(["als"]), "overlap", 0.8),
    "overlap of ten generators": partial(heat_map.draw, generators(TEN), "overlap", 0.8),
    "rbo without a pair": partial(heat_map.draw, generators(["als", "popular"], pairs=False), "rbo", 0.8),
    "rbo of warm users": partial(heat_map.draw, with_warm(["als", "popular"], pair_queries=567), "rbo", 0.8),
    "marginal recall": partial(marginal.draw, generators(["als", "popular"])),
    "marginal recall of one generator that adds nothing": partial(marginal.draw, generators(["als"])),
    "marginal recall of ten generators": partial(marginal.draw, generators(TEN)),
    "map": partial(generator_map.draw, generators(["als", "popular"]), 0.8),
    "map of one generator": partial(generator_map.draw, generators(["als"]), 0.8),
    "map of ten generators": partial(generator_map.draw, generators(TEN), 0.8),
    "map without a pair": partial(generator_map.draw, generators(["als", "popular"], pairs=False), 0.8),
    "learning curves": partial(
        learning_curves.draw, tables.learning_curves(RANKER, ["Logloss", "YetiRank", "Other"]), "YetiRank", 40, 7
    ),
    "segments": partial(
        segments.draw, ranking(als={"all": BLOCK, "warm": BLOCK}, ranker={"all": BLOCK, "cold": BLOCK}), 7
    ),
    "only cold users": partial(segments.draw, ranking(als={"cold": BLOCK}, ranker={"cold": BLOCK}), 7),
    "nobody finds anything": partial(segments.draw, ranking(als={"all": NOTHING}, ranker={"all": NOTHING}), 7),
    "parts": partial(
        parts.draw,
        {"light_rows": 2.0, "horizon": {"warm": part(0.1), "type film": part(0.2)}, "daily": {"warm": part(0)}},
        7,
    ),
    "parts of cold users alone": partial(
        parts.draw, {"light_rows": 0.0, "horizon": {"cold": part(0.1)}, "daily": {}}, 7
    ),
    "calibration": partial(calibration.draw, OBSERVED),
    "no calibration": partial(calibration.draw, {"left_out": "the log has neither target nor watched_pct"}),
    "choices": partial(choices.draw, CHOICES, 7),
    "no other choice": partial(choices.draw, {}, 7),
    "gain by step": partial(steps.draw, {"horizon": step(0.1), "daily": step(-0.1)}, 7),
    "no warm user gains by a step": partial(steps.draw, {}, 7),
    "quality": partial(quality.draw, curves(), 2),
    "quality of ten generators and cold users at k = 1 alone": partial(
        quality.draw, curves([*TEN, *SYSTEMS], ["all"], 1), 1
    ),
    "quality where nobody finds anything": partial(quality.draw, curves().assign(ndcg=0.0, recall=0.0), 2),
    "importance": partial(importance.draw, RANKER),
    "importance of 30": partial(
        importance.draw,
        RANKER | {"importance": THIRTY, "loss_change": THIRTY, "kinds": dict.fromkeys(THIRTY, "item")},
    ),
    "groups": partial(feature_groups.draw, RANKER),
    "dependence of two": partial(dependence.draw, SHAP, SHAP),
    "dependence of seven, one unknown": partial(dependence.draw, SEVEN, SEVEN.assign(f0=np.nan).mask(SEVEN > 0.9)),
    "dependence of one that is unknown in one row of 300": partial(dependence.draw, LONG, LONG.mask(LONG == 0)),
    "dependence of one that is the same everywhere": partial(
        dependence.draw, SHAP[["als_rank"]], SHAP[["als_rank"]] * 0
    ),
    "beeswarm": partial(beeswarm.draw, SHAP, SHAP),
    "beeswarm with an unknown value": partial(beeswarm.draw, SHAP, SHAP.mask(SHAP > 0.9)),
    "costs of every stage": partial(pipeline.draw, COSTS),
}
# What a picture says of itself.
WORDS = [
    ("diversity", "k, items of each list; dotted: the k in use, 2"),
    ("diversity", "0.25"),
    ("recall", "valid period, 1,234 users"),
    ("recall of warm users", "valid period, 567 warm users"),
    ("overlap", "test period, 1,000 users"),
    ("rbo of warm users", "test period, 567 warm users"),
    ("rbo of warm users", "Rank-biased overlap (p = 0.8) of two generators' first 100 items; 1: the same order"),
    ("map", "Generators by 1 - rank-biased overlap (p = 0.8): near each other, the same items in the same order"),
    ("marginal recall", "loss of recall; with all generators it is 0.600"),
    ("learning curves", "NDCG@7 among candidates,\nof queries with a watched one"),
    ("no warm user gains by a step", "Left out: the test has no warm user"),
    ("learning curves", "YetiRank, kept: 0.200 at 40 trees"),
    ("learning curves", "Logloss: 0.100 at 20 trees"),
    ("choices", "asked on every day with a watch (1,234 queries)"),
    ("choices", "negatives: 4"),
    ("choices", "-0.010"),
    ("choices", "-0.141"),
    ("choices", "arrow: beyond the edge"),
    ("segments", "NDCG@7, mean over users"),
    ("parts", "NDCG@7 by kind of user and of relevant item; bold: best of its column"),
    ("calibration", "3 pairs in bins of 2, liked: target = 1\nof all: mean probability 0.23, liked 0.27"),
    ("no calibration", "Left out: the log has neither target nor watched_pct"),
    ("gain by step", "NDCG@7, mean over queries"),
    ("quality", "k, items of each list; dotted: the k in use, 2"),
    ("quality", "asked at the start of the test; the axis begins at 0.090"),
    ("quality", "asked at the start of the test"),
    ("importance", "rise of Logloss on the holdout without it, in thousandths"),
    ("groups", "What the ranker looks at, by what the features describe; percent of the sum of sizes"),
    ("dependence of one that is unknown in one row of 300", "unknown in < 1 %: median +0.00"),
    ("dependence of two", "not shown: the 0.5 % of the known values farthest on each side"),
    ("beeswarm", "value of the feature"),
    ("beeswarm with an unknown value", "value of the feature; grey: unknown"),
    ("costs of every stage", "the other 4 stages"),
    ("costs of every stage", "400"),
]


def whole(path: Path) -> bytes:
    assert list(path.parent.iterdir()) == [path], "no temporary file left"
    assert plt.get_fignums() == [], "no figure left open"
    return path.read_bytes()


ONE_OF_EACH_KIND = {drawing.func.__module__: name for name, drawing in reversed(DRAWINGS.items())}.values()


def drawn(name, folder):
    DRAWINGS[name](folder / "a.png")
    return whole(folder / "a.png")


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_picture_that_is_the_same_twice(name, tmp_path, monkeypatch):
    monkeypatch.setattr(canvas, "DPI", 50)  # a third of the time
    picture = drawn(name, tmp_path)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert b"Software" not in picture
    if name in ONE_OF_EACH_KIND:
        assert drawn(name, tmp_path) == picture


def test_a_users_own_style_draws_no_other_picture(tmp_path, monkeypatch):
    name = next(iter(DRAWINGS))
    picture = drawn(name, tmp_path)
    for setting, value in {"axes.facecolor": "black", "lines.linewidth": 9.0, "font.size": 20.0}.items():
        monkeypatch.setitem(plt.rcParams, setting, value)
    assert drawn(name, tmp_path) == picture
    assert plt.rcParams["lines.linewidth"] == 9.0


def test_pictures_of_a_run_are_small():
    pictures = list((Path(__file__).parents[1] / "plots").glob("*.png"))
    assert len(pictures) > 10
    assert [picture.name for picture in pictures if picture.stat().st_size > 150_000] == []


@pytest.fixture
def figures(monkeypatch):
    """The figures that are drawn, none of which is saved."""
    found = []
    monkeypatch.setattr(canvas, "save", lambda drawn, path: found.append(drawn))
    return found


@pytest.mark.parametrize(("name", "words"), WORDS)
def test_what_a_picture_says_of_itself(name, words, figures, tmp_path):
    DRAWINGS[name](tmp_path / "a.png")
    assert words in [text.get_text() for text in figures[0].findobj(Text)]


def silent(*names):
    """Of three generators these have no list for anybody."""
    found = generators(["als", "bpr", "popular"])
    for block in found.values():
        block["served"] |= dict.fromkeys(names, 0.0)
    return found


@pytest.mark.parametrize("draw", [partial(heat_map.draw, measure="rbo"), generator_map.draw], ids=["heat map", "map"])
@pytest.mark.parametrize(
    ("names", "drawn"),
    [(["als"], {"bpr", "popular"}), (["als", "bpr", "popular"], {"als", "bpr", "popular"})],
    ids=["one serves nobody", "none serves anybody"],
)
def test_a_generator_that_serves_nobody_is_left_out(draw, names, drawn, figures, tmp_path):
    draw(silent(*names), p=0.9, path=tmp_path / "a.png")
    said = {text.get_text() for text in figures[0].findobj(Text)}
    assert said & {"als", "bpr", "popular"} == drawn


def test_a_drawing_that_fails_leaves_no_file_and_no_figure(tmp_path):
    with pytest.raises(KeyError), canvas.figure(tmp_path / "a.png", (2, 2), "title"):
        raise KeyError
    assert list(tmp_path.iterdir()) == []
    assert plt.get_fignums() == []


def test_parts_are_drawn_users_first_and_then_kinds_of_item_by_name():
    names = ["cold", "heavy", "light", "type film", "type a", "warm"]
    assert kinds.ordered(names) == ["warm", "light", "heavy", "cold", "type a", "type film"]


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


def test_a_feature_has_the_colour_of_its_kind_whatever_its_name(tmp_path, figures):
    names = {"item_knn_score": 2.0, "item_share": 1.0}
    kinds = {"item_knn_score": "generator", "item_share": "item"}
    importance.draw(RANKER | {"importance": names, "loss_change": names, "kinds": kinds}, tmp_path / "a.png")
    colours = {bar.get_width(): to_hex(bar.get_facecolor()) for bar in figures[0].axes[0].patches}
    assert colours == {2.0: canvas.GREY, 1.0: canvas.ORANGE}


def test_a_number_stands_outside_of_its_bar_on_the_side_of_its_sign():
    axis = plt.figure().subplots()
    canvas.bars(axis, ["a", "b"], [3.0, -1.0], [canvas.BLUE] * 2, "{:.1f}")
    said = [(text.get_text(), text.xy, text.get_position()[0], text.get_ha()) for text in axis.texts]
    assert said == [("3.0", (3.0, 0), 4, "left"), ("-1.0", (-1.0, 1), -4, "right")]
    assert axis.get_xlim() == pytest.approx((-1 - 0.18 * 4, 3 + 0.18 * 4))
    plt.close()


def test_a_legend_from_top_to_bottom_as_the_lines_end():
    axis = plt.figure().subplots()
    for name, last in (("low", 1), ("top", 3), ("as low", 1)):
        axis.plot([1, 2], [9, last], label=name)
    assert canvas.by_height(axis)[1] == ["top", "as low", "low"]
    plt.close()


def test_ndcg_begins_where_its_curves_do_and_recall_at_0(tmp_path, figures):
    DRAWINGS["quality"](tmp_path / "a.png")
    DRAWINGS["quality where nobody finds anything"](tmp_path / "a.png")
    some, none = ([axis.get_ylim()[0] for axis in drawn.axes] for drawn in figures)
    assert some == pytest.approx([0.09, 0.09, 0, 0])
    assert none == [0] * 4


def test_generators_stand_in_the_order_of_the_valid_period_which_chooses(tmp_path, figures):
    found = generators(["als", "popular"])
    found["test"]["marginal_recall"] = {"als": 0.3, "popular": 0.2}
    marginal.draw(found, tmp_path / "a.png")
    assert [label.get_text() for label in figures[0].axes[0].get_yticklabels()] == ["als", "popular"]  # from below


def test_warm_users_are_drawn_where_the_block_has_any_else_all():
    found = generators(["als"])
    found["valid"]["warm"] = {"queries": 2}  # none of them in the sample of pairs
    blocks = tables.blocks(found)
    assert blocks["valid"] == {"queries": 2, "title": "valid period, 2 warm users"}
    assert blocks["test"] == found["test"] | {"title": "test period, 1,234 users"}
    assert tables.blocks(found, "pair_queries")["valid"]["title"] == "valid period, 1,000 users"


def test_recall_curves_are_of_warm_users_where_there_are_any():
    curves = tables.recall_curves(with_warm(["als"], recall={"als": {"20": 0.7}}))
    assert curves.to_numpy().tolist() == [["test", "als", 20, 0.7], ["valid", "als", 20, 0.7]]


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


def test_learning_curves_have_a_row_for_a_number_of_trees_and_a_column_for_each_sum_compared_or_not():
    curve = {"loss": ["Yeti", "Yeti", "Log + Yeti"], "ndcg": [0.1, 0.2, 0.3], "trees": [20, 40, 20]}
    curves = tables.learning_curves({"curve": curve}, ["Yeti", "Soft", "Log + Yeti"])
    assert list(curves.columns) == ["trees", "Yeti", "Soft", "Log + Yeti"]
    np.testing.assert_array_equal(curves.to_numpy(), [[20, 0.1, np.nan, 0.3], [40, 0.2, np.nan, np.nan]])


def test_a_loss_that_was_not_compared_has_no_curve(tmp_path):
    for name, losses in (("all", ["Logloss", "Other", "YetiRank"]), ("compared", ["Logloss", "YetiRank"])):
        learning_curves.draw(tables.learning_curves(RANKER, losses), "YetiRank", 40, 7, tmp_path / name)
    assert (tmp_path / "all").read_bytes() == (tmp_path / "compared").read_bytes()


def test_the_plots_page_draws_a_curve_for_every_loss():
    root = Path(__file__).resolve().parents[1]
    pages = [plot for plot in yaml.safe_load((root / "dvc.yaml").read_text())["plots"] if "learning_curves" in plot]
    columns = pages[0]["learning_curves"]["y"]["plots/learning_curves.csv"]
    assert columns == [*sums(get_args(Loss))]


def test_lengths_of_the_round_robin_ascend_as_numbers():
    found = tables.merged_curve({"merged_recall": {"10": 0.1, "100": 0.4, "20": 0.2}})
    assert list(found.items()) == [(10, 0.1), (20, 0.2), (100, 0.4)]


def test_three_points_of_a_plane_keep_their_distances():
    # Sides 3, 4, 5: a right angle at the second.
    points, stress = generator_map.scaled(np.array([[0.0, 3, 5], [3, 0, 4], [5, 4, 0]]))
    distances = np.linalg.norm(points[:, None] - points, axis=2)
    np.testing.assert_allclose(distances, [[0, 3, 5], [3, 0, 4], [5, 4, 0]], atol=1e-9)
    assert stress == pytest.approx(0, abs=1e-9)


def test_four_points_all_as_far_from_each_other_need_a_third_dimension():
    # Best drawn as a square: two pairs are farther from each other by the root of two.
    points, stress = generator_map.scaled(1 - np.eye(4))
    assert points.shape == (4, 2)
    assert stress == pytest.approx(3 - 2 * np.sqrt(2))


def test_a_map_is_better_than_the_classical_one():
    far = np.random.default_rng(0).uniform(0.3, 1, (6, 6))
    far = np.triu(far, 1) + np.triu(far, 1).T
    first, (points, stress) = generator_map._classical(far), generator_map.scaled(far)

    def miss(points):
        drawn = np.linalg.norm(points[:, None] - points, axis=2)
        return np.sqrt(((far - drawn) ** 2).sum() / (drawn**2).sum())

    assert stress == pytest.approx(miss(points))
    assert stress < 0.9 * miss(first)


def test_a_map_is_turned_and_mirrored_onto_another():
    # A quarter turn, mirrored: (x, y) -> (y, x).
    points = np.array([[2.0, 0], [-1, 1], [-1, -1]])
    np.testing.assert_allclose(generator_map.turned(points[:, ::-1], points), points, atol=1e-12)


def test_both_panels_of_the_map_are_alike_where_the_periods_are(tmp_path, figures):
    found = generators(TEN[:3])
    for period in found:
        found[period]["rbo"] = {a: {b: abs(i - j) / 4 for j, b in enumerate(TEN[:3])} for i, a in enumerate(TEN[:3])}
    generator_map.draw(found, 0.8, tmp_path / "a.png")
    valid, test = ([line.get_xydata()[0] for line in axis.lines] for axis in figures[0].axes)
    np.testing.assert_allclose(valid, test)
    limits = [(axis.get_xlim(), axis.get_ylim()) for axis in figures[0].axes]
    assert limits[0] == limits[1]


def test_a_choice_that_loses_far_more_than_the_others_does_not_hide_them(tmp_path, figures):
    choices.draw(CHOICES, 7, tmp_path / "a.png")
    (drawn,) = figures
    for axis in drawn.axes:
        low, high = axis.get_xlim()
        assert -0.03 < low < -0.02
        assert 0.01 < high < 0.02


def test_an_arrow_stands_at_its_own_edge_and_what_is_clear_of_0_is_bold(tmp_path, figures):
    more = {"gain": 0.2, "gain_interval": [0.1, 0.3]}
    others = {name: {"daily": said} for name, said in zip("abc", (FAR, GAIN, more), strict=True)}
    choices.draw({"in_use": {"daily": {"queries": 9}}, "others": others}, 7, tmp_path / "a.png")
    at = {line.get_marker(): line.get_xdata()[0] for line in figures[0].axes[0].lines}
    assert (at["<"], at[">"]) == pytest.approx((-0.022, 0.011))
    assert [text.get_weight() for text in figures[0].axes[0].texts] == ["bold", "normal", "bold"]


def test_the_ring_is_at_the_trees_that_are_trained(tmp_path, figures):
    curves = pd.DataFrame({"trees": [20, 40], "Logloss": [0.3, 0.2]})
    learning_curves.draw(curves, "Logloss", 40, 7, tmp_path / "a.png")
    ring, curve = figures[0].axes[0].lines
    assert (ring.get_xdata(), ring.get_ydata()) == ([40], [0.2])
    assert curve.get_label() == "Logloss, kept: 0.200 at 40 trees"


def test_six_curves_are_told_apart(tmp_path, figures):
    curves = pd.DataFrame({"trees": [20, 40]} | {name: [0.1, 0.2] for name in "abcdef"})
    learning_curves.draw(curves, "", 40, 7, tmp_path / "a.png")
    assert len({(line.get_color(), line.get_linestyle()) for line in figures[0].axes[0].lines}) == 6
