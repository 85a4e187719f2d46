"""The exact line of a network, beside PyTorch, which evaluates it at a million points and has not seen its kinks.

How much memory each takes is measured in a process of its own.
"""

from __future__ import annotations

import itertools
import multiprocessing
import statistics
from collections.abc import Callable
from typing import Any

import torch
from clock import peak, timed

from reluapprox import Network, broken_line

#: Hidden layers of the networks whose lines are measured, as PyTorch draws them, on what domain, on how fine a grid.
NETWORKS = ((20_000,), (64,) * 10, (512,) * 5)
DOMAIN, GRID = (-10.0, 10.0), 10**6
#: Of how many hidden values PyTorch holds a layer at once; all at a time would take gigabytes.
HELD = 2**25


def drawn(widths: tuple[int, ...], inputs: int = 1) -> torch.nn.Sequential:
    """A network as PyTorch draws it, with one output."""
    torch.manual_seed(0)
    sizes, layers = (inputs, *widths, 1), []
    for before, after in itertools.pairwise(sizes):
        layers += [torch.nn.Linear(before, after), torch.nn.ReLU()]
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


def measured() -> list[dict[str, Any]]:
    """Of each network: times in this process, in seconds, and memory in processes of their own, in MB."""
    rows = []
    for widths in NETWORKS:
        model, found = drawn(widths), {"widths": widths}
        for name, work, part in (("ours", exact, exact), ("torch", on_a_grid, on_a_part)):
            count, times = timed(work, model, stopped=False)
            found |= {f"{name}_seconds": statistics.median(times), f"{name}_count": count}
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                found[f"{name}_megabytes"] = pool.apply(memory, (part, widths))
        print(found, flush=True)
        rows.append(found)
    return rows


def memory(work: Callable[[torch.nn.Sequential], int], widths: tuple[int, ...], inputs: int = 1) -> float:
    """How much more a process holds at most during the work than before it, in MB; a small network warms it up."""
    return peak(work, drawn((2, 2), inputs), drawn(widths, inputs))
