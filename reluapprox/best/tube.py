"""The best line of any curve whatever: the fewest links through the tube f ± E, and bisection for E.

Slower than :mod:`.runs`, and free of its assumption that every run has room for its own pieces: waves may drown in
the tube. The tube is that of f sampled, and the samples close in on the touching points until the line is good.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

from ..checks import FloatArray
from .certificate import Chain
from .curve import Curve
from .links import Link, links

_EPS = float(np.finfo(float).eps)
#: Where samples are added around a touching point, in units of the spacing there; the next round's is an eighth.
_CLOSER = np.concatenate([np.arange(1, 9) / 8, [1.5, 2.0, 4.0]])
_CLOSER = np.concatenate([-_CLOSER[::-1], [0.0], _CLOSER])
_ROUNDS = 10


def _broken_line(found: list[Link], a: float, b: float) -> tuple[FloatArray, FloatArray]:
    """Knots and values of consecutive links: each crosses the next on its way from its turn to its stop."""
    knots, values = [a], [found[0].at(a)]
    for this, after in itertools.pairwise(found):
        apart = after.slope - this.slope
        cross = this.turn + (this.height - after.at(this.turn)) / apart if apart else this.stop
        x = min(max(cross, this.turn), this.stop)
        # Both heights are the same up to rounding; at a steep crossing the flatter line's is the better one.
        flat = this if abs(this.slope) <= abs(after.slope) else after
        if knots[-1] < x < b:
            knots.append(x)
            values.append(flat.at(x))
    return np.array([*knots, b]), np.array([*values, found[-1].at(b)])


class _Search:
    """The least error whose tube lets so many links through: a bracket that closes from both sides.

    Attributes
    ----------
    high, inside
        An error that does, and the links there; None at first.
    low, outside
        One that does not, and the links there, one too many.
    """

    def __init__(self, x: FloatArray, y: FloatArray, pieces: int) -> None:
        self.x, self.y, self.pieces = x, y, pieces
        self.low, self.high = 0.0, np.inf
        self.inside: list[Link] | None = None
        self.outside: list[Link] | None = None
        #: Errors that do not do, and how far short of the end the links stop.
        self.short: list[tuple[float, float]] = []

    def ask(self, error: float) -> None:
        """Narrows the bracket by the answer at one error within it."""
        found = links(self.x, self.y, error, self.pieces + 1)
        if found[-1].side == 0 and len(found) <= self.pieces:
            self.inside, self.high = found, error
        else:
            self.outside, self.low = found, error
            self.short = [*self.short[-1:], (error, float(self.x[-1]) - found[self.pieces - 1].stop)]

    def bracket(self, guess: float, width: float, smallest: float) -> None:
        """From guess·(1 ± width), or as much farther as it takes; down to `smallest` at most."""
        self.ask(guess * (1 + width))
        while self.inside is None:
            width *= 4
            self.ask(self.low * (1 + width))
        below = max(guess * (1 - width), 0.0)
        while self.outside is None and self.high > smallest:
            self.ask(below if 0 < below < self.high else self.high / 16)
            width *= 4
            below = max(self.high * (1 - width), 0.0)

    def close(self, enough: float, smallest: float) -> None:
        """Until the bracket is no wider than that share of the error: by the secant of where the links stop."""
        for step in range(200):
            gap = self.high - self.low
            if gap <= enough * self.high or self.high <= smallest:
                return
            error = self.low + gap / 2
            if step % 3 < 2 and len(self.short) == 2:
                (e0, s0), (e1, s1) = self.short
                if s0 > s1 > 0 and e1 > e0:
                    ahead = s1 * (e1 - e0) / (s0 - s1)
                    # A little farther, to close the bracket from above as well.
                    error = min(self.low + 1.1 * ahead + enough * self.high / 4, error)
            if not self.low < error < self.high:
                return
            self.ask(error)


def through_tube(
    curve: Curve, pieces: int, measure: Callable[[FloatArray, FloatArray], tuple[float, FloatArray]]
) -> tuple[FloatArray, FloatArray, Chain]:
    """Knots and values of the best line, and the chain that proves it.

    `measure` gives the exact error of a line and where it is about as large; rounds end when it is down at
    what the chain proves.
    """
    a, b = curve.domain
    base = curve.samples(32 * pieces)
    x = base
    exact = curve.target.is_polyline
    guess, width = float(np.ptp(curve.target(base))) / 4, 1.1
    smallest = curve.rounding
    best: tuple[float, FloatArray, FloatArray] = (np.inf, base[[0, -1]], np.zeros(2))
    bound, chain, apart = -1.0, Chain(*np.zeros((4, 0))), np.inf
    for turn in range(_ROUNDS):
        search = _Search(x, curve.target(x), pieces)
        search.bracket(guess, width, smallest)
        search.close(2 * _EPS if exact else max(width / 64, 2 * _EPS), smallest)
        guess, inside, outside = search.high, search.inside or [], search.outside
        knots, values = _broken_line(inside, a, b)
        error, worst = measure(knots, values)
        if error < best[0]:
            best = error, knots, values
        if outside is not None:
            proof = Chain(*np.array([link[:4] for link in outside[:pieces]], dtype=float).T)
            proven = proof.bound(curve)
            if proven > bound:
                bound, chain = proven, proof
        apart, before = best[0] - bound, apart
        # Until they agree, or agree to 1e-12 and come no closer.
        close = apart <= bound * 1e-12 + smallest and apart > before / 2
        if exact or close or apart <= 4e-15 * bound + curve.resolution:
            break
        width = max(width / 64, 1e-13)
        touched = [point for link in [*inside, *(outside or [])[:pieces]] for point in link[:3]]
        points = np.unique(np.concatenate([touched, worst]))
        points = points[(a <= points) & (points <= b)]
        i = np.clip(np.searchsorted(base, points), 1, len(base) - 1)
        spacing = (base[i] - base[i - 1]) / 8.0**turn
        x = np.unique(np.clip(np.concatenate([base, (points[:, None] + spacing[:, None] * _CLOSER).ravel()]), a, b))
    return best[1], best[2], chain
