"""What every picture shares: size of letters, colours that the colour-blind tell apart, the same bytes every time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt
from PIL import Image

from twostage.base.store import written

mpl.use("Agg")  # needs no screen

DPI = 150
# Okabe, Ito 2008, "Color universal design", less yellow, which vanishes on white; vermilion is the ranker's alone.
BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION = "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"
COLOURS, MARKERS = (BLUE, ORANGE, GREEN, PURPLE, SKY), "os^Dv"
INK, GREY, PALE = "#333333", "#8a94a3", "#eeeeee"
KINDS = {"user": BLUE, "item": ORANGE, "pair": GREEN, "generator": GREY}  # what a feature describes
PERIODS = ("valid", "test")
PROTOCOLS = {"horizon": "asked at the start of the test", "daily": "asked on every day with a watch"}
STYLE: Any = {
    "axes.edgecolor": INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "figure.titlesize": 12,
    "font.size": 10,
}


@contextmanager
def figure(
    path: Path, size: tuple[float, float], title: str, panels: int = 1, rows: int = 1, **options: Any
) -> Iterator[Any]:
    """The figure and its axes, `panels` side by side in each row, saved to `path` when the block ends; size: inches."""
    with mpl.rc_context():
        mpl.rcdefaults()  # a user's own matplotlibrc would draw other bytes
        mpl.rcParams.update(STYLE)
        drawn, axes = plt.subplots(rows, panels, figsize=size, squeeze=False, **({"layout": "constrained"} | options))
        try:
            drawn.suptitle(title, x=0.01, ha="left")
            yield drawn, axes.ravel()
            save(drawn, path)
        finally:
            plt.close(drawn)


def save(drawn: Any, path: Path) -> None:
    """PNG of 256 colours: a third of the bytes, and none of them tells the versions that drew it."""
    picture = BytesIO()  # not packed: it is read again at once
    drawn.savefig(picture, format="png", dpi=DPI, bbox_inches="tight", pil_kwargs={"compress_level": 0})
    with written(path) as temporary, Image.open(picture) as image:
        image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(temporary, format="PNG", optimize=True)


def looks(names: list[str]) -> dict[str, dict[str, str]]:
    """How each generator is drawn: colours come round after five of them, with another marker."""
    return {
        name: {
            "color": COLOURS[place % len(COLOURS)],
            "marker": MARKERS[place // len(COLOURS) % len(MARKERS)],
            "linestyle": "-" if place < len(COLOURS) else ":",
        }
        for place, name in enumerate(sorted(names))
    }


def bars(axis: Any, names: Sequence[str], values: Sequence[float], colours: Sequence[str], text: str) -> None:
    """Bars to the right, below 0 to the left, with the number at the end of each; text: a format of the number."""
    axis.barh(names, values, color=colours, height=0.7)
    for place, value in enumerate(values):
        offset, side = ((-4, 0), "right") if value < 0 else ((4, 0), "left")
        words, at = text.format(value), (value, place)
        axis.annotate(words, at, offset, textcoords="offset points", ha=side, va="center", fontsize=9)
    low, high = min(0, *values), max(0, *values)
    room = 0.18 * (high - low) or 1  # of the numbers
    axis.set_xlim(low - room if low < 0 else 0, high + room)
    axis.axvline(0, color=INK, linewidth=0.8)
    axis.tick_params(axis="y", length=0)
    axis.locator_params(axis="x", nbins=5)


def by_height(axis: Any) -> tuple[list[Any], list[str]]:
    """A legend's lines and names from top to bottom, as the lines end."""
    handles, labels = axis.get_legend_handles_labels()
    order = sorted(range(len(handles)), key=lambda place: (-handles[place].get_ydata()[-1], labels[place]))
    return [handles[place] for place in order], [labels[place] for place in order]


def mark_k(axis: Any, k: int) -> None:
    """A thin line at the k in use, which the axis of k names."""
    axis.axvline(k, color=INK, linewidth=0.8, linestyle=":")
    axis.set_xlabel(f"k, items of each list; dotted: the k in use, {k}")
    axis.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)


def embolden(axis: Any, name: str) -> None:
    """The label of one row of a picture whose rows have names."""
    for label in axis.get_yticklabels():
        label.set_fontweight("bold" if label.get_text() == name else "normal")
