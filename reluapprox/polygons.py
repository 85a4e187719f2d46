"""Many convex polygons at once, and how lines divide them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .checks import FloatArray, Number

Indices = NDArray[np.intp]

#: How near two sides' middles are that are one, as a share of the box.
_SAME = 1e-9


class Polygons(NamedTuple):
    """Convex polygons, the vertices of all of them one after the other, each counter-clockwise.

    Attributes
    ----------
    counts
        How many vertices each has; shape (n,), 3 or more.
    x, y
        Of the vertices; shape (vertices,).
    sides
        What the side from each vertex to the next lies on, as a number; shape (vertices,).
    """

    counts: Indices
    x: FloatArray
    y: FloatArray
    sides: Indices

    @property
    def starts(self) -> Indices:
        """Where the vertices of each begin; shape (n,)."""
        return np.cumsum(self.counts) - self.counts

    def following(self) -> Indices:
        """For each vertex the next one of its polygon."""
        after = np.arange(1, len(self.x) + 1)
        ends = np.cumsum(self.counts)
        after[ends - 1] = ends - self.counts
        return after

    def areas(self) -> FloatArray:
        """Shape (n,); measured from a vertex of each, so that small ones far from 0 are exact too."""
        first, after = np.repeat(self.starts, self.counts), self.following()
        dx, dy = self.x - self.x[first], self.y - self.y[first]
        return np.add.reduceat(dx * dy[after] - dx[after] * dy, self.starts) / 2

    def centers(self) -> tuple[FloatArray, FloatArray]:
        """A point inside each: the mean of its vertices."""
        return tuple(np.add.reduceat(t, self.starts) / self.counts for t in (self.x, self.y))  # type: ignore[return-value]

    def boxes(self) -> list[tuple[FloatArray, FloatArray]]:
        """The middle of the box around each, and how far it reaches, along either axis; shape (n,) all four."""
        found = []
        for t in (self.x, self.y):
            low, high = np.minimum.reduceat(t, self.starts), np.maximum.reduceat(t, self.starts)
            found.append(((low + high) / 2, (high - low) / 2))
        return found

    def holding(self, x: float, y: float) -> int:
        """The one that a point is in, or least outside of."""
        after = self.following()
        dx, dy = self.x[after] - self.x, self.y[after] - self.y
        inside = (dx * (y - self.y) - dy * (x - self.x)) / np.hypot(dx, dy)
        return int(np.minimum.reduceat(inside, self.starts).argmax())

    def neighbours(self, width: float, height: float) -> tuple[Indices, Indices]:
        """The pairs that share a side, of polygons that fill a box of this size and meet side to side."""
        from scipy.spatial import cKDTree

        after, inner = self.following(), np.flatnonzero(self.sides >= 0)
        middles = [(t[inner] + t[after[inner]]) / 2 for t in (self.x / width, self.y / height)]
        pairs = cKDTree(np.stack(middles, axis=1)).query_pairs(_SAME, output_type="ndarray")
        which = np.repeat(np.arange(len(self.counts)), self.counts)[inner]
        return which[pairs[:, 0]], which[pairs[:, 1]]

    def chosen(self, which: Indices) -> Polygons:
        """These of them, in this order."""
        counts = self.counts[which]
        at = ranges(self.starts[which], counts)
        return Polygons(counts, self.x[at], self.y[at], self.sides[at])


def ranges(starts: Indices, counts: Indices) -> Indices:
    """start, start + 1, …, count numbers from each start, one range after the other."""
    ends = np.cumsum(counts)
    return np.repeat(starts - ends + counts, counts) + np.arange(ends[-1] if len(ends) else 0)


def joined(parts: list[Polygons]) -> Polygons:
    """All polygons of several, in one."""
    return Polygons(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def halved(polygons: Polygons, values: FloatArray, line: Indices) -> tuple[NDArray[np.bool_], Polygons, Polygons]:
    """Each polygon divided by a line of its own.

    Parameters
    ----------
    values
        At each vertex, something that is linear on each polygon, and 0 on its line; shape (vertices,). On both sides
        of the line there is a vertex.
    line
        What the lines are called among the sides; shape (n,).

    Returns
    -------
    Which were divided, shape (n,), and of these the parts with positive and those with negative values. A line that
    runs along a polygon's side up to rounding, so that it seems to cross it more than twice, divides nothing.
    """
    after, above = polygons.following(), values > 0
    enters, leaves = ~above & above[after], above & ~above[after]
    divided = np.add.reduceat(enters, polygons.starts) == 1
    if not divided.all():
        kept = np.repeat(divided, polygons.counts)
        if not divided.any():
            return divided, *([polygons.chosen(np.empty(0, np.intp))] * 2)
        again = halved(polygons.chosen(np.flatnonzero(divided)), values[kept], line[divided])
        return divided, again[1], again[2]
    come, go = np.flatnonzero(enters), np.flatnonzero(leaves)
    positive = np.add.reduceat(above, polygons.starts)
    entry, exit_ = (crossings(polygons, values, at, after[at]) for at in (come, go))
    sides = polygons.sides
    # On the positive side: where the boundary comes over the line, the vertices after it, and where it goes back.
    plus = _ring(polygons, _onwards(polygons, after[come], positive), positive, entry, exit_, sides[come], line)
    # On the negative side the other way round; where a vertex lies on the line it is the crossing itself.
    rest = polygons.counts - positive
    minus = _ring(polygons, _onwards(polygons, after[go], rest), rest, exit_, entry, sides[go], line)
    return divided, plus, _without_twins(minus, values[after[go]] == 0, values[come] == 0, line)


def _onwards(polygons: Polygons, first: Indices, counts: Indices) -> Indices:
    """So many vertices of each polygon, from one of them on and around."""
    around, starts = np.repeat(polygons.counts, counts), np.repeat(polygons.starts, counts)
    at = ranges(first, counts)
    return np.where(at >= starts + around, at - around, at)


def crossings(polygons: Polygons, values: FloatArray, here: Indices, there: Indices) -> tuple[FloatArray, FloatArray]:
    """Where the values are 0 between two vertices."""
    share = values[here] / (values[here] - values[there])
    x, y = polygons.x, polygons.y
    return x[here] + share * (x[there] - x[here]), y[here] + share * (y[there] - y[here])


def _ring(
    polygons: Polygons,
    inner: Indices,
    counts: Indices,
    first: tuple[FloatArray, FloatArray],
    last: tuple[FloatArray, FloatArray],
    side: Indices,
    line: Indices,
) -> Polygons:
    """Polygons of a crossing, so many of the old vertices, and another crossing."""
    ends = np.cumsum(counts + 2)
    starts = ends - counts - 2
    between = np.ones(ends[-1], bool)
    between[starts] = between[ends - 1] = False

    def ring(old: NDArray[Number], one: NDArray[Number], other: NDArray[Number]) -> NDArray[Number]:
        array = np.empty(len(between), old.dtype)
        array[between], array[starts], array[ends - 1] = old[inner], one, other
        return array

    (x, y), (u, v) = first, last
    return Polygons(counts + 2, ring(polygons.x, x, u), ring(polygons.y, y, v), ring(polygons.sides, side, line))


def _without_twins(polygons: Polygons, first: NDArray[np.bool_], last: NDArray[np.bool_], line: Indices) -> Polygons:
    """Without the first vertex, or the last, where it is the one beside it."""
    if not (first.any() or last.any()):
        return polygons
    starts, ends = polygons.starts, np.cumsum(polygons.counts)
    kept = np.ones(len(polygons.x), bool)
    kept[starts[first]] = kept[ends[last] - 1] = False
    sides = polygons.sides.copy()
    sides[ends[last] - 2] = line[last]
    return Polygons(polygons.counts - first - last, polygons.x[kept], polygons.y[kept], sides[kept])
