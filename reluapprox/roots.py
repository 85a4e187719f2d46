"""Many roots of monotone functions at once: where an error is largest, where a line touches a curve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .checks import FloatArray

#: How far inside an interval its ends are asked, as a share of its length: at a corner a slope is one-sided.
_NUDGE = 2.0**-30


def monotone_roots(
    g: Callable[[FloatArray, NDArray[np.intp]], FloatArray],
    left: FloatArray,
    right: FloatArray,
    resolution: FloatArray | float,
) -> FloatArray:
    """The root of each monotone gᵢ in (leftᵢ, rightᵢ), or a point next to an end where there is none.

    Found well enough that ∫gᵢ from the point returned to the root is at most `resolution`ᵢ: where gᵢ is the
    slope of an error, that is how much larger the error can still get.

    The secant method with Anderson and Björck's (1973) weights, halving where that leaves the bracket, after
    every third step, and where gᵢ is infinite or jumps. SciPy's ``elementwise.find_root`` (Chandrupatla) does
    the same, in more time than the whole of a best line takes at sixteen pieces.

    Parameters
    ----------
    g
        (x, i) → gᵢ(x), for an array of points and one of the indices they belong to; ±∞ is allowed.
    left, right
        Shape (n,), left < right.
    """
    nudge = (right - left) * _NUDGE
    at = np.arange(len(left))
    lo, hi = left + nudge, right - nudge
    g_lo, g_hi = g(lo, at), g(hi, at)
    sign = np.where(g_lo <= g_hi, 1.0, -1.0)
    g_lo, g_hi = g_lo * sign, g_hi * sign
    before, behind = g_lo >= 0, (g_hi <= 0) & (g_lo < 0)
    if before.any() or behind.any():
        # A root beside an end: of g at that end nothing is known.
        lo, hi = np.where(before, left, np.where(behind, hi, lo)), np.where(behind, right, np.where(before, lo, hi))
        g_lo, g_hi = (
            np.where(before, -np.inf, np.where(behind, g_hi, g_lo)),
            np.where(behind, np.inf, np.where(before, g_lo, g_hi)),
        )
    root = np.where(-g_lo < g_hi, lo, hi)
    weighted_lo, weighted_hi, last = g_lo, g_hi, np.zeros_like(lo)
    resolution = np.broadcast_to(resolution, lo.shape)
    with np.errstate(all="ignore"):
        for step in range(400):
            middle = lo + (hi - lo) / 2
            todo = (np.minimum(-g_lo, g_hi) * (hi - lo) > resolution[at]) & (lo < middle) & (middle < hi)
            count = np.count_nonzero(todo)
            if not count:
                break
            if 2 * count < len(todo):
                state: list[Any] = [at, sign, lo, hi, middle, g_lo, g_hi, weighted_lo, weighted_hi, last]
                at, sign, lo, hi, middle, g_lo, g_hi, weighted_lo, weighted_hi, last = (v[todo] for v in state)
            x = lo + (hi - lo) * (weighted_lo / (weighted_lo - weighted_hi))
            x = np.where((lo < x) & (x < hi), x, middle) if step % 4 < 3 else middle
            value = g(x, at) * sign
            above = value > 0
            side = np.where(above, 1.0, -1.0)
            keep = 1 - value / np.where(above, weighted_hi, weighted_lo)
            keep = np.where(side == last, np.where(keep > 0, keep, 0.5), 1.0)
            weighted_lo, weighted_hi = (
                np.where(above, weighted_lo * keep, value),
                np.where(above, value, weighted_hi * keep),
            )
            g_lo, g_hi = np.where(above, g_lo, value), np.where(above, value, g_hi)
            lo, hi, last = np.where(above, lo, x), np.where(above, x, hi), side
            root[at] = np.where(-g_lo < g_hi, lo, hi)
    return root
