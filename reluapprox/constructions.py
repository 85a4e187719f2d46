"""Broken lines and networks of one hidden layer that are written down, not trained."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .arguments import AnyTarget, as_target
from .brokenline import BrokenLine
from .checks import increasing, interval, whole_number
from .network import Network

#: Of how many pieces a zigzag may be.
_MOST_PIECES = 2**20


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


def ramp(left: float = -0.5, right: float = 0.5) -> Network:
    """Two hinges that rise from 0 at `left` to 1 at `right`: relu(x + ½) − relu(x − ½) where none are given.

    Three pieces. It is a continuous sigmoidal function in the sense of Cybenko (1989), 0 far left and 1 far right, so
    his theorem covers sums of ramps, though not the ReLU itself.

    Parameters
    ----------
    left, right
        Where it begins to rise, and where it ends; left < right.

    Returns
    -------
    Network
        1 → 2 → 1.

    Raises
    ------
    TypeError, ValueError
        They are not finite numbers with left < right.

    Examples
    --------
    >>> from reluapprox import ramp
    >>> ramp()([-1, -0.5, 0, 0.5, 7])
    array([0. , 0. , 0.5, 1. , 1. ])
    """
    a, b = interval("(left, right)", (left, right))
    rise = 1 / (b - a)
    return Network.from_hinges([1, 1], [-a, -b], [rise, -rise])


def hat(left: float, center: float, right: float) -> Network:
    """Three hinges that are 1 at `center` and 0 outside of (left, right): the hat function of finite elements.

    Four pieces. A broken line with knots t₀ < t₁ < … is the sum of its values times the hats on neighbouring knots.

    Parameters
    ----------
    left, center, right
        Increasing.

    Returns
    -------
    Network
        1 → 3 → 1.

    Raises
    ------
    TypeError, ValueError
        They are not finite numbers that increase.

    Examples
    --------
    >>> from reluapprox import hat
    >>> hat(0, 1, 3)([-1, 0, 0.5, 1, 2, 3, 4])
    array([0. , 0. , 0.5, 1. , 0.5, 0. , 0. ])
    """
    knots = increasing("(left, center, right)", [left, center, right], at_least=3)
    up, down = 1 / np.diff(knots)
    return Network.from_hinges(np.ones(3), -knots, [up, -up - down, down])


def zigzag(pieces: int) -> Network:
    """So many pieces between 0 and 1 on [0, 1], up and down, in one hidden layer of as many neurons.

    Fewer would not do: a hidden layer of N neurons makes N + 1 pieces at most (Arora, Basu, Mianjy and Mukherjee
    2018, Theorem 2.2, has the converse), and here one more comes left of 0. For a power of two it is what
    :func:`~reluapprox.tent` folds with two neurons for each doubling.

    Parameters
    ----------
    pieces
        1 or more.

    Returns
    -------
    Network
        1 → pieces → 1; 0 left of 0.

    Raises
    ------
    TypeError, ValueError
        `pieces` is no whole number from 1 to 2²⁰.

    Examples
    --------
    >>> from reluapprox import zigzag
    >>> zigzag(4)([0, 0.25, 0.5, 0.75, 1])
    array([0., 1., 0., 1., 0.])
    """
    n = whole_number("pieces", pieces, 1, _MOST_PIECES)
    turns = np.full(n, 2.0)
    turns[0], turns[1::2] = 1.0, -2.0
    return Network.from_hinges(np.full(n, float(n)), -np.arange(float(n)), turns)
