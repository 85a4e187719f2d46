"""A squared error that no broken line stays below, whether or not its pieces meet: segmented least squares.

A line of p pieces has p − 1 kinks, each in some cell of a fine mesh. Between the cells that have kinks it is straight,
its squared error at least that of the best straight line there. Which cells these are is chosen to cost least, by
dynamic programming (Bellman 1961).
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..checks import FloatArray
from .curve import Curve
from .moments import Moments, spread_knots

#: Cells to a piece, and in all. The bound lacks about 2.5 cells of a piece's length: 0.8 %, and for 64 pieces 3.3 %.
_PER_PIECE, _MOST_CELLS = 300, 4800


def segmented(curve: Curve, pieces: int, attained: float) -> float:
    """A squared error that no line of so many pieces stays below.

    Parameters
    ----------
    attained
        A squared error that some line has: no piece of a better line costs more.
    """
    moments = Moments(curve, spread_knots(curve, max(min(_PER_PIECE * pieces, _MOST_CELLS), 64), 0.4))
    cost = _table(moments, attained * (1 + 1e-9))
    count, width = cost.shape
    # The least squared error of lines of so many pieces, from the left end up to each point.
    least = np.full(count, np.inf)
    least[:width] = cost[np.arange(width), width - 1 - np.arange(width)]
    for _ in range(pieces - 1):
        # The cell on the left of where a piece begins is free: there is the kink.
        before = sliding_window_view(np.concatenate([np.full(width, np.inf), least[:-1]]), width)
        least = np.minimum(least, (before + cost).min(axis=1))
    return min(float(least[-1]), attained)


def _table(moments: Moments, most: float) -> FloatArray:
    """What a straight line costs at least from each of the points before the j-th to the j-th; shape (points, width).

    The last of a row's points is the j-th itself; those come first from which it costs more than `most`, or which are
    not there, and may cost ∞.
    """
    ends = np.arange(len(moments.x))
    # A longer stretch costs more: where each row must begin, by bisection.
    low, high = np.full_like(ends, -1), ends.copy()
    while (high - low > 1).any():
        middle = np.where(high - low > 1, (low + high) // 2, high)
        costs_more = moments.cost(middle, ends) > most
        low, high = np.where(costs_more & (middle < high), middle, low), np.where(costs_more, high, middle)
    width = int((ends - high).max()) + 1
    starts = ends[:, None] + np.arange(1 - width, 1)
    cost = np.empty(starts.shape)
    for rows in np.array_split(ends, max(cost.size // 2**18, 1)):
        cost[rows] = moments.cost(np.maximum(starts[rows], 0), ends[rows, None])
    return np.where(starts < 0, np.inf, cost)
