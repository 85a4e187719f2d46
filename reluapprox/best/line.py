"""The best broken line of so many pieces, and the proof that it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..arguments import AnyTarget, target_on
from ..brokenline import BrokenLine
from ..checks import FloatArray, Interval, frozen, one_of, whole_number
from ..constructions import interpolant
from ..errors import extremes, rms_error
from .curve import Curve
from .runs import by_runs
from .squares import in_squares
from .tube import through_tube

#: More pieces than this are not asked for.
MOST_PIECES = 100_000
#: From what share of the largest error on a point counts as touched.
_TOUCHED = 1 - 1e-9


@dataclass(frozen=True, eq=False)
class BestLine:
    """A best broken line, and the proof that it is.

    Attributes
    ----------
    line
        The line.
    error
        Its error in the norm asked for, measured on the line itself by ``sup_error`` or ``rms_error``.
    lower_bound
        No continuous broken line of as many pieces as were asked for has a smaller error than this, up to
        the rounding of f itself: about ``2e-16 · max|f|``.
    touches
        In the sup norm, the points at which the error is attained, from left to right: shape (n,), read-only.
        Empty in the RMS norm.
    signs
        The sign of line − f at each of them, +1 or −1: shape (n,), read-only.
    sampled
        Whether f was known from samples in part, having no derivative or no list of inflections: what is finer than
        the samples can then have been missed, and everything here with it.
    """

    line: BrokenLine
    error: float
    lower_bound: float
    touches: FloatArray = field(repr=False)
    signs: NDArray[np.int_] = field(repr=False)
    sampled: bool


def best_broken_line(
    target: AnyTarget, domain: Interval | None = None, *, pieces: int, norm: Literal["sup", "rms"] = "sup"
) -> BestLine:
    """The continuous broken line of so many pieces, its knots free, that is nearest to the target.

    In the sup norm the answer is the optimum, with a proof of it: ``lower_bound`` is a certificate that
    rests on a few values of f alone (see :class:`reluapprox.best.certificate.Chain`), and the two agree to
    about 1e-12, or to the rounding of f where that is coarser. Where every convex or concave run of the
    target has room for pieces of its own, Newton's method finds the knots at which all pieces deviate
    equally (for pieces that need not meet, Lawson 1964). Otherwise the least error is found by bisection with
    the minimum-link path through the tube f ± E (Imai and Iri 1986).

    In the RMS norm the line is the best of several that are each optimal nearby; every piece is then the
    least-squares line of its own stretch. Up to 64 pieces the searches start from the best lines of a lattice of knots
    and heights, so that they see the whole curve. The ``lower_bound`` holds for all lines. It comes from segmented
    least squares (Bellman 1961), for up to five pieces also from branch and bound, and is for smooth targets 0.99 of
    the error for up to 16 pieces, 0.96 for 64, 0.75 for 500, and 0.29 beyond.

    Parameters
    ----------
    target
        A Target, or any continuous callable of x (then `domain` must be given). Exactly as much is known
        of it as :func:`reluapprox.worst_point` says: a Target with its derivative, kinks and inflections is
        treated exactly; of a bare callable, features finer than 2048 samples can be missed.
    domain
        (a, b); the target's own by default.
    pieces
        From 1 to 100 000. The line has fewer where more do not help: a straight target takes one.
    norm
        ``"sup"`` for the largest error, ``"rms"`` for the root of its mean square over the domain.

    Returns
    -------
    BestLine
        With the line, its error, and the bound.

    Raises
    ------
    TypeError, ValueError
        `pieces` is no such whole number, `norm` is neither, `domain` is no interval; or the target jumps, has another
        derivative than was said, or is not finite somewhere (the message says where).

    Examples
    --------
    >>> from reluapprox import TARGETS, best_broken_line
    >>> best = best_broken_line(TARGETS["square"], (-1, 1), pieces=2)
    >>> best.line.values, best.error
    (array([ 0.875, -0.125,  0.875]), 0.125)
    >>> best.touches, best.signs
    (array([-1. , -0.5,  0. ,  0.5,  1. ]), array([-1,  1, -1,  1, -1]))
    """
    goal, ends = target_on(target, domain)
    count = whole_number("pieces", pieces, 1, MOST_PIECES)
    one_of("norm", norm, ("sup", "rms"))
    curve = Curve(goal, ends, 2 * count)
    line = _straight(curve, count)
    if norm == "rms":
        if line is not None:
            return _in_rms(line, curve, 0.0)
        # A good line in the other norm is a good first guess.
        other = curve.cuts if goal.is_polyline else _sup(curve, count).line.knots
        knots, values, bound = in_squares(curve, count, [other] if len(other) <= count + 1 else [])
        return _in_rms(BrokenLine(knots, values), curve, bound)
    return _sup(curve, count) if line is None else _measured(line, curve, 0.0)


def _in_rms(line: BrokenLine, curve: Curve, bound: float) -> BestLine:
    error = rms_error(line, curve.target, curve.domain)
    none = np.empty(0)
    return BestLine(line, error, min(bound, error), frozen(none), frozen(none.astype(int)), curve.target.sampled)


def _measured(line: BrokenLine, curve: Curve, bound: float) -> BestLine:
    x, errors = extremes(line, curve.target, curve.domain)
    sizes = np.abs(errors)
    error = float(sizes.max())
    touched = sizes >= error * _TOUCHED - curve.rounding
    # An extreme that rounding puts beside a knot is the knot.
    a, b = curve.domain
    touched[1:] &= ~(touched[:-1] & (np.diff(x) <= 1e-9 * (b - a) / len(line)) & (errors[1:] * errors[:-1] > 0))
    signs = np.sign(errors[touched]).astype(int)
    return BestLine(line, error, min(bound, error), frozen(x[touched]), frozen(signs), curve.target.sampled)


def _straight(curve: Curve, pieces: int) -> BrokenLine | None:
    """The target itself, where it is a broken line of no more pieces, up to rounding."""
    if curve.target.is_polyline:
        itself = interpolant(curve.target, curve.cuts)._without_straight_knots()
        return itself if len(itself) <= pieces else None
    # The cells' bends are at hand anyway; corners may hide between them, and then the sags show them.
    if np.abs(curve.bends).max() > curve.rounding or np.abs(curve.sags).max() > curve.rounding:
        return None
    chords = interpolant(curve.target, curve.cuts)._without_straight_knots()
    return chords if len(chords) <= pieces else None


def _sup(curve: Curve, pieces: int) -> BestLine:
    found = None if curve.target.is_polyline else by_runs(curve, pieces)
    if found is not None:
        knots, values, chain = found
        best = _measured(BrokenLine(knots, values), curve, chain.bound(curve) if len(chain) == pieces else 0.0)
        if best.error <= best.lower_bound * (1 + 1e-9) + curve.rounding:
            return best

    def measure(knots: FloatArray, values: FloatArray) -> tuple[float, FloatArray]:
        x, errors = extremes(BrokenLine(knots, values), curve.target, curve.domain)
        sizes = np.abs(errors)
        return float(sizes.max()), x[sizes > 0.9 * sizes.max()]

    knots, values, chain = through_tube(curve, pieces, measure)
    return _measured(BrokenLine(knots, values), curve, chain.bound(curve) if len(chain) == pieces else 0.0)
