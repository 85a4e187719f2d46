"""Hundreds of trainings at once: networks of one input and one hidden layer, in NumPy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import get_args

import numpy as np
from numpy.typing import ArrayLike

from .checks import FloatArray, frozen, one_of, positive_number, real_array, whole_number
from .draws import Drawn, Initialization, seeds_of, spread_places
from .gradients import Loss, samples_of
from .network import Network, as_network
from .optimizers import Optimizer, adam, by_lbfgs, momentum


@dataclass(frozen=True, eq=False)
class Runs:
    """What many trainings left behind, one a row.

    Attributes
    ----------
    seeds
        One for each run.
    losses
        The mean squared error after 0, 1, …, epochs steps, in the data's units; shape (runs, epochs + 1). L-BFGS may
        stop earlier, and stays where it is.
    snapshots
        epoch → the networks after that many steps, in the order of the seeds; always holds 0 and the last.
    """

    seeds: tuple[int, ...]
    losses: FloatArray
    snapshots: Mapping[int, tuple[Network, ...]]

    @property
    def networks(self) -> tuple[Network, ...]:
        """The trained networks, in the order of the seeds."""
        return self.snapshots[max(self.snapshots)]


def train_many(
    x: ArrayLike,
    y: ArrayLike,
    *,
    width: int,
    seeds: Sequence[int],
    epochs: int = 1000,
    learning_rate: float = 0.01,
    optimizer: Optimizer = "adam",
    initialization: Initialization = "default",
    kinks: ArrayLike | None = None,
    standardized: bool = False,
    frozen_hinges: bool = False,
    snapshot_epochs: Sequence[int] = (),
) -> Runs:
    """Fit many networks of one hidden layer to the same data: as :func:`train`, for all seeds at once.

    In double precision, with gradients written by hand, full batch, without PyTorch. A seed starts from the same
    bits as ``train(…, seed=seed)``, and a run does not depend on which others run beside it.

    Parameters
    ----------
    x, y
        The data: shape (samples,).
    width
        Neurons in the hidden layer.
    seeds
        Of the initial weights, integers from 0 to 2³² − 1.
    epochs
        Steps of the optimizer, each on all of the data.
    learning_rate
        Of Adam and of gradient descent, positive; L-BFGS finds its own.
    optimizer
        ``"adam"``, as ``torch.optim.Adam``; ``"momentum"``, gradient descent with momentum 0.9, as
        ``torch.optim.SGD``; ``"l-bfgs"``, SciPy's, of which an epoch is an iteration.
    initialization
        As for :func:`train`.
    kinks
        Where the kinks start instead, in units of x; shape (width,).
    standardized
        Whether the networks train on inputs and outputs of mean 0 and standard deviation 1. What comes back is in
        the data's units.
    frozen_hinges
        Whether the hidden layer stays as it started, so that only the output layer is trained: a convex problem.
    snapshot_epochs
        After how many steps to keep the networks; for L-BFGS only 0 and the last.

    Returns
    -------
    Runs
        The networks, the losses on the way, and the snapshots asked for.

    Raises
    ------
    TypeError, ValueError
        An argument is not as said.
    FloatingPointError
        A loss stopped being finite, as it does when the learning rate is far too large; the message names the seed.

    Examples
    --------
    >>> import numpy as np
    >>> from reluapprox import train_many
    >>> x = np.linspace(-1, 1, 21)
    >>> runs = train_many(x, x**2, width=8, seeds=range(5), epochs=200)
    >>> runs.networks[0], runs.losses.shape
    (1 → 8 → 1 ReLU network, 25 parameters, (5, 201))
    """
    inputs, outputs = samples_of(x, y)
    neurons = whole_number("width", width, 1)
    numbers = seeds_of(seeds)
    steps = whole_number("epochs", epochs, 0)
    rate = positive_number("learning_rate", learning_rate)
    one_of("optimizer", optimizer, get_args(Optimizer))
    one_of("initialization", initialization, get_args(Initialization))
    if not isinstance(snapshot_epochs, list | tuple | range):
        raise TypeError(f"snapshot_epochs must be a list or tuple of whole numbers, got {snapshot_epochs!r}")
    kept = {0, steps} | {whole_number("snapshot_epochs", epoch, 0, steps) for epoch in snapshot_epochs}

    units = _Units(inputs, outputs, standardized)
    drawn = Drawn(neurons, numbers, initialization)
    if kinks is not None:
        places = real_array("kinks", kinks, ndim=1)
        if len(places) != neurons:
            raise ValueError(f"kinks must be one for each of the {neurons} neurons, got {len(places)}")
        drawn.place((places - units.center) / units.scale)
    elif initialization.endswith("spread"):
        drawn.place(spread_places(units.x, neurons))
    start = np.concatenate([drawn.weights, drawn.biases, drawn.scales, drawn.offsets[:, None]], axis=1)
    free = np.ones(start.shape[1], bool)
    free[: 2 * neurons] = not frozen_hinges
    loss = Loss(units.x, units.y)
    losses = np.empty((len(numbers), steps + 1))
    found: dict[int, FloatArray] = {}
    with np.errstate(over="ignore", invalid="ignore"):
        if optimizer == "l-bfgs":
            found[0] = start
            found[steps] = np.array([by_lbfgs(loss, row, free, path) for row, path in zip(start, losses, strict=True)])
        else:
            step = adam(rate) if optimizer == "adam" else momentum(rate)
            parameters = start.copy()
            for epoch in range(steps + 1):
                losses[:, epoch], gradient = loss(parameters)
                if epoch in kept:
                    found[epoch] = parameters.copy()
                if epoch < steps:
                    change = step(gradient)
                    parameters[:, free] -= change[:, free]
    if not np.isfinite(losses).all():
        run, epoch = np.argwhere(~np.isfinite(losses))[0]
        raise FloatingPointError(
            f"the loss of seed {numbers[run]} became {losses[run, epoch]} after {epoch} epochs; "
            "try a smaller learning_rate"
        )
    snapshots = {epoch: tuple(map(units.network, rows)) for epoch, rows in sorted(found.items())}
    return Runs(tuple(numbers), frozen(losses * units.height**2), MappingProxyType(snapshots))


class _Units:
    """The data in the units in which the networks train, and networks back in the data's own."""

    def __init__(self, x: FloatArray, y: FloatArray, standardized: bool) -> None:
        self.center, self.scale, self.level, self.height = 0.0, 1.0, 0.0, 1.0
        if standardized:
            self.center, self.level = float(x.mean()), float(y.mean())
            # What does not vary has no scale of its own.
            self.scale, self.height = float(x.std()) or 1.0, float(y.std()) or 1.0
        self.x, self.y = (x - self.center) / self.scale, (y - self.level) / self.height

    def network(self, row: FloatArray) -> Network:
        w, b, a = row[:-1].reshape(3, -1)
        inner = w / self.scale
        return Network.from_hinges(
            inner, b - inner * self.center, a * self.height, float(row[-1]) * self.height + self.level
        )


def design(network: Network, x: FloatArray) -> FloatArray:
    """The matrix of the output layer's least-squares problem: features and a constant; (samples, neurons + 1)."""
    return np.column_stack([network.features(x), np.ones(len(x))])


def refit(network: Network, x: ArrayLike, y: ArrayLike) -> Network:
    """The network with the output layer that is best in the mean square on data, its hidden layers kept.

    By least squares on the last hidden layer's features and a constant; where these do not determine the weights, the
    smallest.

    Parameters
    ----------
    network
        One input and one output, one hidden layer at least; or an ``nn.Sequential``.
    x, y
        The data: shape (samples,).

    Returns
    -------
    Network

    Raises
    ------
    TypeError, ValueError
        The network has another shape, or the data differ in length, are empty or not finite.

    Examples
    --------
    >>> from reluapprox import Network, refit
    >>> valley = refit(Network.from_hinges([1, -1], [0, 0], [1, 1]), [-1, 0, 1], [2, 1, 3])
    >>> valley([-1, 0, 1]).round(9)
    array([2., 1., 3.])
    """
    net = as_network(network)
    if net.inputs != 1 or net.outputs != 1 or not net.widths:
        raise ValueError(f"refit needs one input, one output and a hidden layer, got a {net!r}")
    inputs, outputs = samples_of(x, y)
    solution = np.linalg.lstsq(design(net, inputs), outputs, rcond=None)[0]
    return Network([*net.weights[:-1], solution[None, :-1]], [*net.biases[:-1], solution[-1:]])
