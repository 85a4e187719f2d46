"""How far a broken line or a network is from its target: exact to rounding, never from a grid.

Sup error: max |approximation − target|. RMS error: the root of the mean of its square over the interval.
Both are taken over a whole interval, not over data points.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from . import inspection
from .arguments import AnyTarget, Approximation, as_target, line_and_target
from .brokenline import BrokenLine
from .checks import FloatArray, Interval, real_array
from .network import as_network
from .roots import monotone_roots
from .target import Target

#: How often a piece on which quadrature does not converge is halved.
_HALVINGS = 40
_MOST_HALVED = 2**15
#: For sampling an error: how cells beside a kink are cut.
_GRADED = inspection.GRADED[1:22:4]


def worst_point(approximation: Approximation, target: AnyTarget, domain: Interval | None = None) -> tuple[float, float]:
    """Where the approximation is farthest from the target, and by how much.

    Against a Target with a derivative the answer is exact to rounding: on each stretch between kinks and
    inflections f′ is monotone, so the error of a linear piece has at most one extremum there, at the one
    root of f′ − slope, found until no more than rounding is left to gain.

    Against a network, a broken line or ``Target.from_points`` it is exact as well: the error is largest at a kink.

    Two things are *assumed* where less is known. If the target's inflections are unknown, f′ is sampled
    at 2048 points, and taken to turn at most once between neighbouring samples. If there is no
    derivative, the error itself is sampled at 2048 points and 16 to a piece, taken to have at most one
    extremum between neighbouring samples, and refined by Chandrupatla's method, to about 1e-9 of the
    error's scale.

    Parameters
    ----------
    approximation
        A BrokenLine, a one-input Network, or an ``nn.Sequential`` of Linear and ReLU.
    target
        A Target, a BrokenLine, a network, or any continuous callable of x.
    domain
        (a, b); by default the target's own, or, where it has none, that of the BrokenLine that is measured.
        Both must be defined on all of it.

    Returns
    -------
    (x, error)
        error = approximation(x) − target(x): positive where the approximation lies above. Of several
        equally bad points, the leftmost.

    Raises
    ------
    TypeError, ValueError
        The domain is missing, no interval, or leaves the line's; the approximation is of another kind; or the
        target jumps, has another derivative than was said, or is not finite somewhere (the message says where).

    Examples
    --------
    >>> from reluapprox import BrokenLine, TARGETS, worst_point
    >>> x, error = worst_point(BrokenLine([0, 1], [0, 1]), TARGETS["square root"])
    >>> round(x, 9), error
    (0.25, -0.25)
    """
    line, goal, (a, b) = line_and_target(approximation, target, domain)
    x, errors = extremes(line, goal, (a, b))
    worst = int(np.argmax(np.abs(errors)))
    return float(x[worst]), float(errors[worst])


def extremes(line: BrokenLine, target: Target, domain: Interval) -> tuple[FloatArray, FloatArray]:
    """The points among which the error is largest, in order, and the errors there; both of shape (n,)."""
    x = _candidates(line, target, domain)
    return x, line(x) - target(x)


def sup_error(approximation: Approximation, target: AnyTarget, domain: Interval | None = None) -> float:
    """The largest distance of the approximation from the target on the domain.

    Parameters
    ----------
    approximation, target, domain
        As for :func:`worst_point`, which also says how exact the answer is.

    Returns
    -------
    float
        In units of y.

    Raises
    ------
    TypeError, ValueError
        As :func:`worst_point`.

    Examples
    --------
    >>> from reluapprox import BrokenLine, TARGETS, sup_error
    >>> sup_error(BrokenLine([-10, 10], [50, 50]), TARGETS["square"])
    50.0
    """
    return abs(worst_point(approximation, target, domain)[1])


def rms_error(approximation: Approximation, target: AnyTarget, domain: Interval | None = None) -> float:
    """The root mean square error over the whole domain, √(∫(approximation − target)² / (b − a)).

    Integrated piece by piece, split at the target's kinks and inflections, by the tanh–sinh rule
    (Takahasi and Mori 1974), which reaches rounding for analytic f and for a root-like end such as √x at
    0. Where the rule does not converge, at a corner of a bare callable, say, the piece is halved, up to 40
    times.

    Parameters
    ----------
    approximation, target, domain
        As for :func:`worst_point`.

    Returns
    -------
    float
        In units of y.

    Raises
    ------
    TypeError, ValueError
        As :func:`worst_point`.

    Examples
    --------
    Between knots the chord of x² is off by t(1 − t), whose mean square is 1/30.

    >>> from reluapprox import BrokenLine, TARGETS, rms_error
    >>> round(30 * rms_error(BrokenLine([0, 1], [0, 1]), TARGETS["square"], (0, 1)) ** 2, 12)
    1.0
    """
    line, goal, (a, b) = line_and_target(approximation, target, domain)
    cuts = _cuts(line, goal, (a, b))
    if goal.derivative is None:
        cuts = np.union1d(cuts, inspection.turns(lambda x: line(x) - goal(x), cuts, graded=_GRADED))
    left, right = cuts[:-1], cuts[1:]
    # A stretch too short to hold the nodes of a quadrature is as good as straight.
    short = right - left <= 64 * np.finfo(float).eps * np.maximum(np.abs(left), np.abs(right)) + 1e-300
    straight = short | goal.is_polyline
    first, second = (line(ends) - goal(ends) for ends in (left[straight], right[straight]))
    total = float(np.sum((right - left)[straight] * (first**2 + first * second + second**2) / 3))
    rounding = goal.rounding((a, b)) + inspection.rounding(cuts, line(cuts))
    total += _integrated(line, goal, left[~straight], right[~straight], rounding)
    return float(np.sqrt(total / (b - a)))


def _integrated(line: BrokenLine, goal: Target, left: FloatArray, right: FloatArray, rounding: float) -> float:
    """∫ (line − goal)² over stretches [left, right], on each of which the line is straight."""
    from scipy.integrate import tanhsinh

    def squared(x: FloatArray, left: FloatArray, value: FloatArray, slope: FloatArray) -> FloatArray:
        return (value + slope * (x - left) - goal(x)) ** 2

    middles, count = left + (right - left) / 2, len(left)
    # No quadrature can be asked for more than rounding of the values leaves.
    noise = rounding * (rounding + 2 * np.abs(line(middles) - goal(middles)).max(initial=0.0))
    total = rest = 0.0
    for _ in range(_HALVINGS):
        if not 0 < len(left) <= _MOST_HALVED:
            break
        value = line(left)
        slope = (line(right) - value) / (right - left)
        floor = noise * (right - left)
        parts = tanhsinh(
            squared, left, right, args=(left, value, slope), rtol=1e-11, atol=floor.min(), minlevel=3, maxlevel=7
        )
        done = parts.success | (parts.error <= np.maximum(1e-12 * (total + np.sum(parts.integral)) / count, floor))
        total += float(np.sum(parts.integral[done]))
        rest = float(np.sum(parts.integral[~done]))
        left, right = left[~done], right[~done]
        middle = left + (right - left) / 2
        left, right = np.concatenate([left, middle]), np.concatenate([middle, right])
        real = left < right
        left, right = left[real], right[real]
    return total + rest


def error_at(approximation: Approximation, target: AnyTarget, x: ArrayLike) -> FloatArray:
    """The error at given points: for drawing it, not for measuring it.

    Parameters
    ----------
    approximation, target
        As for :func:`worst_point`.
    x
        Of any shape.

    Returns
    -------
    array
        approximation(x) − target(x), of the shape of `x`; a float for a float.

    Raises
    ------
    TypeError, ValueError
        `x` is not finite numbers, or leaves the line's domain; or one of the other two is of another kind.

    Examples
    --------
    >>> from reluapprox import BrokenLine, error_at
    >>> error_at(BrokenLine([0, 2], [0, 4]), lambda x: x**2, [0.0, 1.0, 2.0])
    array([0., 1., 0.])
    """
    at = real_array("x", x)
    if isinstance(approximation, BrokenLine):
        return approximation(at) - as_target(target)(at)
    network = as_network(approximation, "approximation")
    if network.inputs != 1 or network.outputs != 1:
        raise ValueError(f"approximation must have one input and one output, got a {network!r}")
    return network(at) - as_target(target)(at)


def _cuts(line: BrokenLine, target: Target, domain: Interval) -> FloatArray:
    """The ends, the line's kinks and the target's kinks and inflections, sorted; shape (stretches + 1,)."""
    a, b = domain
    kinks, cuts = line.kinks[(a < line.kinks) & (line.kinks < b)], target.cuts(domain)
    return np.union1d(cuts, kinks) if len(cuts) > 2 else np.concatenate([[a], kinks, [b]])


def _candidates(line: BrokenLine, target: Target, domain: Interval) -> FloatArray:
    """Points among which the largest error is attained, sorted."""
    cuts = _cuts(line, target, domain)
    if target.is_polyline:
        return cuts
    if target.derivative is None:
        return np.union1d(cuts, inspection.turns(lambda x: line(x) - target(x), cuts, graded=_GRADED))
    values = line(cuts)
    slopes = np.diff(values) / np.diff(cuts)
    rounding = np.finfo(float).eps / 4 * np.abs(values).max()
    turns = monotone_roots(lambda x, i: target.slope(x) - slopes[i], cuts[:-1], cuts[1:], rounding)
    points = np.empty(2 * len(cuts) - 1)
    points[::2], points[1::2] = cuts, turns
    return points
