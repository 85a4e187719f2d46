"""The plane's regions, layer by layer: on each region so far every neuron of the next layer is a straight line.

A region takes its lines one at a time, the middle one of those that cross it first, and each part keeps only the
lines that cross it. So all regions are divided in as many rounds as the most divided one needs, which is about the
logarithm of their number, and each round is a few operations on arrays.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .checks import FloatArray
from .network import Network
from .polygons import Indices, Polygons, halved, joined, ranges

_EPS = float(np.finfo(float).eps)
#: What counts as 0, in units of the rounding that a value may carry.
_NEAR = 8.0
#: How many coefficients of a layer are held at once, at most about; it fits into a processor's cache.
_HELD = 2**18
#: How many regions times neurons there may be, so that a gigabyte holds them.
_MOST = 2**27


class Planes(NamedTuple):
    """Functions c₀x + c₁y + c₂, one for each neuron and polygon.

    Attributes
    ----------
    coefficients
        Shape (neurons, 3, polygons).
    noise
        What rounding may have made of their values on the polygons; shape (neurons, polygons).
    """

    coefficients: FloatArray
    noise: FloatArray

    def after(self, weights: FloatArray, biases: FloatArray, reach: FloatArray) -> Planes:
        """What an affine layer makes of them; `reach` is the largest |x|, |y| and 1."""
        neurons, _, n = self.coefficients.shape
        flat = self.coefficients.reshape(neurons, 3 * n)
        coefficients = (weights @ flat).reshape(-1, 3, n)
        coefficients[:, 2] += biases[:, None]
        sizes = np.einsum("ijn,j->in", np.abs(self.coefficients), reach)
        noise = np.abs(weights) @ (self.noise + _EPS * sizes) + _EPS * np.abs(biases)[:, None]
        return Planes(coefficients, noise)

    def through_relu(self, active: NDArray[np.bool_], origin: Indices) -> Planes:
        """On parts of the polygons, of which it is known where each neuron is active."""
        coefficients = np.where(active[:, None], self.coefficients[:, :, origin], 0.0)
        return Planes(coefficients, np.where(active, self.noise[:, origin], 0.0))

    def values(self, neurons: Indices, polygons: Indices, x: FloatArray, y: FloatArray) -> FloatArray:
        """At points, each with its own neuron and polygon; 0 where rounding could turn the sign."""
        c = self.coefficients
        values = c[neurons, 0, polygons] * x + c[neurons, 1, polygons] * y + c[neurons, 2, polygons]
        values[np.abs(values) <= _NEAR * self.noise[neurons, polygons]] = 0.0
        return values

    def at_centers(self, polygons: Polygons, origin: Indices) -> FloatArray:
        """All of them at the center of each polygon, a part of that of number `origin`; shape (neurons, polygons)."""
        x, y = polygons.centers()
        c = self.coefficients
        values = c[:, 0, origin] * x + c[:, 1, origin] * y + c[:, 2, origin]
        values[np.abs(values) <= _NEAR * self.noise[:, origin]] = 0.0
        return values


def divided_by(network: Network, whole: Polygons) -> tuple[Polygons, Planes, NDArray[np.bool_]]:
    """A polygon's regions, what the network's one output is on each, and which hidden neurons are active there."""
    reach = np.array([np.abs(whole.x).max(), np.abs(whole.y).max(), 1.0])
    # The last of what is to be divided comes first, so that never much more than a layer's worth waits.
    inputs = Planes(np.eye(3)[:2, :, None], np.zeros((2, 1)))
    waiting = [(0, whole, inputs, np.empty((1, 0), bool))]
    done: list[tuple[Polygons, Planes, NDArray[np.bool_]]] = []
    count = 0
    while waiting:
        layer, polygons, planes, pattern = waiting.pop()
        planes = planes.after(network.weights[layer], network.biases[layer], reach)
        if layer == len(network.widths):
            done.append((polygons, planes, pattern))
            count += len(pattern)
            _few_enough(count, sum(network.widths))
            continue
        parts, origin = subdivided(polygons, planes, sum(network.widths[:layer]))
        active = planes.at_centers(parts, origin) > 0
        pattern = np.concatenate([pattern[origin], active.T], axis=1)
        width = network.widths[layer + 1] if layer + 1 < len(network.widths) else 1
        step = max(1, _HELD // max(len(active), width))
        for first in range(0, len(origin), step):
            some = np.arange(first, min(first + step, len(origin)))
            passed = planes.through_relu(active[:, some], origin[some])
            waiting.append((layer + 1, parts.chosen(some), passed, pattern[some]))
    done.reverse()
    coefficients = np.concatenate([planes.coefficients for _, planes, _ in done], axis=2)
    noise = np.concatenate([planes.noise for _, planes, _ in done], axis=1)
    patterns = np.concatenate([pattern for _, _, pattern in done])
    return joined([polygons for polygons, _, _ in done]), Planes(coefficients, noise), patterns


class _Lists(NamedTuple):
    """Of each polygon the neurons that may cross it, one list after the other."""

    counts: Indices
    neurons: Indices


def subdivided(polygons: Polygons, planes: Planes, first: int) -> tuple[Polygons, Indices]:
    """The polygons divided wherever one of the planes is 0, and of which each part is a part.

    Parameters
    ----------
    first
        What the first of the neurons is called among the sides; the next is one more.
    """
    origin = np.arange(len(polygons.counts))
    lists = _crossed(polygons, origin, _reaching(polygons, planes), planes)
    done: list[tuple[Polygons, Indices]] = []
    while True:
        unfinished = lists.counts > 0
        if not unfinished.all():
            ready = np.flatnonzero(~unfinished)
            done.append((polygons.chosen(ready), origin[ready]))
            going = np.flatnonzero(unfinished)
            polygons, origin = polygons.chosen(going), origin[going]
            lists = _Lists(lists.counts[going], lists.neurons)
        if not len(origin):
            break
        polygons, origin, lists = _round(polygons, origin, lists, planes, first)
        _few_enough(len(origin) + sum(len(which) for _, which in done), len(planes.noise))
    return joined([part for part, _ in done]), np.concatenate([which for _, which in done])


def _few_enough(regions: int, neurons: int) -> None:
    if regions * neurons > _MOST:
        raise ValueError(
            f"network must have fewer regions on the box than memory has room for; there are {regions} or more, "
            f"of {neurons} neurons each; try a smaller box"
        )


def _reaching(polygons: Polygons, planes: Planes) -> _Lists:
    """The neurons whose line crosses the box around a polygon."""
    (x, half_x), (y, half_y) = polygons.boxes()
    c = planes.coefficients
    reach = np.abs(c[:, 0]) * half_x + np.abs(c[:, 1]) * half_y
    near = np.abs(c[:, 0] * x + c[:, 1] * y + c[:, 2]) <= reach
    which, neurons = np.nonzero(near.T)
    return _Lists(np.bincount(which, minlength=len(polygons.counts)), neurons)


def _crossed(polygons: Polygons, origin: Indices, lists: _Lists, planes: Planes) -> _Lists:
    """The lists without the neurons whose line does not cross the polygon itself."""
    if not len(lists.neurons):
        return lists
    which = np.repeat(np.arange(len(origin)), lists.counts)
    counts = polygons.counts[which]
    at = ranges(polygons.starts[which], counts)
    neurons = np.repeat(lists.neurons, counts)
    values = planes.values(neurons, np.repeat(origin[which], counts), polygons.x[at], polygons.y[at])
    starts = np.cumsum(counts) - counts
    crosses = (np.maximum.reduceat(values, starts) > 0) & (np.minimum.reduceat(values, starts) < 0)
    return _Lists(np.bincount(which[crosses], minlength=len(origin)), lists.neurons[crosses])


def _round(
    polygons: Polygons, origin: Indices, lists: _Lists, planes: Planes, first: int
) -> tuple[Polygons, Indices, _Lists]:
    """Each polygon divided by the middle one of its neurons, and the others given to both parts."""
    starts = np.cumsum(lists.counts) - lists.counts
    middle = starts + lists.counts // 2
    neuron = lists.neurons[middle]
    values = planes.values(
        np.repeat(neuron, polygons.counts), np.repeat(origin, polygons.counts), polygons.x, polygons.y
    )
    divided, plus, minus = halved(polygons, values, first + neuron)
    rest = np.ones(len(lists.neurons), bool)
    rest[middle] = False
    others = _Lists(lists.counts - 1, lists.neurons[rest])
    parts, which = [plus, minus], [np.flatnonzero(divided)] * 2
    if not divided.all():
        whole = np.flatnonzero(~divided)
        parts.append(polygons.chosen(whole))
        which.append(whole)
    parents = np.concatenate(which)
    given = ranges((np.cumsum(others.counts) - others.counts)[parents], others.counts[parents])
    new = _Lists(others.counts[parents], others.neurons[given])
    halves, origin = joined(parts), origin[parents]
    return halves, origin, _crossed(halves, origin, new, planes)
