"""Every method of the comparison: from a target and a number of pieces to a broken line.

Methods that fit data get 2001 equally spaced samples.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import piecewise_regression
import pwlf
import ruptures
from scipy.interpolate import LSQUnivariateSpline
from scipy.optimize import minimize

from reluapprox import BrokenLine, Target, best_broken_line

SAMPLES = 2001

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
