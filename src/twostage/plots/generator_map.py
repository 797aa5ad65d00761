"""Generators as points of a plane: near each other where their lists are alike."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from twostage.plots.canvas import PERIODS, figure, looks

TITLE = "Generators by 1 - rank-biased overlap: near each other, the same items in the same order"
Floats = npt.NDArray[np.float64]


def draw(generators: dict[str, Any], path: Path) -> None:
    """generators: period -> rbo, see `heat_map.draw`. Two generators without a common query are as far as can be.

    Names stand in a legend: beside the dots they would cover each other where generators are alike.
    """
    with figure(path, (10.5, 4.6), TITLE, len(PERIODS)) as (drawn, axes):
        for axis, period in zip(axes, PERIODS, strict=True):
            names, pairs = sorted(generators[period]["recall"]), generators[period]["rbo"]
            distances = np.array([[0 if a == b else 1 - pairs.get(a, {}).get(b, 0) for b in names] for a in names])
            points, kept = scaled(distances)
            for (name, look), point in zip(looks(names).items(), points.tolist(), strict=True):
                dot = look | {"linestyle": "", "markersize": 9, "markeredgecolor": "white"}
                axis.plot(*point, label=name, clip_on=False, **dot)
            # One unit is as long across as upwards.
            middle, half = (points.max(axis=0) + points.min(axis=0)) / 2, max(np.ptp(points, axis=0).max() * 0.58, 0.1)
            axis.set(xlim=(middle[0] - half, middle[0] + half), ylim=(middle[1] - half, middle[1] + half))
            axis.set(xticks=[], yticks=[], aspect="equal")
            axis.set_title(f"{period} period; shows {kept:.0%} of the spread")
            axis.spines[:].set(visible=True, color="#dddddd")
        drawn.legend(*axes[-1].get_legend_handles_labels(), loc="outside right center", frameon=False)


def scaled(distances: Floats) -> tuple[Floats, float]:
    """Points of a plane, [points, 2], and the share of the spread that it keeps, 0..1.

    Classical scaling: the two largest eigenvectors of -1/2 J D^2 J, times the roots of their eigenvalues; the share
    is of the sum of the positive eigenvalues. Torgerson, Multidimensional scaling: theory and method, 1952. Each
    axis points to where its largest coordinate is, since an eigenvector has no sign of its own.
    """
    size = len(distances)
    centre = np.eye(size) - 1 / size
    values, vectors = np.linalg.eigh(-centre @ distances**2 @ centre / 2)
    spread = np.maximum(values[::-1], 0)
    points = np.zeros((size, 2))
    axes = min(2, size)
    points[:, :axes] = vectors[:, ::-1][:, :axes] * np.sqrt(spread[:axes])
    points *= np.where(points[np.abs(points).argmax(axis=0), [0, 1]] < 0, -1, 1)
    return points, float(spread[:2].sum() / spread.sum()) if spread.any() else 1.0
