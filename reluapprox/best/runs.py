"""The best line where every convex or concave run has room for its own pieces: equal ripples, by Newton's method.

A piece inside a run is best when it is as far above the curve at its ends as below it in the middle, and then
pieces meet at no cost: all knots lie on one side. Where the curve bends over, one piece touches both runs. It is
tangent to the curve shifted up and to the curve shifted down, whatever happens beside it, and so it takes its runs
apart: between two such pieces each run only has to be divided into pieces of equal deviation.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..checks import FloatArray
from .certificate import Chain
from .curve import Curve
from .division import ITERATIONS, Division
from .plan import Plan
from .straddlers import Straddlers


class _Section(NamedTuple):
    knots: FloatArray
    turn: FloatArray
    deviation: FloatArray


def by_runs(curve: Curve, pieces: int) -> tuple[FloatArray, FloatArray, Chain] | None:
    """Knots and values of the best line, and the chain that proves it; None where the runs have no room."""
    if not 0 < len(curve.runs) <= pieces:
        return None
    with np.errstate(all="ignore"):
        plan = Plan(curve)
        if len(curve.runs) == 1:
            return _one_run(curve, plan, pieces)
        counts = plan.allot(pieces)
        for _ in range(8):
            errors = _balanced(curve, plan, counts)
            if errors is None:
                return None
            found = _assembled(curve, plan, counts, errors)
            if not isinstance(found, np.ndarray):
                sound = np.isfinite(found[1]).all() and (np.diff(found[0]) > 0).all()
                return found if sound else None
            counts = found
    return None


def _one_run(curve: Curve, plan: Plan, pieces: int) -> tuple[FloatArray, FloatArray, Chain] | None:
    a, b = curve.domain
    division = Division(
        curve, np.array([pieces]), plan.signs, plan.knots(np.array([a]), np.array([b]), np.array([pieces]))
    )
    division.even_out()
    knots = division.knots
    if not (np.diff(knots) > 0).all():
        return None
    error = division.deviation.max() / 2
    return (
        knots,
        curve.value(knots) - plan.signs[0] * error,
        Chain(knots[:-1], division.turn, knots[1:], -division.sign),
    )


def _ends(curve: Curve, straddlers: Straddlers, q: int) -> tuple[FloatArray, FloatArray]:
    """Where the sections begin and end; shape (q + 1,) each."""
    a, b = curve.domain
    exits = np.clip(straddlers.exit, a, b)
    return np.concatenate([[a], exits[q:]]), np.concatenate([exits[:q], [b]])


def _balanced(curve: Curve, plan: Plan, counts: NDArray[np.intp]) -> FloatArray | None:
    """The error of each section where it, and the straddlers beside it, have the same; shape (q + 1,).

    Newton's method for all knots and all errors at once. 0 for a section without pieces.
    """
    q = len(counts) - 1
    errors = plan.errors(counts)
    straddlers = plan.straddlers(errors)
    for _ in range(2):
        straddlers.step(np.concatenate([errors[:-1], errors[1:]]))
    some = counts > 0
    left, right = _ends(curve, straddlers, q)
    if not some.any() or not (left < right)[some].all():
        return None
    division = Division(curve, counts[some], plan.signs[some], plan.knots(left[some], right[some], counts[some]))
    heads, tails = division.heads, division.tails
    first_knots, last_knots = division.left[heads], division.left[tails] + 1
    for _ in range(ITERATIONS):
        division.measure()
        left_rate = np.concatenate([[0.0], straddlers.rate[q:]])[some]
        right_rate = np.concatenate([straddlers.rate[:q], [0.0]])[some]
        by_ends = np.zeros_like(division.root)
        by_ends[heads] += np.where(left_rate != 0, division.by_left[heads] * left_rate, 0.0)
        by_ends[tails] += np.where(right_rate != 0, division.by_right[tails] * right_rate, 0.0)
        steps, per_error = division.moves(by_ends)
        # The first piece's deviation is to be twice the error; in their roots, both are nearly linear.
        root = np.sqrt(2 * errors[some])
        inner = np.where(division.several, division.by_right[heads], 0.0)
        change = by_ends[heads] + inner * per_error[first_knots + 1]
        rest = root - division.root[heads] - inner * steps[first_knots + 1]
        new = np.maximum(root + rest / (change * root - 1), root / 3)
        off = max(division.uneven(), float(np.max(np.abs(new / root - 1))))
        if not np.isfinite(off):
            return None
        errors[some] = new**2 / 2
        if off < division.tolerance():
            errors[~some] = 0.0
            return errors
        moved = division.knots + steps + per_error * np.repeat(errors[some] - root**2 / 2, division.counts + 1)
        straddlers.step(np.concatenate([errors[:-1], errors[1:]]))
        left, right = _ends(curve, straddlers, q)
        moved[first_knots], moved[last_knots] = left[some], right[some]
        division.move(moved - division.knots)
        division.knots[first_knots], division.knots[last_knots] = left[some], right[some]
        if not (np.diff(division.knots)[division.left] > 0).all():
            return None
    return None


def _assembled(
    curve: Curve, plan: Plan, counts: NDArray[np.intp], errors: FloatArray
) -> tuple[FloatArray, FloatArray, Chain] | NDArray[np.intp]:
    """Line and chain for the largest of the sections' errors; or better counts, where a piece is better elsewhere."""
    q, error, tight = len(counts) - 1, float(errors.max()), int(errors.argmax())
    straddlers = plan.straddlers(np.full(q + 1, error))
    for _ in range(4):
        straddlers.step(np.full(2 * q, error))
    left, right = _ends(curve, straddlers, q)
    lacking = np.flatnonzero((counts == 0) & (right > left))
    if len(lacking):
        # There the curve cannot do without a piece; it comes from where one is missed least.
        used = counts + plan.used
        loss = np.where(counts > 0, errors * (used / np.maximum(used - 1, 1e-9)) ** 2, np.inf)
        return _moved(counts, int(loss.argmin()), int(lacking[0]))
    for i in np.flatnonzero((counts > 0) & (right <= left)):
        return _moved(counts, int(i), tight)
    # A section that gets along with a piece less can give it to the one whose error is largest; and that it does
    # not get along with less is half of the proof.
    some, less = np.flatnonzero(counts), np.flatnonzero(counts > 1)
    less = less[less != tight]
    parts = _sections(curve, plan, np.append(some, less), np.append(counts[some], counts[less] - 1), left, right)
    line = dict(zip(some.tolist(), parts, strict=False))
    proof = dict(zip(less.tolist(), parts[len(some) :], strict=True))
    for i, part in proof.items():
        if part.deviation.min() < 2 * error * (1 - 1e-9) - curve.rounding:
            return _moved(counts, i, tight)
    if tight in line:
        proof[tight] = line[tight]
    knots, values = _drawn(curve, plan, line, straddlers, error)
    ends = (left, right, straddlers.anchor[:q], straddlers.anchor[q:])
    needed = (counts > 0) | (np.arange(q + 1) == tight)
    return knots, values, _proof(curve, plan, proof, needed, ends)


def _moved(counts: NDArray[np.intp], giver: int, taker: int) -> NDArray[np.intp]:
    counts = counts.copy()
    counts[giver] -= 1
    counts[taker] += 1
    return counts


def _sections(
    curve: Curve, plan: Plan, which: NDArray[np.intp], counts: NDArray[np.intp], left: FloatArray, right: FloatArray
) -> list[_Section]:
    """Sections in so many pieces of equal deviation each; a section may come more than once."""
    knots = plan.knots(left[which], right[which], counts)
    division = Division(curve, counts, plan.signs[which], knots)
    division.even_out()
    parts = []
    for head, count in zip(division.heads, division.counts, strict=True):
        pieces, first = slice(head, head + count), division.left[head]
        knots = division.knots[first : first + count + 1]
        parts.append(_Section(knots, division.turn[pieces], division.deviation[pieces]))
    return parts


def _drawn(
    curve: Curve, plan: Plan, parts: dict[int, _Section], straddlers: Straddlers, error: float
) -> tuple[FloatArray, FloatArray]:
    """Knots and values of the line: each section's, on one side of the curve, and where straddlers meet each other."""
    a, b = curve.domain
    q = len(plan.signs) - 1
    near, far, sign = straddlers.anchor[:q], straddlers.anchor[q:], plan.signs[:-1]
    low, high = curve.value(near) + sign * error, curve.value(far) - sign * error
    slope = (high - low) / (far - near)
    knots: list[FloatArray] = []
    values: list[FloatArray] = []
    for i in range(q + 1):
        if i in parts:
            x = parts[i].knots
            # A section with something to spare keeps it: half of its deviation is enough between its straddlers.
            off = np.full(len(x), parts[i].deviation.max() / 2)
            if i:
                off[0] = error
            if i < q:
                off[-1] = error
            y = curve.value(x) - plan.signs[i] * off
        elif i == 0:
            x = np.array([a])
            y = low[:1] + slope[:1] * (a - near[:1])
        elif i == q:
            x = np.array([b])
            y = high[-1:] + slope[-1:] * (b - far[-1:])
        else:
            apart = high[i - 1] - low[i] + slope[i] * (near[i] - far[i - 1])
            x = far[i - 1 : i] + apart / (slope[i] - slope[i - 1])
            y = high[i - 1] + slope[i - 1] * (x - far[i - 1])
        knots.append(x)
        values.append(y)
    return np.concatenate(knots), np.concatenate(values)


def _proof(
    curve: Curve,
    plan: Plan,
    parts: dict[int, _Section],
    needed: NDArray[np.bool_],
    ends: tuple[FloatArray, FloatArray, FloatArray, FloatArray],
) -> Chain:
    """The sections' pieces and the straddlers as a chain.

    A straddler touches the tube at four points, where it enters, twice inside, and where it leaves: two links of
    the chain. It enters only where the section before it is `needed`, and the last one leaves only where the last
    section is.

    Parameters
    ----------
    ends
        Where sections begin and end, shape (runs,), and where straddlers touch left and right, shape (runs − 1,).
    """
    left, right, near, far = ends
    links: list[FloatArray] = []
    for i in range(len(left)):
        side = -plan.signs[i]
        if i in parts:
            part = parts[i]
            sides = np.full(len(part.turn), side)
            links.append(np.stack([part.knots[:-1], part.turn, part.knots[1:], sides]))
        if i == len(near):
            break
        if needed[i] and right[i] < near[i]:
            links.append(np.array([[right[i]], [near[i]], [far[i]], [side]]))
        if far[i] < left[i + 1] and (needed[-1] or i + 1 < len(near)):
            links.append(np.array([[near[i]], [far[i]], [left[i + 1]], [-side]]))
    start, turn, stop, sides = np.concatenate(links, axis=1) if links else np.zeros((4, 0))
    return Chain(start, turn, stop, sides)
