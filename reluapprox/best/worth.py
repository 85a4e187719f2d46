"""How many pieces a tolerance needs, and how many an error is worth."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..arguments import AnyTarget, target_on
from ..checks import Interval, positive_number
from ..target import Target
from .curve import Curve
from .line import MOST_PIECES, BestLine, best_broken_line
from .links import links


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
    best: BestLine
    fewer: BestLine | None = field(repr=False)


def fewest_pieces(target: AnyTarget, domain: Interval | None = None, *, tolerance: float) -> Fewest:
    """The smallest number of pieces with which a broken line comes within `tolerance` of the target everywhere.

    Parameters
    ----------
    target, domain
        As for :func:`best_broken_line`.
    tolerance
        Positive, in units of y: the sup error allowed. One that is met up to the rounding of f is met.

    Returns
    -------
    Fewest
        With the number, and the best lines of that many pieces and of one less.

    Raises
    ------
    TypeError, ValueError
        `tolerance` is no positive number, or is so small that f's own rounding is larger or that more than
        100 000 pieces would be needed; or what :func:`best_broken_line` raises.

    Examples
    --------
    >>> from reluapprox import TARGETS, fewest_pieces
    >>> fewest_pieces(TARGETS["square"], (-1, 1), tolerance=0.01).pieces
    8
    """
    goal, ends = target_on(target, domain)
    size = positive_number("tolerance", tolerance)
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

    Returns
    -------
    float
        Not below 0.

    Raises
    ------
    TypeError, ValueError
        `error` is no positive number, or is beyond what :func:`fewest_pieces` can answer.

    Examples
    --------
    >>> from reluapprox import TARGETS, pieces_worth
    >>> round(pieces_worth(2.0, TARGETS["square"]), 9)
    5.0
    """
    goal, ends = target_on(target, domain)
    size = positive_number("error", error)
    found = _fewest(goal, ends, size, "error")
    if found.fewer is None:
        return float(np.sqrt(found.best.error / size))
    above, below = found.fewer.error, found.best.error
    if size <= below:
        return float(found.pieces)
    # A target that is itself a broken line is worth no more than all but one of its pieces until it is met.
    share = (size**-0.5 - above**-0.5) / (below**-0.5 - above**-0.5) if below > 0 else 0.0
    return found.pieces - 1 + float(np.clip(share, 0.0, 1.0))


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
    known: dict[int, BestLine] = {}

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
