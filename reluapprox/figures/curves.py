"""How a target, a broken line, its hinges and its error look. Nothing here trains or measures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from ..arguments import AnyTarget, as_target, target_on
from ..brokenline import BrokenLine
from ..checks import Interval
from ..network import Network
from ..pieces import broken_line
from .style import Role, colour

#: Line styles by role, so that a figure reads without colour: dashes are the target, dots and dashes the best.
_DASHES: dict[str, Any] = {"target": (0, (5, 2.5)), "best": (0, (7, 1.6, 1.2, 1.6))}

#: How several hinges in one figure are told apart.
_TERM_DASHES: Sequence[Any] = ("-", (0, (4, 1.5)), (0, (1.2, 1.4)), (0, (5, 1.3, 1.2, 1.3)), (0, (8, 2)), (0, (2, 3)))


def draw_target(ax: Axes, target: AnyTarget, domain: Interval | None = None, *, label: str | None = None) -> None:
    """The function to be approximated, dashed."""
    goal, (a, b) = target_on(target, domain)
    x = np.union1d(np.linspace(a, b, 400), goal.kinks_inside((a, b)))
    ax.plot(x, goal(x), color=colour("target"), linestyle=_DASHES["target"], linewidth=1.3, label=label, zorder=2)


def draw_line(
    ax: Axes, line: BrokenLine, *, role: Role = "network", kinks: bool = True, label: str | None = None, **options: Any
) -> None:
    """A broken line, drawn from its knots, with a dot on each kink.

    `options` go to ``Axes.plot``.
    """
    style: dict[str, Any] = {"color": colour(role), "linestyle": _DASHES.get(role, "-"), "linewidth": 1.9, "zorder": 3}
    style |= options
    ax.plot(line.knots, line.values, label=label, **style)
    if kinks:
        ax.plot(
            line.kinks,
            line.values[1:-1],
            "o",
            color=style["color"],
            markersize=4.2,
            markeredgecolor=colour("paper"),
            markeredgewidth=0.7,
            zorder=style["zorder"] + 1,
        )


def draw_terms(ax: Axes, network: Network, domain: Interval, *, kinks: bool = True) -> None:
    """What each last-hidden-layer neuron contributes, weighted; of a network of one input and one output."""
    for i in range(network.widths[-1]):
        dash = _TERM_DASHES[i % len(_TERM_DASHES)]
        # Thin, and above a sum that may cover it.
        line = broken_line(network.term(i), domain)
        draw_line(ax, line, role="hinge", kinks=kinks, linestyle=dash, linewidth=1.3, zorder=5)


def draw_error(ax: Axes, x: ArrayLike, error: ArrayLike, *, role: Role = "error", label: str | None = None) -> None:
    """The signed error over x, filled to zero; `x` and `error` of one shape (n,)."""
    ends = (np.min(x), np.max(x))
    ax.plot(ends, (0, 0), color=colour("ink"), linewidth=0.7)
    ax.plot(x, error, color=colour(role), linewidth=1.5, label=label)
    ax.fill_between(np.asarray(x), np.asarray(error), color=colour(role), alpha=0.15, linewidth=0)


def draw_band(ax: Axes, domain: Interval, height: float) -> None:
    """The strip ±`height` around zero, in a figure of errors: no error of its kind fits into a narrower one."""
    for y in (-height, height):
        ax.plot(domain, (y, y), color=colour("best"), linestyle=_DASHES["best"], linewidth=1.2)


def draw_touches(ax: Axes, x: ArrayLike, errors: ArrayLike) -> None:
    """Where an error is largest, in a figure of errors: a ``BestLine``'s ``touches``, and ``signs`` times its error.

    Dots of one height, above and below in turn, are how a best approximation is recognised.
    """
    ax.plot(
        x,
        errors,
        "o",
        color=colour("best"),
        markersize=4.2,
        markeredgecolor=colour("paper"),
        markeredgewidth=0.7,
        zorder=5,
        clip_on=False,
    )


def draw_worst(ax: Axes, target: AnyTarget, point: tuple[float, float]) -> None:
    """The gap where the approximation is farthest off; `point` as ``worst_point`` returns it."""
    x, error = point
    y = float(as_target(target)(x))
    ax.plot(
        [x, x], [y, y + error], color=colour("error"), linewidth=2.4, solid_capstyle="butt", zorder=5, clip_on=False
    )


def draw_data(ax: Axes, x: ArrayLike, y: ArrayLike, *, label: str | None = None) -> None:
    """Data points, as small rings; shape (samples,) each."""
    ax.plot(
        x,
        y,
        "o",
        markersize=4.4,
        markerfacecolor=colour("paper"),
        markeredgecolor=colour("target"),
        markeredgewidth=1.0,
        label=label,
        zorder=4,
    )
