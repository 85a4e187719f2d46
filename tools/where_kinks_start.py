"""What networks are worth by where their kinks start, and what deep ones learn by how large their weights start.

For the chapter where-kinks-start; five minutes on two cores.
"""

from typing import Literal, get_args

import numpy as np
from provenance import cores, rounded, write
from stacks import drawn, trained

from reluapprox import TARGETS, Setting, pieces_worth, sup_error, sweep, train
from reluapprox.draws import Initialization

STARTS = get_args(Initialization)
IDEAL: Literal["ideal"] = "ideal"
CURVES = ("square", "wavy", "square root")
EPOCHS = (1000, 10_000)
DEEP = (16, 16, 16)
DEPTHS = (1, 3, 10, 20)
WIDTH = 32
#: The variance of a weight times its number of inputs; PyTorch's own start has 1/3, and biases that are not 0.
VARIANCES = {"PyTorch": None, "1": 1.0, "2": 2.0, "3": 3.0}
OPTIMIZERS = ("Adam", "gradient descent")
SEEDS = range(32)
SAMPLES = 201


def settings() -> list[Setting]:
    """One hidden layer of 64, from each start and for each time."""
    return [
        Setting(f"{start}, {epochs}", samples=SAMPLES, initialization=start, epochs=epochs)
        for start in (*STARTS, IDEAL)
        for epochs in EPOCHS
    ]


def deep(start: Initialization, seed: int) -> float:
    """What three hidden layers are worth on the parabola, after 1000 epochs from a start."""
    square = TARGETS["square"]
    x = np.linspace(*square.domain, SAMPLES)
    network = train(x, x**2, width=DEEP, seed=seed, initialization=start).network
    return pieces_worth(sup_error(network, square), square)


def left(optimizer: str, start: str, depth: int, seeds: range = SEEDS) -> list[float | None]:
    """The mean squared error that 1000 steps leave, of standardized data; None where the steps burst."""
    losses = trained(drawn([WIDTH] * depth, VARIANCES[start], seeds), "ReLU", optimizer)
    return [loss if np.isfinite(loss) else None for loss in rounded(losses)]


def main() -> None:
    """Run it all, and write it down."""
    worth = {}
    for curve in CURVES:
        rows = sweep(TARGETS[curve], settings(), seeds=SEEDS, workers=cores(), progress=True)
        for setting in settings():
            worth[f"{curve}, {setting.name}"] = rounded(rows["worth"][rows["setting"] == setting.name])
    write(
        "where-kinks-start",
        ["numpy", "torch", "reluapprox"],
        samples=SAMPLES,
        worth=worth,
        deep={start: rounded(deep(start, seed) for seed in SEEDS) for start in STARTS},
        left={
            f"{optimizer}, {start}, {depth}": left(optimizer, start, depth)
            for optimizer in OPTIMIZERS
            for start in VARIANCES
            for depth in DEPTHS
        },
    )


if __name__ == "__main__":
    main()
