"""How far a broken line or a network is from its target: exact to rounding, never from a grid.

Sup error: max |approximation − target|. RMS error: the root of the mean of its square over the interval.
Both are taken over a whole interval, not over data points.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from .brokenline import BrokenLine
from .checks import FloatArray, Interval
from .network import Network, as_network
from .pieces import pieces
from .roots import monotone_roots
from .targets import Target, as_target, domain_of

if TYPE_CHECKING:
    from torch import nn

Approximation: TypeAlias = "BrokenLine | Network | nn.Sequential"
AnyTarget: TypeAlias = Target | Callable[..., Any]

#: How finely f′, or a bare callable, is looked at where nothing is known of it: samples over the domain, and per piece.
SAMPLES, SAMPLES_PER_PIECE = 2048, 16
#: How often a piece on which quadrature does not converge is halved.
_HALVINGS = 40
_MOST_HALVED = 2**15


def worst_point(approximation: Approximation, target: AnyTarget, domain: Interval | None = None) -> tuple[float, float]:
    """Where the approximation is farthest from the target, and by how much.

    Against a Target with a derivative the answer is exact to rounding: on each stretch between kinks and
    inflections f′ is monotone, so the error of a linear piece has at most one extremum there, at the one
    root of f′ − slope, found until no more than rounding is left to gain.

    Two things are *assumed* where less is known. If the target's inflections are unknown, f′ is sampled
    at 2048 points and 16 to a piece, and taken to turn at most once between neighbouring samples. If
    there is no derivative, the error itself is sampled so, taken to have at most one extremum between
    neighbouring samples, and refined by Chandrupatla's method, to about 1e-9 of the error's scale.

    Parameters
    ----------
    approximation
        A BrokenLine, a one-input Network, or an ``nn.Sequential`` of Linear and ReLU.
    target
        A Target, or any callable of x (then `domain` must be given).
    domain
        (a, b); the target's own by default. A BrokenLine must be defined on all of it.

    Returns
    -------
    (x, error)
        error = approximation(x) − target(x): positive where the approximation lies above. Of several
        equally bad points, the leftmost.

    Raises
    ------
    TypeError, ValueError
        The domain is no interval or leaves the line's, the approximation is of another kind, or the target
        is not finite somewhere (the message says where).
    """
    line, goal, (a, b) = line_and_target(approximation, target, domain)
    x, errors = extremes(line, goal, (a, b))
    worst = int(np.argmax(np.abs(errors)))
    return float(x[worst]), float(errors[worst])


def extremes(line: BrokenLine, target: Target, domain: Interval) -> tuple[FloatArray, FloatArray]:
    """The points among which the error is largest, in order, and the errors there; both of shape (n,)."""
    x = _candidates(line, target, *domain)
    return x, line(x) - target(x)


def sup_error(approximation: Approximation, target: AnyTarget, domain: Interval | None = None) -> float:
    """The largest distance of the approximation from the target on the domain, in units of y.

    Parameters, errors raised, and how exact it is: see :func:`worst_point`.
    """
    return abs(worst_point(approximation, target, domain)[1])


def rms_error(approximation: Approximation, target: AnyTarget, domain: Interval | None = None) -> float:
    """The root mean square error over the whole domain, √(∫(approximation − target)² / (b − a)), in units of y.

    Integrated piece by piece, split at the target's kinks and inflections, by the tanh–sinh rule
    (Takahasi and Mori 1974), which reaches rounding for analytic f and for a root-like end such as √x at
    0. Where the rule does not converge, at a corner of a bare callable, say, the piece is halved, up to 40
    times.

    Parameters and errors raised: see :func:`worst_point`.
    """
    from scipy.integrate import tanhsinh

    line, goal, (a, b) = line_and_target(approximation, target, domain)

    def squared(x: FloatArray, left: FloatArray, value: FloatArray, slope: FloatArray) -> FloatArray:
        return (value + slope * (x - left) - goal(x)) ** 2

    cuts = _cuts(line, goal, a, b)
    if goal.derivative is None:
        cuts = np.union1d(cuts, _extrema(lambda x: line(x) - goal(x), cuts))
    left, right = cuts[:-1], cuts[1:]
    # A stretch too short to hold quadrature nodes has a linear error, and so an exact integral.
    long = right - left > 64 * np.finfo(float).eps * np.maximum(np.abs(left), np.abs(right)) + 1e-300
    first, second = (line(ends) - goal(ends) for ends in (left[~long], right[~long]))
    total = float(np.sum((right - left)[~long] * (first**2 + first * second + second**2) / 3))
    left, right = left[long], right[long]
    if not len(left):
        return float(np.sqrt(total / (b - a)))
    # What rounding of the values makes of the squared error; no quadrature can be asked for more,
    # and so does rounding of x, on a slope.
    middles = left + (right - left) / 2
    drop = np.abs(goal(middles) - goal(left)).max(initial=0.0, where=middles - left > 1e-9 * (b - a))
    tilt = max(abs(a), abs(b)) * max(float(np.abs(np.diff(line(cuts)) / np.diff(cuts)).max()), 2 * drop / (b - a))
    rounding = 4 * np.finfo(float).eps * (max(np.abs(line(cuts)).max(), np.abs(goal(cuts)).max()) + tilt)
    noise = rounding * (rounding + 2 * np.abs(line(middles) - goal(middles)).max())
    rest = 0.0
    for _ in range(_HALVINGS):
        value = line(left)
        slope = (line(right) - value) / (right - left)
        floor = noise * (right - left)
        parts = tanhsinh(
            squared, left, right, args=(left, value, slope), rtol=1e-11, atol=floor.min(), minlevel=3, maxlevel=7
        )
        enough = np.maximum(1e-12 * (total + np.sum(parts.integral)) / len(cuts), floor)
        done = parts.success | (parts.error <= enough)
        total += float(np.sum(parts.integral[done]))
        rest = float(np.sum(parts.integral[~done]))
        left, right = left[~done], right[~done]
        if not len(left):
            break
        if len(left) > _MOST_HALVED:
            total += rest
            break
        middle = left + (right - left) / 2
        left, right = np.concatenate([left, middle]), np.concatenate([middle, right])
        real = left < right
        left, right = left[real], right[real]
    else:
        total += rest
    return float(np.sqrt(total / (b - a)))


def error_at(approximation: Approximation, target: AnyTarget, x: ArrayLike) -> FloatArray:
    """approximation(x) − target(x), of the shape of `x`: for drawing the error, not for measuring it."""
    if isinstance(approximation, BrokenLine):
        return approximation(x) - as_target(target)(x)
    network = as_network(approximation, "approximation")
    if network.inputs != 1 or network.outputs != 1:
        raise ValueError(f"approximation must have one input and one output, got a {network!r}")
    return network(x) - as_target(target)(x)


def line_and_target(
    approximation: Approximation, target: AnyTarget, domain: Interval | None
) -> tuple[BrokenLine, Target, Interval]:
    """What the public functions take, checked: the broken line that the approximation is, target and domain.

    Raises
    ------
    TypeError, ValueError
        As :func:`worst_point` says.
    """
    goal = as_target(target)
    a, b = domain_of(target, domain)
    if not isinstance(approximation, BrokenLine):
        if not isinstance(approximation, Network) and not hasattr(approximation, "named_modules"):
            kind = type(approximation).__name__
            raise TypeError(f"approximation must be a BrokenLine, a Network or an nn.Sequential, got {kind}")
        return pieces(approximation, (a, b)), goal, (a, b)
    first, last = approximation.domain
    if a < first or b > last:
        raise ValueError(f"domain must lie inside the line's, [{first!r}, {last!r}], got ({a!r}, {b!r})")
    return approximation, goal, (a, b)


def _cuts(line: BrokenLine, target: Target, a: float, b: float) -> FloatArray:
    """The ends, the line's kinks and the target's kinks and inflections, sorted; shape (stretches + 1,).

    Inflections that are not known are searched for where there is a derivative, and left out where there is none.
    """
    kinks = line.kinks[(a < line.kinks) & (line.kinks < b)]
    cuts = _with(np.concatenate([[a], kinks, [b]]), target.kinks_inside((a, b)))
    turns = target.inflections_inside((a, b))
    if turns is None:
        turns = _extrema(target.slope, cuts) if target.derivative is not None else np.empty(0)
    return _with(cuts, turns)


def _with(points: FloatArray, more: FloatArray) -> FloatArray:
    """The union, sorted; `points` is already."""
    return np.union1d(points, more) if len(more) else points


def _candidates(line: BrokenLine, target: Target, a: float, b: float) -> FloatArray:
    """Points among which the largest error is attained, sorted."""
    cuts = _cuts(line, target, a, b)
    if target.derivative is None:
        return np.union1d(cuts, _extrema(lambda x: line(x) - target(x), cuts))
    values = line(cuts)
    slopes = np.diff(values) / np.diff(cuts)
    rounding = np.finfo(float).eps / 4 * np.abs(values).max()
    turns = monotone_roots(lambda x, i: target.slope(x) - slopes[i], cuts[:-1], cuts[1:], rounding)
    points = np.empty(2 * len(cuts) - 1)
    points[::2], points[1::2] = cuts, turns
    return points


def _extrema(f: Callable[[FloatArray], FloatArray], cuts: FloatArray) -> FloatArray:
    """The turning points of f between neighbouring samples, the samples being uniform on every stretch."""
    from scipy.optimize.elementwise import find_minimum

    a, b = cuts[0], cuts[-1]
    counts = np.maximum(SAMPLES_PER_PIECE, np.ceil(SAMPLES * np.diff(cuts) / (b - a))).astype(int)
    x = np.concatenate(
        [np.linspace(lo, hi, n, endpoint=False) for lo, hi, n in zip(cuts[:-1], cuts[1:], counts, strict=True)] + [[b]]
    )
    # Graded towards both ends, where an extremum has samples on one side only.
    graded = 4.0 ** -np.arange(1, 20)
    x = np.unique(np.concatenate([x, a + (x[1] - a) * graded, b - (b - x[-2]) * graded]))
    values = f(x)
    found = []
    for sign in (1.0, -1.0):
        v = sign * values
        i = np.flatnonzero((v[1:-1] <= v[:-2]) & (v[1:-1] <= v[2:]) & (v[1:-1] < np.maximum(v[:-2], v[2:]))) + 1
        if len(i):
            # Where all of a bracket is level, it divides zero by zero, and goes on.
            with np.errstate(invalid="ignore"):
                low = find_minimum(lambda t, s=sign: s * f(t), (x[i - 1], x[i], x[i + 1]))
            found.append(low.x[np.isfinite(low.x)])
    return np.clip(np.concatenate(found), a, b) if found else np.empty(0)
