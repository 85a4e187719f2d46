"""The best network of few neurons for a strictly convex or concave target: exact, with a proof.

All lines of p pieces within E of a convex f lie in one family. Let F = f + E and B = f − E. A *full* piece runs from B
to B and touches F between; G(v) is where the full piece from v ends. Lines start with a kink at a phase w, between
that of the greedy line from the right and that from the left, and their other kinks can be pushed to G(w), G(G(w)), …
An alternating sum of slopes, s_{i₁} − s_{i₂} + … + s_{i_{2m+1}}, takes all values between a least and a greatest one
over these lines, and both are chains of full pieces whose phases do not increase. A network of p − 1 neurons draws a
line if and only if some alternating sum is zero, so an error is possible if and only if some least one is at most 0
and the greatest one of the same pieces at least 0. Derived for this project.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..checks import FloatArray
from ..roots import monotone_roots
from .curve import Curve


class Chains(NamedTuple):
    """Full chains, one for each phase.

    Attributes
    ----------
    phases
        Their first kinks, increasing; shape (phases,).
    kinks
        Shape (pieces − 1, phases).
    slopes
        Shape (pieces, phases), increasing along the phases; the first is the least that leads to the first kink, the
        last the greatest from the last kink.
    rates
        How fast the slopes grow with the phase; of the same shape.
    """

    phases: FloatArray
    kinks: FloatArray
    slopes: FloatArray
    rates: FloatArray


class Phases:
    """A strictly convex curve (after a change of sign, if need be) in so many pieces."""

    def __init__(self, curve: Curve, pieces: int) -> None:
        self.curve, self.pieces = curve, pieces
        self.sign = float(curve.runs[0].sign)
        self.ends = np.array(curve.domain)
        #: About how far a line goes until it touches.
        self.reach = float(np.ptp(self.ends)) / (2 * pieces)

    def f(self, x: FloatArray) -> FloatArray:
        """The convex curve."""
        return self.sign * self.curve.value(x)

    def slope(self, x: FloatArray) -> FloatArray:
        """Its slope."""
        return self.sign * self.curve.slope(x)

    def tangent(self, v: FloatArray, error: float, rightwards: bool) -> tuple[FloatArray, FloatArray]:
        """Of the line from (v, B(v)) that touches F: where, and its slope; at the end of the domain if it is beyond.

        Both of shape (n,). The slope is the least, or greatest, of those to points of F, and so as exact as f, though
        the place is found to a millionth of the way only: by Newton's method, or by a search where that does not do.
        """
        end = self.curve.domain[1] if rightwards else self.curve.domain[0]
        y, way = self.f(v), end - v
        share = np.clip(self.reach / np.maximum(np.abs(way), 1e-300), 1e-6, 0.5)
        with np.errstate(all="ignore"):
            for _ in range(8):
                u = v + share * way
                slope = self.slope(np.stack([u - 1e-4 * share * way, u, u + 1e-4 * (1 - share) * way]))
                curvature = (slope[2] - slope[0]) / (1e-4 * way)
                gap = y - self.f(u) + slope[1] * (u - v) - 2 * error
                step = gap / (curvature * (u - v) * way)
                share = np.clip(share - step, share / 8, 1.0)
                close = np.abs(step) < 1e-6 * share
                if close.all():
                    break
            u = v + share * way
            lost = np.flatnonzero(~close & (way != 0))
            if len(lost):
                u[lost] = self._searched(v[lost], y[lost], end, error)
            at = u != v
            if at.any():
                self.reach = float(np.median(np.abs(u - v)[at]))
            return u, (self.f(u) - y + 2 * error) / (u - v)

    def _searched(self, v: FloatArray, y: FloatArray, end: float, error: float) -> FloatArray:
        """The touches of :meth:`tangent`, by bracketing."""
        ends = np.full_like(v, end)
        sign = 1.0 if end > v[0] else -1.0

        def short(u: FloatArray, i: NDArray[np.intp]) -> FloatArray:
            return sign * (y[i] - self.f(u) + self.slope(u) * (u - v[i]) - 2 * error)

        left, right = (v, ends) if sign > 0 else (ends, v)
        return monotone_roots(short, left, right, 1e-12 * error * float(np.ptp(self.ends)) / self.pieces)

    def full(self, v: FloatArray, error: float, rightwards: bool = True) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Where the full piece from v touches F, its slope, and where it ends; NaN where it leaves the domain."""
        u, slope = self.tangent(v, error, rightwards)
        far = np.full_like(v, self.ends[1] if rightwards else self.ends[0])
        y, near, w = self.f(v), u, 2 * u - v
        w = np.where((far - w) * (far - u) > 0, w, far)
        with np.errstate(all="ignore"):
            beyond = self.f(far) - y - slope * (far - v) < -self.curve.rounding
            # Newton's method, halving where it leaves the bracket, as it does where the curve is vertical.
            for _ in range(60):
                gap = self.f(w) - y - slope * (w - v)
                if (np.abs(gap) <= self.curve.resolution).all():
                    break
                near, far = np.where(gap > 0, near, w), np.where(gap > 0, w, far)
                moved = w - gap / (self.slope(w) - slope)
                moved = np.where((moved - near) * (moved - far) < 0, moved, (near + far) / 2)
                if (moved == w).all():
                    break
                w = moved
        return u, slope, np.where(beyond, np.nan, w)

    def range(self, error: float) -> tuple[float, float]:
        """The least and the greatest phase: of the greedy line from the right, and from the left."""
        v = self.ends[1:]
        for _ in range(self.pieces - 1):
            _, _, v = self.full(v, error, rightwards=False)
        _, _, w = self.full(self.ends[:1], error)
        return min(float(v[0]), float(w[0])), float(w[0])

    def chains(self, phases: FloatArray, error: float) -> Chains:
        """The full chains at these phases."""
        t, rate = phases, np.ones_like(phases)
        kinks = [t]
        u, s = self.tangent(t, error, rightwards=False)
        # By the envelope theorem, where the line touches counts as fixed.
        turn = (s - self.slope(t)) / (u - t)
        slopes, rates = [s], [turn]
        for _ in range(self.pieces - 2):
            u, s, w = self.full(t, error)
            turn = (s - self.slope(t)) / (u - t)
            slopes.append(s)
            rates.append(turn * rate)
            rate = rate * (s - self.slope(t)) / (self.slope(w) - s) * (w - u) / (u - t)
            t = w
            kinks.append(t)
        u, s = self.tangent(t, error, rightwards=True)
        slopes.append(s)
        rates.append((s - self.slope(t)) / (u - t) * rate)
        return Chains(phases, np.array(kinks), np.array(slopes), np.array(rates))
