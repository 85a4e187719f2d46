"""From a network to the exact broken line that it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .brokenline import BrokenLine
from .checks import FloatArray, Interval, interval
from .hinges import relu
from .network import Network, as_network

if TYPE_CHECKING:
    from torch import nn

_EPS = float(np.finfo(float).eps)


def pieces(network: Network | nn.Sequential, domain: Interval) -> BrokenLine:
    """The exact broken line of a one-input network on an interval, whatever its depth.

    Every kink is computed from the weights, layer by layer; nothing is sampled, so none is missed. At its
    knots the line equals the network's forward pass to the last bit. Neighbouring pieces of one slope
    are one piece: a place where neurons switch but the output does not bend is no knot.

    Parameters
    ----------
    network
        One input and one output; a Network, or an ``nn.Sequential`` of Linear and ReLU.
    domain
        (a, b).

    Returns
    -------
    BrokenLine
        Its first and last knots are a and b. Knots closer than about four units in the last place of
        the domain's larger end cannot be told apart and are one.

    Raises
    ------
    TypeError, ValueError
        The network has several inputs or outputs or is not a ReLU stack, or `domain` is no interval.
    """
    a, b = interval("domain", domain)
    net = as_network(network)
    if net.inputs != 1 or net.outputs != 1:
        raise ValueError(f"pieces needs a network of one input and one output, got a {net!r}")
    knots = _told_apart(_sharpened(net, *_switches(net, a, b)))
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


def _sharpened(network: Network, knots: FloatArray, layers: NDArray[np.int_], neurons: NDArray[np.int_]) -> FloatArray:
    """The knots after one Newton step on the pre-activation that each is a zero of, sorted.

    A knot found between two distant ones inherits the rounding of their large values; evaluated at the
    knot itself, the pre-activation has only the rounding of its own place.
    """
    gaps = np.diff(knots)
    # The neuron is linear on both pieces beside its knot; the longer one gives its slope best.
    longer = np.where(np.append(gaps, 0) >= np.append(0, gaps), 1, -1)
    sharp = knots.copy()
    inputs = knots[None, :]
    for layer, (w, bias) in enumerate(zip(network.weights[:-1], network.biases[:-1], strict=True)):
        before = w @ inputs + bias[:, None]
        i = np.flatnonzero(layers == layer)
        beside = i + longer[i]
        here, there = before[neurons[i], i], before[neurons[i], beside]
        with np.errstate(divide="ignore", invalid="ignore"):
            step = here * (knots[beside] - knots[i]) / (there - here)
        # A step of more than rounding would mean that the slope was not one; it is then not taken.
        small = np.abs(step) <= 1e-6 * np.abs(knots[beside] - knots[i])
        sharp[i[small]] -= step[small]
        inputs = relu(before)
    return np.sort(np.clip(sharp, knots[0], knots[-1]))


def _told_apart(knots: FloatArray) -> FloatArray:
    """Sorted knots without those that rounding cannot tell from their left neighbour; both ends stay."""
    a, b = knots[0], knots[-1]
    gap = 4 * _EPS * max(abs(a), abs(b))
    inner = knots[(knots - a > gap) & (b - knots > gap)]
    return np.concatenate([[a], inner[np.diff(inner, prepend=a) > gap], [b]])


def _bends(network: Network, knots: FloatArray) -> NDArray[np.bool_]:
    """At which inner knots the output's slope changes; shape (n − 2,).

    Carries the slope of every channel on every piece and its change across every inner knot, each with a
    bound on its rounding error (a running error analysis, Higham 2002). A change within its
    bound is none: two neurons that cancel, or one that nothing downstream listens to, make no kink. The
    change is carried by itself since the difference of two computed slopes would drown it.
    """
    middles = (knots[:-1] + knots[1:]) / 2
    values, slopes = middles[None, :], np.ones((1, len(middles)))
    slope_doubt = np.zeros_like(slopes)
    change = np.zeros((1, len(middles) - 1))
    change_doubt = np.zeros_like(change)
    last = len(network.weights) - 1
    for layer, (w, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        size, rounding = np.abs(w), (w.shape[1] + 1) * _EPS
        slope_doubt = size @ (slope_doubt + rounding * np.abs(slopes))
        change_doubt = size @ (change_doubt + rounding * np.abs(change))
        values, slopes, change = w @ values + bias[:, None], w @ slopes, w @ change
        if layer == last:
            break
        on = values > 0
        left, right = on[:, :-1], on[:, 1:]
        switched = np.where(right, slopes[:, 1:], -slopes[:, :-1])
        switched_doubt = np.where(right, slope_doubt[:, 1:], slope_doubt[:, :-1])
        change = np.where(left & right, change, np.where(left ^ right, switched, 0.0))
        change_doubt = np.where(left & right, change_doubt, np.where(left ^ right, switched_doubt, 0.0))
        values, slopes, slope_doubt = relu(values), on * slopes, on * slope_doubt
    return np.abs(change[0]) > change_doubt[0]
