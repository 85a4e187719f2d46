"""The broken line through points, as a function that is to be approximated: known exactly, and never sampled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .checks import FloatArray, Interval
from .inspection import Known, rounding


@dataclass(frozen=True, eq=False)
class Polyline:
    """The points, and what follows from them.

    Attributes
    ----------
    x, y
        Shape (n,), n ≥ 2; `x` strictly increasing.
    """

    x: FloatArray
    y: FloatArray

    @property
    def domain(self) -> Interval:
        """From the first to the last point."""
        return float(self.x[0]), float(self.x[-1])

    def __call__(self, t: FloatArray) -> FloatArray:
        """The line at `t`; a ValueError outside the points."""
        a, b = self.domain
        if np.any((t < a) | (t > b)):
            raise ValueError(f"x must lie between the first and the last point, {self.domain}")
        return np.interp(t, self.x, self.y)

    def slope(self, t: FloatArray) -> FloatArray:
        """The slope of the piece at `t`; at a point, of the piece on its right."""
        slopes = np.diff(self.y) / np.diff(self.x)
        return slopes[np.clip(np.searchsorted(self.x, t, side="right") - 1, 0, len(slopes) - 1)]

    def known_on(self, domain: Interval) -> Known:
        """Its corners inside an interval, which must lie between its ends, and its rounding."""
        a, b = domain
        if a < self.x[0] or b > self.x[-1]:
            raise ValueError(f"domain must lie inside the target's, {self.domain}, got {domain}")
        inside = self.x[(a < self.x) & (self.x < b)]
        return Known(np.concatenate([[a], inside, [b]]), rounding(self.x, self.y))
