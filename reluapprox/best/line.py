"""The best broken line of so many pieces, how many pieces a tolerance needs, and how many an error is worth."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from ..arguments import AnyTarget, target_on
from ..brokenline import BrokenLine
from ..checks import FloatArray, Interval, frozen, real_number, whole_number
from ..constructions import interpolant
from ..errors import extremes, rms_error
from ..target import Target
from .curve import Curve
from .links import links
from .runs import by_runs
from .squares import FEW, in_squares
from .tube import through_tube

#: More pieces than this are not asked for.
MOST_PIECES = 100_000
#: From what share of the largest error on a point counts as touched.
_TOUCHED = 1 - 1e-9


@dataclass(frozen=True, eq=False)
class Best:
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
        In the sup norm, where the error is attained, and the sign it has there: shape (n, 2), from left to
        right, read-only. Empty in the RMS norm.
    """

    line: BrokenLine
    error: float
    lower_bound: float
    touches: FloatArray = field(repr=False)


def best_broken_line(
    target: AnyTarget, domain: Interval | None = None, *, pieces: int, norm: Literal["sup", "rms"] = "sup"
) -> Best:
    """The continuous broken line of so many pieces, its knots free, that is nearest to the target.

    In the sup norm the answer is the optimum, with a proof of it: ``lower_bound`` is a certificate that
    rests on a few values of f alone (see :class:`reluapprox.best.certificate.Chain`), and the two agree to
    about 1e-12, or to the rounding of f where that is coarser. Where every convex or concave run of the
    target has room for pieces of its own, Newton's method finds the knots at which all pieces deviate
    equally (for pieces that need not meet, Lawson 1964). Otherwise the least error is found by bisection with
    the minimum-link path through the tube f ± E (Imai and Iri 1986).

    In the RMS norm the line is the best of several that are each optimal nearby; every piece is then the
    least-squares line of its own stretch. Its ``lower_bound`` holds for all lines, but is not tight: it comes from
    segmented least squares (Bellman 1961), and is about 0.93 of the error for 4 pieces, 0.86 for 16, 0.64 for
    64, and 0.29 beyond.

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

    Raises
    ------
    TypeError, ValueError
        `pieces` is no such whole number, `norm` is neither, `domain` is no interval, or the target is
        not finite somewhere (the message says where).
    """
    goal, ends = target_on(target, domain)
    count = whole_number("pieces", pieces, 1, MOST_PIECES)
    if not isinstance(norm, str) or norm not in ("sup", "rms"):
        raise ValueError(f'norm must be "sup" or "rms", got {norm!r}')
    curve = Curve(goal, ends, 2 * count)
    line = _straight(curve, count)
    if norm == "rms":
        if line is not None:
            return Best(line, rms_error(line, goal, ends), 0.0, frozen(np.empty((0, 2))))
        # A good line in the other norm is a good first guess, and worth some time where pieces are few.
        found = None if goal.is_polyline else by_runs(curve, count)
        other = found[0] if found is not None else _sup(curve, count).line.knots if count <= FEW else curve.cuts
        knots, values, bound = in_squares(curve, count, [other] if len(other) <= count + 1 else [])
        line = BrokenLine(knots, values)
        error = rms_error(line, goal, ends)
        return Best(line, error, min(bound, error), frozen(np.empty((0, 2))))
    return _sup(curve, count) if line is None else _measured(line, curve, 0.0)


def _measured(line: BrokenLine, curve: Curve, bound: float) -> Best:
    x, errors = extremes(line, curve.target, curve.domain)
    sizes = np.abs(errors)
    error = float(sizes.max())
    touched = sizes >= error * _TOUCHED - curve.rounding
    # An extreme that rounding puts beside a knot is the knot.
    a, b = curve.domain
    touched[1:] &= ~(touched[:-1] & (np.diff(x) <= 1e-9 * (b - a) / len(line)) & (errors[1:] * errors[:-1] > 0))
    touches = np.stack([x[touched], np.sign(errors[touched])], axis=1)
    return Best(line, error, min(bound, error), frozen(touches))


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


def _sup(curve: Curve, pieces: int) -> Best:
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


@dataclass(frozen=True, eq=False)
class Fewest:
    """The smallest number of pieces for a tolerance, and the proof that one less does not do.

    Attributes
    ----------
    pieces
        The number.
    best
        The best line of that many pieces: its ``error`` is at most the tolerance.
    fewer
        The best line of one piece less, whose ``lower_bound`` is above the tolerance; None where one piece is enough.
    """

    pieces: int
    best: Best
    fewer: Best | None = field(repr=False)


def fewest_pieces(target: AnyTarget, domain: Interval | None = None, *, tolerance: float) -> Fewest:
    """The smallest number of pieces with which a broken line comes within `tolerance` of the target everywhere.

    Parameters
    ----------
    target, domain
        As for :func:`best_broken_line`.
    tolerance
        Positive, in units of y: the sup error allowed. One that is met up to the rounding of f is met.

    Raises
    ------
    TypeError, ValueError
        `tolerance` is no positive number, or is so small that f's own rounding is larger or that more than
        100 000 pieces would be needed; or what :func:`best_broken_line` raises.
    """
    goal, ends = target_on(target, domain)
    size = _positive("tolerance", tolerance)
    return _fewest(goal, ends, size, "tolerance")


def pieces_worth(error: float, target: AnyTarget, domain: Interval | None = None) -> float:
    """How many ideal pieces a fit of this sup error is worth: a real number.

    Where E_p is the best error of p pieces: p for a fit of exactly that error, and in between interpolated so
    that 1/√E is linear, as it is for a parabola, where the worth is (b − a)·√(f″/16E) exactly. Below 1 for a
    fit that the best straight line beats.

    Parameters
    ----------
    error
        Positive, in units of y.
    target, domain
        As for :func:`best_broken_line`.

    Raises
    ------
    TypeError, ValueError
        `error` is no positive number, or is beyond what :func:`fewest_pieces` can answer.
    """
    goal, ends = target_on(target, domain)
    size = _positive("error", error)
    found = _fewest(goal, ends, size, "error")
    if found.fewer is None:
        return float(np.sqrt(found.best.error / size))
    above, below = found.fewer.error, found.best.error
    if size <= below:
        return float(found.pieces)
    # A target that is itself a broken line is worth no more than all but one of its pieces until it is met.
    share = (size**-0.5 - above**-0.5) / (below**-0.5 - above**-0.5) if below > 0 else 0.0
    return found.pieces - 1 + float(np.clip(share, 0.0, 1.0))


def _positive(name: str, value: float) -> float:
    number = real_number(name, value)
    if number <= 0:
        raise ValueError(f"{name} must be positive, got {number!r}")
    return number


def _fewest(goal: Target, ends: Interval, size: float, name: str) -> Fewest:
    curve = Curve(goal, ends, 256)
    rounding = curve.rounding
    if goal.is_polyline:
        # One walk through the tube tells.
        likely = float(len(links(curve.cuts, goal(curve.cuts), size, MOST_PIECES)))
    else:
        likely = curve.spread[-1] / np.sqrt(2 * size)
    refused = ValueError(
        f"{name} must be such that {MOST_PIECES} pieces and the rounding of {goal.name!r}, {rounding:.1e}, "
        f"allow it, got {size!r}"
    )
    if not likely <= MOST_PIECES or size < rounding:
        raise refused
    known: dict[int, Best] = {}

    def met(pieces: int) -> bool:
        known[pieces] = best_broken_line(goal, ends, pieces=pieces)
        return known[pieces].error <= size * (1 + 1e-12) + rounding

    low, high, guess = 0, 0, max(int(np.ceil(likely)), 1)
    while high == 0 or high - low > 1:
        if met(guess):
            high = guess
        else:
            low = guess
        if low == MOST_PIECES:
            raise refused
        # The error falls like the square of the number of pieces; within a stride of the answer this is exact.
        ideal = guess * float(np.sqrt(known[guess].error / size))
        guess = int(np.ceil(ideal - 1e-9)) if guess == low else int(np.floor(ideal + 1e-9))
        if goal.is_polyline:
            guess = high - 1 if high else low + 1
        guess = min(max(guess, low + 1), max(high - 1, 1) if high else MOST_PIECES)
    return Fewest(high, known[high], known.get(low))
