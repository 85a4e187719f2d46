"""An error that no network of few neurons stays below, whatever the target: by the slopes that its pieces can have.

A network of p − 1 neurons that draws no line of p − 1 pieces draws one of p, and makes some alternating sum of its
slopes zero. On a stretch, a straight line within E of the target has a slope from some interval. Each kink lies in some
cell of a mesh; what the pieces can be between the cells is known, and dynamic programming over the cells finds between
what bounds each alternating sum lies, whether or not the pieces meet. If none of them can be zero, no network is within
E. Derived for this project.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..checks import FloatArray
from .curve import Curve
from .moments import spread_knots

#: Up to how many pieces: their sets double with each. How many cells the mesh has, and how often the error is halved.
MOST_PIECES = 7
_CELLS, _HALVINGS = 400, 8
#: Slopes of pieces within one cell, which can be any; and what marks what cannot be.
_ANY, _NONE = 1e100, -1e200


class _Slopes(NamedTuple):
    """What a piece adds to a sum at most, from the cell of its first kink to that of its last; shape (cells, cells).

    Attributes
    ----------
    plus, minus
        As a member with this sign.
    other
        As no member: 0, where there can be a piece at all.
    """

    plus: FloatArray
    minus: FloatArray
    other: FloatArray


def excluded(curve: Curve, pieces: int, low: float, high: float) -> float:
    """An error from `low` to `high` such that no line of so many pieces within it is a network of one neuron less.

    Parameters
    ----------
    low
        One that is known to be such.
    high
        One that some network attains.
    """
    x = np.union1d(spread_knots(curve, _CELLS, 0.5), curve.cuts) if len(curve.cuts) < _CELLS / 4 else curve.cuts
    if len(x) > 2 * _CELLS:
        return low
    y = curve.value(x)
    with np.errstate(all="ignore"):
        rise, reach = (y - y[:, None]) / (x - x[:, None]), 2 / (x - x[:, None])
    for _ in range(_HALVINGS):
        error = (low + high) / 2
        if _possible(rise, reach, error + curve.rounding, pieces):
            high = error
        else:
            low = error
    return low


def _possible(rise: FloatArray, reach: FloatArray, error: float, pieces: int) -> bool:
    """Whether some alternating sum can be zero, as far as the mesh tells.

    Parameters
    ----------
    rise, reach
        Of each pair of points, the slope of the chord, and 2 over their distance; shape (points, points).
    """
    upper = np.triu(np.ones(rise.shape, bool), 1)
    # The slopes of lines that are within the error at all points of a stretch, by its first and last point.
    steepest = _over_stretches(np.where(upper, rise + reach * error, _ANY))
    flattest = -_over_stretches(np.where(upper, reach * error - rise, _ANY))
    there = steepest >= flattest
    plus, minus = np.where(there, steepest, _NONE), np.where(there, -flattest, _NONE)
    other = np.where(there, 0.0, _NONE)
    inner = _Slopes(_between_cells(plus, _ANY), _between_cells(minus, _ANY), _between_cells(other, 0.0))
    first, last = (_Slopes(*(part[ends] for part in (plus, minus, other))) for ends in (np.s_[0, :-1], np.s_[1:, -1]))

    def goes_on(k: int, most: FloatArray, least: FloatArray, odd: bool) -> bool:
        """Whether a sum can be zero whose first k pieces add `most` at most, and −`least` at least, up to each cell."""
        if max(most.max(), least.max()) < _NONE / 2:
            return False
        slopes = last if k == pieces - 1 else inner
        # A member has the sign + after an even number of others.
        up, down = (slopes.minus, slopes.plus) if odd else (slopes.plus, slopes.minus)
        for by_most, by_least, then_odd in ((up, down, not odd), (slopes.other, slopes.other, odd)):
            if k < pieces - 1:
                if goes_on(k + 1, _added(most, by_most), _added(least, by_least), then_odd):
                    return True
            elif then_odd and (most + by_most).max() >= 0 and (least + by_least).max() >= 0:
                return True
        return False

    return goes_on(1, first.plus, first.minus, True) or goes_on(1, first.other, first.other, False)


def _over_stretches(pairs: FloatArray) -> FloatArray:
    """The least of all pairs of points within each stretch, by its first and last point."""
    within = np.minimum.accumulate(pairs, axis=1)
    return np.minimum.accumulate(within[::-1], axis=0)[::-1]


def _between_cells(stretches: FloatArray, free: float) -> FloatArray:
    """The same by the cells of a piece's kinks: it fills what lies between these cells, and is `free` within one."""
    cells = len(stretches) - 1
    between = np.full((cells, cells), _NONE)
    i, j = np.triu_indices(cells, 1)
    between[i, j] = stretches[i + 1, j]
    np.fill_diagonal(between, free)
    return between


def _added(sums: FloatArray, slopes: FloatArray) -> FloatArray:
    """The most that sums up to a kink and one more piece come to, by the cell of the next kink."""
    found: FloatArray = (sums[:, None] + slopes).max(axis=0)
    return found
