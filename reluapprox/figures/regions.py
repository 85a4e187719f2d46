"""How the regions of a network of two inputs look, and its decision boundary."""

from __future__ import annotations

from typing import Literal

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import hsv_to_rgb

from ..checks import FloatArray, one_of
from ..regions import Regions
from .style import Role, colour


def draw_regions(ax: Axes, regions: Regions, *, by: Literal["direction", "value"] = "direction") -> None:
    """Each region as a tile, outlined, so that neighbours are told apart.

    Colours of a middle lightness, which a light and a dark page show alike: by the direction in which the network
    rises, as a hue (grey where it is flat), or by its mean value at a tile's corners, from blue up to yellow.
    """
    one_of("by", by, ("direction", "value"))
    colours = _directions(regions.gradients) if by == "direction" else _heights(regions)
    tiles = PolyCollection(regions.polygons, facecolors=colours, edgecolors=colour("ink"), linewidths=0.5)
    ax.add_collection(tiles)
    _framed(ax, regions)


def draw_boundary(ax: Axes, regions: Regions, level: float = 0.0, *, role: Role = "error") -> None:
    """Where the output crosses the level, exactly: a classifier's decision boundary."""
    ax.add_collection(LineCollection(list(regions.level_set(level)), colors=colour(role), linewidths=2.4))
    _framed(ax, regions)


def _framed(ax: Axes, regions: Regions) -> None:
    (a, b), (c, d) = regions.box
    ax.set(xlim=(a, b), ylim=(c, d), aspect="equal")


def _directions(gradients: FloatArray) -> FloatArray:
    steep = np.hypot(*gradients.T)
    hue = np.arctan2(gradients[:, 1], gradients[:, 0]) / (2 * np.pi) % 1
    saturation = np.where(steep > 1e-9 * steep.max(initial=1e-300), 0.45, 0.0)
    return hsv_to_rgb(np.stack([hue, saturation, np.full_like(hue, 0.8)], axis=1))


def _heights(regions: Regions) -> FloatArray:
    means = np.array([values.mean() for values in regions.values])
    share = (means - means.min()) / (np.ptp(means) or 1.0)
    return np.asarray(mpl.colormaps["cividis"](0.3 + 0.65 * share))
