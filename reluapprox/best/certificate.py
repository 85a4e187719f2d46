"""Why no broken line with so few pieces can be nearer: a chain of lines, checked at three points each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..checks import FloatArray
from .curve import Curve


@dataclass(frozen=True)
class Chain:
    """Lines from left to right, each the farthest that its number of pieces gets; all of shape (lines,).

    Attributes
    ----------
    start, turn, stop
        Where the line is E above the curve, E below it, and E above it again (or below, above, below).
    side
        +1 or −1: on which side of the curve the line is at `start` and `stop`.
    """

    start: FloatArray
    turn: FloatArray
    stop: FloatArray
    side: FloatArray

    def __len__(self) -> int:
        return len(self.start)

    def bound(self, curve: Curve) -> float:
        """An error that no broken line of ``len(self)`` pieces stays below; 0 where the chain proves nothing.

        Let h be continuous and piecewise linear with error < E; say that h is *beyond* a line where
        side·(h − line) > 0. Let ℓᵢ be E off at startᵢ and at turnᵢ, and E or more at stopᵢ. So h is beyond ℓᵢ
        at turnᵢ, and neither at startᵢ nor at stopᵢ. Claim: h has at least i kinks left of stopᵢ, and is beyond
        ℓᵢ wherever in [turnᵢ, stopᵢ] it has only i − 1 to its left. Suppose it is not at x. The piece of h at x
        is beyond ℓᵢ at turnᵢ, so it falls back on ℓᵢ, and was beyond it all the way from the kink κ at which
        it begins; hence startᵢ < κ < turnᵢ. Up to κ there are i − 2 kinks, so κ lies before the previous stop,
        and h is beyond the previous line at κ. Neither can be if startᵢ is not before the previous stop; the
        second cannot if, from startᵢ to there, the previous line faces the other way and is not on ℓᵢ's inner
        side. At stopᵢ h is not beyond ℓᵢ, so there it has i kinks. With N lines in [a, b], h has N kinks, and
        so more than N pieces.

        The window argument of Suri (1986) and Guibas, Hershberger, Mitchell and Snoeyink (1993) for links
        within a polygon, reduced to three points a line, so that it holds for f itself and not for samples.
        """
        a, b = curve.domain
        if not len(self) or self.start[0] < a or self.stop[-1] > b:
            return 0.0
        ordered = (self.start < self.turn) & (self.turn < self.stop)
        if not ordered.all() or (self.stop[:-1] > self.turn[1:]).any():
            return 0.0
        at_start, at_turn, at_stop = (curve.value(x) for x in (self.start, self.turn, self.stop))
        share = (self.turn - self.start) / (self.stop - self.start)
        level = float(np.min(self.side * (at_turn - at_start - share * (at_stop - at_start))) / 2)
        if not level > 0:
            return 0.0
        early = self.start[1:] < self.stop[:-1]
        if not early.any():
            return level
        if (self.side[1:] == self.side[:-1])[early].any() or (self.start[1:] < self.turn[:-1]).any():
            return 0.0
        # The lines at this level, compared from each early start to the stop before it.
        low, high = at_start + self.side * level, at_turn - self.side * level
        slope = (high - low) / (self.turn - self.start)
        this = np.flatnonzero(early) + 1
        last = this - 1
        for x in (self.start[this], self.stop[last]):
            gap = low[last] + slope[last] * (x - self.start[last]) - (low[this] + slope[this] * (x - self.start[this]))
            if (gap * self.side[this] > curve.rounding).any():
                return 0.0
        return level
