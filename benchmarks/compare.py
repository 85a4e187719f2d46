"""Ours beside the peers: in one process, on the same work, against the same optimum. `make bench`.

Every method is given a target and a number of pieces N, and returns a continuous broken line, or its own best
approach to one. What it is worth is measured by the same exact errors. Its time is the median of five runs, or of as
many as begin within the limit. Methods that fit data get 2001 equally spaced samples. A method that takes longer than
the limit once is stopped, and not tried with more pieces.

The exact line of a network is timed beside PyTorch, which evaluates it at a million points and still has not seen its
kinks. How much memory each takes is measured in a process of its own.
"""

from __future__ import annotations

import datetime
import itertools
import json
import multiprocessing
import platform
import signal
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import piecewise_regression
import pwlf
import ruptures
import torch
from scipy.interpolate import LSQUnivariateSpline
from scipy.optimize import minimize

from reluapprox import TARGETS, BrokenLine, Network, Target, best_broken_line, broken_line, rms_error, sup_error

PIECES = (4, 8, 16, 64, 256)
OURS_TOO = 10_000
RUNS = 5
LIMIT = 25.0
SAMPLES = 2001
#: Hidden layers of the networks whose lines are measured, as PyTorch draws them, on what domain, on how fine a grid.
NETWORKS = ((20_000,), (64,) * 10, (512,) * 5)
DOMAIN, GRID = (-10.0, 10.0), 10**6
#: Of how many hidden values PyTorch holds a layer at once; all at a time would take gigabytes.
HELD = 2**25

Method = Callable[[Target, int], BrokenLine]


def samples(target: Target) -> tuple[np.ndarray, np.ndarray]:
    """Equally spaced points of the graph."""
    x = np.linspace(*target.domain, SAMPLES)
    return x, target(x)


def heights_at(knots: np.ndarray, target: Target) -> BrokenLine:
    """The least-squares line through the samples at these knots: for methods that only say where to break."""
    x, y = samples(target)
    knots = np.unique(np.concatenate([[x[0]], knots, [x[-1]]]))
    hats = np.array([np.interp(x, knots, e) for e in np.eye(len(knots))]).T
    return BrokenLine(knots, np.linalg.lstsq(hats, y, rcond=None)[0])


def ours(target: Target, pieces: int) -> BrokenLine:
    """reluapprox, sup norm."""
    return best_broken_line(target, pieces=pieces).line


def ours_rms(target: Target, pieces: int) -> BrokenLine:
    """reluapprox, RMS norm."""
    return best_broken_line(target, pieces=pieces, norm="rms").line


def numpy_interp(target: Target, pieces: int) -> BrokenLine:
    """Chords over uniform knots."""
    knots = np.linspace(*target.domain, pieces + 1)
    return BrokenLine(knots, target(knots))


def scipy_spline(target: Target, pieces: int) -> BrokenLine:
    """LSQUnivariateSpline of degree 1 with uniform knots."""
    x, y = samples(target)
    knots = np.linspace(*target.domain, pieces + 1)
    spline = LSQUnivariateSpline(x, y, knots[1:-1], k=1)
    return BrokenLine(knots, spline(knots))


def lbfgsb(target: Target, pieces: int, start: np.ndarray | None = None) -> BrokenLine:
    """scipy's L-BFGS-B on the knots, heights by least squares; one start, from uniform knots."""
    x, y = samples(target)
    a, b = target.domain

    def line(z: np.ndarray) -> BrokenLine | None:
        share = np.exp(z - z.max())
        knots = a + (b - a) * np.concatenate([[0.0], np.cumsum(share) / share.sum()])
        knots[-1] = b
        return heights_at(knots[1:-1], target) if (np.diff(knots) > 0).all() else None

    def squared(z: np.ndarray) -> float:
        found = line(z)
        return np.inf if found is None else float(np.log(np.mean((found(x) - y) ** 2) + 1e-300))

    best = line(minimize(squared, np.zeros(pieces) if start is None else start, method="L-BFGS-B").x)
    assert best is not None
    return best


def pwlf_fitfast(target: Target, pieces: int) -> BrokenLine:
    """pwlf.fitfast: L-BFGS-B from two starts, gradients by differences."""
    return _pwlf(target, lambda model: model.fitfast(pieces))


def pwlf_fit(target: Target, pieces: int) -> BrokenLine:
    """pwlf.fit: differential evolution."""
    return _pwlf(target, lambda model: model.fit(pieces))


def _pwlf(target: Target, fit: Callable[[Any], Any]) -> BrokenLine:
    model = pwlf.PiecewiseLinFit(*samples(target))
    knots = np.unique(fit(model))
    return BrokenLine(knots, model.predict(knots))


def muggeo(target: Target, pieces: int) -> BrokenLine:
    """piecewise-regression: Muggeo's iteration, with its default of ten restarts."""
    x, y = samples(target)
    fit = piecewise_regression.Fit(list(x), list(y), n_breakpoints=pieces - 1)
    results = fit.get_results()
    if not results["converged"]:
        raise RuntimeError("did not converge")
    knots = sorted(v["estimate"] for k, v in results["estimates"].items() if k.startswith("breakpoint"))
    return heights_at(np.array(knots), target)


def ruptures_dynp(target: Target, pieces: int) -> BrokenLine:
    """ruptures: dynamic programming over the samples, continuous linear cost, every tenth sample a candidate."""
    x, y = samples(target)
    ends = ruptures.Dynp(model="clinear", jump=10, min_size=3).fit(y).predict(pieces - 1)
    return heights_at(x[np.array(ends[:-1], dtype=int)], target)


METHODS: dict[str, Method] = {
    "reluapprox, sup": ours,
    "reluapprox, RMS": ours_rms,
    "numpy.interp, uniform knots": numpy_interp,
    "scipy LSQUnivariateSpline, uniform knots": scipy_spline,
    "scipy L-BFGS-B on knots": lbfgsb,
    "pwlf.fitfast": pwlf_fitfast,
    "pwlf.fit": pwlf_fit,
    "piecewise-regression": muggeo,
    "ruptures, continuous linear": ruptures_dynp,
}


class TooSlow(Exception):
    """A run took longer than the limit."""


def _stop(signum: int, frame: FrameType | None) -> None:
    raise TooSlow


def timed(method: Method, target: Target, pieces: int) -> tuple[BrokenLine, list[float]]:
    """The line, and the times of the runs, in seconds.

    Raises
    ------
    TooSlow
        A run took longer than the limit.
    """
    method(target, 2)
    times: list[float] = []
    line = None
    while len(times) < RUNS and sum(times) < LIMIT:
        signal.setitimer(signal.ITIMER_REAL, LIMIT)
        try:
            start = time.perf_counter()
            line = method(target, pieces)
            times.append(time.perf_counter() - start)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    assert line is not None
    return line, times


def compare(path: Path) -> None:
    """All rows, printed as they come, and written to `path`."""
    signal.signal(signal.SIGALRM, _stop)
    warnings.simplefilter("ignore")
    rows: list[dict[str, Any]] = []
    given_up: set[tuple[str, str]] = set()
    for name, target in TARGETS.items():
        for pieces in (*PIECES, OURS_TOO):
            best_sup = best_broken_line(target, pieces=pieces).error
            best_rms = best_broken_line(target, pieces=pieces, norm="rms").error
            base = 0.0
            for label, method in METHODS.items():
                mine = label.startswith("reluapprox")
                if pieces == OURS_TOO and not mine:
                    continue
                row: dict[str, Any] = {"target": name, "pieces": pieces, "method": label}
                if (name, label) in given_up:
                    row["note"] = "not tried: stopped with fewer pieces"
                else:
                    try:
                        line, times = timed(method, target, pieces)
                    except TooSlow:
                        given_up.add((name, label))
                        row["note"] = f"stopped after {LIMIT:.0f} s"
                    except Exception as error:
                        row["note"] = f"failed: {type(error).__name__}"
                    else:
                        seconds = statistics.median(times)
                        base = seconds if label == "reluapprox, sup" else base
                        row |= {
                            "pieces_used": len(line),
                            "sup": sup_error(line, target),
                            "rms": rms_error(line, target),
                            "best_sup": best_sup,
                            "best_rms": best_rms,
                            "seconds": seconds,
                            "runs": len(times),
                            "times_ours": seconds / base,
                        }
                rows.append(row)
                print(shown(row), flush=True)
    packages = ("numpy", "scipy", "torch", "pwlf", "piecewise-regression", "ruptures")
    about = {
        "date": datetime.date.today().isoformat(),
        "machine": f"{platform.machine()}, {cores()} cores, {processor()}",
        "python": platform.python_version(),
        "versions": {package: version(package) for package in packages},
        "runs": RUNS,
        "limit": LIMIT,
        "samples": SAMPLES,
        "rows": rows,
        "grid": GRID,
        "networks": [measured(widths) for widths in NETWORKS],
    }
    path.write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


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


def shown(row: dict[str, Any]) -> str:
    """One row as a line of text."""
    head = f"{row['target']:15} {row['pieces']:6}  {row['method']:42}"
    if "note" in row:
        return head + row["note"]
    sup, rms = (row[key] / row[f"best_{key}"] if row[f"best_{key}"] > 1e-14 else np.nan for key in ("sup", "rms"))
    return f"{head}sup × {sup:<9.4g} RMS × {rms:<9.4g} {row['seconds'] * 1e3:10.2f} ms  time × {row['times_ours']:.3g}"


def cores() -> int:
    """How many cores this process may use."""
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def processor() -> str:
    """The processor's name, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown processor")


if __name__ == "__main__":
    compare(Path(sys.argv[1]))
