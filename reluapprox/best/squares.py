"""The best line in the mean square: every piece the best line of its own stretch, and yet they meet."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..checks import FloatArray
from .boxes import MOST_KINKS, boxed
from .curve import Curve
from .lattice import guesses
from .moments import NODES, WEIGHTS, Moments, spread_knots
from .segments import segmented
from .tridiagonal import solved

_ITERATIONS = 80
#: Up to so many pieces the search looks at the whole curve, and the bound comes from dynamic programming.
_SEARCHED, _SEGMENTED = 64, 500
#: From what share of the squared error a bound is good enough.
_GOOD = 0.98


class _Fit(NamedTuple):
    """The best line of each piece by itself, shape (pieces,) each: heights and errors at its ends."""

    left: FloatArray
    right: FloatArray
    left_error: FloatArray
    right_error: FloatArray


def _moments(curve: Curve, knots: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """∫ r·(1 − s) and ∫ r·s over each piece, r = f − chord and s running from 0 to 1, and ∫ r²: shape (pieces,)."""
    ends = knots
    if len(knots) <= _SEARCHED or len(curve.cuts) > 2:
        ends = np.union1d(knots, curve.grid)
    piece = np.clip(np.searchsorted(knots, ends[:-1], side="right") - 1, 0, len(knots) - 2)
    lengths = np.diff(ends)
    x = ends[:-1, None] + lengths[:, None] * NODES
    y = curve.value(knots)
    u, h = knots[piece, None], np.diff(knots)[piece, None]
    share = (x - u) / h
    r = curve.value(x.ravel()).reshape(x.shape) - y[piece, None] * (1 - share) - y[piece + 1, None] * share
    weights = lengths[:, None] * WEIGHTS
    starts = np.searchsorted(piece, np.arange(len(knots) - 1))
    parts = (weights * r * (1 - share), weights * r * share, weights * r * r)
    low, high, square = (np.add.reduceat(part.sum(axis=1), starts) for part in parts)
    return low, high, square


def _own_lines(curve: Curve, knots: FloatArray) -> _Fit:
    low, high, _ = _moments(curve, knots)
    h, y = np.diff(knots), curve.value(knots)
    above_left, above_right = (4 * low - 2 * high) / h, (4 * high - 2 * low) / h
    return _Fit(y[:-1] + above_left, y[1:] + above_right, above_left, above_right)


def _joined(curve: Curve, knots: FloatArray) -> FloatArray | None:
    """Knots near these at which the pieces' own best lines meet; None where Newton's method finds none.

    At given knots, let the heights be best. Then the squared error changes with a knot in proportion to the
    jump of slope there and to ∫ error·hat over the piece on its left, which is minus that over the piece on
    its right. Where all of these vanish, each piece is the best line of its own stretch. The ends p, q of
    that line on [u, v], of slope s, with errors d, e there, move with v at the rates 2e/h and s − 4e/h, and
    with u at s + 4d/h and −2d/h (differentiate the two orthogonality relations), so the system is
    tridiagonal and needs f alone.
    """
    if not (np.diff(knots) > 0).all():
        return None
    fit = _own_lines(curve, knots)
    for _ in range(_ITERATIONS):
        h = np.diff(knots)
        slope = (fit.right - fit.left) / h
        apart = fit.right[:-1] - fit.left[1:]
        middle = slope[:-1] - 4 * fit.right_error[:-1] / h[:-1] - slope[1:] - 4 * fit.left_error[1:] / h[1:]
        before, after = -2 * fit.left_error[:-1] / h[:-1], -2 * fit.right_error[1:] / h[1:]
        step = solved(before[1:], middle, after[:-1], -apart)
        if step is None:
            return None
        growth = np.diff(np.concatenate([[0.0], step, [0.0]])) / h
        share = min(1.0, 0.5 / max(float(np.abs(growth).max()), 1e-300))
        knots = knots + share * np.concatenate([[0.0], step, [0.0]])
        if not (np.diff(knots) > 0).all():
            return None
        fit = _own_lines(curve, knots)
        if share == 1.0 and np.abs(growth).max() < 1e-6:
            return knots
    return None


def _descended(moments: Moments, knots: FloatArray) -> tuple[float, FloatArray]:
    """Knots near these of locally least squared error, and that, by L-BFGS-B.

    In the logarithms of the lengths, so that no piece vanishes; the derivative is the one that :func:`_joined` says.
    """
    from scipy.optimize import minimize

    a, b = knots[0], knots[-1]
    size = max(_heights(*moments.pieces(knots), np.diff(knots))[1], 1e-300)

    def placed(z: FloatArray) -> FloatArray:
        share = np.exp(z - z.max())
        at = a + (b - a) * np.concatenate([[0.0], np.cumsum(share) / share.sum()])
        at[-1] = b
        return at

    def squared(z: FloatArray) -> tuple[float, FloatArray]:
        at = placed(z)
        h = np.diff(at)
        if not (h > 1e-9 * (b - a)).all():
            # Shorter pieces drown in the rounding of the sums.
            return 1e9, np.zeros_like(z)
        low, high, square = moments.pieces(at)
        above, total = _heights(low, high, square, h)
        pull = h * (above[:-1] / 6 + above[1:] / 3) - high
        by_knot = np.append(2 * np.diff(np.diff(above + moments.y(at)) / h) * pull[:-1], 0.0)
        # A length moves all knots behind it, and by the normalization all of them back in proportion.
        behind = np.cumsum(by_knot[::-1])[::-1]
        by_length = behind - (by_knot * (at[1:] - a)).sum() / (b - a)
        return total / size, by_length * h / size

    found = minimize(squared, np.log(np.diff(knots)), jac=True, method="L-BFGS-B")
    return float(found.fun) * size, placed(found.x)


def _heights(low: FloatArray, high: FloatArray, square: FloatArray, h: FloatArray) -> tuple[FloatArray, float]:
    """How far above the curve the best heights at given knots are, and ∫ error², from each piece's moments."""
    right_side = np.concatenate([low, [0.0]]) + np.concatenate([[0.0], high])
    diagonal = (np.concatenate([h, [0.0]]) + np.concatenate([[0.0], h])) / 3
    above = solved(h / 6, diagonal, h / 6, right_side)
    if above is None:
        return np.zeros_like(right_side), np.inf
    return above, float(square.sum() - right_side @ above)


class _Best:
    """The best line so far.

    Attributes
    ----------
    square
        ∫ error².
    knots, values
        Shape (pieces + 1,).
    """

    def __init__(self, curve: Curve) -> None:
        self.curve, self.square = curve, np.inf
        self.knots = self.values = np.empty(0)

    def try_out(self, knots: FloatArray | None) -> None:
        """Takes these knots, with the best heights, if that is better."""
        if knots is None or not (np.diff(knots) > 0).all():
            return
        above, square = _heights(*_moments(self.curve, knots), np.diff(knots))
        if square < self.square:
            self.square, self.knots, self.values = square, knots, self.curve.value(knots) + above

    def try_near(self, knots: FloatArray) -> None:
        """Tries these knots, and those near them at which the pieces' own best lines meet."""
        self.try_out(knots)
        self.try_out(_joined(self.curve, knots))


def in_squares(curve: Curve, pieces: int, more: list[FloatArray]) -> tuple[FloatArray, FloatArray, float]:
    """Knots and values of the best line found, and an RMS error that none stays below.

    Parameters
    ----------
    more
        Knots to begin from, beside those that are spread by curvature.
    """
    a, b = curve.domain
    best = _Best(curve)
    with np.errstate(all="ignore"):
        for knots in [spread_knots(curve, pieces, 0.4), *more]:
            best.try_near(knots)
        if 1 < pieces <= _SEARCHED and (curve.target.is_polyline or len(curve.runs) > 1):
            _look_around(best, pieces)
        bound = _bound(curve, pieces, best.square)
    return best.knots, best.values, float(np.sqrt(bound / (b - a)))


def _look_around(best: _Best, pieces: int) -> None:
    """Tries guesses that see the whole curve; once more with the error that they led to, if that is another."""
    curve, (a, b) = best.curve, best.curve.domain
    moments = Moments(curve, spread_knots(curve, 512, 0.2))
    # At corners Newton's method may fail, or end at a saddle.
    best.try_out(_descended(moments, best.knots)[1])
    for _ in range(2):
        before = best.square
        descents = [_descended(moments, knots) for knots in guesses(curve, pieces, np.sqrt(before / (b - a)))]
        for _, knots in sorted(descents, key=lambda found: found[0])[:2]:
            best.try_near(knots)
        if best.square > 0.98 * before:
            break


def _bound(curve: Curve, pieces: int, attained: float) -> float:
    """A squared error that no line of so many pieces stays below."""
    if pieces > _SEGMENTED:
        return _counted(curve, pieces)
    bound = segmented(curve, pieces, attained)
    if bound < _GOOD * attained and pieces <= MOST_KINKS + 1:
        bound = max(bound, boxed(curve, pieces, attained))
    return bound


def _counted(curve: Curve, pieces: int) -> float:
    """For many pieces: of a quarter more cells than kinks, those without one cost at least so much."""
    cells = spread_knots(curve, pieces + max(pieces // 4, 1), 0.4)
    if not (np.diff(cells) > 0).all():
        return 0.0
    low, high, square = _moments(curve, cells)
    h = np.diff(cells)
    # The best line of a cell takes this much of the chord's squared error.
    cost = square - (4 * low * low - 4 * low * high + 4 * high * high) / h
    return float(np.sort(np.maximum(cost, 0.0))[: len(cost) - pieces + 1].sum())
