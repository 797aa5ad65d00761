"""Generators as points of a plane: near each other where their lists are alike."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.linalg import orthogonal_procrustes
from scipy.spatial.distance import pdist, squareform

from twostage.plots.canvas import figure, looks
from twostage.plots.heat_map import square
from twostage.plots.tables import blocks, serving

TITLE = "Generators by 1 - rank-biased overlap (p = {p:g}): near each other, the same items in the same order"
STEPS, STILL = 1000, 1e-7  # of the map's improvement: so many at most, and how little it moves in the end
Floats = npt.NDArray[np.float64]


def draw(generators: dict[str, Any], p: float, path: Path) -> None:
    """generators, p: see `heat_map.draw`. Two generators without a common query are as far as can be.

    Names stand in a legend: beside the dots they would cover each other where generators are alike.
    """
    shown = blocks(generators, "pair_queries")
    drawn_as = looks(serving(shown))
    found = [scaled(distances(block["rbo"], list(drawn_as))) for block in shown.values()]
    last, _ = found[-1]
    maps = [(turned(points, last), stress) for points, stress in found]
    every = np.concatenate([points for points, _ in maps])
    # One unit is as long across as upwards, and in both panels.
    middle, half = (every.max(axis=0) + every.min(axis=0)) / 2, max(np.ptp(every, axis=0).max() * 0.58, 0.1)
    (left, right), (bottom, top) = zip(middle - half, middle + half, strict=True)
    with figure(path, (10.5, 4.6), TITLE.format(p=p), len(shown)) as (drawn, axes):
        for axis, block, (points, stress) in zip(axes, shown.values(), maps, strict=True):
            for (name, look), point in zip(drawn_as.items(), points.tolist(), strict=True):
                axis.plot(*point, label=name, **look | {"linestyle": "", "markersize": 9, "markeredgecolor": "white"})
            axis.set(xticks=[], yticks=[], aspect="equal", xlim=(left, right), ylim=(bottom, top))
            axis.set_title(f"{block['title']}; distances are off by {stress:.0%}")
            axis.spines[:].set(visible=True, color="#dddddd")
        drawn.legend(*axes[-1].get_legend_handles_labels(), loc="outside right center", frameon=False)


def distances(overlaps: dict[str, dict[str, float]], names: list[str]) -> Floats:
    """1 less the overlap, [names, names]; 1 where a pair has none."""
    found = 1 - np.nan_to_num(square(overlaps, names))
    np.fill_diagonal(found, 0)
    return found


def turned(points: Floats, onto: Floats) -> Floats:
    """The points turned or mirrored about 0 so that they are nearest to the others by least squares: all that
    distances leave open. Schönemann, A generalized solution of the orthogonal Procrustes problem, 1966.
    """
    turn, _ = orthogonal_procrustes(points, onto)
    return np.asarray(points @ turn, np.float64)


def scaled(distances: Floats) -> tuple[Floats, float]:
    """Points of a plane, [points, 2], and by how much their distances miss the given ones: stress-1, 0..1.

    That is the root of the sum of squared misses over that of squared distances drawn (Kruskal 1964). It is brought
    down from the classical solution by Guttman's transform until it stands still (SMACOF: de Leeuw 1977).
    """
    points = _classical(distances)
    for _ in range(STEPS):
        drawn = squareform(pdist(points))
        ratio = np.divide(distances, drawn, out=np.zeros_like(drawn), where=drawn > 0)
        moved = (np.diag(ratio.sum(axis=1)) - ratio) @ points / len(points)
        if np.abs(moved - points).max() < STILL:
            break
        points = moved
    drawn = squareform(pdist(points))
    return points, float(np.sqrt(((distances - drawn) ** 2).sum() / (drawn**2).sum())) if drawn.any() else 0.0


def _classical(distances: Floats) -> Floats:
    """The two largest eigenvectors of -1/2 J D^2 J, times the roots of their eigenvalues: [points, 2].

    Torgerson, Multidimensional scaling: theory and method, 1952. Each axis points to where its largest coordinate is,
    since an eigenvector has no sign of its own.
    """
    size = len(distances)
    centre = np.eye(size) - 1 / size
    values, vectors = np.linalg.eigh(-centre @ distances**2 @ centre / 2)
    points, axes = np.zeros((size, 2)), min(2, size)
    points[:, :axes] = vectors[:, ::-1][:, :axes] * np.sqrt(np.maximum(values[::-1], 0)[:axes])
    return points * np.where(points[np.abs(points).argmax(axis=0), [0, 1]] < 0, -1, 1)
