"""The mean squared error of many networks of one input and one hidden layer at once, and its gradient, by hand.

A neuron sees the samples on one side of its kink. With the samples sorted, all that it needs are sums of the residuals
and of x times them from its kink on; and what all neurons add up to at the samples is a sum over kinks from the left.
So an epoch takes a time proportional to neurons plus samples, not to their product.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .checks import FloatArray, real_array
from .network import Network, as_network


class Loss:
    """The mean squared error on samples.

    Parameters
    ----------
    x, y
        Shape (samples,).
    """

    def __init__(self, x: FloatArray, y: FloatArray) -> None:
        order = np.argsort(x, kind="stable")
        self.x, self.y = x[order], y[order]

    def __call__(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The losses, shape (runs,), and their gradients, of the shape of `parameters`.

        Parameters
        ----------
        parameters
            Shape (runs, 3·width + 1): of each run the hidden weights, the biases, the output weights, the offset.
        """
        (runs, count), samples = parameters.shape, len(self.x)
        n = (count - 1) // 3
        w, b, a = (parameters[:, i * n : (i + 1) * n] for i in range(3))
        with np.errstate(all="ignore"):
            kinks = -b / w
        left = w < 0
        # A sample at the very kink is seen from neither side.
        kinks[left] = np.nextafter(kinks[left], -np.inf)
        # The first sample on the right of each kink; where w is 0, the bias alone makes it −∞ or +∞, or NaN, which is
        # sorted last: all samples are seen, or none.
        first = np.searchsorted(self.x, kinks, side="right")
        first += (samples + 1) * np.arange(runs)[:, None]
        sign = np.where(left, -1.0, 1.0)
        cells = runs * (samples + 1)
        sums = []
        for part in (a * w, a * b):
            steps = np.bincount(first.ravel(), (sign * part).ravel(), cells).reshape(runs, samples + 1)
            steps[:, 0] += np.where(left, part, 0.0).sum(axis=1)
            sums.append(np.cumsum(steps, axis=1)[:, :-1])
        residual = sums[0] * self.x + sums[1] + parameters[:, -1:] - self.y
        losses = np.mean(residual * residual, axis=1)
        residual *= 2 / samples
        seen = []
        for part in (residual * self.x, residual):
            beyond = np.zeros((runs, samples + 1))
            np.cumsum(part[:, ::-1], axis=1, out=beyond[:, -2::-1])
            seen.append(sign * beyond.ravel()[first] + np.where(left, beyond[:, :1], 0.0))
        gradient = np.empty_like(parameters)
        gradient[:, :n], gradient[:, n : 2 * n] = a * seen[0], a * seen[1]
        gradient[:, 2 * n : 3 * n] = w * seen[0] + b * seen[1]
        gradient[:, -1] = residual.sum(axis=1)
        return losses, gradient


class KinkVelocity(NamedTuple):
    """How a step of gradient descent moves the kinks, per unit of its learning rate.

    Attributes
    ----------
    kinks
        How fast each kink moves, in units of x; NaN for a neuron of weight 0. Shape (neurons,).
    jumps
        How fast the slope's jump at each changes. Shape (neurons,).
    """

    kinks: FloatArray
    jumps: FloatArray


def kink_velocity(network: Network, x: ArrayLike, y: ArrayLike) -> KinkVelocity:
    """How one step of gradient descent on the mean squared error moves each kink, and changes its jump of slope.

    Where a neuron is scale·relu(weight·x + bias), its kink is −bias/weight and its jump ``scale·|weight|``. With
    residuals r = network − y, let P = 2·mean(r) and Q = 2·mean(r·x), where samples that the neuron does not see count
    as 0. A step of the small rate η moves the kink by η·scale·(P + kink·Q)/weight, the faster the smaller the weight,
    and the jump by ``η·(|weight|·weight·(kink·P − Q) − scale²·sign(weight)·Q)``. A neuron that sees no sample stays.

    Parameters
    ----------
    network
        One input, one hidden layer, one output.
    x, y
        The data, shape (samples,).

    Returns
    -------
    KinkVelocity
        Per unit of the learning rate; exact for an infinitely small one.

    Raises
    ------
    TypeError, ValueError
        The network has another shape, or the data differ in length, are empty or not finite.

    Examples
    --------
    >>> from reluapprox import Network, kink_velocity
    >>> hinge = Network.from_hinges([1], [0], [1])
    >>> kink_velocity(hinge, [1.0, 2.0], [2.0, 3.0])
    KinkVelocity(kinks=array([-2.]), jumps=array([6.]))
    """
    net = as_network(network)
    if net.inputs != 1 or len(net.widths) != 1 or net.outputs != 1:
        raise ValueError(f"kink_velocity needs one input, one hidden layer and one output, got a {net!r}")
    inputs, outputs = samples_of(x, y)
    w, b, a = net.weights[0][:, 0], net.biases[0], net.weights[1][0]
    _, gradient = Loss(inputs, outputs)(np.concatenate([w, b, a, net.biases[1]])[None])
    dw, db, da = -gradient[0, :-1].reshape(3, -1)
    with np.errstate(all="ignore"):
        kinks = np.where(w != 0, (b * dw - w * db) / w**2, np.nan)
    return KinkVelocity(kinks, da * np.abs(w) + a * np.sign(w) * dw)


def samples_of(x: ArrayLike, y: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Data of one input and one output.

    Raises
    ------
    TypeError, ValueError
        They differ in length, are empty, or not finite.
    """
    inputs, outputs = real_array("x", x, ndim=1), real_array("y", y, ndim=1)
    if len(inputs) != len(outputs):
        raise ValueError(f"x and y must be of one length, got {len(inputs)} and {len(outputs)}")
    if not len(inputs):
        raise ValueError("x must be at least one sample, got none")
    return inputs, outputs
