"""The functions to be approximated, and what must be known of one to measure an error exactly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .checks import FloatArray, Interval, interval, real_array

Points = Sequence[float] | Callable[[float, float], ArrayLike]


def _evaluate(name: str, f: Callable[..., Any], x: FloatArray) -> FloatArray:
    """f at every entry of `x`, whether or not f was written for arrays."""
    with np.errstate(all="ignore"):
        try:
            values = np.asarray(f(x))
        except (TypeError, ValueError):
            # A function of one float (math.sin, or one with an if); a genuine fault in f shows again here.
            values = np.array([f(float(t)) for t in x.ravel()]).reshape(x.shape)
    if values.dtype.kind not in "biuf" and x.size:
        raise TypeError(f"{name} must return real numbers, got {values.dtype}")
    values = values.astype(np.float64)
    if values.shape == ():
        values = np.broadcast_to(values, x.shape)
    if values.shape != x.shape:
        raise ValueError(f"{name} must return one value for each x: shape {x.shape} went in, {values.shape} came out")
    return values


@dataclass(frozen=True)
class Target:
    """A continuous function of one variable on an interval, and its points of interest.

    Only `name` and `f` are needed: ``Target("cubic", lambda x: x**3)`` is a target on [-1, 1].

    Parameters
    ----------
    name
        What figures call it.
    f
        The function; may take arrays or single floats.
    derivative
        f′. With it, errors are measured from its roots rather than by search. At a corner give either
        one-sided slope; an infinite slope at an end of the domain (√x at 0) is allowed.
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
    """

    name: str
    f: Callable[..., Any]
    derivative: Callable[..., Any] | None = None
    domain: Interval = (-1.0, 1.0)
    kinks: Points = field(default=(), kw_only=True)
    inflections: Points | None = field(default=None, kw_only=True)
    formula: str = field(default="f(x)", kw_only=True)

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

    def __call__(self, x: ArrayLike) -> FloatArray:
        """f at `x`, of any shape; float64, of the same shape.

        Raises
        ------
        TypeError, ValueError
            `x` is not finite numbers, or f is not finite there (the message says where).
        """
        at = real_array("x", x)
        values = _evaluate(self.name, self.f, at)
        if not np.isfinite(values).all():
            i = np.flatnonzero(~np.isfinite(values).ravel())[0]
            raise ValueError(
                f"the target {self.name!r} is {values.ravel()[i]} at x = {float(at.ravel()[i])!r}; it must be finite"
            )
        return values

    def slope(self, x: ArrayLike) -> FloatArray:
        """f′ at `x`, of any shape; ±∞ is allowed, NaN is not.

        Raises
        ------
        TypeError, ValueError
            There is no derivative, `x` is not finite numbers, or f′ is NaN there.
        """
        if self.derivative is None:
            raise TypeError(f"the target {self.name!r} has no derivative")
        at = real_array("x", x)
        values = _evaluate(f"the derivative of {self.name!r}", self.derivative, at)
        if np.isnan(values).any():
            i = np.flatnonzero(np.isnan(values).ravel())[0]
            raise ValueError(f"the derivative of {self.name!r} is NaN at x = {float(at.ravel()[i])!r}")
        return values

    def kinks_inside(self, domain: Interval) -> FloatArray:
        """The corners of f strictly inside `domain`, sorted, shape (n,)."""
        return _inside(f"the kinks of {self.name!r}", self.kinks, domain)

    def inflections_inside(self, domain: Interval) -> FloatArray | None:
        """The inflections of f strictly inside `domain`, sorted, shape (n,); None where unknown."""
        if self.inflections is None:
            return None
        return _inside(f"the inflections of {self.name!r}", self.inflections, domain)


def _inside(name: str, points: Points, domain: Interval) -> FloatArray:
    a, b = interval("domain", domain)
    found = real_array(name, points(a, b) if callable(points) else points, ndim=1)
    return np.unique(found[(a < found) & (found < b)])


def as_target(target: Target | Callable[..., Any]) -> Target:
    """A bare callable as a :class:`Target` on [-1, 1] without a derivative; a target as itself.

    Raises
    ------
    TypeError
        It is neither.
    """
    if isinstance(target, Target):
        return target
    if not callable(target):
        raise TypeError(f"target must be a Target or a callable, got {target!r:.80}")
    return Target(getattr(target, "__name__", type(target).__name__), target)


def domain_of(target: Target | Callable[..., Any], domain: Any) -> Interval:
    """`domain` checked, or, where it is None, the target's own.

    Raises
    ------
    TypeError, ValueError
        `domain` is not an interval, or is None for a bare callable.
    """
    if domain is not None:
        return interval("domain", domain)
    if not isinstance(target, Target):
        raise TypeError("domain must be given where the target is a bare callable, got None")
    return target.domain


def _multiples(step: float, offset: float = 0.0) -> Callable[[float, float], FloatArray]:
    """All of offset + k·step between two numbers, as `kinks` and `inflections` want them."""

    def between(a: float, b: float) -> FloatArray:
        first, last = np.ceil((a - offset) / step), np.floor((b - offset) / step)
        return offset + step * np.arange(first, last + 1)

    return between


def _wavy_inflections(a: float, b: float) -> FloatArray:
    # f″ = 2 − (9π²/2) sin 3πx changes sign where sin 3πx = 4/(9π²).
    turn, period = np.arcsin(4 / (9 * np.pi**2)) / (3 * np.pi), 2 / 3
    rising, falling = _multiples(period, turn), _multiples(period, 1 / 3 - turn)
    return np.concatenate([rising(a, b), falling(a, b)])


def _sqrt_slope(x: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore"):
        return 0.5 / np.sqrt(x)


_RUNGE_INFLECTION = 1 / np.sqrt(75.0)

#: The one table of test functions, by name — square, sine, exponential, square root, absolute value, Runge and wavy.
TARGETS: dict[str, Target] = {
    target.name: target
    for target in (
        Target(
            "square",
            lambda x: x * x,
            lambda x: 2 * x,
            (-10.0, 10.0),
            inflections=(),
            formula="x^2",
        ),
        Target(
            "sine",
            lambda x: np.sin(2 * np.pi * x),
            lambda x: 2 * np.pi * np.cos(2 * np.pi * x),
            (0.0, 1.0),
            inflections=_multiples(0.5),
            formula=r"\sin 2\pi x",
        ),
        Target("exponential", np.exp, np.exp, (0.0, 1.0), inflections=(), formula="e^x"),
        Target("square root", np.sqrt, _sqrt_slope, (0.0, 1.0), inflections=(), formula=r"\sqrt{x}"),
        Target("absolute value", np.abs, np.sign, (-1.0, 1.0), kinks=(0.0,), inflections=(), formula="|x|"),
        Target(
            "Runge",
            lambda x: 1 / (1 + 25 * x * x),
            lambda x: -50 * x / (1 + 25 * x * x) ** 2,
            (-1.0, 1.0),
            inflections=(-_RUNGE_INFLECTION, _RUNGE_INFLECTION),
            formula=r"1/(1+25x^2)",
        ),
        Target(
            "wavy",
            lambda x: x * x + np.sin(3 * np.pi * x) / 2,
            lambda x: 2 * x + 1.5 * np.pi * np.cos(3 * np.pi * x),
            (-1.0, 1.0),
            inflections=_wavy_inflections,
            formula=r"x^2+\frac{1}{2}\sin 3\pi x",
        ),
    )
}
