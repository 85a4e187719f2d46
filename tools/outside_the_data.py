"""What networks of three forms say outside their data, for the chapter outside-the-data; six minutes on two cores."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from provenance import rounded, write
from stacks import drawn, fit, outputs, parameters
from torch import Tensor

from reluapprox import TARGETS, Network, broken_line, sup_error, train_many

#: What is changed of chapter 6's training.
CHANGES: dict[str, dict[str, Any]] = {
    "as it was": {},
    "201 points": {"samples": 201},
    "10 000 epochs": {"epochs": 10_000},
    "1024 neurons": {"width": 1024},
    "all three": {"samples": 201, "epochs": 10_000, "width": 1024},
}
CURVES: dict[str, Callable[[Any], Any]] = {
    "x²": lambda x: x**2,
    "|x|": abs,
    "sin x": np.sin,
    "sin πx/5": lambda x: np.sin(np.pi * x / 5),
}
FORMS = ("ReLU", "product", "Snake")
WIDTH = 64
EPOCHS = 10_000
SEEDS = range(32)


def told(network: Network) -> dict[str, float]:
    """What a network says at 20 and at 100; at 20 if it went straight on from 10; and how far it is off inside."""
    line = broken_line(network, (10, 20))
    straight = float(line.values[0] + 10 * line.slopes[0])
    at_20, at_100 = (float(value) for value in network(np.array([20.0, 100.0])))
    return {"20": at_20, "100": at_100, "straight": straight, "inside": sup_error(network, TARGETS["square"])}


def said(samples: int = 21, seeds: Sequence[int] = SEEDS, **options: Any) -> dict[str, list[float]]:
    """What is told of networks trained on the parabola from -10 to 10, one number for each seed."""
    x = np.linspace(-10, 10, samples)
    found = [told(network) for network in train_many(x, x**2, seeds=seeds, **({"width": WIDTH} | options)).networks]
    return {name: rounded(one[name] for one in found) for name in found[0]}


def form(name: str, seeds: Sequence[int]) -> tuple[list[Tensor], Callable[[Tensor], Tensor]]:
    """The parameters of networks of a form, and what they give for inputs: shape (seeds, samples)."""
    if name == "product":
        generators = [torch.Generator().manual_seed(seed) for seed in seeds]
        five = torch.stack([2 * torch.rand(5, generator=one) - 1 for one in generators]).requires_grad_()

        def product(x: Tensor) -> Tensor:
            p, q, r, s, t = five.T[:, :, None]
            return (p * x + q) * (r * x + s) + t

        return [five], product
    stack = drawn([WIDTH], None, seeds)
    activation = torch.relu if name == "ReLU" else lambda z: z + torch.sin(z) ** 2
    return parameters(stack), lambda x: outputs(stack, x, activation)


def errors(name: str, curve: str, seeds: Sequence[int] = SEEDS, epochs: int = EPOCHS) -> dict[str, list[float]]:
    """The largest errors inside [-10, 10], where the data are, and outside, up to ±20."""
    trained, network = form(name, seeds)
    optimizer = torch.optim.Adam(trained, lr=0.01)
    x = torch.linspace(-10, 10, 201)
    y = torch.tensor(CURVES[curve](x.numpy()), dtype=torch.float32)
    fit(network, x, y, optimizer, epochs)
    places = torch.linspace(-20, 20, 801)
    with torch.no_grad():
        found: NDArray[Any] = np.abs(network(places).numpy() - CURVES[curve](places.numpy()))
    inside = np.abs(places.numpy()) <= 10
    return {"inside": rounded(found[:, inside].max(axis=1)), "outside": rounded(found[:, ~inside].max(axis=1))}


def main() -> None:
    """Run it all, and write it down."""
    write(
        "outside-the-data",
        ["numpy", "torch", "reluapprox"],
        said={name: said(**options) for name, options in CHANGES.items()},
        errors={f"{name}, {curve}": errors(name, curve) for name in FORMS for curve in CURVES},
    )


if __name__ == "__main__":
    main()
