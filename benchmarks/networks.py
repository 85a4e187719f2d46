"""The exact line of a network, beside PyTorch, which evaluates it at a million points and has not seen its kinks.

How much memory each takes is measured in a process of its own.
"""

from __future__ import annotations

import itertools
import multiprocessing
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from reluapprox import Network, broken_line

#: Hidden layers of the networks whose lines are measured, as PyTorch draws them, on what domain, on how fine a grid.
NETWORKS = ((20_000,), (64,) * 10, (512,) * 5)
DOMAIN, GRID = (-10.0, 10.0), 10**6
#: Of how many hidden values PyTorch holds a layer at once; all at a time would take gigabytes.
HELD = 2**25
#: A time is the median of so many runs, or of as many as begin within the limit, in seconds.
RUNS, LIMIT = 5, 25.0


def drawn(widths: tuple[int, ...]) -> torch.nn.Sequential:
    """A network as PyTorch draws it, one input and one output."""
    torch.manual_seed(0)
    sizes, layers = (1, *widths, 1), []
    for inputs, outputs in itertools.pairwise(sizes):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def exact(model: torch.nn.Sequential) -> int:
    """Its line by reluapprox; how many pieces that has."""
    return len(broken_line(Network.from_torch(model), DOMAIN))


def on_a_grid(model: torch.nn.Sequential, points: int = GRID) -> int:
    """Its values by PyTorch at a million points; how many these are."""
    with torch.inference_mode():
        x = torch.linspace(*DOMAIN, points)[:, None]
        return sum(len(model(part)) for part in x.split(at_once(model)))


def at_once(model: torch.nn.Sequential) -> int:
    """At how many points PyTorch evaluates the model at once."""
    return max(HELD // max(layer.out_features for layer in model[::2]), 1)


def on_a_part(model: torch.nn.Sequential) -> int:
    """As much of a grid as takes the memory that all of it takes."""
    return on_a_grid(model, 4 * at_once(model))


def measured(widths: tuple[int, ...]) -> dict[str, Any]:
    """Times in this process, in seconds, and memory in processes of their own, in MB."""
    model, found = drawn(widths), {}
    for name, work, part in (("ours", exact, exact), ("torch", on_a_grid, on_a_part)):
        times: list[float] = []
        while len(times) < RUNS and sum(times) < LIMIT:
            start = time.perf_counter()
            count = work(model)
            times.append(time.perf_counter() - start)
        found |= {f"{name}_seconds": statistics.median(times), f"{name}_count": count}
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            found[f"{name}_megabytes"] = pool.apply(memory, (part, widths))
    print(widths, found, flush=True)
    return {"widths": widths} | found


def memory(work: Callable[[torch.nn.Sequential], int], widths: tuple[int, ...]) -> float:
    """How much more this process holds at most during the work than before it, in MB; Linux alone tells.

    A small network warms it up.
    """
    work(drawn((2, 2)))
    model = drawn(widths)
    # Forgets the peak that it had before.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = _held("VmRSS")
    work(model)
    return _held("VmHWM") - before


def _held(what: str) -> float:
    """What Linux says that this process holds, or has held at most, in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(what))
