"""From a network to the exact broken line that it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .brokenline import BrokenLine
from .checks import FloatArray, Interval, interval
from .hinges import relu
from .layer import line_of_hinges
from .network import Network, as_network

if TYPE_CHECKING:
    from torch import nn

_EPS = float(np.finfo(float).eps)


def broken_line(network: Network | nn.Sequential, domain: Interval) -> BrokenLine:
    """The exact broken line of a one-input network on an interval, whatever its depth.

    Every kink is computed from the weights, layer by layer; nothing is sampled, so none is missed. Its values
    at the knots are the network's own, from one forward pass; for thousands of neurons in one layer, from sums
    over them in extended precision. Neighbouring pieces of one slope are one piece: a place where neurons
    switch but the output does not bend is no knot.

    Parameters
    ----------
    network
        One input and one output; a Network, or an ``nn.Sequential`` of Linear and ReLU.
    domain
        (a, b).

    Returns
    -------
    BrokenLine
        Its first and last knots are a and b. Knots closer than the rounding of their own computation
        cannot be told apart and are one.

    Raises
    ------
    TypeError, ValueError
        The network has several inputs or outputs or is not a ReLU stack, or `domain` is no interval.

    Examples
    --------
    >>> from reluapprox import Network, broken_line
    >>> tent = Network.from_hinges([1, 1, 1], [0, -1, -2], [1, -2, 1])
    >>> line = broken_line(tent, (-1, 3))
    >>> line.kinks, line.slopes
    (array([0., 1., 2.]), array([ 0.,  1., -1.,  0.]))
    """
    a, b = interval("domain", domain)
    net = as_network(network)
    if net.inputs != 1 or net.outputs != 1:
        raise ValueError(f"broken_line needs a network of one input and one output, got a {net!r}")
    if len(net.widths) == 1:
        return line_of_hinges(net, (a, b))
    knots = _told_apart(*_sharpened(net, *_switches(net, a, b)))
    knots = np.concatenate([[a], knots[1:-1][_bends(net, knots)], [b]])
    return BrokenLine(knots, net(knots))


def _switches(network: Network, a: float, b: float) -> tuple[FloatArray, NDArray[np.int_], NDArray[np.int_]]:
    """Every x in [a, b] at which some neuron switches, sorted, with both ends, and that neuron's layer and index.

    Between neighbouring knots each layer's inputs are linear in x, so a neuron whose pre-activation has
    opposite signs at the two is zero once between them, and the inputs there are found by interpolation.
    All three have shape (n,); the ends belong to no neuron and have layer −1.
    """
    knots = np.array([a, b])
    layers, neurons = np.array([-1, -1]), np.array([0, 0])
    inputs = knots[None, :]
    for layer, (w, bias) in enumerate(zip(network.weights[:-1], network.biases[:-1], strict=True)):
        before = w @ inputs + bias[:, None]
        left, right = before[:, :-1], before[:, 1:]
        neuron, piece = np.nonzero(((left < 0) & (right > 0)) | ((left > 0) & (right < 0)))
        share = left[neuron, piece] / (left[neuron, piece] - right[neuron, piece])
        at = knots[piece] + share * (knots[piece + 1] - knots[piece])
        columns = before[:, piece] + share * (before[:, piece + 1] - before[:, piece])
        columns[neuron, np.arange(len(at))] = 0.0
        order = np.argsort(np.concatenate([knots, at]), kind="stable")
        knots = np.concatenate([knots, at])[order]
        layers = np.concatenate([layers, np.full(len(at), layer)])[order]
        neurons = np.concatenate([neurons, neuron])[order]
        inputs = relu(np.concatenate([before, columns], axis=1)[:, order])
    return knots, layers, neurons


def _sharpened(
    network: Network, knots: FloatArray, layers: NDArray[np.int_], neurons: NDArray[np.int_]
) -> tuple[FloatArray, FloatArray]:
    """The knots after one Newton step on the pre-activation that each is a zero of, sorted, and their rounding.

    A knot found between two distant ones inherits the rounding of their large values; evaluated at the
    knot itself, the pre-activation has only the rounding of its own place. Both have shape (n,).
    """
    a, b = knots[0], knots[-1]
    sharp, doubt = knots.copy(), np.zeros_like(knots)
    inputs, slopes = knots[None, :], np.ones((1, len(knots)))
    for layer, (w, bias) in enumerate(zip(network.weights[:-1], network.biases[:-1], strict=True)):
        i = np.flatnonzero(layers == layer)
        neuron = neurons[i]
        summands = (np.abs(w[neuron]) * np.abs(inputs[:, i]).T).sum(axis=1) + np.abs(bias[neuron])
        before, slopes = w @ inputs + bias[:, None], w @ slopes
        slope = slopes[neuron, i]
        i, neuron, summands, slope = (part[slope != 0] for part in (i, neuron, summands, slope))
        with np.errstate(over="ignore"):
            step = before[neuron, i] / slope
            doubt[i] = np.minimum(8 * (layer + 1) * _EPS * summands / np.abs(slope), b - a)
        # A step of more than rounding would mean that the slope was of the other side of a kink; it is not taken.
        near = np.abs(step) <= 1e-9 * (b - a)
        sharp[i[near]] -= step[near]
        inputs, slopes = relu(before), (before > 0) * slopes
    sharp = np.clip(sharp, a, b)
    order = np.argsort(sharp, kind="stable")
    return sharp[order], doubt[order]


def _told_apart(knots: FloatArray, doubt: FloatArray) -> FloatArray:
    """Sorted knots without those that rounding cannot tell from their left neighbour; both ends stay."""
    a, b = knots[0], knots[-1]
    doubt = np.maximum(doubt, 4 * _EPS * np.abs(knots))
    inside = (knots - a > doubt) & (b - knots > doubt)
    inner, doubt = knots[inside], doubt[inside]
    apart = np.diff(inner, prepend=a) > np.maximum(doubt, np.append(0.0, doubt[:-1]))
    # Measured to the last knot that stays, so that a chain of close knots does not vanish into its first.
    last = 0
    for i in np.flatnonzero(~apart):
        last = max(last, int(np.flatnonzero(apart[:i])[-1]) if apart[:i].any() else 0)
        apart[i] = inner[i] - inner[last] > max(doubt[i], doubt[last])
    return np.concatenate([[a], inner[apart], [b]])


def _bends(network: Network, knots: FloatArray) -> NDArray[np.bool_]:
    """At which inner knots the output's slope changes; shape (n − 2,).

    Two neurons that cancel, or one that nothing downstream listens to, make no kink, and rounding must not
    make one of them. A change of slope beyond the bound on its rounding error is a kink. The bound grows
    with depth faster than rounding does, so what it leaves open is decided by trial: the change is computed
    again with every weight moved by about a unit in its last place, and is a kink if that hardly matters.
    """
    values = ((knots[:-1] + knots[1:]) / 2)[None, :]
    left, right = [], []
    for w, bias in zip(network.weights[:-1], network.biases[:-1], strict=True):
        values = relu(w @ values + bias[:, None])
        left.append(values[:, :-1] > 0)
        right.append(values[:, 1:] > 0)
    change, bound = _slope_changes(network.weights, left, right, len(knots) - 2)
    bends = np.abs(change) > bound
    open_ = np.flatnonzero(~bends & (change != 0))
    if len(open_):
        left, right = [on[:, open_] for on in left], [on[:, open_] for on in right]
        rng = np.random.default_rng(0)
        spread = np.zeros(len(open_))
        for _ in range(4):
            moved = [w * (1 + _EPS * rng.uniform(-1, 1, w.shape)) for w in network.weights]
            trial, _ = _slope_changes(moved, left, right, len(open_))
            spread = np.maximum(spread, np.abs(trial - change[open_]))
        bends[open_] = np.abs(change[open_]) > 32 * spread
    return bends


def _slope_changes(
    weights: Sequence[FloatArray], left: list[NDArray[np.bool_]], right: list[NDArray[np.bool_]], count: int
) -> tuple[FloatArray, FloatArray]:
    """The output's change of slope across `count` knots, and a bound on its rounding error; shape (count,) each.

    Parameters
    ----------
    weights
        All layers', the output's included.
    left, right
        For each hidden layer, which neurons are on beside each knot; shape (neurons, count).

    A running error analysis (Higham 2002). The change is carried by itself, since the difference of two
    computed slopes would drown it.
    """
    slope, change = np.ones((1, count)), np.zeros((1, count))
    slope_doubt, change_doubt = np.zeros_like(slope), np.zeros_like(change)
    for layer, w in enumerate(weights):
        size, rounding = np.abs(w), (w.shape[1] + 1) * _EPS
        slope_doubt = size @ (slope_doubt + rounding * np.abs(slope))
        change_doubt = size @ (change_doubt + rounding * np.abs(change))
        slope, change = w @ slope, w @ change
        if layer == len(left):
            break
        on, stays = left[layer], left[layer] & right[layer]
        comes, goes = right[layer] & ~on, on & ~right[layer]
        beyond = slope + change
        change = np.where(stays, change, np.where(comes, beyond, np.where(goes, -slope, 0.0)))
        beyond_doubt = slope_doubt + change_doubt + _EPS * np.abs(beyond)
        change_doubt = np.where(stays, change_doubt, np.where(comes, beyond_doubt, np.where(goes, slope_doubt, 0.0)))
        slope, slope_doubt = on * slope, on * slope_doubt
    return change[0], change_doubt[0]
