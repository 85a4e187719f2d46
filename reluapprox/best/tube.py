"""The best line of any curve whatever: the fewest links through the tube f ± E, and bisection for E.

Slower than :mod:`.runs`, and free of its assumption that every run has room for its own pieces: waves may drown in
the tube. The tube is that of f sampled, and the samples close in on the touching points until the line is good.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..checks import FloatArray
from .certificate import Chain
from .curve import Curve

_EPS = float(np.finfo(float).eps)
#: How many samples are looked at, at first, for one link.
_AHEAD = 64


class Link(NamedTuple):
    """The line that gets farthest: on one wall at `start`, on the other at `turn`, through the first at `stop`."""

    start: float
    turn: float
    stop: float
    side: int
    slope: float
    height: float
    """At `turn`."""

    def at(self, x: float) -> float:
        """The line's height at x."""
        return self.height + self.slope * (x - self.turn)


class _Wall:
    """One wall of the tube from a point (x0, y0) on, over the samples: the upper one (sign +1) or the lower (−1)."""

    def __init__(self, x0: float, y0: float, sign: int, x: FloatArray, y: FloatArray) -> None:
        self.x0, self.y0, self.sign = x0, y0, sign
        self.x, self.y = x, y
        #: The first sample beyond that point.
        self.first = int(np.searchsorted(x, x0, side="right"))
        # Beside a pivot on the wall, rounding would turn the wall; so lines may touch it a little.
        self.give = sign * 4 * _EPS * (abs(y0) + abs(float(y[0])) + abs(float(y[-1])))

    def upto(self, end: int) -> tuple[FloatArray, FloatArray]:
        """Its points before sample `end`."""
        return (
            np.concatenate([[self.x0], self.x[self.first : end]]),
            np.concatenate([[self.y0], self.y[self.first : end]]),
        )


class _Cone(NamedTuple):
    """The lines through a pivot that the walls let through, up to the sample `stop` at which none is left."""

    stop: int | None
    side: int
    slope: float


def _cone(walls: tuple[_Wall, _Wall], begin: int, pivot: tuple[float, float]) -> _Cone:
    """Where the cone of lines through the pivot closes, looking at samples from `begin` on, and at which wall.

    None where it gets to the end; then with a slope from its middle.
    """
    (upper, lower), (px, py) = walls, pivot
    x = upper.x
    low = max(begin, int(np.searchsorted(x, px, side="right")))
    least, most = -np.inf, np.inf
    for wall in walls:
        wx, wy = wall.upto(low)
        apart = wx != px
        slopes = (wy[apart] + wall.give - py) / (wx[apart] - px)
        # An upper wall limits slopes from above on the pivot's right, and from below on its left.
        above = (wx[apart] > px) == (wall.sign > 0)
        most = min(most, slopes[above].min(initial=np.inf))
        least = max(least, slopes[~above].max(initial=-np.inf))
    ahead = _AHEAD
    while low < len(x):
        high = min(low + ahead, len(x))
        span = x[low:high] - px
        tops = np.minimum.accumulate(np.append(most, (upper.y[low:high] + upper.give - py) / span))
        floors = np.maximum.accumulate(np.append(least, (lower.y[low:high] + lower.give - py) / span))
        closed = floors[1:] > tops[1:]
        i = int(closed.argmax())
        if closed[i]:
            # Did the lower wall rise above the cone, or the upper one fall below it?
            return _Cone(low + i, -1 if floors[i + 1] > tops[i] else 1, 0.0)
        most, least, low, ahead = tops[-1], floors[-1], high, 2 * ahead
    return _Cone(None, 0, float((most + least) / 2) if np.isfinite(most + least) else 0.0)


def _between(same: _Wall, other: _Wall, stop: int, pivot: tuple[float, float]) -> tuple[int, int] | None:
    """The points of both walls, `same` left of `other`, through which the line stays in the tube longest.

    Of all pairs the one with the most extreme slope. None where no point of `same` is left of one of `other`.
    """
    side, (px, py) = same.sign, pivot
    # The other wall counts at `stop` too: so the next cone, around the point found, gets beyond it.
    (sx, sy), (ox, oy) = same.upto(stop), other.upto(stop + 1)
    if ox[-1] <= sx[0]:
        return None
    right = np.flatnonzero((ox > px) & (ox > sx[0]))
    on_other = np.flatnonzero((ox == px) & (oy == py))
    if len(on_other) and px > sx[0]:
        j = int(on_other[0])
    elif len(right):
        j = int(right[np.argmax(side * (oy[right] - py) / (ox[right] - px))])
    else:
        j = len(ox) - 1
    best, most = (0, j), -np.inf
    while True:
        # From either point to the best other one, while that makes the slope more extreme.
        while True:
            left = np.flatnonzero(sx < ox[j])
            k = int(left[np.argmax(side * (oy[j] - sy[left]) / (ox[j] - sx[left]))])
            right = np.flatnonzero(ox > sx[k])
            slopes = side * (oy[right] - sy[k]) / (ox[right] - sx[k])
            if slopes.max() <= side * (oy[j] - sy[k]) / (ox[j] - sx[k]):
                break
            j = int(right[np.argmax(slopes)])
        slope = (oy[j] - sy[k]) / (ox[j] - sx[k])
        if side * slope <= most:
            return best
        best, most = (k, j), side * slope
        # The walls' points come in any order, so this may be a local extreme: then some point is cut off.
        cut = np.where(ox > sx[0], side * (oy - oy[j] - slope * (ox - ox[j])), -np.inf)
        if cut.max() <= abs(same.give) + abs(other.give):
            return best
        j = int(cut.argmax())


def _farthest(walls: tuple[_Wall, _Wall], pivot: tuple[float, float]) -> Link:
    """The link through two walls (upper, lower) that gets farthest; of side 0 where it gets to the end.

    A linear program in two variables, its constraints coming in from left to right: where the cone of lines
    through a pivot closes, the pivot moves to where it closes latest.
    """
    upper, lower = walls
    x, begin, last = upper.x, max(upper.first, lower.first), -1
    while True:
        cone = _cone(walls, begin, pivot)
        if cone.stop is None:
            return Link(pivot[0], pivot[0], np.inf, 0, cone.slope, pivot[1])
        stop, side = cone.stop, cone.side
        same, other = (upper, lower) if side > 0 else (lower, upper)
        pair = _between(same, other, stop, pivot)
        if pair is None:
            # No line is caught between walls that do not overlap: the cone closed by rounding.
            begin = stop + 1
            continue
        (sx, sy), (ox, oy) = same.upto(stop), other.upto(stop + 1)
        k, j = pair
        slope = (oy[j] - sy[k]) / (ox[j] - sx[k])
        beyond = side * (oy[j] + slope * (x[stop] - ox[j]) - same.y[stop])
        # A cone that closes where it closed before does so by rounding.
        if beyond > 0 or stop <= last:
            # Where it goes through the wall, between two samples.
            before = side * (oy[j] + slope * (sx[-1] - ox[j]) - sy[-1])
            share = before / (before - beyond) if before < 0 < beyond else float(beyond <= 0)
            out = sx[-1] + share * (x[stop] - sx[-1])
            return Link(float(sx[k]), float(ox[j]), float(out), side, float(slope), float(oy[j]))
        pivot, last = (float(sx[k]), float(sy[k])), stop


def links(x: FloatArray, y: FloatArray, error: float, most: int) -> list[Link]:
    """The greedy links through the tube y ± error over the samples, up to the end or to `most` of them.

    Imai and Iri (1986); every link is the one that gets farthest, starting anywhere on the last part of the
    one before, and so their number is the least possible.
    """
    top, bottom = y + error, y - error
    upper, lower = _Wall(x[0], top[0], 1, x, top), _Wall(x[0], bottom[0], -1, x, bottom)
    found: list[Link] = []
    pivot = (float(x[0]), float(top[0]))
    while len(found) < most:
        link = _farthest((upper, lower), pivot)
        found.append(link)
        if link.side == 0:
            break
        out, turn = (link.stop, link.at(link.stop)), (link.turn, link.height)
        upper = _Wall(*(out if link.side > 0 else turn), 1, x, top)
        lower = _Wall(*(turn if link.side > 0 else out), -1, x, bottom)
        pivot = out
    return found


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


def _fewest_error(
    x: FloatArray, y: FloatArray, pieces: int, guess: float, width: float, smallest: float
) -> tuple[float, list[Link], list[Link] | None]:
    """The least error whose tube lets so many links through: the links there, and those just below, which fail.

    Bisection from guess·(1 ± width) to a 64th of that; the bracket grows until it holds. None for the links
    below where the error is down at `smallest`.
    """
    low, high = max(guess * (1 - width), 0.0), guess * (1 + width)
    enough = max(width / 64, 2 * _EPS)
    inside: list[Link] | None = None
    outside: list[Link] | None = None
    while True:
        if inside is None and outside is None:
            error = high
        elif inside is None:
            width *= 4
            high = error = low * (1 + width)
        elif high <= smallest:
            return high, inside, outside
        elif outside is None and low > 0:
            error = low
            width *= 4
            low = max(high * (1 - width), 0.0)
        elif high - low <= enough * high and outside is not None:
            return high, inside, outside
        else:
            error = low + (high - low) / 2
        found = links(x, y, error, pieces + 1)
        if found[-1].side == 0 and len(found) <= pieces:
            inside, high = found, error
        else:
            outside, low = found, error


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
    guess, width = float(np.ptp(curve.value(base))) / 4, 1.1
    smallest = 4 * curve.rounding
    best: tuple[float, FloatArray, FloatArray] = (np.inf, base[[0, -1]], np.zeros(2))
    bound, chain = -1.0, Chain(*np.zeros((4, 0)))
    for turn in range(_ROUNDS):
        guess, inside, outside = _fewest_error(x, curve.value(x), pieces, guess, width, smallest)
        knots, values = _broken_line(inside, a, b)
        error, worst = measure(knots, values)
        if error < best[0]:
            best = error, knots, values
        if outside is not None:
            proof = Chain(*np.array([link[:4] for link in outside[:pieces]], dtype=float).T)
            proven = proof.bound(curve)
            if proven > bound:
                bound, chain = proven, proof
        if best[0] <= bound * (1 + 1e-12) + smallest:
            break
        width = max(width / 64, 1e-13)
        touched = [point for link in [*inside, *(outside or [])[:pieces]] for point in link[:3]]
        points = np.unique(np.concatenate([touched, worst]))
        points = points[(a <= points) & (points <= b)]
        i = np.clip(np.searchsorted(base, points), 1, len(base) - 1)
        spacing = (base[i] - base[i - 1]) / 8.0**turn
        x = np.unique(np.clip(np.concatenate([base, (points[:, None] + spacing[:, None] * _CLOSER).ravel()]), a, b))
    return best[1], best[2], chain
