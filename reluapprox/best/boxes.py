"""A squared error that no broken line of few pieces stays below, since its pieces must meet: by branch and bound.

Let every kink be known to lie in some interval, and to bend up or down. Between the intervals the line is straight, and
over each of them the lines on both sides cross, the one or the other way round: that is what is asked of them, and
their errors between the intervals are what is counted. For given multipliers the Lagrangian is least where each line
is, by itself, and its value is a bound; the best multipliers solve a small linear system. Intervals whose bound is not
good enough are halved.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from ..checks import FloatArray
from .curve import Curve
from .moments import Moments, spread_knots

#: Kinks at most, and intervals looked at: they double with each kink.
MOST_KINKS, _MOST_BOXES = 4, 300_000
_CELLS = 4096
#: The share of the squared error that is aimed at: 0.992 of the error.
_ENOUGH = 0.984


def boxed(curve: Curve, pieces: int, attained: float) -> float:
    """A squared error that no continuous line of so many pieces stays below.

    Parameters
    ----------
    attained
        A squared error that some line has.
    """
    moments, kinks = Moments(curve, spread_knots(curve, _CELLS, 0.4)), pieces - 1
    low = np.zeros((2**kinks, kinks), np.intp)
    high = np.full_like(low, len(moments.x) - 1)
    bend = np.array(list(itertools.product((1.0, -1.0), repeat=kinks)))
    wanted, found, seen = _ENOUGH * attained, np.inf, 0
    while len(low):
        bounds = _bounds(moments, low, high, bend)
        seen += len(low)
        # A box of single cells is not halved any more.
        done = (bounds >= wanted) | ((high - low).max(axis=1) <= 1)
        found = min(found, float(bounds[done].min(initial=np.inf)))
        if seen > _MOST_BOXES:
            return min(found, float(bounds.min()))
        low, high, bend = _halved(low[~done], high[~done], bend[~done])
    return min(found, attained)


def _halved(
    low: NDArray[np.intp], high: NDArray[np.intp], bend: FloatArray
) -> tuple[NDArray[np.intp], NDArray[np.intp], FloatArray]:
    """Each box's longest interval in halves; boxes in which kinks cannot be in order are left out."""
    rows, longest = np.arange(len(low)), (high - low).argmax(axis=1)
    middle = (low[rows, longest] + high[rows, longest]) // 2
    left_high, right_low = high.copy(), low.copy()
    left_high[rows, longest] = right_low[rows, longest] = middle
    low, high = np.concatenate([low, right_low]), np.concatenate([left_high, high])
    # Kinks come in order.
    low, high = np.maximum.accumulate(low, axis=1), np.minimum.accumulate(high[:, ::-1], axis=1)[:, ::-1]
    some = (low <= high).all(axis=1)
    return low[some], high[some], np.concatenate([bend, bend])[some]


def _bounds(moments: Moments, low: NDArray[np.intp], high: NDArray[np.intp], bend: FloatArray) -> FloatArray:
    """A squared error that no line stays below whose kinks lie in these intervals and bend this way; shape (boxes,).

    Parameters
    ----------
    low, high
        Of each kink the interval's ends, by the index of points; shape (boxes, kinks).
    bend
        +1 for each kink that bends up, −1 for one that bends down.
    """
    count, kinks = low.shape
    first, last = np.zeros((count, 1), np.intp), np.full((count, 1), len(moments.x) - 1)
    starts, stops = np.hstack([first, high]), np.hstack([low, last])
    there = starts < stops
    stops = np.where(there, stops, np.minimum(starts + 1, len(moments.x) - 1))
    starts = np.where(there, starts, stops - 1)
    lines = _Lines(moments, starts, stops)
    cost = np.where(there, lines.cost, 0.0).sum(axis=1)
    both = there[:, :-1] & there[:, 1:]
    # How much higher the line on the right is than that on the left, at both ends of the interval: for a kink that
    # bends up it must be lower at the left end, and higher at the right one.
    x = moments.x[np.stack([low, high])]
    apart = lines.at(x, 1) - lines.at(x, 0)
    too_high, too_low = np.where(bend > 0, apart[0], apart[1]), np.where(bend > 0, apart[1], apart[0])
    where_high, where_low = np.where(bend > 0, x[0], x[1]), np.where(bend > 0, x[1], x[0])
    sign = np.where(too_high > 0, 1.0, np.where(too_low < 0, -1.0, 0.0)) * both
    at, gap = np.where(sign > 0, where_high, where_low), np.where(sign > 0, too_high, too_low)
    active, best = sign != 0, cost
    # Multipliers of the wrong sign would prove nothing: without them once more.
    for _ in range(kinks):
        matrix = lines.kernel(at)
        matrix *= active[:, :, None] & active[:, None, :]
        matrix += np.eye(kinks) * ~active[:, :, None]
        force = np.linalg.solve(matrix, 2 * np.where(active, gap, 0.0)[..., None])[..., 0]
        wrong = force * sign < 0
        force = np.where(wrong, 0.0, force)
        gain = (force * gap).sum(axis=1) - np.einsum("ni,nij,nj->n", force, matrix, force) / 4
        best = np.maximum(best, cost + np.nan_to_num(gain, nan=-np.inf))
        if not wrong.any():
            break
        active &= ~wrong
    return best


class _Lines:
    """The best straight lines of stretches, each by itself; shape (boxes, pieces)."""

    def __init__(self, moments: Moments, starts: NDArray[np.intp], stops: NDArray[np.intp]) -> None:
        begin, end = moments.x[starts], moments.x[stops]
        self.length, self.middle = end - begin, (begin + end) / 2
        self.cost = moments.cost(starts, stops)
        w, wz, _, wy, wyz, _ = moments.between(starts, stops)
        self.mean = wy / self.length
        half = (moments.x[-1] - moments.x[0]) / 2
        self.slope = 12 * half * (wyz - wz * wy / w) / self.length**3

    def at(self, x: FloatArray, side: int) -> FloatArray:
        """The height of the line on the left (0) or right (1) of each kink at x; shape (…, boxes, kinks)."""
        k = slice(0, -1) if side == 0 else slice(1, None)
        return self.mean[:, k] + self.slope[:, k] * (x - self.middle[:, k])

    def kernel(self, at: FloatArray) -> FloatArray:
        """What pulls at kinks cost together: half the second derivative of the loss; shape (boxes, kinks, kinks)."""

        def pulled(piece: slice, one: FloatArray, other: FloatArray) -> FloatArray:
            length, middle = self.length[:, piece], self.middle[:, piece]
            return (1 + 12 * (one - middle) * (other - middle) / length**2) / length

        kinks = at.shape[1]
        matrix = np.zeros((len(at), kinks, kinks))
        each = np.arange(kinks)
        matrix[:, each, each] = pulled(slice(0, -1), at, at) + pulled(slice(1, None), at, at)
        beside = -pulled(slice(1, -1), at[:, :-1], at[:, 1:])
        matrix[:, each[:-1], each[1:]] = matrix[:, each[1:], each[:-1]] = beside
        return matrix
