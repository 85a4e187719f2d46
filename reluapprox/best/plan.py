"""A first look at a curve: about where the pieces go, and how many into which run."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from ..checks import FloatArray
from .curve import Curve
from .straddlers import Straddlers


class Plan:
    """What the mesh tells before anything is solved: about where the touches are, and how many pieces go where."""

    def __init__(self, curve: Curve) -> None:
        self.curve, self.runs = curve, curve.runs
        self.signs = np.array([run.sign for run in self.runs], float)
        #: What of a piece the straddlers beside each section take of its room beyond their touches.
        self.used = np.ones(len(self.runs))
        self.used[0] -= 0.5
        self.used[-1] -= 0.5
        # For each pair of neighbouring runs, over the mesh of the left one: error, and both touches.
        self.touches: list[tuple[FloatArray, FloatArray, FloatArray]] = []
        mesh, heights = curve.mesh, curve.heights
        slopes = curve.slope(mesh) if len(self.runs) > 1 else np.zeros(0)
        for left, right in itertools.pairwise(self.runs):
            here = slice(*np.searchsorted(mesh, (left.a, np.nextafter(left.b, np.inf))))
            there = slice(*np.searchsorted(mesh, (right.a, np.nextafter(right.b, np.inf))))
            x, m = mesh[here][::-1], slopes[here][::-1]
            other = np.interp(-left.sign * m, -left.sign * slopes[there], mesh[there])
            rise = np.interp(other, mesh, heights) - heights[here][::-1]
            error = left.sign * (rise - m * (other - x)) / 2
            # Beyond, it touches the left run at its end, and is tangent to the right one.
            y = mesh[there]
            beyond = left.sign * (heights[there] - heights[here][0] - slopes[there] * (y - x[-1])) / 2
            more = (y > other[-1]) & (beyond > np.max(error, initial=-np.inf, where=~np.isnan(error)))
            error, x, other = (
                np.concatenate(both)
                for both in ((error, beyond[more]), (x, np.full(int(more.sum()), x[-1])), (other, y[more]))
            )
            self.touches.append((np.maximum.accumulate(np.nan_to_num(np.maximum(error, 0.0))), x, other))

    def touching(self, errors: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Where the straddlers of these errors touch their left and right run; `errors` of shape (q, …)."""
        both = [
            (np.interp(e, table, x), np.interp(e, table, y))
            for e, (table, x, y) in zip(errors, self.touches, strict=True)
        ]
        return np.array([x for x, _ in both]), np.array([y for _, y in both])

    def _room(self, near: FloatArray, far: FloatArray) -> FloatArray:
        """∫√|f″| over each section, straddlers reaching up to their touches; shape (q + 1, …)."""
        mesh, spread = self.curve.mesh, self.curve.spread
        low, high = np.interp(far, mesh, spread), np.interp(near, mesh, spread)
        zero = np.zeros((1, *low.shape[1:]))
        return np.concatenate([high, zero + spread[-1]]) - np.concatenate([zero, low])

    def allot(self, pieces: int) -> NDArray[np.intp]:
        """About how many pieces each section should get, all of them together `pieces` less the straddlers."""
        q = len(self.runs) - 1
        likely = (self.curve.spread[-1] / pieces) ** 2 / 2
        errors = likely * 10.0 ** np.linspace(-2, 2, 400)
        room = self._room(*self.touching(np.broadcast_to(errors, (q, len(errors)))))
        wanted = np.maximum(room / np.sqrt(2 * errors) - self.used[:, None], 0.0)
        enough = np.ceil(wanted).sum(axis=0) <= pieces - q
        first = int(np.argmax(enough)) if enough.any() else len(errors) - 1
        counts = np.ceil(wanted[:, first]).astype(int)
        while counts.sum() < pieces - q:
            counts[np.argmax(room[:, first] / (counts + self.used))] += 1
        while counts.sum() > pieces - q:
            counts[np.argmax(counts)] -= 1
        return counts

    def errors(self, counts: NDArray[np.intp]) -> FloatArray:
        """About the error of each section divided into so many pieces; shape (q + 1,)."""
        q = len(self.runs) - 1
        errors = np.full(q + 1, (self.curve.spread[-1] / (counts.sum() + q)) ** 2 / 2)
        for _ in range(3):
            near, _ = self.touching(errors[:-1])
            _, far = self.touching(errors[1:])
            room = np.maximum(self._room(near, far), 1e-3 * self.curve.spread[-1] / (q + 1))
            errors = (room / (counts + self.used)) ** 2 / 2
        return errors

    def straddlers(self, errors: FloatArray) -> Straddlers:
        """Those left of which, then those right of which, the error is that of the section there."""
        near, other = self.touching(errors[:-1])
        first, far = self.touching(errors[1:])
        ends = np.array([[run.a, run.b] for run in self.runs])
        return Straddlers(
            self.curve,
            np.concatenate([near, far]),
            np.concatenate([other, first]),
            np.concatenate([self.signs[:-1], self.signs[1:]]),
            np.concatenate([ends[:-1], ends[1:]]),
            np.concatenate([ends[1:], ends[:-1]]),
        )

    def knots(self, left: FloatArray, right: FloatArray, counts: NDArray[np.intp]) -> FloatArray:
        """About equal pieces of the sections [left, right]."""
        mesh, spread = self.curve.mesh, self.curve.spread
        low, high = np.interp(left, mesh, spread), np.interp(right, mesh, spread)
        share = np.concatenate([np.arange(n + 1) / n for n in counts])
        knots = np.interp(np.repeat(low, counts + 1) + share * np.repeat(high - low, counts + 1), spread, mesh)
        ends = np.cumsum(counts + 1)
        knots[ends - counts - 1], knots[ends - 1] = left, right
        return knots
