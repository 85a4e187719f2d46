"""A function to be approximated, and what must be known of one to measure an error exactly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from . import inspection
from .checks import FloatArray, Interval, as_given, increasing, interval, real_array
from .polyline import Polyline

Points = Sequence[float] | Callable[[float, float], ArrayLike]


@dataclass(frozen=True, eq=False, repr=False)
class Target:
    """A continuous function of one variable on an interval, and its points of interest.

    Only `name` and `f` are needed: ``Target("cubic", lambda x: x**3)`` is a target on [-1, 1]. Through measured
    points goes :meth:`from_points`.

    What is said of a target is checked against it, once for each domain, at some 2048 points: that f does not jump
    (by more than a millionth of its range), and that `derivative` is its derivative. What is finer than these points
    can go unseen, a narrow spike as much as a narrow jump; name it among the `kinks`, and it is seen.

    Parameters
    ----------
    name
        What figures call it.
    f
        The function; may take arrays or single floats.
    derivative
        f′. With it, errors are measured from its roots rather than by search. At a corner give either
        one-sided slope, or NaN; an infinite slope (√x at 0) is allowed at an end of the domain and at a corner.
    domain
        (a, b), the interval that is meant where none is given.
    kinks
        Where f has a corner: numbers, or a function (a, b) → the corners inside, for a target with endlessly many.
    inflections
        Where f changes between convex and concave, in the same two forms. None (the default) means
        *unknown*: they are then found from samples of f′. An empty tuple says that there are none.
    formula
        f(x) in TeX without dollar signs, for labels.

    Raises
    ------
    TypeError, ValueError
        `f` or `derivative` cannot be called, `name` is no string, or `domain` is not an interval.

    Examples
    --------
    >>> from reluapprox import Target, best_broken_line
    >>> cubic = Target("cubic", lambda x: x**3, lambda x: 3 * x**2, inflections=(0.0,))
    >>> cubic
    target 'cubic' on [-1, 1]
    >>> round(best_broken_line(cubic, pieces=4).error, 6)
    0.050721
    """

    name: str
    f: Callable[..., Any]
    derivative: Callable[..., Any] | None = None
    domain: Interval = (-1.0, 1.0)
    kinks: Points = field(default=(), kw_only=True)
    inflections: Points | None = field(default=None, kw_only=True)
    formula: str = field(default="f(x)", kw_only=True)
    _known: dict[Interval, inspection.Known] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        if not isinstance(self.name, str):
            raise TypeError(f"name must be a string, got {self.name!r}")
        if not callable(self.f):
            raise TypeError(f"f must be callable, got {self.f!r}")
        if self.derivative is not None and not callable(self.derivative):
            raise TypeError(f"derivative must be callable or None, got {self.derivative!r}")
        object.__setattr__(self, "domain", interval("domain", self.domain))
        for name in ("kinks", "inflections"):
            points = getattr(self, name)
            if points is not None and not callable(points):
                object.__setattr__(self, name, tuple(real_array(name, points, ndim=1).tolist()))

    @classmethod
    def from_points(cls, x: ArrayLike, y: ArrayLike, name: str = "points") -> Target:
        """The broken line through points, which is known exactly: nothing of it is ever sampled.

        Parameters
        ----------
        x
            Shape (n,), n ≥ 2, strictly increasing. The domain is from the first to the last.
        y
            Shape (n,).
        name
            What figures call it.

        Returns
        -------
        Target
            It answers between its points only.

        Raises
        ------
        TypeError, ValueError
            `x` does not increase strictly (the message says where), `x` and `y` differ in length, or a number is not
            finite.

        Examples
        --------
        >>> from reluapprox import Target, best_broken_line
        >>> measured = Target.from_points([0, 1, 2, 3], [0.0, 1.0, 1.2, 3.0])
        >>> round(best_broken_line(measured, pieces=1).error, 12)
        0.4
        """
        at, values = increasing("x", x, at_least=2), real_array("y", y, ndim=1)
        if len(at) != len(values):
            raise ValueError(f"y must be one for each of the {len(at)} x, got {len(values)}")
        line = Polyline(at, values)
        target = cls(name, line, line.slope, line.domain, inflections=())
        object.__setattr__(target, "kinks", at[1:-1])
        return target

    def __repr__(self) -> str:
        a, b = self.domain
        return f"target {self.name!r} on [{a:g}, {b:g}]"

    def __reduce__(self) -> tuple[Any, ...]:
        if isinstance(self.f, Polyline):
            return Target.from_points, (self.f.x, self.f.y, self.name)
        return super().__reduce__()  # type: ignore[return-value]

    @property
    def is_polyline(self) -> bool:
        """Whether it is a broken line through points."""
        return isinstance(self.f, Polyline)

    @property
    def sampled(self) -> bool:
        """Whether anything about it comes from samples, since it has no derivative, or its inflections are unknown."""
        return not self.is_polyline and (self.derivative is None or self.inflections is None)

    def __call__(self, x: ArrayLike) -> FloatArray:
        """f at `x`.

        Parameters
        ----------
        x
            Of any shape.

        Returns
        -------
        array
            float64, of the same shape; a float for a float.

        Raises
        ------
        TypeError, ValueError
            `x` is not finite numbers, or f is not finite there (the message says where).
        """
        at = real_array("x", x)
        values = inspection.evaluate(self.name, self.f, at).astype(np.float64)
        if not np.isfinite(values).all():
            i = np.flatnonzero(~np.isfinite(values).ravel())[0]
            raise ValueError(
                f"the target {self.name!r} is {values.ravel()[i]} at x = {float(at.ravel()[i])!r}; it must be finite"
            )
        return as_given(values)

    def slope(self, x: ArrayLike) -> FloatArray:
        """f′ at `x`; ±∞ is allowed. Where it is NaN at a corner, a one-sided slope.

        Parameters
        ----------
        x
            Of any shape.

        Returns
        -------
        array
            float64, of the same shape, in units of y per x; a float for a float.

        Raises
        ------
        TypeError, ValueError
            There is no derivative, `x` is not finite numbers, or f′ is NaN there and beside it.
        """
        if self.derivative is None:
            raise TypeError(f"the target {self.name!r} has no derivative")
        at = real_array("x", x)
        values = self._raw_slope(at)
        for i in np.flatnonzero(np.isnan(values).ravel()):
            values.ravel()[i] = self._slope_beside(float(at.ravel()[i]))
        return as_given(values)

    def _raw_slope(self, x: FloatArray) -> FloatArray:
        assert self.derivative is not None
        return np.array(inspection.evaluate(f"the derivative of {self.name!r}", self.derivative, x), np.float64)

    def _slope_beside(self, x: float) -> float:
        """The slope on one side of a point at which the derivative is NaN; ±∞ where it grows without bound."""
        size = max(abs(x), 1e-3)
        steps = np.array([2.0**-38, 2.0**-42]) * size
        for near, nearer in (self._raw_slope(x + steps), self._raw_slope(x - steps)):
            if not (np.isnan(near) or np.isnan(nearer)):
                return float(nearer * np.inf if abs(nearer) > 1.5 * abs(near) else nearer)
        raise ValueError(f"the derivative of {self.name!r} is NaN at x = {x!r}")

    def kinks_inside(self, domain: Interval) -> FloatArray:
        """The corners of f strictly inside an interval.

        Parameters
        ----------
        domain
            (a, b).

        Returns
        -------
        array
            Shape (n,), increasing.

        Raises
        ------
        TypeError, ValueError
            `domain` is no interval, or `kinks` gave something else than finite numbers.
        """
        return _inside(f"the kinks of {self.name!r}", self.kinks, domain)

    def cuts(self, domain: Interval) -> FloatArray:
        """Where f may change: both ends, its corners and inflections, found from samples where unknown; sorted.

        Parameters
        ----------
        domain
            (a, b).

        Returns
        -------
        array
            Shape (stretches + 1,). On each stretch between neighbours f is convex or concave.

        Raises
        ------
        TypeError, ValueError
            f jumps inside `domain`, is not finite somewhere, or has another derivative than was said.

        Examples
        --------
        >>> from reluapprox import TARGETS
        >>> TARGETS["sine"].cuts((0, 1))
        array([0. , 0.5, 1. ])
        """
        return self._on(domain).cuts

    def rounding(self, domain: Interval) -> float:
        """What rounding can make of a value of f.

        Parameters
        ----------
        domain
            (a, b).

        Returns
        -------
        float
            In units of y.

        Raises
        ------
        TypeError, ValueError
            As :meth:`cuts`.
        """
        return self._on(domain).rounding

    def _on(self, domain: Interval) -> inspection.Known:
        if domain not in self._known:
            line = self.f if isinstance(self.f, Polyline) else None
            self._known[domain] = self._inspected(domain) if line is None else line.known_on(domain)
        return self._known[domain]

    def _inspected(self, domain: Interval) -> inspection.Known:
        turns = None
        if self.inflections is not None:
            turns = _inside(f"the inflections of {self.name!r}", self.inflections, domain)
        return inspection.inspect(
            self.name,
            self,
            None if self.derivative is None else self.slope,
            np.concatenate([domain[:1], self.kinks_inside(domain), domain[1:]]),
            turns,
            inspection.relative_rounding(self.f, domain[0]),
        )


def _inside(name: str, points: Points, domain: Interval) -> FloatArray:
    a, b = interval("domain", domain)
    found = real_array(name, points(a, b) if callable(points) else points, ndim=1)
    return np.unique(found[(a < found) & (found < b)])
