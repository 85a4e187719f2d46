"""How points and a yes-or-no answer in the plane look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from ..checks import Interval
from .style import Role, colour


def draw_side(
    ax: Axes, f: Callable[[Any], ArrayLike], x: Interval, y: Interval, *, above: float, role: Role = "network"
) -> None:
    """Tints where f, of points of shape (…, 2), exceeds `above` in the box x × y, and draws the border."""
    across, up = np.meshgrid(np.linspace(*x, 241), np.linspace(*y, 241))
    values = np.asarray(f(np.stack([across, up], axis=-1)))
    ax.contourf(across, up, values, levels=[above, np.inf], colors=[colour(role)], alpha=0.16)
    ax.contour(across, up, values, levels=[above], colors=[colour(role)], linewidths=1.6)


def draw_classes(ax: Axes, points: ArrayLike, classes: ArrayLike) -> None:
    """Points of shape (n, 2): filled where `classes`, of shape (n,), is 1, a ring where it is 0."""
    for (x, y), chosen in zip(np.asarray(points), np.asarray(classes), strict=True):
        face = colour("target" if chosen else "paper")
        ax.plot(
            x, y, "o", markersize=9, markerfacecolor=face, markeredgecolor=colour("target"), zorder=4, clip_on=False
        )
