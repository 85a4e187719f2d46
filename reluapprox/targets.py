"""The test functions, each with all that is known of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .checks import FloatArray
from .target import Target


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
