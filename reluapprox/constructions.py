"""Broken lines and networks that are written down, not trained."""

from __future__ import annotations

from numpy.typing import ArrayLike

from .arguments import AnyTarget, as_target
from .brokenline import BrokenLine
from .checks import increasing


def interpolant(target: AnyTarget, knots: ArrayLike) -> BrokenLine:
    """The broken line through the target's graph at the knots.

    Where f″ is at most M in size it is within M·h²/8 of f on a piece of length h, by the classical remainder
    of linear interpolation; twice the error of the best line there when f is a parabola.

    Parameters
    ----------
    target
        A Target, a BrokenLine, a network, or any callable of x.
    knots
        Shape (pieces + 1,), strictly increasing, two at least.

    Returns
    -------
    BrokenLine
        With these knots.

    Raises
    ------
    TypeError, ValueError
        The knots are not such an array, or the target is not finite at one of them.

    Examples
    --------
    >>> from reluapprox import TARGETS, interpolant, sup_error
    >>> chords = interpolant(TARGETS["square"], [-10, 0, 10])
    >>> chords.values, sup_error(chords, TARGETS["square"])
    (array([100.,   0., 100.]), 25.0)
    """
    at = increasing("knots", knots, at_least=2)
    return BrokenLine(at, as_target(target)(at))
