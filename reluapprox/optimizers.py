"""How parameters step downhill, many runs at once: each optimizer as its best-known implementation takes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .checks import FloatArray
from .gradients import Loss

#: Adam (Kingma and Ba 2015); gradient descent with momentum; SciPy's L-BFGS-B without bounds.
Optimizer: TypeAlias = Literal["adam", "momentum", "l-bfgs"]


def adam(rate: float) -> Callable[[FloatArray], FloatArray]:
    """The steps of ``torch.optim.Adam``, with its defaults."""
    means: list[FloatArray] = []
    epoch = 0

    def step(gradient: FloatArray) -> FloatArray:
        nonlocal epoch
        epoch += 1
        if not means:
            means.extend((np.zeros_like(gradient), np.zeros_like(gradient)))
        first, second = means
        first += (gradient - first) * (1 - 0.9)
        second *= 0.999
        second += (1 - 0.999) * gradient * gradient
        root = np.sqrt(second)
        root /= np.sqrt(1 - 0.999**epoch)
        root += 1e-8
        return rate / (1 - 0.9**epoch) * first / root

    return step


def momentum(rate: float) -> Callable[[FloatArray], FloatArray]:
    """The steps of ``torch.optim.SGD`` with momentum 0.9."""
    velocity: FloatArray | None = None

    def step(gradient: FloatArray) -> FloatArray:
        nonlocal velocity
        velocity = gradient if velocity is None else 0.9 * velocity + gradient
        return rate * velocity

    return step


def by_lbfgs(loss: Loss, start: FloatArray, free: NDArray[np.bool_], path: FloatArray) -> FloatArray:
    """One run from `start`, shape (parameters,); its losses are written into `path`."""
    from scipy.optimize import OptimizeResult, minimize

    def value(z: FloatArray) -> tuple[float, FloatArray]:
        point = start.copy()
        point[free] = z
        losses, gradient = loss(point[None])
        return float(losses[0]), gradient[0, free]

    done = 0

    def note(intermediate_result: OptimizeResult) -> None:
        nonlocal done
        done += 1
        path[done:] = intermediate_result.fun

    path[:] = value(start[free])[0]
    found = start.copy()
    if len(path) > 1:
        options = {"maxiter": len(path) - 1, "maxfun": 10**9, "ftol": 0.0, "gtol": 0.0}
        found[free] = minimize(value, start[free], jac=True, method="L-BFGS-B", callback=note, options=options).x
    return found
