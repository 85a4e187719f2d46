"""Stretches of a curve in pieces of equal deviation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..checks import FloatArray
from ..roots import monotone_roots
from .curve import Curve
from .tridiagonal import solved

_EPS = float(np.finfo(float).eps)
#: How many steps Newton's method gets, and the secant method.
ITERATIONS, _SECANTS = 60, 5


class Division:
    """Sections of a curve, each divided into pieces at knots of its own; sections need not meet.

    Parameters
    ----------
    counts
        Pieces in each section, shape (sections,); at least one.
    signs
        Shape (sections,): +1 where the curve is convex, −1 where it is concave.
    knots
        First guess, shape (pieces + sections,), section after section.
    """

    def __init__(self, curve: Curve, counts: NDArray[np.intp], signs: FloatArray, knots: FloatArray) -> None:
        self.curve, self.counts, self.knots = curve, counts, knots
        section = np.repeat(np.arange(len(counts)), counts)
        self.left = np.arange(len(section)) + section
        self.sign = signs[section]
        self.heads, self.tails = np.cumsum(counts) - counts, np.cumsum(counts) - 1
        #: Which neighbouring pieces share a knot.
        self.joined = section[1:] == section[:-1]
        self.several = counts > 1
        #: Where the curve is farthest from each chord, as a share of the piece, and how far; as far as it is known.
        self.share, self.deviation = np.full(len(section), 0.5), np.zeros(len(section))

    def measure(self) -> None:
        """How far the curve departs from each piece's chord, and how that changes with the piece's ends.

        By the envelope theorem the place of the largest departure counts as fixed, so f″ is not needed.
        """
        curve, at = self.curve, self.knots
        y, slopes = curve.value(at), curve.slope(at)
        i, j = self.left, self.left + 1
        u, v = at[i], at[j]
        chord = (y[j] - y[i]) / (v - u)
        turn = self._turns(u, v, chord)
        self.share = share = (turn - u) / (v - u)
        self.turn = turn
        self.deviation = self.sign * (y[i] + chord * (turn - u) - curve.value(turn))
        # Its root is nearly linear in the length of a piece.
        self.root = np.sqrt(np.maximum(self.deviation, 1e-300))
        self.by_left = self.sign * (1 - share) * (slopes[i] - chord) / (2 * self.root)
        self.by_right = self.sign * share * (slopes[j] - chord) / (2 * self.root)

    def _turns(self, u: FloatArray, v: FloatArray, chord: FloatArray) -> FloatArray:
        """Where the slope is the chord's.

        By the secant method from where it was, or a search where that does not do; to search all the time would cost
        most of the time.
        """
        slope, h, n = self.curve.slope, v - u, len(u)
        x = u + self.share * h
        step = 1e-4 * np.minimum(x - u, v - x)
        around = slope(np.concatenate([x - step, x, x + step]))
        curvature, off = (around[2 * n :] - around[:n]) / (2 * step), around[n : 2 * n] - chord
        for secants in range(_SECANTS + 1):
            left_to_gain = off * off / np.abs(curvature)
            lost = np.flatnonzero(~(left_to_gain <= 1e-14 * np.abs(self.deviation) + self.curve.resolution))
            if not len(lost) or secants == _SECANTS:
                break
            step = off / curvature
            # Where the curve is straight there is no step; f may refuse what is not a number.
            moved = x - np.where(np.isnan(step), 0.0, step)
            moved = np.minimum(np.maximum(moved, u + 1e-9 * h), v - 1e-9 * h)
            off_now = slope(moved) - chord
            bend = (off_now - off) / (moved - x)
            x, off, curvature = moved, off_now, np.where(bend * curvature > 0, bend, curvature)
        if len(lost):
            u, v, chord = u[lost], v[lost], chord[lost]
            x[lost] = monotone_roots(lambda x, k: slope(x) - chord[k], u, v, self.curve.resolution)
        return x

    def uneven(self) -> float:
        """By how much the deviations within a section differ, relative to the largest."""
        worst = np.maximum.reduceat(self.deviation, self.heads)
        least = np.minimum.reduceat(self.deviation, self.heads)
        return float(np.max((worst - least) / worst))

    def tolerance(self) -> float:
        """The unevenness from which one more step of Newton's method reaches rounding."""
        return max(1e-7, 16 * self.curve.rounding / float(self.deviation.max()))

    def moves(self, by_ends: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Newton's steps for the inner knots of all sections.

        Parameters
        ----------
        by_ends
            d root / d error of each piece on account of its section's ends; shape (pieces,).

        Returns
        -------
        Steps at the present ends, and per unit of error; of the shape of `knots`, 0 at the ends of sections.
        """
        joined = self.joined
        steps = np.zeros((2, len(self.knots)))
        if joined.any():
            diagonal = np.where(joined, self.by_right[:-1] - self.by_left[1:], 1.0)
            below = np.where(joined, self.by_left[:-1], 0.0)[1:]
            above = np.where(joined, -self.by_right[1:], 0.0)[:-1]
            wanted = np.where(joined, np.stack([np.diff(self.root), np.diff(by_ends)]), 0.0)
            solution = solved(below, diagonal, above, wanted.T)
            steps[:, self.left[1:]] = np.nan if solution is None else np.where(joined, solution.T, 0.0)
        return steps[0], steps[1]

    def move(self, step: FloatArray) -> None:
        """The knots moved by `step`, or by less, so that no piece shrinks to a fifth or less."""
        lengths = np.diff(self.knots)[self.left]
        growth = np.diff(step)[self.left] / lengths
        self.knots = self.knots + step * min(1.0, 0.8 / max(float(-growth.min()), 1e-300))

    def even_out(self) -> None:
        """Knots at which all pieces of a section deviate equally, its ends staying."""
        flat = np.zeros(len(self.left))
        for _ in range(ITERATIONS):
            self.measure()
            uneven = self.uneven()
            if not uneven > 64 * _EPS:
                break
            self.move(self.moves(flat)[0])
            if uneven < self.tolerance():
                self.measure()
                break
