"""BrokenLine: a continuous piecewise linear function on an interval, by its knots."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .checks import FloatArray, Interval, as_given, frozen, increasing, real_array
from .network import Network

#: Up to this many kinks, `to_network` tries every way of turning the hinges; 2^16 sums take a millisecond.
_SUBSET_LIMIT = 16


class BrokenLine:
    """The continuous function that is linear between neighbouring knots. Immutable.

    Callable; ``len(line)`` is the number of pieces. Two lines are equal if all their knots and values are.

    Parameters
    ----------
    knots
        Shape (pieces + 1,), strictly increasing; the first and the last are the ends of the domain.
    values
        Shape (pieces + 1,): the function at the knots.

    Raises
    ------
    TypeError, ValueError
        Fewer than two knots, knots that do not increase, another number of values, or anything not finite.

    Examples
    --------
    >>> from reluapprox import BrokenLine
    >>> line = BrokenLine([-1, 0, 2], [1, 0, 4])
    >>> line
    broken line of 2 pieces on [-1, 2]
    >>> line(1.0), line.slopes
    (2.0, array([-1.,  2.]))
    """

    __slots__ = ("_knots", "_values")

    def __init__(self, knots: ArrayLike, values: ArrayLike) -> None:
        self._knots = frozen(increasing("knots", knots, at_least=2))
        self._values = frozen(real_array("values", values, ndim=1))
        if len(self._values) != len(self._knots):
            raise ValueError(f"values must be one for each of the {len(self._knots)} knots, got {len(self._values)}")

    @property
    def knots(self) -> FloatArray:
        """Where pieces meet, with both ends of the domain; shape (pieces + 1,), read-only."""
        return self._knots

    @property
    def values(self) -> FloatArray:
        """The function at the knots; shape (pieces + 1,), read-only."""
        return self._values

    @property
    def domain(self) -> Interval:
        """The interval (first knot, last knot)."""
        return float(self._knots[0]), float(self._knots[-1])

    @property
    def kinks(self) -> FloatArray:
        """The knots inside the domain, where the slope may change; shape (pieces − 1,)."""
        return self._knots[1:-1]

    @property
    def slopes(self) -> FloatArray:
        """The slope of each piece, shape (pieces,), in units of y per x."""
        return np.diff(self._values) / np.diff(self._knots)

    @property
    def intercepts(self) -> FloatArray:
        """Where each piece, drawn on, meets x = 0; shape (pieces,), in units of y."""
        return self._values[:-1] - self.slopes * self._knots[:-1]

    def table(self) -> NDArray[np.void]:
        """The pieces as a table, for a program that has no use for a class.

        Returns
        -------
        structured array
            Shape (pieces,), with the columns ``left`` and ``right``, between which breakpoints a piece lies, and
            ``slope`` and ``intercept``: on it the line is slope·x + intercept.

        Examples
        --------
        >>> from reluapprox import BrokenLine
        >>> for row in BrokenLine([-1, 0, 2], [1, 0, 4]).table().tolist():
        ...     print(row)
        (-1.0, 0.0, -1.0, 0.0)
        (0.0, 2.0, 2.0, 0.0)
        """
        columns = {
            "left": self._knots[:-1],
            "right": self._knots[1:],
            "slope": self.slopes,
            "intercept": self.intercepts,
        }
        rows = np.empty(len(self), [(name, np.float64) for name in columns])
        for name, column in columns.items():
            rows[name] = column
        return rows

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, BrokenLine):
            return NotImplemented
        return np.array_equal(self._knots, other._knots) and np.array_equal(self._values, other._values)

    def __hash__(self) -> int:
        # Zero has two signs, which are equal.
        return hash(((self._knots + 0.0).tobytes(), (self._values + 0.0).tobytes()))

    def __reduce__(self) -> tuple[Any, ...]:
        # Through the constructor, so that a copy is read-only too.
        return BrokenLine, (self._knots, self._values)

    def __len__(self) -> int:
        return len(self._knots) - 1

    def __repr__(self) -> str:
        a, b = self.domain
        return f"broken line of {len(self)} piece{'s' if len(self) > 1 else ''} on [{a:g}, {b:g}]"

    def __call__(self, x: ArrayLike) -> FloatArray:
        """The function at `x`.

        Parameters
        ----------
        x
            Of any shape, inside the domain.

        Returns
        -------
        array
            float64, of the same shape; a float for a float.

        Raises
        ------
        TypeError, ValueError
            `x` is not finite numbers, or leaves the domain: a broken line says nothing there.
        """
        at = real_array("x", x)
        a, b = self.domain
        outside = (at < a) | (at > b)
        if outside.any():
            raise ValueError(f"x must lie in the line's domain [{a!r}, {b!r}], got {float(at[outside].ravel()[0])!r}")
        return as_given(np.interp(at.ravel(), self._knots, self._values).reshape(at.shape))

    def to_network(self) -> Network:
        """A network of one hidden layer that equals the line on its domain, of as few neurons as it finds.

        p pieces have p − 1 kinks, and each kink costs one neuron. With the hinges facing right the line
        starts flat, so its first slope costs one more; it comes for free if the slope jumps of some of
        the kinks sum to minus the first slope, since those hinges, turned to face left, then provide it.
        A flat piece always allows that (turn the hinges to its left). Up to 16 kinks every choice is
        tried, so the count is the least possible; beyond that only the flattest piece is, and p neurons
        always suffice. Knots at which the slope does not change cost nothing; a straight line takes one
        neuron.

        Sources: Arora, Basu, Mianjy and Mukherjee (2018), Theorem 2.2, for p − 1 ≤ neurons ≤ p; the
        condition for p − 1 was derived for this project.

        Returns
        -------
        Network
            One input, one hidden layer, one output.

        Examples
        --------
        >>> from reluapprox import BrokenLine
        >>> BrokenLine([-1, 0, 1], [1, 0, 1]).to_network()
        1 → 2 → 1 ReLU network, 7 parameters
        """
        line = self._without_straight_knots()
        slopes, knots, values = line.slopes, line._knots, line._values
        jumps, kinks = np.diff(slopes), line.kinks
        # relu(x − a) is a straight line on all of the domain.
        plain = Network.from_hinges(
            np.ones(len(line)), -np.append(knots[0], kinks), np.append(slopes[0], jumps), values[0]
        )
        left = _turned_left(slopes, jumps, line._slope_rounding())
        if left is None:
            return plain
        turned = line._of_hinges(left)
        # A piece that only looks flat beside a very steep one is not.
        missed, rounding = np.abs(turned(knots) - values).max(), np.finfo(float).eps * np.abs(values).max()
        return turned if missed <= 4 * np.abs(plain(knots) - values).max() + 64 * rounding else plain

    def _of_hinges(self, left: NDArray[np.bool_]) -> Network:
        """Its kinks as hinges, some of which face left; it is the line if those provide the first slope."""
        facing, jumps, kinks, knots = np.where(left, -1.0, 1.0), np.diff(self.slopes), self.kinks, self._knots
        # Measured at the knot where the terms are smallest, so that the offset loses least to rounding.
        sizes = Network.from_hinges(facing, -facing * kinks, np.abs(jumps))
        i = int(np.argmin(sizes(knots)))
        terms = jumps * np.maximum(facing * (knots[i] - kinks), 0.0)
        return Network.from_hinges(facing, -facing * kinks, jumps, self._values[i] - terms.sum())

    def _slope_rounding(self) -> FloatArray:
        """What rounding of knots and values can make of each slope; shape (pieces,)."""
        sizes = np.maximum(np.abs(self._values[1:]), np.abs(self._values[:-1]))
        places = np.maximum(np.abs(self._knots[1:]), np.abs(self._knots[:-1])) / np.diff(self._knots)
        return 4 * np.finfo(float).eps * (sizes / np.diff(self._knots) + np.abs(self.slopes) * (1 + places))

    def _without_straight_knots(self) -> BrokenLine:
        """The same line without the knots at which its slope does not change."""
        rounding = self._slope_rounding()
        bends = np.abs(np.diff(self.slopes)) > rounding[1:] + rounding[:-1]
        keep = np.concatenate([[True], bends, [True]])
        fewer = BrokenLine(self._knots[keep], self._values[keep])
        moved = np.abs(fewer(self._knots) - self._values).max()
        # Many changes that are each too small to see can add up to one that is not.
        return fewer if moved <= 16 * np.finfo(float).eps * np.abs(self._values).max() else self


def _turned_left(slopes: FloatArray, jumps: FloatArray, rounding: FloatArray) -> NDArray[np.bool_] | None:
    """Which hinges to turn left so that the first slope needs no neuron; None if no choice is known."""
    kinks = len(jumps)
    if not kinks:
        return None
    flattest = int(np.argmin(np.abs(slopes)))
    if np.abs(slopes[flattest]) <= rounding[flattest]:
        return np.arange(kinks) < flattest
    if kinks > _SUBSET_LIMIT:
        return None
    choices = np.array(list(itertools.product((False, True), repeat=kinks)))
    missed = np.abs(choices @ jumps + slopes[0])
    best = int(np.argmin(missed))
    return choices[best] if missed[best] <= 2 * rounding.sum() else None
