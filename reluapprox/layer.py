"""The broken line of one hidden layer: its kinks sorted, in as little time and memory as that takes."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from .brokenline import BrokenLine
from .checks import FloatArray, Interval
from .hinges import relu
from .network import Network

_EPS = float(np.finfo(float).eps)
#: Up to how many hidden values the knots' heights are the network's own.
_FEW = 2**22


def line_of_hinges(network: Network, domain: Interval) -> BrokenLine:
    """The line of a network of one input, one hidden layer and one output.

    Kinks that rounding cannot tell apart are one. Where their jumps may cancel, rational arithmetic on these jumps
    decides; every float is a rational number.
    """
    a, b = domain
    hinges = network.hinges(domain)
    bent = np.flatnonzero(hinges.bent)
    order = bent[np.argsort(hinges.kinks[bent], kind="stable")]
    kinks = hinges.kinks[order]
    doubt = 4 * _EPS * np.abs(kinks)
    inside = (kinks - a > doubt) & (b - kinks > doubt)
    order, kinks, doubt = order[inside], kinks[inside], doubt[inside]
    starts = groups(kinks, doubt)
    jumps, count = hinges.jumps[order], np.diff(np.append(starts, len(kinks)))
    totals, sizes = (np.add.reduceat(part, starts) if len(starts) else part for part in (jumps, np.abs(jumps)))
    bends = np.abs(totals) > count * _EPS * sizes
    weights, scales = network.weights[0][:, 0], network.weights[1][0]
    for k in np.flatnonzero(~bends):
        group = order[starts[k] : starts[k] + count[k]].tolist()
        exact = sum(Fraction(float(scales[i])) * abs(Fraction(float(weights[i]))) for i in group)
        bends[k] = exact != 0
    knots = np.concatenate([[a], kinks[starts[bends]], [b]])
    values = network(knots) if len(knots) * len(weights) <= _FEW else _heights(network, knots)
    return BrokenLine(knots, values)


def groups(kinks: FloatArray, doubt: FloatArray) -> NDArray[np.int_]:
    """Where groups of sorted kinks begin that cannot be told apart from their first; shape (groups,).

    Parameters
    ----------
    kinks, doubt
        Shape (n,): the places, and what rounding can make of each.
    """
    apart = np.diff(kinks, prepend=-np.inf) > np.maximum(doubt, np.append(0.0, doubt[:-1]))
    # Measured to the first of its group, so that a chain of close kinks is not one for all its length.
    first = 0
    for i in np.flatnonzero(~apart).tolist():
        if apart[i - 1]:
            first = i - 1
        apart[i] = kinks[i] - kinks[first] > max(doubt[i], doubt[first])
    return np.flatnonzero(apart)


def _heights(network: Network, knots: FloatArray) -> FloatArray:
    """The network's values at sorted points, by sums over the hinges before and behind: offset + x·Σ aw + Σ ab.

    In extended precision, since the two sums nearly cancel.
    """
    w, bias = network.weights[0][:, 0].astype(np.longdouble), network.biases[0].astype(np.longdouble)
    scale, offset = network.weights[1][0].astype(np.longdouble), np.longdouble(network.biases[1][0])
    x = knots.astype(np.longdouble)
    total = np.full(len(knots), offset)
    total += (scale * np.maximum(bias, 0))[w == 0].sum()
    for facing in (1, -1):
        some = np.sign(w) == facing
        kinks = (-bias[some] / w[some]) * facing
        order = np.argsort(kinks)
        # Of hinges that face right those with a kink on the left are on; of others, mirrored, the same.
        upto = np.searchsorted(kinks[order], x * facing)
        for part, factor in ((scale[some] * w[some], x), (scale[some] * bias[some], np.ones_like(x))):
            sums = np.concatenate([[np.longdouble(0)], np.cumsum(part[order])])
            total += sums[upto] * factor
    return total.astype(np.float64)


def lines_of_hinges(networks: Sequence[Network], domain: Interval) -> list[BrokenLine]:
    """The lines of networks of one input, one hidden layer of the same width, and one output, all at once.

    A network of which two kinks may be one, or whose jumps may cancel, goes through :func:`line_of_hinges` alone.
    """
    a, b = domain
    w = np.array([network.weights[0][:, 0] for network in networks])
    bias = np.array([network.biases[0] for network in networks])
    scale = np.array([network.weights[1][0] for network in networks])
    offset = np.array([network.biases[1][0] for network in networks])
    with np.errstate(all="ignore"):
        kinks = (0.0 - bias) / w + 0.0
        doubt = 4 * _EPS * np.abs(kinks)
        inside = (w != 0) & (kinks - a > doubt) & (b - kinks > doubt)
    order = np.argsort(np.where(inside, kinks, np.inf), axis=1, kind="stable")
    kinks, inside = np.take_along_axis(kinks, order, axis=1), np.take_along_axis(inside, order, axis=1)
    doubt, jumps = np.take_along_axis(doubt, order, axis=1), np.take_along_axis(scale, order, axis=1)
    # A neuron of weight 0 has its kink at infinity, or nowhere.
    with np.errstate(invalid="ignore"):
        close = np.diff(kinks, axis=1) <= np.maximum(doubt[:, 1:], doubt[:, :-1])
    plain = ~((close & inside[:, 1:]).any(axis=1) | ((jumps == 0) & inside).any(axis=1))
    ends = np.ones((len(networks), 1))
    knots = np.concatenate([a * ends, np.where(inside, kinks, b), b * ends], axis=1)
    counts, step = inside.sum(axis=1), max(1, _FEW // knots[0].size ** 2 // 8)
    lines: list[BrokenLine] = []
    for first in range(0, len(networks), step):
        some = slice(first, first + step)
        hidden = relu(knots[some, :, None] * w[some, None] + bias[some, None])
        values = (hidden @ scale[some, :, None])[..., 0] + offset[some, None]
        for i, (at, heights) in enumerate(zip(knots[some], values, strict=True), start=first):
            if plain[i]:
                kept = np.append(np.arange(counts[i] + 1), -1)
                lines.append(BrokenLine(at[kept], heights[kept]))
            else:
                lines.append(line_of_hinges(networks[i], domain))
    return lines
