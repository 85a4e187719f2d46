"""The pieces that touch two runs, where a curve bends over."""

from __future__ import annotations

import numpy as np

from ..checks import FloatArray
from .curve import Curve


class Straddlers:
    """The pieces that touch two neighbouring runs, each at its own error E.

    Arrays of shape (n,): `anchor` and `other` are where the piece touches, `exit` where it leaves the tube
    f ± E beyond `anchor`; `sign` is that of the anchor's run, on whose inner side the piece touches.
    """

    def __init__(
        self,
        curve: Curve,
        anchor: FloatArray,
        other: FloatArray,
        sign: FloatArray,
        anchor_run: FloatArray,
        other_run: FloatArray,
    ) -> None:
        """`anchor_run` and `other_run`: shape (n, 2), the ends of the runs on which it touches."""
        self.curve, self.anchor, self.other, self.sign = curve, anchor, other, sign
        self.low, self.high = np.concatenate([anchor_run, other_run]).T
        self.outwards = np.sign(anchor - other)
        self.exit = np.full_like(anchor, np.nan)
        self.rate = np.zeros_like(anchor)

    def step(self, error: FloatArray) -> None:
        """One step of Newton's method towards the lines of these errors, and their rates d exit / d error."""
        f, slope = self.curve.value, self.curve.slope
        n, touch = len(error), np.concatenate([self.anchor, self.other])
        low, high = self.low, self.high
        h = 1e-4 * np.abs(self.other - self.anchor)
        h = np.concatenate([h, h])
        left, right = np.maximum(touch - h, low), np.minimum(touch + h, high)
        y = f(touch)
        m = (y[n:] - y[:n] - 2 * self.sign * error) / (self.other - self.anchor)
        slopes = slope(np.concatenate([touch, left, right]))
        curvature = (slopes[4 * n :] - slopes[2 * n : 4 * n]) / (right - left)
        step = (slopes[: 2 * n] - np.concatenate([m, m])) / curvature
        # Where the curve is straight there is no step; f may refuse what is not a number.
        touch = np.clip(touch - np.where(np.isnan(step), 0.0, step), low, high)
        anchor, other = touch[:n], touch[n:]
        y = f(touch)
        m = (y[n:] - y[:n] - 2 * self.sign * error) / (other - anchor)
        if np.isnan(self.exit).all():
            # Where a parabola of the curvature at the anchor would leave.
            self.exit = anchor + self.outwards * 2 * np.sqrt(np.abs(error / curvature[:n]))
        a, b = self.curve.domain
        for _ in range(2):
            out = np.clip(np.where(np.isnan(self.exit), anchor, self.exit), a, b)
            gap = f(out) - y[:n] - m * (out - anchor) - 2 * self.sign * error
            steep = slope(out) - m
            self.exit = out - gap / steep
        # One that touches at the very end of the domain leaves no section there.
        ended = (anchor == a) | (anchor == b)
        self.exit = np.where(ended, anchor, self.exit)
        self.rate = 2 * self.sign * (1 - (self.exit - anchor) / (other - anchor)) / steep
        self.anchor, self.other = anchor, other
