"""Training as PyTorch users write it. The only module that needs torch."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import get_args

import numpy as np
from numpy.typing import ArrayLike

try:
    import torch
    from torch import nn
except ImportError as error:
    raise ImportError(f"training needs PyTorch ({error}); install it with: pip install 'reluapprox[train]'") from error

from .checks import FloatArray, frozen, one_of, positive_number, real_array, sizes, whole_number
from .draws import Initialization, spread_places
from .network import Network
from .progress import watched


@dataclass(frozen=True, eq=False)
class Run:
    """What a training left behind.

    Attributes
    ----------
    network
        The trained network.
    losses
        Shape (epochs + 1,): the mean squared error after 0, 1, …, epochs steps, so ``losses[0]`` is that
        of the untrained network and ``losses[-1]`` that of `network`.
    snapshots
        epoch → the network after that many steps, in increasing order; always holds 0 and the last.
    """

    network: Network
    losses: FloatArray
    snapshots: Mapping[int, Network]


def train(
    x: ArrayLike,
    y: ArrayLike,
    *,
    width: int | Sequence[int],
    epochs: int = 1000,
    learning_rate: float = 0.01,
    seed: int,
    initialization: Initialization = "default",
    snapshot_epochs: Sequence[int] = (),
    progress: bool | None = None,
) -> Run:
    """Fit a ReLU network to data by full-batch Adam on the mean squared error.

    What runs is the loop in every PyTorch tutorial: ``nn.Sequential`` of ``Linear`` and ``ReLU`` in
    float32 with PyTorch's own initialization, ``nn.MSELoss``, ``optim.Adam`` (Kingma and Ba 2015). One
    seed gives the same bits every time on one machine, those of ``torch.manual_seed(seed)`` followed by
    that loop; the global random state is left as it was found.

    Parameters
    ----------
    x, y
        The data: shape (samples,), or (samples, inputs) and (samples, outputs).
    width
        Neurons in the hidden layer; a sequence gives several hidden layers.
    epochs
        Steps of Adam, each on all of the data.
    learning_rate
        Adam's step size, positive.
    seed
        Of the initial weights, an integer not below 0.
    initialization
        ``"default"`` is PyTorch's own: weights and biases uniform on ±1/√fan_in. ``"he"`` is that of He, Zhang, Ren
        and Sun (2015): weights uniform on ±√(6/fan_in), biases zero, so that all kinks of a one-input hidden layer
        start at 0. ``"spread"``, for one input, is the default with other biases in the first layer: its kinks
        start evenly spread over the data; ``"he-spread"`` is He's with such biases.
    snapshot_epochs
        After how many steps to keep a copy of the network.
    progress
        True shows a progress bar, False none; by default one appears after two seconds in a terminal or
        a notebook.

    Returns
    -------
    Run
        The trained network, the losses on the way, and the snapshots asked for.

    Raises
    ------
    ImportError
        PyTorch is not installed.
    TypeError, ValueError
        Data of differing length, of a wrong shape, empty or not finite; a width, count or learning rate
        that is not positive; a snapshot outside 0 … epochs; an initialization of another name, or
        a spread one where there are several inputs.
    FloatingPointError
        The loss stopped being finite, as it does when the learning rate is far too large.

    Examples
    --------
    >>> from reluapprox import train
    >>> run = train([-1, 0, 1], [1, 0, 1], width=8, epochs=200, seed=0)
    >>> run.network
    1 → 8 → 1 ReLU network, 25 parameters
    >>> bool(run.losses[-1] < run.losses[0] / 100)
    True
    """
    inputs, outputs = _samples("x", x), _samples("y", y)
    if len(inputs) != len(outputs):
        raise ValueError(f"x and y must have one row for each sample, got {len(inputs)} and {len(outputs)}")
    hidden = sizes("width", width)
    epochs = whole_number("epochs", epochs, 0)
    seed = whole_number("seed", seed, 0, 2**64 - 1)
    if not isinstance(snapshot_epochs, list | tuple | range):
        raise TypeError(f"snapshot_epochs must be a list or tuple of whole numbers, got {snapshot_epochs!r}")
    rate = positive_number("learning_rate", learning_rate)
    one_of("initialization", initialization, get_args(Initialization))
    if initialization.endswith("spread") and inputs.shape[1] != 1:
        raise ValueError(f'initialization "{initialization}" needs one input, got x of {inputs.shape[1]} columns')
    kept = {0, epochs} | {whole_number("snapshot_epochs", epoch, 0) for epoch in snapshot_epochs}
    if max(kept) > epochs:
        raise ValueError(f"snapshot_epochs must not exceed epochs = {epochs}, got {max(kept)}")

    # Whatever mode the caller is in, this is training.
    with torch.inference_mode(False), torch.enable_grad():
        model = _model((inputs.shape[1], *hidden, outputs.shape[1]), seed, initialization, inputs)
        return _run(model, inputs, outputs, epochs, rate, kept, progress)


def _run(
    model: nn.Sequential,
    x: FloatArray,
    y: FloatArray,
    epochs: int,
    rate: float,
    kept: set[int],
    progress: bool | None,
) -> Run:
    inputs, outputs = (torch.tensor(rows, dtype=torch.float32, device="cpu") for rows in (x, y))
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    losses = np.empty(epochs + 1)
    snapshots: dict[int, Network] = {}
    for epoch in watched(range(epochs + 1), epochs + 1, "training", "epoch", progress):
        optimizer.zero_grad()
        loss = criterion(model(inputs), outputs)
        losses[epoch] = loss.item()
        if not np.isfinite(losses[epoch]):
            raise FloatingPointError(
                f"the loss became {losses[epoch]} after {epoch} epochs; try a smaller learning_rate"
            )
        if epoch in kept:
            snapshots[epoch] = Network.from_torch(model)
        if epoch < epochs:
            loss.backward()
            optimizer.step()
    return Run(snapshots[epochs], frozen(losses), MappingProxyType(snapshots))


def _samples(name: str, data: ArrayLike) -> FloatArray:
    array = real_array(name, data)
    if array.ndim not in (1, 2) or array.size == 0:
        raise ValueError(f"{name} must have shape (samples,) or (samples, columns), not empty, got {array.shape}")
    rows = array.reshape(len(array), -1)
    if np.abs(rows).max() > np.finfo(np.float32).max:
        raise ValueError(f"{name} must fit into float32, got {rows.ravel()[np.abs(rows).argmax()]}")
    return rows


def _model(widths: Sequence[int], seed: int, initialization: Initialization, x: FloatArray) -> nn.Sequential:
    # Only the CPU's generator is seeded and put back; torch.manual_seed would reseed every GPU as well.
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.default_generator.manual_seed(seed)
        linear = [nn.Linear(*size, dtype=torch.float32, device="cpu") for size in itertools.pairwise(widths)]
        if initialization.startswith("he"):
            for layer in linear:
                nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
                nn.init.zeros_(layer.bias)
        if initialization.endswith("spread"):
            first, places = linear[0], spread_places(x, widths[1])
            first.bias.copy_(-first.weight[:, 0] * torch.tensor(places, dtype=torch.float32))
    layers: list[nn.Module] = []
    for layer in linear:
        layers += [layer, nn.ReLU()]
    return nn.Sequential(*layers[:-1])
