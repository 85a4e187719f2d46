"""The fewest links through a tube: every one gets as far as any line can, from left to right."""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import NamedTuple

import numpy as np

from ..checks import FloatArray

_EPS = float(np.finfo(float).eps)
Point = tuple[float, float]


class Link(NamedTuple):
    """The line that gets farthest: on one wall at `start`, on the other at `turn`, through the first at `stop`."""

    start: float
    turn: float
    stop: float
    side: int
    """+1 if it leaves through the upper wall, −1 through the lower one, 0 if it gets to the end."""
    slope: float
    height: float
    """At `turn`."""

    def at(self, x: float) -> float:
        """The line's height at x."""
        return self.height + self.slope * (x - self.turn)


class _Tube(NamedTuple):
    """Samples and the walls there, as lists, which loops read faster than arrays."""

    x: list[float]
    top: list[float]
    bottom: list[float]


class _Chain:
    """A wall's points so far, as far as lines can still touch them from inside: convex, from left to right."""

    __slots__ = ("first", "sign", "x", "y")

    def __init__(self, sign: int, start: Point) -> None:
        self.sign, self.first = sign, 0
        self.x, self.y = [start[0]], [start[1]]

    def add(self, x: float, y: float) -> None:
        """One more point, on the right of all others; what lies behind the chain is dropped."""
        xs, ys, sign = self.x, self.y, self.sign
        k = len(xs) - 1
        while (
            k > self.first
            and sign * ((xs[k] - xs[k - 1]) * (y - ys[k - 1]) - (ys[k] - ys[k - 1]) * (x - xs[k - 1])) <= 0
        ):
            xs.pop()
            ys.pop()
            k -= 1
        xs.append(x)
        ys.append(y)

    def touched(self, x: float, y: float) -> Point:
        """Where the line from a point on the right touches the chain; what is left of that is not needed again."""
        xs, ys, sign, k = self.x, self.y, self.sign, self.first
        while k + 1 < len(xs) and sign * ((y - ys[k + 1]) * (x - xs[k]) - (y - ys[k]) * (x - xs[k + 1])) >= 0:
            k += 1
        self.first = k
        return xs[k], ys[k]


def _link(tube: _Tube, upper: Point, lower: Point, give: float) -> Link:
    """The link that gets farthest.

    Of all lines that have come so far the steepest and the flattest are known. The steepest touches the lower wall
    and then the upper one; when the lower wall rises above it, no line gets farther. In between the upper wall may
    lower it: then it touches there, and the lower wall where it is tangent to that. So for the flattest, upside down
    (O'Rourke 1981).

    Parameters
    ----------
    tube
        The samples, and the walls there.
    upper, lower
        Where the walls begin.
    give
        How far lines may reach into a wall, for rounding.
    """
    x, top, bottom = tube
    roof, floor = _Chain(1, upper), _Chain(-1, lower)
    # One wall may begin earlier.
    early, wall, late = (roof, top, lower) if upper[0] < lower[0] else (floor, bottom, upper)
    begin = bisect_right(x, early.x[0])
    for i in range(begin, bisect_right(x, late[0])):
        early.add(x[i], wall[i])
    begin = bisect_right(x, max(upper[0], lower[0]))
    # The steepest line so far and the flattest: each by its touches on the left and on the right, and its slope.
    steep_start = flat_start = upper
    steep_x = steep_y = flat_x = flat_y = steepest = flattest = 0.0
    some_steep = some_flat = False
    if upper[0] > lower[0]:
        steep_start, (steep_x, steep_y), some_steep = floor.touched(*upper), upper, True
        steepest = (steep_y - steep_start[1]) / (steep_x - steep_start[0])
    elif lower[0] > upper[0]:
        flat_start, (flat_x, flat_y), some_flat = roof.touched(*lower), lower, True
        flattest = (flat_y - flat_start[1]) / (flat_x - flat_start[0])
    for i in range(begin, len(x)):
        at, high, low = x[i], top[i], bottom[i]
        rise, fall = steep_y + steepest * (at - steep_x), flat_y + flattest * (at - flat_x)
        if some_steep and low - rise > give:
            line = steep_start[0], steep_x, steepest, steep_y
            return _stopped(line, -1, x, bottom, lower, i)
        if some_flat and fall - high > give:
            line = flat_start[0], flat_x, flattest, flat_y
            return _stopped(line, 1, x, top, upper, i)
        if high < rise or not some_steep:
            steep_start, steep_x, steep_y, some_steep = floor.touched(at, high), at, high, True
            steepest = (high - steep_start[1]) / (at - steep_start[0])
        if low > fall or not some_flat:
            flat_start, flat_x, flat_y, some_flat = roof.touched(at, low), at, low, True
            flattest = (low - flat_start[1]) / (at - flat_start[0])
        roof.add(at, high)
        floor.add(at, low)
    # Between two lines that get to the end lie others that do.
    known = [(steepest, steep_x, steep_y)] * some_steep + [(flattest, flat_x, flat_y)] * some_flat
    at = lower[0]
    slope = sum(m for m, _, _ in known) / max(len(known), 1)
    height = sum(v + m * (at - u) for m, u, v in known) / len(known) if known else lower[1]
    return Link(at, at, math.inf, 0, slope, height)


def _stopped(
    line: tuple[float, float, float, float], side: int, x: list[float], wall: list[float], start: Point, i: int
) -> Link:
    """The link on a line (start, turn, slope, height) that leaves the tube between samples i − 1 and i."""
    begin, turn, slope, height = line
    x0, y0 = (x[i - 1], wall[i - 1]) if x[i - 1] > start[0] else start
    inside = side * (y0 - height - slope * (x0 - turn))
    outside = side * (height + slope * (x[i] - turn) - wall[i])
    share = inside / (inside + outside) if inside > 0 else 0.0
    return Link(begin, turn, max(x0 + share * (x[i] - x0), turn), side, slope, height)


def links(x: FloatArray, y: FloatArray, error: float, most: int) -> list[Link]:
    """The greedy links through the tube y ± error over the samples, up to the end or to `most` of them.

    Imai and Iri (1986); every link is the one that gets farthest, starting anywhere on the last part of the
    one before, and so their number is the least possible.
    """
    tube = _Tube(x.tolist(), (y + error).tolist(), (y - error).tolist())
    give = 4 * _EPS * (abs(error) + float(np.abs(y).max()))
    upper, lower = (tube.x[0], tube.top[0]), (tube.x[0], tube.bottom[0])
    found: list[Link] = []
    while len(found) < most:
        link = _link(tube, upper, lower, give)
        found.append(link)
        if link.side == 0:
            break
        out, turn = (link.stop, link.at(link.stop)), (link.turn, link.height)
        upper, lower = (out, turn) if link.side > 0 else (turn, out)
    return found
