"""The best line where every convex or concave run has room for its own pieces: equal ripples, by Newton's method.

A piece inside a run is best when it is as far above the curve at its ends as below it in the middle, and then
pieces meet at no cost: all knots lie on one side. Where the curve bends over, one piece touches both runs. It is
tangent to the curve shifted up and to the curve shifted down, whatever happens beside it, and so it takes its runs
apart: between two such pieces each run only has to be divided into pieces of equal deviation.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dgtsv

from ..checks import FloatArray
from ..roots import monotone_roots
from .certificate import Chain
from .curve import Curve

_EPS = float(np.finfo(float).eps)
_ITERATIONS = 60


class Straddlers:
    """The pieces that touch two neighbouring runs, each at its own error E.

    Arrays of shape (n,): `anchor` and `other` are where the piece touches, `exit` where it leaves the tube
    f ± E beyond `anchor`; `sign` is that of the anchor's run, on whose inner side the piece touches.
    """

    def __init__(
        self,
        curve: Curve,
        anchor: FloatArray,
        other: FloatArray,
        sign: FloatArray,
        anchor_run: FloatArray,
        other_run: FloatArray,
    ) -> None:
        """`anchor_run` and `other_run`: shape (n, 2), the ends of the runs on which it touches."""
        self.curve, self.anchor, self.other, self.sign = curve, anchor, other, sign
        self.anchor_run, self.other_run = anchor_run, other_run
        self.outwards = np.sign(anchor - other)
        self.exit = np.full_like(anchor, np.nan)
        self.rate = np.zeros_like(anchor)

    def step(self, error: FloatArray) -> None:
        """One step of Newton's method towards the lines of these errors, and their rates d exit / d error."""
        f, slope = self.curve.value, self.curve.slope
        n, touch = len(error), np.concatenate([self.anchor, self.other])
        ends = np.concatenate([self.anchor_run, self.other_run])
        low, high = ends.T
        h = 1e-4 * np.abs(self.other - self.anchor)
        h = np.concatenate([h, h])
        left, right = np.maximum(touch - h, low), np.minimum(touch + h, high)
        y = f(touch)
        m = (y[n:] - y[:n] - 2 * self.sign * error) / (self.other - self.anchor)
        slopes = slope(np.concatenate([touch, left, right]))
        curvature = (slopes[4 * n :] - slopes[2 * n : 4 * n]) / (right - left)
        touch = np.clip(touch - (slopes[: 2 * n] - np.concatenate([m, m])) / curvature, low, high)
        anchor, other = touch[:n], touch[n:]
        y = f(touch)
        m = (y[n:] - y[:n] - 2 * self.sign * error) / (other - anchor)
        if np.isnan(self.exit).all():
            # Where a parabola of the curvature at the anchor would leave.
            self.exit = anchor + self.outwards * 2 * np.sqrt(np.abs(error / curvature[:n]))
        a, b = self.curve.domain
        for _ in range(2):
            out = np.clip(self.exit, a, b)
            gap = f(out) - y[:n] - m * (out - anchor) - 2 * self.sign * error
            steep = slope(out) - m
            self.exit = out - gap / steep
        # One that touches at the very end of the domain leaves no section there.
        ended = (anchor == a) | (anchor == b)
        self.exit = np.where(ended, anchor, self.exit)
        self.rate = 2 * self.sign * (1 - (self.exit - anchor) / (other - anchor)) / steep
        self.anchor, self.other = anchor, other


class Division:
    """Sections of a curve, each divided into pieces at knots of its own; sections need not meet.

    Parameters
    ----------
    counts
        Pieces in each section, shape (sections,); at least one.
    signs
        Shape (sections,): +1 where the curve is convex, −1 where it is concave.
    knots
        First guess, shape (pieces + sections,), section after section.
    """

    def __init__(self, curve: Curve, counts: NDArray[np.intp], signs: FloatArray, knots: FloatArray) -> None:
        self.curve, self.counts, self.knots = curve, counts, knots
        section = np.repeat(np.arange(len(counts)), counts)
        self.left = np.arange(len(section)) + section
        self.sign = signs[section]
        self.heads, self.tails = np.cumsum(counts) - counts, np.cumsum(counts) - 1
        #: Which neighbouring pieces share a knot.
        self.joined = section[1:] == section[:-1]
        self.several = counts > 1
        self.share: FloatArray | None = None

    def measure(self) -> None:
        """How far the curve departs from each piece's chord, and how that changes with the piece's ends.

        By the envelope theorem the place of the largest departure counts as fixed, so f″ is not needed.
        """
        curve, at = self.curve, self.knots
        y, slopes = curve.value(at), curve.slope(at)
        i, j = self.left, self.left + 1
        u, v = at[i], at[j]
        chord = (y[j] - y[i]) / (v - u)
        turn = self._turns(u, v, chord)
        self.share = share = (turn - u) / (v - u)
        self.turn = turn
        self.deviation = self.sign * (y[i] + chord * (turn - u) - curve.value(turn))
        # Its root is nearly linear in the length of a piece.
        self.root = np.sqrt(np.maximum(self.deviation, 1e-300))
        self.by_left = self.sign * (1 - share) * (slopes[i] - chord) / (2 * self.root)
        self.by_right = self.sign * share * (slopes[j] - chord) / (2 * self.root)

    def _turns(self, u: FloatArray, v: FloatArray, chord: FloatArray) -> FloatArray:
        """Where the slope is the chord's.

        Two steps of Newton's method from where it was, or a search where they do not do; to search all the time
        would cost most of the time.
        """
        slope, h = self.curve.slope, v - u
        if self.share is None:
            lost, x = np.arange(len(u)), np.empty_like(u)
        else:
            n, x = len(u), u + self.share * h
            step = 1e-4 * np.minimum(x - u, v - x)
            around = slope(np.concatenate([x - step, x, x + step]))
            curvature = (around[2 * n :] - around[:n]) / (2 * step)
            off = around[n : 2 * n] - chord
            for _ in range(2):
                x = np.minimum(np.maximum(x - off / curvature, u + 1e-9 * h), v - 1e-9 * h)
                off = slope(x) - chord
            left_to_gain = off * off / np.abs(curvature)
            close = left_to_gain <= 1e-14 * np.abs(self.deviation) + self.curve.rounding / 4
            lost = np.flatnonzero(~close)
        if len(lost):
            u, v, chord = u[lost], v[lost], chord[lost]
            x[lost] = monotone_roots(lambda x, k: slope(x) - chord[k], u, v, self.curve.rounding / 4)
        return x

    def uneven(self) -> float:
        """By how much the deviations within a section differ, relative to the largest."""
        worst = np.maximum.reduceat(self.deviation, self.heads)
        least = np.minimum.reduceat(self.deviation, self.heads)
        return float(np.max((worst - least) / worst))

    def tolerance(self) -> float:
        """The unevenness from which one more step of Newton's method reaches rounding."""
        return max(1e-7, 64 * self.curve.rounding / float(self.deviation.max()))

    def moves(self, by_ends: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Newton's steps for the inner knots of all sections.

        Parameters
        ----------
        by_ends
            d root / d error of each piece on account of its section's ends; shape (pieces,).

        Returns
        -------
        Steps at the present ends, and per unit of error; of the shape of `knots`, 0 at the ends of sections.
        """
        joined = self.joined
        steps = np.zeros((2, len(self.knots)))
        if joined.any():
            diagonal = np.where(joined, self.by_right[:-1] - self.by_left[1:], 1.0)
            below = np.where(joined, self.by_left[:-1], 0.0)[1:]
            above = np.where(joined, -self.by_right[1:], 0.0)[:-1]
            wanted = np.where(joined, np.stack([np.diff(self.root), np.diff(by_ends)]), 0.0)
            # LAPACK's wrapper takes no empty off-diagonal.
            solution = dgtsv(below, diagonal, above, wanted.T)[3] if len(diagonal) > 1 else (wanted / diagonal).T
            steps[:, self.left[1:]] = np.where(joined, solution.T, 0.0)
        return steps[0], steps[1]

    def move(self, step: FloatArray) -> None:
        """The knots moved by `step`, or by less, so that no piece shrinks to a fifth or less."""
        lengths = np.diff(self.knots)[self.left]
        growth = np.diff(step)[self.left] / lengths
        self.knots = self.knots + step * min(1.0, 0.8 / max(float(-growth.min()), 1e-300))

    def even_out(self) -> None:
        """Knots at which all pieces of a section deviate equally, its ends staying."""
        flat = np.zeros(len(self.left))
        for _ in range(_ITERATIONS):
            self.measure()
            uneven = self.uneven()
            if not uneven > 64 * _EPS:
                break
            self.move(self.moves(flat)[0])
            if uneven < self.tolerance():
                self.measure()
                break


class _Plan:
    """What the mesh tells before anything is solved: about where the touches are, and how many pieces go where."""

    def __init__(self, curve: Curve) -> None:
        self.curve, self.runs = curve, curve.runs
        self.signs = np.array([run.sign for run in self.runs], float)
        #: What of a piece the straddlers beside each section take of its room beyond their touches.
        self.used = np.ones(len(self.runs))
        self.used[0] -= 0.5
        self.used[-1] -= 0.5
        # For each pair of neighbouring runs, over the mesh of the left one: error, and both touches.
        self.touches: list[tuple[FloatArray, FloatArray, FloatArray]] = []
        mesh, heights = curve.mesh, curve.heights
        slopes = curve.slope(mesh) if len(self.runs) > 1 else np.zeros(0)
        for left, right in itertools.pairwise(self.runs):
            here = slice(*np.searchsorted(mesh, (left.a, np.nextafter(left.b, np.inf))))
            there = slice(*np.searchsorted(mesh, (right.a, np.nextafter(right.b, np.inf))))
            x, m = mesh[here][::-1], slopes[here][::-1]
            other = np.interp(-left.sign * m, -left.sign * slopes[there], mesh[there])
            rise = np.interp(other, mesh, heights) - heights[here][::-1]
            error = left.sign * (rise - m * (other - x)) / 2
            # Beyond, it touches the left run at its end, and is tangent to the right one.
            y = mesh[there]
            beyond = left.sign * (heights[there] - heights[here][0] - slopes[there] * (y - x[-1])) / 2
            more = (y > other[-1]) & (beyond > np.nanmax(error))
            error, x, other = (
                np.concatenate(both)
                for both in ((error, beyond[more]), (x, np.full(int(more.sum()), x[-1])), (other, y[more]))
            )
            self.touches.append((np.maximum.accumulate(np.nan_to_num(np.maximum(error, 0.0))), x, other))

    def touching(self, errors: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Where the straddlers of these errors touch their left and right run; `errors` of shape (q, …)."""
        both = [
            (np.interp(e, table, x), np.interp(e, table, y))
            for e, (table, x, y) in zip(errors, self.touches, strict=True)
        ]
        return np.array([x for x, _ in both]), np.array([y for _, y in both])

    def _room(self, near: FloatArray, far: FloatArray) -> FloatArray:
        """∫√|f″| over each section, straddlers reaching up to their touches; shape (q + 1, …)."""
        mesh, spread = self.curve.mesh, self.curve.spread
        low, high = np.interp(far, mesh, spread), np.interp(near, mesh, spread)
        zero = np.zeros((1, *low.shape[1:]))
        return np.concatenate([high, zero + spread[-1]]) - np.concatenate([zero, low])

    def allot(self, pieces: int) -> NDArray[np.intp]:
        """About how many pieces each section should get, all of them together `pieces` less the straddlers."""
        q = len(self.runs) - 1
        if not q:
            return np.array([pieces])
        likely = (self.curve.spread[-1] / pieces) ** 2 / 2
        errors = likely * 10.0 ** np.linspace(-2, 2, 400)
        room = self._room(*self.touching(np.broadcast_to(errors, (q, len(errors)))))
        wanted = np.maximum(room / np.sqrt(2 * errors) - self.used[:, None], 0.0)
        enough = np.ceil(wanted).sum(axis=0) <= pieces - q
        first = int(np.argmax(enough)) if enough.any() else len(errors) - 1
        counts = np.ceil(wanted[:, first]).astype(int)
        while counts.sum() < pieces - q:
            counts[np.argmax(room[:, first] / (counts + self.used))] += 1
        while counts.sum() > pieces - q:
            counts[np.argmax(counts)] -= 1
        return counts

    def errors(self, counts: NDArray[np.intp]) -> FloatArray:
        """About the error of each section divided into so many pieces; shape (q + 1,)."""
        q = len(self.runs) - 1
        errors = np.full(q + 1, (self.curve.spread[-1] / (counts.sum() + q)) ** 2 / 2)
        for _ in range(3):
            near, _ = self.touching(errors[:-1])
            _, far = self.touching(errors[1:])
            room = np.maximum(self._room(near, far), 1e-3 * self.curve.spread[-1] / (q + 1))
            errors = (room / (counts + self.used)) ** 2 / 2
        return errors

    def straddlers(self, errors: FloatArray) -> Straddlers:
        """Those left of which, then those right of which, the error is that of the section there."""
        near, other = self.touching(errors[:-1])
        first, far = self.touching(errors[1:])
        ends = np.array([[run.a, run.b] for run in self.runs])
        return Straddlers(
            self.curve,
            np.concatenate([near, far]),
            np.concatenate([other, first]),
            np.concatenate([self.signs[:-1], self.signs[1:]]),
            np.concatenate([ends[:-1], ends[1:]]),
            np.concatenate([ends[1:], ends[:-1]]),
        )

    def knots(self, left: FloatArray, right: FloatArray, counts: NDArray[np.intp]) -> FloatArray:
        """About equal pieces of the sections [left, right]."""
        mesh, spread = self.curve.mesh, self.curve.spread
        low, high = np.interp(left, mesh, spread), np.interp(right, mesh, spread)
        share = np.concatenate([np.arange(n + 1) / n for n in counts])
        knots = np.interp(np.repeat(low, counts + 1) + share * np.repeat(high - low, counts + 1), spread, mesh)
        ends = np.cumsum(counts + 1)
        knots[ends - counts - 1], knots[ends - 1] = left, right
        return knots


class _Section(NamedTuple):
    knots: FloatArray
    turn: FloatArray
    deviation: FloatArray


def by_runs(curve: Curve, pieces: int) -> tuple[FloatArray, FloatArray, Chain] | None:
    """Knots and values of the best line, and the chain that proves it; None where the runs have no room."""
    if not 0 < len(curve.runs) <= pieces:
        return None
    with np.errstate(all="ignore"):
        plan = _Plan(curve)
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


def _one_run(curve: Curve, plan: _Plan, pieces: int) -> tuple[FloatArray, FloatArray, Chain] | None:
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
    return np.concatenate([[a], straddlers.exit[q:]]), np.concatenate([straddlers.exit[:q], [b]])


def _balanced(curve: Curve, plan: _Plan, counts: NDArray[np.intp]) -> FloatArray | None:
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
    for _ in range(_ITERATIONS):
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
    curve: Curve, plan: _Plan, counts: NDArray[np.intp], errors: FloatArray
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
        if part.deviation.min() < 2 * error * (1 - 1e-9) - 16 * curve.rounding:
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
    curve: Curve, plan: _Plan, which: NDArray[np.intp], counts: NDArray[np.intp], left: FloatArray, right: FloatArray
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
    curve: Curve, plan: _Plan, parts: dict[int, _Section], straddlers: Straddlers, error: float
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
    plan: _Plan,
    parts: dict[int, _Section],
    needed: NDArray[np.bool_],
    ends: tuple[FloatArray, FloatArray, FloatArray, FloatArray],
) -> Chain:
    """The sections' pieces and the straddlers as a chain.

    A straddler touches the tube at four points, where it enters, twice inside, and where it leaves: two links of
    the chain. It enters only where the section before it is `needed`.

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
        if far[i] < left[i + 1] <= curve.domain[1]:
            links.append(np.array([[near[i]], [far[i]], [left[i + 1]], [-side]]))
    start, turn, stop, sides = np.concatenate(links, axis=1) if links else np.zeros((4, 0))
    return Chain(start, turn, stop, sides)
