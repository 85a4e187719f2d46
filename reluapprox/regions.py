"""The plane as a ReLU network of two inputs divides it: the regions on which the network is affine, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .checks import FloatArray, Interval, frozen, interval, real_array, real_number
from .network import Network, as_network, patterns
from .polygons import Indices, Polygons, crossings
from .subdivision import divided_by

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, eq=False, repr=False, init=False)
class Regions:
    """What :func:`linear_regions` finds: convex polygons that fill a box, on each of which the network is affine.

    Attributes
    ----------
    network, box
        What was divided, and where.
    gradients
        The network's gradient on each region; shape (n, 2).
    offsets
        What the affine function of each region is at the origin; shape (n,).
    patterns
        Which hidden neurons are active on each region, layer after layer; shape (n, hidden neurons).
    """

    network: Network
    box: tuple[Interval, Interval]
    gradients: FloatArray
    offsets: FloatArray
    patterns: NDArray[np.bool_]
    _polygons: Polygons
    _noise: FloatArray

    def __init__(self, network: Network, box: tuple[Interval, Interval]) -> None:
        (a, b), (c, d) = box
        whole = Polygons(np.array([4]), np.array([a, b, b, a]), np.array([c, c, d, d]), np.full(4, -1))
        polygons, planes, active = divided_by(network, whole)
        gradients, offsets = np.ascontiguousarray(planes.coefficients[0, :2].T), planes.coefficients[0, 2]
        found = (network, box, *map(frozen, (gradients, offsets, active)), polygons, planes.noise[0])
        for name, value in zip(Regions.__annotations__, found, strict=True):
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        """How many activation regions there are."""
        return len(self.offsets)

    def __repr__(self) -> str:
        (a, b), (c, d) = self.box
        return f"{len(self)} activation regions of a {self.network!r} on [{a:g}, {b:g}] × [{c:g}, {d:g}]"

    def _each(self, flat: NDArray[Any]) -> list[NDArray[Any]]:
        return np.split(flat, self._polygons.starts[1:])

    @cached_property
    def vertices(self) -> FloatArray:
        """The vertices of all regions, one region after the other; shape (vertices, 2)."""
        return frozen(np.stack([self._polygons.x, self._polygons.y], axis=1))

    @cached_property
    def polygons(self) -> list[FloatArray]:
        """The vertices of each region, counter-clockwise; shape (k, 2) each."""
        return self._each(self.vertices)

    @cached_property
    def values(self) -> list[FloatArray]:
        """The network at the vertices of each region; shape (k,) each."""
        return self._each(self._values)

    @cached_property
    def _values(self) -> FloatArray:
        which = self._which
        return frozen((self.gradients[which] * self.vertices).sum(axis=1) + self.offsets[which])

    @property
    def _which(self) -> Indices:
        return np.repeat(np.arange(len(self)), self._polygons.counts)

    @cached_property
    def neurons(self) -> list[Indices]:
        """Which hidden neuron makes the side from each vertex of a region to the next; −1 for the box.

        Neurons are counted from 0, layer after layer. Where several bend along the same side it is one of them.
        """
        return self._each(frozen(self._polygons.sides))

    @cached_property
    def areas(self) -> FloatArray:
        """Of each region; shape (n,)."""
        return frozen(self._polygons.areas())

    @cached_property
    def pieces(self) -> int:
        """How many pieces the function has. Regions that share a side and are parts of one plane are one piece."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        (a, b), (c, d) = self.box
        one, other = self._polygons.neighbours(b - a, d - c)
        x, y = max(abs(a), abs(b)), max(abs(c), abs(d))
        apart = np.abs(self.gradients[one] - self.gradients[other]) @ [x, y] + np.abs(
            self.offsets[one] - self.offsets[other]
        )
        same = apart <= 64 * (self._noise[one] + self._noise[other])
        links = coo_array((np.ones(int(same.sum())), (one[same], other[same])), shape=(len(self), len(self)))
        return int(connected_components(links, directed=False)[0])

    @cached_property
    def _by_pattern(self) -> dict[bytes, int]:
        return {row.tobytes(): i for i, row in enumerate(np.packbits(self.patterns, axis=1))}

    def at(self, points: ArrayLike) -> Indices:
        """The region of each point.

        Parameters
        ----------
        points
            Shape ``(*S, 2)``, inside the box.

        Returns
        -------
        array
            Indices of shape S. A point on a side belongs to one of the regions that meet there.

        Raises
        ------
        TypeError, ValueError
            A point is outside the box, or `points` is not such an array.

        Examples
        --------
        >>> from reluapprox import Network, linear_regions
        >>> regions = linear_regions(Network([[[1, 0]], [[1]]], [[0], [0]]), ((-1, 1), (-1, 1)))
        >>> regions.gradients[regions.at([[-0.5, 0], [0.5, 0]])]
        array([[0., 0.],
               [1., 0.]])
        """
        array = real_array("points", points)
        if array.shape[-1:] != (2,):
            raise ValueError(f"points must have shape (..., 2), got {array.shape}")
        flat = array.reshape(-1, 2)
        low, high = np.array(self.box).T
        if (outside := ((flat < low) | (flat > high)).any(axis=1)).any():
            raise ValueError(f"points must lie in the box {self.box}, got {flat[np.argmax(outside)].tolist()}")
        none = np.empty((len(flat), 0), bool)
        active = np.packbits(np.concatenate([none, *patterns(self.network, flat)], axis=1), axis=1)
        found = [self._by_pattern.get(row.tobytes(), -1) for row in active]
        # On a side, or beside one nearer than rounding, the pattern may be that of no region.
        found = [self._polygons.holding(*point) if i < 0 else i for i, point in zip(found, flat, strict=True)]
        return np.array(found, np.intp).reshape(array.shape[:-1])

    def level_set(self, level: float = 0.0) -> FloatArray:
        """Where the network's output crosses a level, as line segments: for a classifier, its decision boundary.

        Parameters
        ----------
        level
            In units of the output.

        Returns
        -------
        array
            Shape (segments, 2, 2): for each segment both ends. The output is above the level on their left. Where a
            whole region lies at the level, its sides towards higher regions are the boundary.

        Raises
        ------
        TypeError, ValueError
            `level` is no finite number.

        Examples
        --------
        >>> from reluapprox import Network, linear_regions
        >>> corner = Network([[[1, 0], [0, 1]], [[1, 1]]], [[0, 0], [-1]])
        >>> round(float(np.diff(linear_regions(corner, ((-2, 2), (-2, 2))).level_set(), axis=1).sum()), 12)
        0.0
        """
        values = self._values - real_number("level", level)
        after, above = self._polygons.following(), values > 0
        # Above on the left: from where the boundary of a region leaves the higher part to where it comes back.
        leaves, enters = np.flatnonzero(above & ~above[after]), np.flatnonzero(~above & above[after])
        ends = [np.stack(crossings(self._polygons, values, at, after[at]), axis=1) for at in (leaves, enters)]
        segments = np.stack(ends, axis=1)
        return segments[(segments[:, 0] != segments[:, 1]).any(axis=1)]


def linear_regions(network: Network | torch.nn.Module, box: tuple[Interval, Interval]) -> Regions:
    """The regions into which a network of two inputs divides a box, of any depth, exactly.

    On each region every hidden neuron is either active or not, and the network is affine. For one hidden layer they
    are the cells of an arrangement of lines: at most 1 + n + n(n − 1)/2 for n neurons (Zaslavsky 1975). In deeper
    layers lines bend where they meet those of the layers before.

    Lines that meet in one point, repeated and parallel lines, and neurons that never bend are all in order. What
    rounding cannot tell from touching is touching: a region narrower than that is not told apart.

    Parameters
    ----------
    network
        Two inputs and one output; a Network, or an ``nn.Sequential``.
    box
        ((x₀, x₁), (y₀, y₁)).

    Returns
    -------
    Regions
        Their areas sum to the box's.

    Raises
    ------
    TypeError, ValueError
        `box` is not two intervals, the network has another number of inputs or outputs, or is no ReLU network, or
        there are more regions than a gigabyte holds.

    Examples
    --------
    >>> from reluapprox import Network, linear_regions
    >>> xor = Network([[[1, 1], [1, 1]], [[1, -2]]], [[0, -1], [0]])
    >>> regions = linear_regions(xor, ((0, 1), (0, 1)))
    >>> len(regions), regions.pieces, regions.areas
    (2, 2, array([0.5, 0.5]))
    """
    net = as_network(network)
    if net.inputs != 2 or net.outputs != 1:
        raise ValueError(f"linear_regions needs two inputs and one output, got a {net!r}")
    if not isinstance(box, list | tuple | np.ndarray) or len(box) != 2:
        raise ValueError(f"box must be two intervals ((x0, x1), (y0, y1)), got {box!r}")
    return Regions(net, (interval("box[0]", box[0]), interval("box[1]", box[1])))
