"""The best network of one hidden layer, whose first slope is not free."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..arguments import AnyTarget, target_on
from ..brokenline import BrokenLine
from ..checks import FloatArray, Interval, whole_number
from ..errors import sup_error
from ..network import Network
from ..target import Target
from .alternating import alternating_sums, weights
from .conditioned import descended, fulfilling, nearest
from .convex import MOST_PIECES as ALL_SUMS
from .convex import Found, applies, best_of_convex
from .curve import Curve
from .exclusion import MOST_PIECES as WITH_EXCLUSION
from .exclusion import excluded
from .line import MOST_PIECES, BestLine, best_broken_line

#: Up to how many neurons alternating sums of slopes are made zero by search.
_SEARCHED = 64
#: To how much, relative, an error must agree with its bound.
_PROVED = 1e-9
_PLAIN = "as many pieces as neurons"


@dataclass(frozen=True, eq=False)
class BestNetwork:
    """The best network of one hidden layer that was found, and how good any can be.

    Attributes
    ----------
    network
        The network.
    line
        The broken line that it is on the domain.
    error
        Its sup error, measured on the line, in units of y.
    lower_bound
        No network of as many neurons has a smaller sup error.
    case
        Why it can have the pieces that it has, in words.
    proved
        Whether error and bound agree to 1e-9: then none is better. Otherwise it is the best found.
    sampled
        As of :class:`reluapprox.BestLine`.
    """

    network: Network
    line: BrokenLine
    error: float
    lower_bound: float = field(repr=False)
    case: str
    proved: bool
    sampled: bool


def best_network(target: AnyTarget, domain: Interval | None = None, *, neurons: int) -> BestNetwork:
    """The network offset + Σ aᵢ·relu(wᵢx + bᵢ) of so many neurons that is nearest to the target in the sup norm.

    N neurons make N kinks at most, and draw every line of N pieces. A line of N + 1 pieces they draw if and only if
    an alternating sum of an odd number of its slopes, s_{i₁} − s_{i₂} + … + s_{i_{2m+1}} with i₁ < i₂ < …, is zero:
    of one slope, if a piece is flat. So the answer is the better of the best line of N pieces and of the best of
    N + 1 under such a condition. If the best line of N + 1 pieces fulfils one by itself, it is the optimum.

    For a strictly convex or concave target with a derivative, up to 10 neurons, the optimum is found among all sets
    of slopes, and proved; the proof takes the difference of two slopes to be convex or concave between neighbours of
    the 17 or more lines that it looks at, which are closer where it matters. Otherwise the answer is the *best
    found*: the condition is imposed by successive linear programs that start from the best line, for those of the
    alternating sums that are nearest to zero on it, of all sets of slopes up to 8 neurons, and of one slope and of
    three up to 64; beyond 64 the flattest piece is made flat. The error is exact; that none is smaller is proved as
    far as ``lower_bound`` goes: the least error of N + 1 pieces, or, up to 6 neurons, the error up to which no slopes
    that the pieces can have add up to zero.

    Sources: derived for this project; Arora, Basu, Mianjy and Mukherjee (2018), Theorem 2.2, for the count.

    Parameters
    ----------
    target, domain
        As for :func:`best_broken_line`.
    neurons
        From 1 to 99 999.

    Returns
    -------
    BestNetwork
        With the network, its line and error, and the bound.

    Raises
    ------
    TypeError, ValueError
        `neurons` is no such whole number, or what :func:`best_broken_line` raises.

    Examples
    --------
    >>> from reluapprox import TARGETS, best_network
    >>> best = best_network(TARGETS["square"], (-1, 1), neurons=3)
    >>> round(169 * best.error, 9), len(best.line), best.proved
    (8.0, 4, True)
    """
    goal, ends = target_on(target, domain)
    count = whole_number("neurons", neurons, 1, MOST_PIECES - 1)
    plain = best_broken_line(goal, ends, pieces=count)
    best = best_broken_line(goal, ends, pieces=count + 1)
    if len(best.line) <= count or plain.error <= best.error * (1 + _PROVED):
        return _of(plain.line, goal, plain.error, best.lower_bound, _PLAIN)
    flattest = int(np.argmin(np.abs(np.diff(best.line.values))))
    flat = _flattened(best.line, flattest)
    if (error := sup_error(flat, goal, ends)) <= best.error * (1 + 1e-8):
        return _of(flat, goal, error, best.lower_bound, _flat(flattest, count + 1))
    if best.line.to_network().widths[0] <= count:
        return _of(best.line, goal, best.error, best.lower_bound, "one piece more: the slopes cancel")
    curve = Curve(goal, ends, 1)
    if count < ALL_SUMS and applies(curve):
        found = best_of_convex(curve, count + 1, best.error, plain.error)
        if not isinstance(found, Found):
            return _of(plain.line, goal, plain.error, found, _PLAIN)
        if len(found.pieces) == 1:
            line = _flattened(found.line, found.pieces[0])
        else:
            line = fulfilling(found.line, weights(found.pieces, count + 1))
        return _of(line, goal, sup_error(line, goal, ends), found.lower_bound, _sum(found.pieces, count + 1))
    simple = (plain.error, plain.line, _PLAIN, None), (error, flat, _flat(flattest, count + 1), None)
    return _searched(curve, best, plain, count, min(simple, key=lambda one: one[0]))


#: A line's error, itself, why it is a network, and the alternating sum that is zero, if that is to be told.
_Candidate = tuple[float, BrokenLine, str, FloatArray | None]


def _searched(curve: Curve, best: BestLine, plain: BestLine, count: int, found: _Candidate) -> BestNetwork:
    """The best that is found by local searches from the best line of one piece more, or what was found before."""
    conditions = nearest(best.line, alternating_sums(count + 1)) if count <= _SEARCHED else []
    for descent in descended(best.line, curve, conditions):
        if descent.error < found[0] * (1 - _PROVED):
            members = np.flatnonzero(descent.weights).tolist()
            found = (descent.error, descent.line, _sum(members, count + 1), descent.weights)
    error, line, case, condition = found
    bound = best.lower_bound
    if count < WITH_EXCLUSION and error > bound * (1 + _PROVED):
        # Networks that draw lines of a piece less have their own bound.
        bound = max(bound, min(plain.lower_bound, excluded(curve, count + 1, bound, error)))
    return _of(line, curve.target, error, bound, case, condition)


def _of(
    line: BrokenLine, goal: Target, error: float, bound: float, case: str, condition: FloatArray | None = None
) -> BestNetwork:
    rounding = goal.rounding(line.domain)
    proved = error <= bound * (1 + _PROVED) + rounding
    network = line.to_network()
    if condition is not None and network.widths[0] >= len(line):
        # The sum of slopes up to each kink is 0 where its hinge must face left, else 1.
        network = line._of_hinges(np.cumsum(condition)[:-1] < 0.5)
    return BestNetwork(network, line, error, min(bound, error), case, proved, goal.sampled)


def _sum(members: list[int], pieces: int) -> str:
    if len(members) == 1:
        return _flat(members[0], pieces)
    terms = "".join(f" {'-' if i % 2 else '+'} s{member + 1}" for i, member in enumerate(members))
    return f"one piece more: {terms.removeprefix(' + ')} = 0"


def _flat(piece: int, pieces: int) -> str:
    return f"one piece more: piece {piece + 1} of {pieces} is flat"


def _flattened(line: BrokenLine, piece: int) -> BrokenLine:
    values = line.values.copy()
    values[piece : piece + 2] = values[piece : piece + 2].mean()
    return BrokenLine(line.knots, values)
