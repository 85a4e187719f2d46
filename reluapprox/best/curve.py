"""A target on an interval, as the yardstick sees it: fast values and slopes, and where it is convex or concave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .. import inspection
from ..checks import FloatArray, Interval
from ..target import Target

#: Cells that a stretch is cut into at least: the best 10⁴ pieces of √x have knots from 4e-16 on.
_CELLS = 48


@dataclass(frozen=True)
class Run:
    """A stretch [a, b] on which the curve is convex (sign +1) or concave (−1); a = b at a lone corner."""

    a: float
    b: float
    sign: int


class Curve:
    """A target on a domain.

    Parameters
    ----------
    target
        What is to be approximated.
    domain
        (a, b).
    cells
        How many cells its mesh has at least.

    Raises
    ------
    TypeError, ValueError
        The target is not finite somewhere on the mesh.
    """

    def __init__(self, target: Target, domain: Interval, cells: int) -> None:
        self.target, self.domain = target, domain
        #: Where the curve has a corner, or changes between convex and concave; both ends included.
        self.cuts = target.cuts(domain)
        #: What rounding of x and of the values makes of a value.
        self.rounding = target.rounding(domain)
        #: What a search may leave: a quarter of a unit in the last place.
        self.resolution = self.rounding / 16
        self._cells = cells

    @cached_property
    def mesh(self) -> FloatArray:
        """Points all over the domain, dense at the ends of stretches, where a slope may be infinite."""
        if self.target.is_polyline:
            return np.linspace(*self.domain, max(self._cells, 512) + 1)
        return inspection.points(self.cuts, self._cells, _CELLS)

    @cached_property
    def heights(self) -> FloatArray:
        """The curve on the mesh."""
        return self.target(self.mesh)

    @cached_property
    def value(self) -> Callable[[FloatArray], FloatArray]:
        """The curve at points of the domain."""
        return self._fastest(self.target.f, self.target)

    @cached_property
    def slope(self) -> Callable[[FloatArray], FloatArray]:
        """Its slope at points of the domain."""
        if self.target.derivative is None:
            return self._difference
        return self._fastest(self.target.derivative, self.target.slope)

    def samples(self, count: int) -> FloatArray:
        """About `count` points, 16 on every stretch at least, the cuts among them; a little denser beside those."""
        if self.target.is_polyline:
            return self.cuts
        return inspection.points(self.cuts, count, graded=inspection.GRADED[1:24:2])

    def _fastest(self, raw: Callable[..., Any], checked: Callable[[FloatArray], FloatArray]) -> Callable[..., Any]:
        """The target's own function where it works on arrays; the checks cost ten times the evaluation."""
        try:
            with np.errstate(all="ignore"):
                out = raw(self.cuts)
        except (TypeError, ValueError):
            return checked
        fast = isinstance(out, np.ndarray) and out.dtype == np.float64 and out.shape == self.cuts.shape
        return raw if fast and not np.isnan(out).any() else checked

    def _difference(self, x: FloatArray) -> FloatArray:
        """The slope of a target without derivative, by differences that stay inside the domain.

        Touching points need no more: an error is flat there.
        """
        a, b = self.domain
        step = 1e-6 * (b - a)
        left, right = np.maximum(x - step, a), np.minimum(x + step, b)
        return (self.value(right) - self.value(left)) / (right - left)

    @cached_property
    def grid(self) -> FloatArray:
        """Points that no quadrature node's neighbours should reach across: the cuts, and a few between."""
        return np.union1d(np.linspace(*self.domain, 33), self.cuts)

    @cached_property
    def bends(self) -> FloatArray:
        """How far the curve's middle lies below the chord of each cell of the mesh; shape (cells,)."""
        middles = self.mesh[:-1] + np.diff(self.mesh) / 2
        return (self.heights[:-1] + self.heights[1:]) / 2 - self.value(middles)

    @cached_property
    def sags(self) -> FloatArray:
        """How far the curve lies below the chord of its stretch between cuts, at each point of the mesh."""
        chords: FloatArray = np.interp(self.mesh, self.cuts, self.heights[np.searchsorted(self.mesh, self.cuts)])
        return chords - self.heights

    @cached_property
    def spread(self) -> FloatArray:
        """∝ ∫√|f″| from the left end to each point of the mesh, in units in which a parabola's piece counts
        √(its distance from its chord); shape (cells + 1,)."""
        return np.concatenate([[0.0], np.cumsum(np.sqrt(np.abs(self.bends)))])

    @cached_property
    def runs(self) -> list[Run]:
        """The curve's convex and concave runs, alternately, from left to right; empty for a straight line.

        Runs of one sign that meet in a corner of that sign are one run; a corner of the other sign is a
        run of its own.
        """
        # What keeps one sign of curvature departs from its chord in the middle, if anywhere.
        ends, middles = self.value(self.cuts), self.value(self.cuts[:-1] + np.diff(self.cuts) / 2)
        sags = (ends[1:] + ends[:-1]) / 2 - middles
        signs = [int(np.sign(sag)) if abs(sag) > self.rounding else 0 for sag in sags]
        corners = self._corner_signs()
        runs: list[Run] = []
        for j, sign in enumerate(signs):
            left, right = float(self.cuts[j]), float(self.cuts[j + 1])
            if j and corners[j - 1]:
                _append(runs, Run(left, left, corners[j - 1]))
            if sign:
                _append(runs, Run(left, right, sign))
        if runs:
            runs[0] = Run(self.domain[0], runs[0].b, runs[0].sign)
            runs[-1] = Run(runs[-1].a, self.domain[1], runs[-1].sign)
        return runs

    def _corner_signs(self) -> list[int]:
        """For each inner cut, by which sign the slope jumps there; 0 where it does not."""
        inner = np.isin(self.cuts[1:-1], self.target.kinks_inside(self.domain))
        signs = []
        for cut, is_kink in zip(self.cuts[1:-1], inner, strict=True):
            if not is_kink:
                signs.append(0)
                continue
            steps = 2.0**-16 * np.diff(self.cuts).min()
            y = self.value(np.array([cut - steps, cut, cut + steps]))
            jump = y[0] - 2 * y[1] + y[2]
            signs.append(int(np.sign(jump)) if abs(jump) > self.rounding else 0)
        return signs


def _append(runs: list[Run], run: Run) -> None:
    if runs and runs[-1].sign == run.sign:
        runs[-1] = Run(runs[-1].a, run.b, run.sign)
    else:
        runs.append(run)
