"""From a network to the exact broken line that it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .brokenline import BrokenLine
from .cancellation import slope_changes
from .checks import FloatArray, Interval, interval
from .layer import groups, line_of_hinges, lines_of_hinges
from .network import Network, as_network, patterns

if TYPE_CHECKING:
    from torch import nn

_EPS = float(np.finfo(float).eps)


def broken_line(network: Network | nn.Sequential, domain: Interval) -> BrokenLine:
    """The exact broken line of a one-input network on an interval, whatever its depth.

    Every kink is computed from the weights, layer by layer; nothing is sampled, so none is missed. Its values
    at the knots are the network's own, from one forward pass; for thousands of neurons in one layer, from sums
    over them in extended precision. Neighbouring pieces of one slope are one piece: a place where neurons
    switch but the output does not bend is no knot, which is decided exactly where rounding leaves it open.

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
    if not net.widths:
        return BrokenLine([a, b], net([a, b]))
    knots, doubt, rounding = _switches(net, a, b)
    first = _told_apart(knots, doubt)
    knots, doubt = knots[first], doubt[first]
    values = net(knots)
    bends = np.concatenate([[True], _bends(net, knots, values, doubt, rounding), [True]])
    return BrokenLine(knots[bends], values[bends])


def broken_lines(networks: Sequence[Network | nn.Sequential], domain: Interval) -> list[BrokenLine]:
    """The exact broken lines of many networks, such as the snapshots of a training or the runs of a sweep.

    As :func:`broken_line` of each, but a thousand networks of one hidden layer and the same width at once.

    Parameters
    ----------
    networks
        Each of one input and one output.
    domain
        (a, b).

    Returns
    -------
    list of BrokenLine
        In the order of the networks.

    Raises
    ------
    TypeError, ValueError
        `networks` is no sequence, or as for :func:`broken_line`.

    Examples
    --------
    >>> from reluapprox import Network, broken_lines
    >>> hinges = [Network.from_hinges([1], [-t], [1]) for t in (0.25, 0.5)]
    >>> [float(line.kinks[0]) for line in broken_lines(hinges, (0, 1))]
    [0.25, 0.5]
    """
    ends = interval("domain", domain)
    if not isinstance(networks, list | tuple):
        raise TypeError(f"networks must be a list of networks, got {type(networks).__name__}")
    nets = [as_network(network, f"networks[{i}]") for i, network in enumerate(networks)]
    shapes = {(net.inputs, net.widths, net.outputs) for net in nets}
    if len(shapes) != 1 or any(len(widths) != 1 or (n, m) != (1, 1) for n, widths, m in shapes):
        return [broken_line(net, ends) for net in nets]
    return lines_of_hinges(nets, ends)


def _switches(network: Network, a: float, b: float) -> tuple[FloatArray, FloatArray, float]:
    """Every x in [a, b] at which some neuron switches, sorted, with both ends.

    Between neighbouring knots each layer's inputs are linear in x, so a neuron whose pre-activation has opposite signs
    at the two is zero once between them.

    Returns
    -------
    knots, doubt
        Shape (n,): the places, and what rounding can make of each.
    rounding
        A bound on what it can make of the network's values.
    """
    knots, doubt, rounding = np.array([a, b]), np.zeros(2), 0.0
    inputs = knots[:, None]
    for layer, (w, bias) in enumerate(zip(network.weights[:-1], network.biases[:-1], strict=True)):
        rounding = _rounded(w, bias, inputs, rounding)
        before = inputs @ w.T + bias
        on, off = before > 0, before < 0
        piece, neuron = np.nonzero((on[:-1] & off[1:]) | (off[:-1] & on[1:]))
        left, right = before[piece, neuron], before[piece + 1, neuron]
        begin, end = knots[piece], knots[piece + 1]
        at = np.minimum(begin + left / (left - right) * (end - begin), end)
        # A zero found between two distant knots inherits the rounding of their large values; evaluated at the zero
        # itself, the pre-activation has only the rounding of its own place, and one Newton step helps.
        reached, rates = _hidden(network, layer, at), (right - left) / (end - begin)
        summands = np.abs(w[neuron]) * np.abs(reached)
        noise = 8 * (layer + 1) * _EPS * (summands.sum(axis=1) + np.abs(bias[neuron]))
        missed = (w[neuron] * reached).sum(axis=1) + bias[neuron]
        far = np.flatnonzero(np.abs(missed) > noise / 8)
        at[far] = np.clip(at - missed / rates, begin, end)[far]
        reached[far] = _hidden(network, layer, at[far])
        rows = reached @ w.T + bias
        rows[np.arange(len(at)), neuron] = 0.0
        order = np.argsort(np.concatenate([knots, at]), kind="stable")
        knots = np.concatenate([knots, at])[order]
        doubt = np.concatenate([doubt, np.minimum(noise / np.abs(rates), b - a)])[order]
        inputs = np.maximum(np.concatenate([before, rows])[order], 0.0)
    rounding = _rounded(network.weights[-1], network.biases[-1], inputs, rounding)
    return knots, np.maximum(doubt, 4 * _EPS * np.abs(knots)), rounding


def _hidden(network: Network, layers: int, x: FloatArray) -> FloatArray:
    """What so many hidden layers make of points; shape (points, neurons of the last of them)."""
    inputs = x[:, None]
    for w, bias in zip(network.weights[:layers], network.biases[:layers], strict=True):
        inputs = np.maximum(inputs @ w.T + bias, 0.0)
    return inputs


def _rounded(w: FloatArray, bias: FloatArray, inputs: FloatArray, rounding: float) -> float:
    """What rounding can make of a layer's outputs, when it can make so much of its inputs; in the Euclidean norm.

    Inputs are largest at knots, since between them they are linear.
    """
    summands = np.abs(w) @ np.abs(inputs).max(axis=0) + np.abs(bias)
    return _most(w) * rounding + (w.shape[1] + 2) * _EPS * float(np.linalg.norm(summands))


def _most(w: FloatArray) -> float:
    """No less than the spectral norm, and for random weights at most about twice that: (Σ σ⁸)^⅛."""
    size = float(np.abs(w).max())
    if min(w.shape) == 1 or size == 0:
        return float(np.linalg.norm(w))
    scaled = w / size if w.shape[0] <= w.shape[1] else w.T / size
    gram = scaled @ scaled.T
    return size * float(np.linalg.norm(gram @ gram)) ** 0.25 * (1 + 1e-6)


def _told_apart(knots: FloatArray, doubt: FloatArray) -> NDArray[np.int_]:
    """The knots without those that rounding cannot tell from their left neighbour, by index; both ends stay."""
    inside = np.flatnonzero((knots - knots[0] > doubt) & (knots[-1] - knots > doubt))
    return np.concatenate([[0], inside[groups(knots[inside], doubt[inside])], [len(knots) - 1]])


def _bends(
    network: Network, knots: FloatArray, values: FloatArray, doubt: FloatArray, rounding: float
) -> NDArray[np.bool_]:
    """At which inner knots the output's slope changes; shape (n − 2,).

    Two neurons that cancel, or one that nothing downstream listens to, make no kink, and rounding must not
    make one of them. Where the values show a change beyond what rounding of values and places can make, it is one;
    what that leaves open is decided exactly.
    """
    h = np.diff(knots)
    slopes = np.diff(values) / h
    change = np.diff(slopes)
    # A kink that is off its place bends what beside it should be straight.
    sizes = np.concatenate([[0.0], np.abs(change), [0.0]])
    noise = 2 * rounding / h + _EPS * np.abs(slopes)
    noise += np.maximum(sizes[1:], sizes[:-1]) * (doubt[1:] + doubt[:-1]) / h
    bends = np.abs(change) > 2 * (noise[1:] + noise[:-1])
    open_ = np.flatnonzero(~bends)
    if len(open_):
        beside, which = np.unique(np.concatenate([open_, open_ + 1]), return_inverse=True)
        on = patterns(network, ((knots[beside] + knots[beside + 1]) / 2)[:, None])
        left, right = which[: len(open_)], which[len(open_) :]
        bends[open_] = slope_changes(network.weights, [layer[left] for layer in on], [layer[right] for layer in on])
    return bends
