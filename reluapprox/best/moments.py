"""Integrals of a curve, summed up once: what any stretch of it costs in the mean square."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..checks import FloatArray
from .curve import Curve

_EPS = float(np.finfo(float).eps)


def _graded_nodes(count: int) -> tuple[FloatArray, FloatArray]:
    """Gauss–Legendre nodes and weights on [0, 1] in s, x = 3s² − 2s³, which makes a root at an end smooth."""
    s, w = np.polynomial.legendre.leggauss(count)
    s, w = (s + 1) / 2, w / 2
    return s * s * (3 - 2 * s), w * 6 * s * (1 - s)


NODES, WEIGHTS = _graded_nodes(14)


def spread_knots(curve: Curve, pieces: int, power: float) -> FloatArray:
    """Knots as dense as |f″|^power, by the mesh's own second differences; shape (pieces + 1,)."""
    h = np.diff(curve.mesh)
    density = (np.abs(curve.bends) / h**2) ** power * h
    # A straight stretch has no density of its own; knots that it must have are spread.
    total = np.concatenate([[0.0], np.cumsum(density + 1e-9 * (density.sum() or 1.0) * h / h.sum())])
    knots = np.interp(np.linspace(0, total[-1], pieces + 1), total, curve.mesh)
    knots[0], knots[-1] = curve.domain
    return knots


class Moments:
    """∫ 1, z, z², y, yz and y² from the left end to each of some points: y = f − its mean, and z goes from −1 to 1.

    Attributes
    ----------
    x
        The points, increasing; shape (n,).
    noise
        What rounding can make of a squared error.
    """

    def __init__(self, curve: Curve, points: FloatArray) -> None:
        self.curve, self.x = curve, np.unique(points)
        self.mean = float(curve.heights.mean())
        # Corners between the points are reached, not crossed.
        self._nodes = np.union1d(points, curve.cuts)
        self._upto = np.zeros((6, len(self._nodes)))
        np.cumsum(self._parts(self._nodes[:-1], np.diff(self._nodes)), axis=1, out=self._upto[:, 1:])
        self._sums = self._upto[:, np.searchsorted(self._nodes, self.x)]
        self.noise = 64 * _EPS * float(self._sums[5, -1])

    def y(self, x: FloatArray) -> FloatArray:
        """The curve without its mean."""
        return self.curve.value(x.ravel()).reshape(x.shape) - self.mean

    def z(self, x: FloatArray) -> FloatArray:
        """Points of the domain, from −1 to 1."""
        a, b = self.curve.domain
        return (2 * x - a - b) / (b - a)

    def _parts(self, left: FloatArray, lengths: FloatArray) -> FloatArray:
        """The six integrals over stretches; shape (6, stretches)."""
        x = left[:, None] + lengths[:, None] * NODES
        weights, y, z = lengths[:, None] * WEIGHTS, self.y(x), self.z(x)
        return np.stack([(weights * part).sum(axis=1) for part in (np.ones_like(z), z, z * z, y, y * z, y * y)])

    def between(self, i: NDArray[np.intp], j: NDArray[np.intp]) -> FloatArray:
        """The six integrals from the i-th point to the j-th; shape (6, *S)."""
        return self._sums[:, j] - self._sums[:, i]

    def upto(self, x: FloatArray) -> FloatArray:
        """The six integrals up to any points; shape (6, n)."""
        i = np.clip(np.searchsorted(self._nodes, x, side="right") - 1, 0, len(self._nodes) - 2)
        return self._upto[:, i] + self._parts(self._nodes[i], x - self._nodes[i])

    def pieces(self, knots: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """∫ r·(1 − s) and ∫ r·s over each piece, r = f − chord and s running from 0 to 1, and ∫ r²: shape (pieces,).

        Only as exact as differences of sums are: for errors that are not small beside f.
        """
        _, _, _, wy, wyz, wyy = np.diff(self.upto(knots), axis=1)
        z, y, h = self.z(knots), self.y(knots), np.diff(knots)
        at_end = (wyz - z[:-1] * wy) / np.diff(z)
        at_begin, left, right = wy - at_end, y[:-1], y[1:]
        square = wyy - 2 * (left * at_begin + right * at_end) + h * (left * left + left * right + right * right) / 3
        return at_begin - h * (left / 3 + right / 6), at_end - h * (left / 6 + right / 3), square

    def cost(self, i: NDArray[np.intp], j: NDArray[np.intp]) -> FloatArray:
        """At least how large ∫ (f − line)² is from the i-th point to the j-th, for any straight line; shape S.

        Less what rounding can make of it.
        """
        w, wz, wzz, wy, wyz, wyy = self.between(i, j)
        with np.errstate(all="ignore"):
            var, cov = wzz - wz * wz / w, wyz - wz * wy / w
            cost = wyy - wy * wy / w - cov * cov / var
        return np.maximum(np.where(np.isfinite(cost), cost, 0.0) - self.noise, 0.0)
