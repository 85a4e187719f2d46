"""The regions of networks of two inputs, beside the tools that find them too, as PyTorch draws the networks.

`edge_subdivision` (Berzins, ICML 2023) is on no package index: put a copy of its repository on PYTHONPATH. It divides
the box [−1, 1]², as ours does beside it. relucent and affinitree divide the plane: ours then divides a box that holds
every crossing. A method that takes longer than the limit once is not tried with more neurons.
"""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import statistics
from collections.abc import Callable
from typing import Any

import torch
from clock import timed
from networks import drawn, memory

from reluapprox import linear_regions

SHAPES = ((16,), (64,), (16, 16), (32, 32), (64, 64), (16, 16, 16), (32, 32, 32), (64, 64, 64), (128, 128, 128))
BOX, PLANE = ((-1.0, 1.0), (-1.0, 1.0)), ((-1e6, 1e6), (-1e6, 1e6))


def ours(model: torch.nn.Sequential) -> int:
    """reluapprox on the box."""
    return len(linear_regions(model, BOX))


def ours_on_the_plane(model: torch.nn.Sequential) -> int:
    """reluapprox on as good as the plane."""
    return len(linear_regions(model, PLANE))


def edge_subdivision(model: torch.nn.Sequential) -> int:
    """Edges and vertices; regions by Euler's formula. The output neuron, by which it cuts too, is put aside."""
    from edge_subdivision import skeletal_subdivision
    from NN import Net

    linear = model[::2]
    net = Net([2, *(layer.out_features for layer in linear)])
    net.fcs = linear
    # Only the hidden neurons cut: their loop goes over the layers of `ls`.
    net.ls = net.ls[:-1]
    with torch.no_grad(), contextlib.redirect_stdout(io.StringIO()):
        vertices, edges, _ = skeletal_subdivision(net, bbox=(-1, 1), device="cpu", verbose=False)
    return len(edges) - len(vertices) + 1


def relucent(model: torch.nn.Sequential) -> int:
    """relucent's local search, from region to region."""
    import relucent as peer

    found = peer.Complex(model)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        found.bfs()
    return len(found)


def affinitree(model: torch.nn.Sequential) -> int:
    """affinitree's decision tree; its leaves."""
    from affinitree import builder, extract_pytorch_architecture

    tree = builder.from_layers(extract_pytorch_architecture(2, model))
    return int(tree.num_terminals())


PEERS: dict[str, tuple[Callable[[torch.nn.Sequential], int], Callable[[torch.nn.Sequential], int]]] = {
    "edge_subdivision": (edge_subdivision, ours),
    "relucent": (relucent, ours_on_the_plane),
    "affinitree": (affinitree, ours_on_the_plane),
}


def measured() -> list[dict[str, Any]]:
    """One row for each peer and shape: regions and seconds of both, memory of the largest; or why there are none."""
    rows: list[dict[str, Any]] = []
    for name, (peer, mine) in PEERS.items():
        mine(drawn((2, 2), 2))
        for widths in SHAPES:
            row: dict[str, Any] = {"peer": name, "widths": widths}
            model = drawn(widths, 2)
            try:
                peer(drawn((2, 2), 2))
                count, seconds = timed(peer, model)
            except Exception as error:
                row["note"] = f"{type(error).__name__}: {error}".splitlines()[0][:160]
                rows.append(row)
                print(row, flush=True)
                break
            regions, own = timed(mine, model)
            row |= {"regions": regions, "seconds": statistics.median(own)}
            row |= {"peer_regions": count, "peer_seconds": statistics.median(seconds)}
            if widths == SHAPES[-1] and mine is ours:
                with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
                    row["megabytes"] = pool.apply(memory, (mine, widths, 2))
                    row["peer_megabytes"] = pool.apply(memory, (peer, widths, 2))
            rows.append(row)
            print(row, flush=True)
    return rows
