"""Lines whose slopes fulfil a linear condition: the least sup error that a search finds downhill from a given line.

Successive linear programming, with steps that are as long as they help, for many conditions at once: those that fall
behind are given up.
"""

from __future__ import annotations

import numpy as np

from ..brokenline import BrokenLine
from ..checks import FloatArray
from ..errors import extremes
from .curve import Curve

#: How many steps each search gets until the better half goes on, and in the end.
_FIRST, _STEPS = 2, 40
#: How many conditions are tried, and how many pieces in all of them.
_TRIED, _TRIED_PIECES = 12, 120


class Descent:
    """One search.

    Attributes
    ----------
    line, error
        The best line so far, and its sup error.
    weights
        The condition: weights · slopes = 0; shape (pieces,).
    ended
        Whether steps do not help any more.
    """

    def __init__(self, line: BrokenLine, curve: Curve, weights: FloatArray) -> None:
        self.curve, self.weights, self._radius, self.ended = curve, weights, 0.4, False
        self.line = fulfilling(line, weights)
        self.error, self._extremes = self._measured(self.line)

    def _measured(self, line: BrokenLine) -> tuple[float, FloatArray]:
        x, errors = extremes(line, self.curve.target, self.curve.domain)
        return float(np.abs(errors).max()), x

    def step(self) -> None:
        """One step, which is shorter the next time if it does not help."""
        a, b = self.curve.domain
        change, now = _linear_step(self.line, self._extremes, self.curve, self.weights, self._radius), np.inf
        if change is not None and (np.diff(self.line.knots + change[0]) > 1e-12 * (b - a)).all():
            trial = fulfilling(BrokenLine(self.line.knots + change[0], self.line.values + change[1]), self.weights)
            now, x = self._measured(trial)
        if now >= self.error:
            self._radius /= 4
            self.ended = self._radius < 1e-9
        else:
            self.ended = 1 - now / self.error < 1e-12
            self.line, self.error, self._extremes = trial, now, x
            self._radius = min(2 * self._radius, 0.4)


def descended(line: BrokenLine, curve: Curve, conditions: list[FloatArray]) -> list[Descent]:
    """Searches from a line under each of some conditions, the better ones to their end; the best first."""
    searches, steps, taken = [Descent(line, curve, weights) for weights in conditions], _FIRST, 0
    while searches and taken < _STEPS:
        for search in searches:
            for _ in range(steps):
                if not search.ended:
                    search.step()
        searches.sort(key=lambda search: search.error)
        taken += steps
        steps = 2 * steps if len(searches) > 2 else _STEPS - taken
        searches = searches[: max((len(searches) + 1) // 2, 2)]
    return searches


def nearest(line: BrokenLine, conditions: FloatArray) -> list[FloatArray]:
    """Those of some conditions, one a row, for which a line's heights have to change least: a dozen at most.

    How much is a good guide to how much the error grows: of ten targets that were searched from every condition, the
    one that costs least in the end was always among the first ten.
    """
    change = np.abs(conditions @ line.slopes) / np.abs(_by_value(line, conditions)).sum(axis=1)
    tried = min(_TRIED, max(_TRIED_PIECES // len(line), 2))
    return list(conditions[np.argsort(change, kind="stable")[:tried]])


def fulfilling(line: BrokenLine, weights: FloatArray) -> BrokenLine:
    """The line with its heights changed as little as may be so that weights·slopes = 0."""
    values = line.values.copy()
    by_value = _by_value(line, weights)
    # Twice, for the rounding of the first.
    for _ in range(2):
        values -= by_value * ((by_value @ values) / (by_value @ by_value))
    return BrokenLine(line.knots, values)


def _by_value(line: BrokenLine, weights: FloatArray) -> FloatArray:
    """How fast weights · slopes grows with each of the line's heights; shape (*S, pieces + 1) for (*S, pieces)."""
    share = weights / np.diff(line.knots)
    none = np.zeros((*share.shape[:-1], 1))
    return np.concatenate([none, share], axis=-1) - np.concatenate([share, none], axis=-1)


def _linear_step(
    line: BrokenLine, x: FloatArray, curve: Curve, weights: FloatArray, radius: float
) -> tuple[FloatArray, FloatArray] | None:
    """Changes of knots and values, each knot's within `radius` of the way to the next, that lower the error most.

    By linear programming: errors at their extremes x and between, and the condition on the slopes, are taken to be
    linear in the changes.
    """
    from scipy.optimize import linprog

    knots, slopes, h, p = line.knots, line.slopes, np.diff(line.knots), len(line)
    x = np.union1d(x, (x[1:] + x[:-1]) / 2)
    errors, rows = line(x) - curve.value(x), np.arange(len(x))
    j = np.clip(np.searchsorted(knots, x, side="right") - 1, 0, p - 1)
    share = (x - knots[j]) / h[j]
    by_value = np.zeros((len(x), p + 1))
    by_value[rows, j], by_value[rows, j + 1] = 1 - share, share
    by_knot = np.zeros_like(by_value)
    by_knot[rows, j], by_knot[rows, j + 1] = -slopes[j] * (1 - share), -slopes[j] * share
    # A kink takes its error with it; on the curve below it rises or falls.
    kinks = np.searchsorted(x, line.kinks)
    by_knot[kinks] = 0.0
    by_knot[kinks, np.arange(1, p)] = -curve.slope(line.kinks)
    jacobian = np.hstack([by_knot[:, 1:-1], by_value])
    drag = np.append(weights * slopes / h, 0.0) - np.append(0.0, weights * slopes / h)
    room, minus = radius * np.minimum(h[1:], h[:-1]), -np.ones((len(x), 1))
    answer = linprog(
        np.eye(1, 2 * p + 1, 2 * p)[0],
        A_ub=np.vstack([np.hstack([jacobian, minus]), np.hstack([-jacobian, minus])]),
        b_ub=np.concatenate([-errors, errors]),
        A_eq=np.concatenate([drag[1:-1], _by_value(line, weights), [0.0]])[None, :],
        b_eq=[0.0],
        bounds=[*zip(-room, room, strict=True), *[(None, None)] * (p + 1), (0, None)],
    )
    if answer.x is None:
        return None
    return np.concatenate([[0.0], answer.x[: p - 1], [0.0]]), answer.x[p - 1 : 2 * p]
