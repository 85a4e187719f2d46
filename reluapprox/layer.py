"""The broken line of one hidden layer: its kinks sorted, in as little time and memory as that takes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from .brokenline import BrokenLine
from .checks import FloatArray, Interval
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
