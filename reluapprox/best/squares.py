"""The best line in the mean square: every piece the best line of its own stretch, and yet they meet."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..checks import FloatArray
from .curve import Curve

_EPS = float(np.finfo(float).eps)


def _graded_nodes(count: int) -> tuple[FloatArray, FloatArray]:
    """Gauss–Legendre nodes and weights on [0, 1] in s, x = 3s² − 2s³, which makes a root at an end smooth."""
    s, w = np.polynomial.legendre.leggauss(count)
    s, w = (s + 1) / 2, w / 2
    return s * s * (3 - 2 * s), w * 6 * s * (1 - s)


_NODES, _WEIGHTS = _graded_nodes(14)
_ITERATIONS = 80
#: Up to so many pieces the bound comes from dynamic programming.
FEW = 64


class _Fit(NamedTuple):
    """The best line of each piece by itself, shape (pieces,) each: heights and errors at its ends."""

    left: FloatArray
    right: FloatArray
    left_error: FloatArray
    right_error: FloatArray


def _moments(curve: Curve, knots: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """∫ r·(1 − s) and ∫ r·s over each piece, r = f − chord and s running from 0 to 1, and ∫ r²: shape (pieces,)."""
    ends = knots
    if len(knots) <= FEW or len(curve.cuts) > 2:
        ends = np.union1d(knots, curve.grid)
    piece = np.clip(np.searchsorted(knots, ends[:-1], side="right") - 1, 0, len(knots) - 2)
    lengths = np.diff(ends)
    x = ends[:-1, None] + lengths[:, None] * _NODES
    y = curve.value(knots)
    u, h = knots[piece, None], np.diff(knots)[piece, None]
    share = (x - u) / h
    r = curve.value(x.ravel()).reshape(x.shape) - y[piece, None] * (1 - share) - y[piece + 1, None] * share
    weights = lengths[:, None] * _WEIGHTS
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
    from scipy.linalg.lapack import dgtsv

    fit = _own_lines(curve, knots)
    for _ in range(_ITERATIONS):
        h = np.diff(knots)
        slope = (fit.right - fit.left) / h
        apart = fit.right[:-1] - fit.left[1:]
        middle = slope[:-1] - 4 * fit.right_error[:-1] / h[:-1] - slope[1:] - 4 * fit.left_error[1:] / h[1:]
        before, after = -2 * fit.left_error[:-1] / h[:-1], -2 * fit.right_error[1:] / h[1:]
        if len(middle) > 1:
            *_, step, info = dgtsv(before[1:], middle, after[:-1], -apart)
            if info:
                return None
        else:
            step = -apart / middle
        if not np.isfinite(step).all():
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


def _descended(curve: Curve, knots: FloatArray) -> FloatArray:
    """Knots near these of locally least squared error, by L-BFGS-B: for corners, at which Newton's method gives up.

    In the logarithms of the lengths, so that no piece vanishes; the derivative is the one that :func:`_joined` says.
    """
    from scipy.optimize import minimize

    a, b = knots[0], knots[-1]
    size = max(_heights(curve, knots)[1], 1e-300)

    def placed(z: FloatArray) -> FloatArray:
        share = np.exp(z - z.max())
        at = a + (b - a) * np.concatenate([[0.0], np.cumsum(share) / share.sum()])
        at[-1] = b
        return at

    def squared(z: FloatArray) -> tuple[float, FloatArray]:
        at = placed(z)
        h = np.diff(at)
        if not (h > 0).all():
            return np.inf, np.zeros_like(z)
        _, high, _ = _moments(curve, at)
        values, square = _heights(curve, at)
        above = values - curve.value(at)
        pull = h * (above[:-1] / 6 + above[1:] / 3) - high
        by_knot = np.append(2 * np.diff(np.diff(values) / h) * pull[:-1], 0.0)
        # A length moves all knots behind it, and by the normalization all of them back in proportion.
        behind = np.cumsum(by_knot[::-1])[::-1]
        by_length = behind - (by_knot * (at[1:] - a)).sum() / (b - a)
        return square / size, by_length * h / size

    return placed(minimize(squared, np.log(np.diff(knots)), jac=True, method="L-BFGS-B").x)


def _heights(curve: Curve, knots: FloatArray) -> tuple[FloatArray, float]:
    """The best heights at these knots, and ∫ error²."""
    from scipy.linalg.lapack import dgtsv

    low, high, square = _moments(curve, knots)
    h = np.diff(knots)
    right_side = np.concatenate([low, [0.0]]) + np.concatenate([[0.0], high])
    diagonal = (np.concatenate([h, [0.0]]) + np.concatenate([[0.0], h])) / 3
    *_, above, _ = dgtsv(h / 6, diagonal, h / 6, right_side)
    return curve.value(knots) + above, float(square.sum() - right_side @ above)


def _spread_knots(curve: Curve, pieces: int, power: float) -> FloatArray:
    """Knots as dense as |f″|^power, by the mesh's own second differences."""
    h = np.diff(curve.mesh)
    density = (np.abs(curve.bends) / h**2) ** power * h
    # A straight stretch has no density of its own; knots that it must have are spread.
    total = np.concatenate([[0.0], np.cumsum(density + 1e-9 * (density.sum() or 1.0) * h / h.sum())])
    knots = np.interp(np.linspace(0, total[-1], pieces + 1), total, curve.mesh)
    knots[0], knots[-1] = curve.domain
    return knots


def _segments(curve: Curve, pieces: int) -> tuple[float, FloatArray]:
    """A squared error that no line of so many pieces stays below, and about where its kinks should be.

    The domain is cut into cells. A kink lies in some cell, and between the cells with kinks in them a line is
    straight, its squared error at least that of the best straight line there, whether or not lines meet.
    Which cells the kinks are in is chosen to cost least: segmented least squares, by dynamic programming
    (Bellman 1961), with the cells that have kinks for free.
    """
    cells = _spread_knots(curve, min(max(16 * pieces, 96), 384), 0.4)
    a, b = curve.domain
    # In x from −1 to 1 and with the mean taken off, so that the moments cancel as little as may be.
    height = float(curve.heights.mean())
    lengths = np.diff(cells)[:, None]
    x = cells[:-1, None] + lengths * _NODES
    weights, y, z = lengths * _WEIGHTS, curve.value(x.ravel()).reshape(x.shape) - height, (2 * x - a - b) / (b - a)
    moments = np.stack([(weights * part).sum(axis=1) for part in (1 + 0 * z, z, z * z, y, y * z, y * y)])
    sums = np.concatenate([np.zeros((6, 1)), np.cumsum(moments, axis=1)], axis=1)
    w, wz, wzz, wy, wyz, wyy = sums[:, None, :] - sums[:, :, None]
    with np.errstate(all="ignore"):
        var, cov = wzz - wz * wz / w, wyz - wz * wy / w
        cost = wyy - wy * wy / w - cov * cov / var
    n = len(cells) - 1
    noise = 64 * _EPS * sums[5, -1]
    cost = np.where(np.tri(n + 1, k=-1, dtype=bool).T & np.isfinite(cost), np.maximum(cost - noise, 0.0), np.inf)
    cost[np.arange(n + 1), np.arange(n + 1)] = 0.0
    # least[j]: cells before j, the last of them without a kink so far.
    least, came = cost[0].copy(), []
    for _ in range(pieces - 1):
        options = least[:-1, None] + cost[1:]
        came.append(options.argmin(axis=0))
        least = np.minimum(options.min(axis=0), least)
    kinks, j = [], n
    for choice in reversed(came):
        j = int(choice[j])
        kinks.append((cells[j] + cells[j + 1]) / 2)
    return float(least[-1]), np.array([a, *sorted(kinks), b])


def _counted(curve: Curve, pieces: int) -> float:
    """The same for many pieces: of a quarter more cells than kinks, those without one cost at least so much."""
    cells = _spread_knots(curve, pieces + max(pieces // 4, 1), 0.4)
    if not (np.diff(cells) > 0).all():
        return 0.0
    low, high, square = _moments(curve, cells)
    h = np.diff(cells)
    # The best line of a cell takes this much of the chord's squared error.
    cost = square - (4 * low * low - 4 * low * high + 4 * high * high) / h
    return float(np.sort(np.maximum(cost, 0.0))[: len(cost) - pieces + 1].sum())


def in_squares(curve: Curve, pieces: int, more: list[FloatArray]) -> tuple[FloatArray, FloatArray, float]:
    """Knots and values of the best line found, and an RMS error that none stays below.

    From several first guesses, `more` of them given; the best of the lines that Newton's method makes of them.
    """
    a, b = curve.domain
    with np.errstate(all="ignore"):
        guesses = [_spread_knots(curve, pieces, 0.4), *more]
        if pieces <= FEW:
            bound, knots = _segments(curve, pieces)
            guesses.append(knots)
        else:
            bound = _counted(curve, pieces)
        found: list[tuple[float, FloatArray, FloatArray]] = []
        cornered = len(curve.target.kinks_inside(curve.domain)) > 0
        for knots in guesses:
            if not (np.diff(knots) > 0).all():
                continue
            trials: list[FloatArray | None] = [knots]
            if pieces > 1:
                trials.append(_joined(curve, knots))
                # At corners Newton's method may fail, or end at a saddle.
                if pieces <= FEW and (trials[-1] is None or cornered):
                    trials.append(_descended(curve, knots))
            for trial in trials:
                if trial is not None and (np.diff(trial) > 0).all():
                    values, square = _heights(curve, trial)
                    if np.isfinite(square):
                        found.append((square, trial, values))
    _, knots, values = min(found, key=lambda line: line[0])
    return knots, values, float(np.sqrt(bound / (b - a)))
