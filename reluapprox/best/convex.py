"""The best network for a strictly convex or concave target: its error, the line, and the proof."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from ..brokenline import BrokenLine
from ..checks import FloatArray
from .alternating import chain, members, sums
from .curve import Curve
from .phases import Chains, Phases

#: Up to how many pieces all alternating sums are tried: 2^10 of them are odd.
MOST_PIECES = 11
#: Phases that are looked at: evenly spread, and closer and closer to a place that matters.
_SPREAD, _CLOSER = np.linspace(0.0, 1.0, 17), 0.5 ** np.arange(4.0, 40.0, 3.0)
_MOST_PHASES = 4096
#: How far below the error the proof is led, relative.
_BELOW = 5e-10


class Found(NamedTuple):
    """A network's line, and the set of pieces whose alternating sum is zero."""

    error: float
    line: BrokenLine
    pieces: list[int]
    lower_bound: float


class _At(NamedTuple):
    """What is possible at one error."""

    chains: Chains
    margin: float
    """How far zero lies inside the best of all ranges of sums; negative where no sum can be zero."""
    which: int
    least: bool
    """Whether the least of the sums is nearer to zero than the greatest."""


def applies(curve: Curve) -> bool:
    """Whether the curve is strictly convex, or strictly concave, without a corner."""
    if len(curve.runs) != 1 or len(curve.cuts) != 2 or curve.target.is_polyline or curve.target.derivative is None:
        return False
    wide = np.diff(curve.mesh) > 1e-3 * (curve.mesh[-1] - curve.mesh[0])
    return bool((curve.runs[0].sign * curve.bends[wide] > 0).all())


def best_of_convex(curve: Curve, pieces: int, lowest: float, highest: float) -> Found | float:
    """The best network of pieces − 1 neurons that is better than `highest`; or, if there is none, the error from which
    on that is proved.

    Parameters
    ----------
    lowest, highest
        The least errors of so many pieces and of one less.
    """
    phases, shares = Phases(curve, pieces), _SPREAD
    error = high = highest * (1 - _BELOW)
    if _at(phases, error, shares).margin < 0:
        return error if _impossible(phases, error, shares) else lowest
    for close in (1e-6, *[1e-14] * 5):
        before, (error, now) = error, _least_error(phases, lowest, high, shares, close)
        if before - error <= 1e-13 * error and close < 1e-13:
            break
        # The root that is found may be a little too low.
        high = min(high, error * (1 + 2 * close))
        used = _used(pieces, shares, now)
        centres = np.array([0.0, 1.0, *used])[:, None]
        near = np.concatenate([centres, centres - _CLOSER, centres + _CLOSER], axis=1)
        shares = np.unique(np.concatenate([shares, near[(near >= 0) & (near <= 1)]]))
    line = _drawn(phases, error, len(shares), now)
    bound = error * (1 - _BELOW)
    return Found(error, line, members(now.which, pieces), bound if _impossible(phases, bound, shares) else lowest)


def _at(phases: Phases, error: float, shares: FloatArray) -> _At:
    """What the phases at these shares of their range make possible."""
    chains = _chains(phases, error, shares)
    slopes = chains.slopes
    found = sums(_at_phases(slopes), slopes[:, 0], slopes[:, -1])
    # Where rounding leaves no room for a chain there is none.
    margin = np.nan_to_num(np.minimum(-found.least, found.greatest), nan=-1e300)
    k = int(np.argmax(margin))
    return _At(chains, float(margin[k]), int(found.sets[k]), bool(-found.least[k] <= found.greatest[k]))


def _chains(phases: Phases, error: float, shares: FloatArray) -> Chains:
    low, high = phases.range(error)
    return phases.chains(low + (high - low) * shares, error)


def _at_phases(slopes: FloatArray) -> FloatArray:
    """How much steeper each piece is than each other one; shape (pieces, pieces, phases)."""
    with np.errstate(invalid="ignore"):
        return slopes[:, None] - slopes[None]


def _in_cells(chains: Chains) -> FloatArray:
    """A lower bound of the same over each cell of phases: from values and rates at both ends.

    Within a cell the difference is taken to be convex or concave. Then it is nowhere below the lower of its ends and,
    if it falls and rises again, the crossing of its tangents there.
    """
    gain, rate, width = _at_phases(chains.slopes), _at_phases(chains.rates), np.diff(chains.phases)
    left, right, falls, rises = gain[..., :-1], gain[..., 1:], rate[..., :-1], rate[..., 1:]
    lower = np.minimum(left, right)
    with np.errstate(all="ignore"):
        crossing = left + falls * (right - left - rises * width) / (falls - rises)
    return np.where((falls < 0) & (rises > 0) & (crossing < lower), crossing, lower)


def _least_error(phases: Phases, low: float, high: float, shares: FloatArray, close: float) -> tuple[float, _At]:
    """The least error in (low, high] that these phases make possible, to a relative `close`; `high` is possible."""
    from scipy.optimize import toms748

    # The same answer each time: warm starts may change the last digit of it.
    @cache
    def possible(error: float) -> _At:
        return _at(phases, error, shares)

    if possible(low).margin >= 0:
        return low, possible(low)
    if possible(high).margin <= 0:
        return high, possible(high)
    error = float(toms748(lambda e: possible(e).margin, low, high, xtol=1e-300, rtol=close))
    return error, possible(error)


def _used(pieces: int, shares: FloatArray, now: _At) -> list[float]:
    """The phases at which the sum is extreme, as shares of their range."""
    gains = _at_phases(now.chains.slopes)
    return [float(shares[k]) for k in chain(gains, members(now.which, pieces), now.least)]


def _impossible(phases: Phases, error: float, shares: FloatArray) -> bool:
    """Whether no alternating sum can be zero at this error: by bounds over cells of phases, cut where it is close."""
    while len(shares) <= _MOST_PHASES:
        chains = _chains(phases, error, shares)
        gains = _in_cells(chains)
        outer = sums(gains, chains.slopes[:, 0], chains.slopes[:, -1])
        # Written so that what is not a number is open.
        open_ = ~((outer.least > 0) | (outer.greatest < 0))
        if not open_.any():
            return True
        # The cells that the open ones rest on, in quarters.
        cells: set[int] = set()
        for which in outer.sets[open_].tolist():
            for least in (True, False):
                cells.update(chain(gains, members(which, phases.pieces), least))
        if not cells:
            return False
        k = np.array(sorted(cells))
        quarters = shares[k, None] + (shares[k + 1] - shares[k])[:, None] * np.array([0.25, 0.5, 0.75])
        more = np.unique(np.concatenate([shares, quarters.ravel()]))
        if len(more) == len(shares):
            return False
        shares = more
    return False


def _drawn(phases: Phases, error: float, count: int, now: _At) -> BrokenLine:
    """The line at which the sum is extreme: on full pieces whose phases step down between the pairs of members."""
    pieces, which = phases.pieces, members(now.which, phases.pieces)
    _, kinks, slopes, _ = now.chains
    at = chain(_at_phases(slopes), which, now.least)
    phase = np.empty(pieces, int)
    if now.least:
        stops, steps = [*(i + 1 for i in which[1::2]), pieces], [*at, 0]
    else:
        stops, steps = [*which[1::2], pieces], [count - 1, *at]
    begin = 0
    for stop, step in zip(stops, steps, strict=True):
        phase[begin:stop] = step
        begin = stop
    # Each piece through its first kink, the first one through its last, on the lower side of the tube.
    x = np.array([kinks[max(i - 1, 0), phase[i]] for i in range(pieces)])
    y, slope = phases.f(x) - error, slopes[np.arange(pieces), phase]
    knots = []
    for i in range(pieces - 1):
        if phase[i] == phase[i + 1]:
            knots.append(kinks[i, phase[i]])
        else:
            apart = y[i + 1] - y[i] - slope[i] * (x[i + 1] - x[i])
            knots.append(x[i + 1] + apart / (slope[i] - slope[i + 1]))
    a, b = phases.curve.domain
    at_knots = np.array([a, *knots, b])
    values = y + slope * (at_knots[:-1] - x)
    last = y[-1] + slope[-1] * (b - x[-1])
    return BrokenLine(at_knots, phases.sign * np.append(values, last))
