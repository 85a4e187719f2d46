"""First guesses in the mean square that see the whole curve: the best lines from knot to knot of a lattice.

Knots are chosen from some hundred places, and heights from some levels above and below the curve there, by dynamic
programming: where waves outnumber pieces, searches that only go downhill end in one of many hollows.
"""

from __future__ import annotations

import numpy as np

from ..checks import FloatArray
from .curve import Curve
from .moments import Moments, spread_knots

#: Places at least, and levels of height at all places together: what the tables take.
_PLACES, _LEVELS = 96, 2000
#: How far above and below the curve the levels reach, in units of the error.
_REACH = 2.5
#: How many guesses are given.
_GUESSES = 8


def guesses(curve: Curve, pieces: int, error: float) -> list[FloatArray]:
    """Knots of the best lines of a lattice, one for each place of the last knot, the best first.

    Parameters
    ----------
    error
        An RMS error that is not far from the least, the unit of the levels.
    """
    places = max(_PLACES, 4 * pieces)
    moments = Moments(curve, spread_knots(curve, places, 0.2))
    x = moments.x
    levels = error * np.linspace(-_REACH, _REACH, 2 * (_LEVELS // (2 * places)) + 1)
    tables = _tables(moments, x, levels)
    n, some = len(x), len(levels)
    # What lines cost at least up to each place and level, and from where their last piece comes.
    least = np.full((n, some), np.inf)
    for j in range(1, n):
        least[j] = tables[j][0].min(axis=0)
    came: list[np.ndarray] = []
    for _ in range(pieces - 2):
        after, origin = np.full((n, some), np.inf), np.zeros((n, some), int)
        for j in range(1, n):
            costs = (least[:j, :, None] + tables[j]).reshape(-1, some)
            origin[j] = costs.argmin(axis=0)
            after[j] = costs[origin[j], np.arange(some)]
        least = after
        came.append(origin)
    # The last piece: for each place at which it may begin, the best level.
    ends = (least[: n - 1, :, None] + tables[n - 1]).min(axis=2)
    found = []
    for i in np.argsort(ends.min(axis=1))[:_GUESSES]:
        if not np.isfinite(ends[i].min()):
            break
        place, level, knots = int(i), int(ends[i].argmin()), [n - 1, int(i)]
        for origin in reversed(came):
            place, level = divmod(int(origin[place, level]), some)
            knots.append(place)
        found.append(x[[0, *knots[::-1]]])
    return found


def _tables(moments: Moments, x: FloatArray, levels: FloatArray) -> list[FloatArray]:
    """For each place what a piece costs that ends there: from each place before, by its level and by the level here."""
    upto, y, z = moments.upto(x), moments.y(x), moments.z(x)
    found = []
    for j in range(len(x)):
        _, _, _, wy, wyz, wyy = upto[:, j : j + 1] - upto[:, :j]
        h = x[j] - x[:j]
        at_end = (wyz - z[:j] * wy) / (z[j] - z[:j])
        begin, end = (y[:j, None] + levels)[:, :, None], y[j] + levels
        costs = h[:, None, None] * (begin * begin + begin * end + end * end) / 3
        costs -= 2 * (begin * (wy - at_end)[:, None, None] + end * at_end[:, None, None])
        found.append(costs + wyy[:, None, None])
    return found
