"""Sixty-four trainings at once beside PyTorch's loop, one after the other; and the lines of a thousand snapshots."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

import numpy as np
from clock import timed

from reluapprox import broken_line, broken_lines, train, train_many

X = np.arange(-10.0, 11.0)
WIDTH, SEEDS, EPOCHS, SNAPSHOTS = 64, 64, 1000, 1000


def seconds(work: Callable[[], Any]) -> float:
    """The median time."""
    return statistics.median(timed(work, stopped=False)[1])


def measured() -> dict[str, Any]:
    """Times in seconds, of the same work."""
    options: Any = {"width": WIDTH, "epochs": EPOCHS}
    y = X**2
    train(X, y, width=WIDTH, epochs=10, seed=0, progress=False)
    # All seeds take the same steps: the median time of a few, one after the other, stands for each.
    one = seconds(lambda: train(X, y, seed=0, progress=False, **options))
    many = seconds(lambda: train_many(X, y, seeds=range(SEEDS), **options))
    film = train_many(X, y, width=WIDTH, seeds=[0], epochs=SNAPSHOTS - 1, snapshot_epochs=range(SNAPSHOTS))
    networks = [networks[0] for networks in film.snapshots.values()]
    found = {
        "width": WIDTH,
        "seeds": SEEDS,
        "epochs": EPOCHS,
        "torch_seconds": SEEDS * one,
        "many_seconds": many,
        "snapshots": SNAPSHOTS,
        "lines_seconds": seconds(lambda: broken_lines(networks, (-10, 10))),
        "one_by_one_seconds": seconds(lambda: [broken_line(network, (-10, 10)) for network in networks]),
    }
    print(found, flush=True)
    return found
