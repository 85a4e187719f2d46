"""Many deep networks of one input and one output at once, one a seed: drawn, measured and trained, in PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from reluapprox import Network

#: A layer's weights, shape (seeds, inputs, neurons), and its biases, shape (seeds, 1, neurons).
Layer: TypeAlias = tuple[Tensor, Tensor]

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "ReLU": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
}
OPTIMIZERS: dict[str, Callable[[list[Tensor]], torch.optim.Optimizer]] = {
    "Adam": lambda parameters: torch.optim.Adam(parameters, lr=0.01),
    # PyTorch's adds 1e-8 to the size of a gradient before it divides by it.
    "Adam, smaller epsilon": lambda parameters: torch.optim.Adam(parameters, lr=0.01, eps=1e-30),
    "gradient descent": lambda parameters: torch.optim.SGD(parameters, lr=0.01, momentum=0.9),
}


def drawn(widths: Sequence[int], variance: float | None, seeds: Sequence[int]) -> list[Layer]:
    """Weights normal with the given variance times 1/fan_in and biases 0; or, without one, as PyTorch draws them."""
    stack: list[Layer] = []
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    for inputs, neurons in pairwise([1, *widths, 1]):
        if variance is None:
            both = [torch.rand(inputs + 1, neurons, generator=one) for one in generators]
            layer = (2 * torch.stack(both) - 1) / inputs**0.5
            stack.append((layer[:, :-1].clone(), layer[:, -1:].clone()))
        else:
            weights = torch.stack([torch.randn(inputs, neurons, generator=one) for one in generators])
            stack.append((weights * (variance / inputs) ** 0.5, torch.zeros(len(seeds), 1, neurons)))
    return stack


def outputs(stack: Sequence[Layer], x: Tensor, activation: Callable[[Tensor], Tensor]) -> Tensor:
    """What the networks give, shape (seeds, samples)."""
    values = x[:, None].expand(len(stack[0][0]), -1, 1)
    for place, (weights, biases) in enumerate(stack):
        values = torch.baddbmm(biases, values, weights)
        if place < len(stack) - 1:
            values = activation(values)
    return values[:, :, 0]


def trained(stack: list[Layer], activation: str, optimizer: str = "Adam", epochs: int = 1000) -> NDArray[np.float64]:
    """Each network's mean squared error on a standardized parabola after training; not finite if it burst."""
    x = np.linspace(-1, 1, 21)
    inputs, heights = (
        torch.tensor((values - values.mean()) / values.std(), dtype=torch.float32) for values in (x, x**2)
    )

    def network(x: Tensor) -> Tensor:
        return outputs(stack, x, ACTIVATIONS[activation])

    fit(network, inputs, heights, OPTIMIZERS[optimizer](parameters(stack)), epochs)
    with torch.no_grad():
        losses = (network(inputs) - heights).square().mean(dim=1)
    found: NDArray[np.float64] = losses.numpy().astype(float)
    return found


def parameters(stack: Sequence[Layer]) -> list[Tensor]:
    """All weights and biases, from now on with gradients."""
    return [part.requires_grad_() for layer in stack for part in layer]


def fit(network: Callable[[Tensor], Tensor], x: Tensor, y: Tensor, steps: torch.optim.Optimizer, epochs: int) -> None:
    """Takes steps on the mean squared error of all samples; `network` gives one row of outputs for each seed."""
    for _ in range(epochs):
        steps.zero_grad()
        # Of a sum each network gets its own gradient.
        torch.autograd.backward((network(x) - y).square().mean(dim=1).sum())
        steps.step()


def networks(stack: Sequence[Layer]) -> list[Network]:
    """One for each seed."""
    parts = [(weights.detach().numpy(), biases.detach().numpy()) for weights, biases in stack]
    return [
        Network([weights[i].T for weights, _ in parts], [biases[i, 0] for _, biases in parts])
        for i in range(len(parts[0][0]))
    ]
