"""What networks trained on the parabola are worth, for the chapter of this name: ten minutes on two cores.

Every combination of the causes that could be to blame, networks of every width, and other learning rates, from 32 seeds
each, by their worth in ideal pieces; and networks trained on noisy data, by their RMS error. Written into
book/what-training-finds.json, which the page loads.
"""

import itertools
from typing import Any

import numpy as np
from provenance import cores, rounded, write

from reluapprox import TARGETS, BrokenLine, Setting, rms_error, sweep, train_many

#: What is changed if a cause is taken away, in the order of the page.
CAUSES: dict[str, dict[str, Any]] = {
    "data": {"samples": 201},
    "start": {"initialization": "spread"},
    "scale": {"standardized": True},
    "time": {"epochs": 10_000},
    "optimizer": {"optimizer": "l-bfgs"},
    "heights": {"refit": 2001},
}
WIDTHS = tuple(2**k for k in range(2, 11))
LENGTHS: dict[str, dict[str, Any]] = {
    "21 points, 1000 epochs": {},
    "201 points, 1000 epochs": {"samples": 201},
    "201 points, 10 000 epochs": {"samples": 201, "epochs": 10_000},
}
RATES: dict[str, dict[str, Any]] = {
    f"{samples} points, learning rate {rate}": {"samples": samples, "learning_rate": rate}
    for samples in (21, 201)
    for rate in (0.03, 0.1)
}
NOISES = (0, 0.5, 1, 2, 4, 8)
SEEDS = range(32)
SQUARE = TARGETS["square"]


def settings() -> list[Setting]:
    """All of them: "start + time", say, or "64, 201 points, 1000 epochs"."""
    combined = [
        Setting(" + ".join(chosen), **{key: value for cause in chosen for key, value in CAUSES[cause].items()})
        for count in range(len(CAUSES) + 1)
        for chosen in itertools.combinations(CAUSES, count)
    ]
    wide = [
        Setting(f"{width}, {name}", width=width, **options) for width in WIDTHS for name, options in LENGTHS.items()
    ]
    return combined + wide + [Setting(name, **options) for name, options in RATES.items()]


def noisy(noise: float, draw: int) -> dict[str, float]:
    """RMS errors to the parabola, for one draw of the noise: the line through all points, and two trainings."""
    x = np.arange(-10.0, 11)
    y = x**2 + noise * np.random.default_rng(draw).standard_normal(len(x))
    found = {"joined": rms_error(BrokenLine(x, y), SQUARE)}
    for epochs in (1000, 10_000):
        network = train_many(x, y, width=64, seeds=[draw], epochs=epochs).networks[0]
        found[f"{epochs} epochs"] = rms_error(network, SQUARE)
    return found


def main() -> None:
    """Run it all, and write it down."""
    plan = settings()
    rows = sweep(SQUARE, plan, seeds=SEEDS, workers=cores(), progress=True)
    worths = {setting.name: rounded(rows["worth"][rows["setting"] == setting.name]) for setting in plan}
    drawn = {noise: [noisy(noise, draw) for draw in SEEDS] for noise in NOISES}
    rms = {line: [rounded(draw[line] for draw in draws) for draws in drawn.values()] for line in drawn[0][0]}
    write(
        "what-training-finds",
        ["numpy", "scipy", "reluapprox"],
        seeds=len(SEEDS),
        refit=CAUSES["heights"]["refit"],
        worth=worths,
        noises=NOISES,
        rms=rms,
    )


if __name__ == "__main__":
    main()
