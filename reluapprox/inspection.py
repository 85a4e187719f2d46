"""What is found out about a function before anything is measured against it: where it bends, and that it is whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .checks import FloatArray, Function
from .continuity import jump

#: At how many points a function is looked at of which too little is known, and at how many at least between cuts.
SAMPLES, SAMPLES_BETWEEN_CUTS = 2048, 16
#: How the cells beside a cut shrink, as shares of a cell: there a slope may be infinite.
GRADED: FloatArray = np.exp2(-np.arange(1.0, 52.0))
_EPS = float(np.finfo(float).eps)
#: A value's rounding, in units in its last place: that of its argument, of a few operations, and some room.
_ULPS = 4
#: Jumps of less than this share of the range pass for noise, as that of single precision.
_NEGLIGIBLE = 1e-6
#: Cuts nearer than this share of the domain are one.
_SAME = 1e-12
#: The step of a difference quotient, as a share of the domain.
_STEP = 1e-6


class Known(NamedTuple):
    """What is known of a function on a domain.

    Attributes
    ----------
    cuts
        Both ends, its corners and inflections, sorted; shape (stretches + 1,).
    rounding
        What rounding can make of a value, in units of y.
    """

    cuts: FloatArray
    rounding: float


class Contradiction(NamedTuple):
    """A place at which the derivative is not that of the function: what it is, and by how much f grows per x."""

    x: float
    derivative: float
    growth: float


def evaluate(name: str, f: Callable[..., Any], x: FloatArray) -> FloatArray:
    """f at every entry of `x`, whether or not f was written for arrays; of the type in which it was computed."""
    with np.errstate(all="ignore"):
        try:
            values = np.asarray(f(x))
        except (TypeError, ValueError):
            # A function of one float (math.sin, or one with an if); a genuine fault in f shows again here.
            values = np.array([f(float(t)) for t in x.ravel()]).reshape(x.shape)
    if values.dtype.kind not in "biuf" and x.size:
        raise TypeError(f"{name} must return real numbers, got {values.dtype}")
    if values.shape == ():
        values = np.broadcast_to(values, x.shape)
    if values.shape != x.shape:
        raise ValueError(f"{name} must return one value for each x: shape {x.shape} went in, {values.shape} came out")
    return values


def relative_rounding(f: Callable[..., Any], x: float) -> float:
    """That of the type in which f computes: a function in single precision is noise to one in double."""
    with np.errstate(all="ignore"):
        kind = evaluate("f", f, np.array([x])).dtype
    return max(float(np.finfo(kind).eps), _EPS) if kind.kind == "f" else _EPS


def points(cuts: FloatArray, count: int, least: int = SAMPLES_BETWEEN_CUTS, graded: FloatArray = GRADED) -> FloatArray:
    """So many points in all, or `least` between neighbouring cuts, the cuts among them, and graded beside them.

    Parameters
    ----------
    cuts
        Shape (stretches + 1,), increasing.
    graded
        Where the cells beside a cut are cut, as shares of their length.
    """
    lengths = np.diff(cuts)
    counts = np.maximum(least, np.ceil(count * lengths / lengths.sum())).astype(int)
    parts = []
    for left, right, n in zip(cuts[:-1], cuts[1:], counts, strict=True):
        near = (right - left) / n * graded
        inner = np.linspace(left, right, n + 1)
        parts += [inner[:1], left + near[::-1], inner[1:-1], right - near]
    found = np.concatenate([*parts, cuts[-1:]])
    # Far from 0 the finest of the points fall together.
    return found[np.concatenate([[True], np.diff(found) > 0])]


def rounding(x: FloatArray, y: FloatArray, eps: float = _EPS) -> float:
    """What rounding of x and of the values can make of a value: in units of y, at least 1e-300.

    Parameters
    ----------
    x, y
        Samples, shape (n,).
    eps
        The relative rounding of the values: that of the type in which they are computed.
    """
    with np.errstate(all="ignore"):
        steps = np.abs(np.diff(y) / np.diff(x) * x[1:])
    # The finest cells show rounding, not slopes.
    wide = np.diff(x) > 1e-9 * (x[-1] - x[0])
    size = eps * np.abs(y).max() + _EPS * steps[wide].max(initial=0.0)
    return max(_ULPS * float(size), 1e-300)


def contradiction(f: Function, slope: Function, x: FloatArray, cuts: FloatArray, noise: float) -> Contradiction | None:
    """A sample at which the slope is not how fast f grows, away from cuts; or None.

    Parameters
    ----------
    x
        Samples, shape (n,).
    noise
        What rounding can make of a value of f.
    """
    step = _STEP * (cuts[-1] - cuts[0])
    i = np.clip(np.searchsorted(cuts, x), 1, len(cuts) - 1)
    at = x[np.minimum(x - cuts[i - 1], cuts[i] - x) > 2 * step]
    if not len(at):
        return None
    left, right = at - step, at + step
    with np.errstate(all="ignore"):
        growth = (f(right) - f(left)) / (right - left)
        slopes = np.stack([slope(left), slope(at), slope(right)])
        least, most = slopes.min(axis=0), slopes.max(axis=0)
        room = (most - least) + 1e-4 * np.maximum(np.abs(least), np.abs(most)) + noise / step
        off = (growth < least - room) | (growth > most + room)
    if not off.any():
        return None
    k = int(np.argmax(off))
    return Contradiction(float(at[k]), float(slopes[1, k]), float(growth[k]))


def turns(f: Function, cuts: FloatArray, graded: FloatArray = GRADED[:40:2]) -> FloatArray:
    """The local extremes of f between neighbouring samples, sorted; shape (n,).

    Found by Chandrupatla's method from three samples each, of which the middle one is the highest or lowest.
    """
    from scipy.optimize.elementwise import find_minimum

    x = points(cuts, SAMPLES, graded=graded)
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
    return np.clip(np.sort(np.concatenate(found)), cuts[0], cuts[-1]) if found else np.empty(0)


def bends(x: FloatArray, y: FloatArray, noise: float) -> FloatArray:
    """About where samples change between convex and concave; shape (n,)."""
    steps = np.diff(np.diff(y) / np.diff(x))
    i = np.flatnonzero(np.abs(steps) > 2 * noise / np.minimum(np.diff(x)[1:], np.diff(x)[:-1]))
    changes = np.flatnonzero(np.diff(np.sign(steps[i])))
    return (x[i[changes] + 1] + x[i[changes + 1] + 1]) / 2


def inspect(
    name: str, f: Function, slope: Function | None, cuts: FloatArray, inflections: FloatArray | None, eps: float
) -> Known:
    """What is found out from samples, which must not contradict what is said.

    Parameters
    ----------
    name
        What messages call f.
    cuts
        Both ends and the corners, sorted.
    inflections
        Shape (n,); None where they are to be found.
    eps
        The relative rounding of the values of f.

    Raises
    ------
    ValueError
        f jumps, is not finite somewhere, or has another slope.
    """
    x = points(cuts, SAMPLES, graded=GRADED[:0])
    y = f(x)
    noise = rounding(x, y, eps)
    if (at := jump(f, x, y, max(noise, _NEGLIGIBLE * float(np.ptp(y))))) is not None:
        raise ValueError(
            f"the target {name!r} must be continuous; at x = {at.x!r} it jumps from {at.left!r} to {at.right!r}"
        )
    if inflections is None:
        found = bends(x, y, noise) if slope is None else turns(slope, cuts)
        # Beside a corner the slope is often extreme; a cut there would be the corner once more, but for rounding.
        i = np.clip(np.searchsorted(cuts, found), 1, len(cuts) - 1)
        apart = np.minimum(found - cuts[i - 1], cuts[i] - found)
        inflections = found[apart > _SAME * (cuts[-1] - cuts[0])]
    cuts = np.union1d(cuts, inflections)
    if slope is not None and (wrong := contradiction(f, slope, x, cuts, noise)) is not None:
        raise ValueError(
            f"the derivative of {name!r} must be that of f; at x = {wrong.x!r} it is {wrong.derivative!r}, "
            f"where f grows by {wrong.growth!r} per x"
        )
    return Known(cuts, noise)
