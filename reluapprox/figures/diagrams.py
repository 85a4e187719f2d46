"""How neurons, rates and losses look."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator, ScalarFormatter
from numpy.typing import ArrayLike

from ..checks import Interval
from ..hinges import Hinges
from .style import Role, colour


def draw_neurons(ax: Axes, hinges: Hinges, domain: Interval) -> None:
    """Every neuron at its kink (across) and its jump of slope (up), pointing to the side where it is active.

    Filled: it bends inside the domain. Hollow: it bends outside, so on the domain it is dead or a line;
    those whose kink is off the axes are drawn at the edge. A neuron that never bends is left out.
    """
    low, high = ax.get_xlim()
    for face, marker in ((1, ">"), (-1, "<")):
        for bent in (True, False):
            chosen = (hinges.faces == face) & (hinges.bent == bent)
            ax.plot(
                np.clip(hinges.kinks[chosen], low, high),
                hinges.jumps[chosen],
                marker,
                linestyle="none",
                markersize=6,
                markerfacecolor=colour("hinge" if bent else "paper"),
                markeredgecolor=colour("paper" if bent else "hinge"),
                markeredgewidth=0.6 if bent else 1.1,
                clip_on=False,
                zorder=3,
            )
    ax.axhline(0.0, color=colour("ink"), linewidth=0.7, zorder=1)
    for end in domain:
        ax.axvline(end, color=colour("faint"), linewidth=1.0, zorder=1)


def draw_rate(ax: Axes, counts: ArrayLike, errors: ArrayLike, *, role: Role = "network", **options: Any) -> None:
    """Error against a number of neurons or pieces, on two logarithmic axes, with a dot at each measurement."""
    style: dict[str, Any] = {"color": colour(role), "marker": "o", "markersize": 3.4, "linewidth": 1.4} | options
    ax.plot(counts, errors, **style)
    # Setting a scale resets the ticks, so it is set once.
    for axis in (ax.xaxis, ax.yaxis):
        if axis.get_scale() != "log":
            axis.axes.set(**{f"{axis.axis_name}scale": "log"})
    x = np.asarray(counts)
    ax.xaxis.set_major_locator(FixedLocator(x[:: -(-len(x) // 7)].tolist()))
    ax.xaxis.set_major_formatter(ScalarFormatter())
    ax.xaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_minor_formatter(NullFormatter())


def draw_slope(ax: Axes, start: tuple[float, float], end_x: float, exponent: float) -> None:
    """A dotted reference line y ∝ x^exponent from `start` to x = `end_x`, on two logarithmic axes."""
    x, y = start
    ax.plot((x, end_x), (y, y * (end_x / x) ** exponent), color=colour("ink"), linewidth=0.9, linestyle=(0, (2, 2)))


def draw_losses(ax: Axes, losses: ArrayLike) -> None:
    """The mean squared error after each epoch, on a logarithmic axis; shape (epochs + 1,)."""
    ax.semilogy(np.arange(len(np.asarray(losses))), losses, color=colour("network"), linewidth=1.5)
    ax.yaxis.set_minor_formatter(NullFormatter())
