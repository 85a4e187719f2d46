"""What training makes of a deep network that can be written down, for the page depth-folds-the-line; ten minutes."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from provenance import rounded, write
from stacks import Layer, drawn, fit, networks, outputs, parameters

from reluapprox import TARGETS, deep_square, pieces_worth, sup_error

SQUARE, DOMAIN = TARGETS["square"], (-1, 1)
EXACT = deep_square(DOMAIN, tents=5)
#: Hidden layers that are trained from PyTorch's own start.
TRAINED = {"deep": EXACT.widths, "16": (16,), "64": (64,)}
SEEDS, MANY = range(32), range(1024)
#: The standard deviations of what is added to each number of the exact network.
DISTURBANCES = (0.0, 1e-5, 1e-4, 1e-3, 1e-2, 3e-2, 1e-1)
RATES = (1e-2, 1e-3, 1e-4)
EPOCHS_BACK = 4000
#: Of the parabola, for those from scratch.
SAMPLES = 257


def doubled(stack: Sequence[Layer]) -> list[Layer]:
    """In double precision: these errors are near what single precision can tell."""
    return [(weights.double(), biases.double()) for weights, biases in stack]


def worths(stack: Sequence[Layer]) -> list[float]:
    """What each network is worth in ideal pieces."""
    return rounded(pieces_worth(sup_error(one, SQUARE, DOMAIN), SQUARE, DOMAIN) for one in networks(stack))


def grid(samples: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Samples of the parabola."""
    x = torch.linspace(*DOMAIN, samples, dtype=torch.float64)
    return x, x**2


def network_of(stack: Sequence[Layer]) -> Callable[[torch.Tensor], torch.Tensor]:
    """What the ReLU networks give for inputs, one row for each seed."""
    return lambda x: outputs(stack, x, torch.relu)


def from_scratch(name: str, epochs: int, seeds: Sequence[int]) -> list[float]:
    """What networks of a shape are worth after training from PyTorch's own start."""
    stack = doubled(drawn(TRAINED[name], None, seeds))
    fit(network_of(stack), *grid(SAMPLES), torch.optim.Adam(parameters(stack), lr=0.01), epochs)
    return worths(stack)


def is_flat(seeds: Sequence[int]) -> list[bool]:
    """Whether the deep network gives the same for all samples as PyTorch draws it."""
    values = network_of(doubled(drawn(TRAINED["deep"], None, seeds)))(grid(SAMPLES)[0])
    return [bool(flat) for flat in values.amax(dim=1) == values.amin(dim=1)]


def disturbed(size: float, seeds: Sequence[int]) -> list[Layer]:
    """The exact network with normal noise on each of its numbers."""
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]

    def noisy(exact: torch.Tensor) -> torch.Tensor:
        noise = [torch.randn(exact.shape, generator=one, dtype=torch.float64) for one in generators]
        return exact + size * torch.stack(noise)

    layers = zip(EXACT.weights, EXACT.biases, strict=True)
    return [(noisy(torch.tensor(np.array(w.T))), noisy(torch.tensor(b[None]))) for w, b in layers]


def polished(stack: Sequence[Layer], rate: float, epochs: int = EPOCHS_BACK) -> list[float]:
    """What networks are worth after training on 1025 samples, the rate falling to 0 along a cosine."""
    steps = torch.optim.Adam(parameters(stack), lr=rate)
    x, y = grid(1025)
    for epoch in range(epochs):
        for group in steps.param_groups:
            group["lr"] = rate * (1 + np.cos(np.pi * epoch / epochs)) / 2
        fit(network_of(stack), x, y, steps, 1)
    return worths(stack)


def cold(rate: float, seeds: Sequence[int]) -> list[float]:
    """The same training, from PyTorch's own start."""
    return polished(doubled(drawn(TRAINED["deep"], None, seeds)), rate)


def main() -> None:
    """Run it all, and write it down."""
    write(
        "depth-folds-the-line",
        ["numpy", "torch", "reluapprox"],
        many=from_scratch("deep", 1000, MANY),
        flat=is_flat(MANY),
        epochs_back=EPOCHS_BACK,
        samples=SAMPLES,
        cold={str(rate): cold(rate, SEEDS) for rate in RATES},
        scratch={
            f"{name}, {epochs}": from_scratch(name, epochs, SEEDS) for name in TRAINED for epochs in (1000, 10_000)
        },
        disturbed={str(size): worths(disturbed(size, SEEDS)) for size in DISTURBANCES},
        back={f"{size}, {rate}": polished(disturbed(size, SEEDS), rate) for size in DISTURBANCES for rate in RATES},
    )


if __name__ == "__main__":
    main()
