"""Many settings of a training, each from many seeds, measured against the best that is possible."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arguments import AnyTarget, target_on
from .best import best_broken_line, pieces_worth
from .checks import whole_number
from .draws import seeds_of
from .errors import rms_error, sup_error
from .ledger import FIGURES, Ledger, Setting, imported
from .many import design, refit, train_many
from .network import Network
from .progress import watched
from .target import Target

#: So many seeds are trained at once, and kept together when they are done.
_TOGETHER = 16


def sweep(
    target: AnyTarget,
    settings: Sequence[Setting],
    *,
    seeds: Sequence[int],
    path: str | os.PathLike[str] | None = None,
    workers: int | None = 1,
    progress: bool | None = None,
) -> NDArray[np.void]:
    """Train networks in every setting from every seed, and measure each against the target.

    The numbers do not depend on how many workers there are, nor on what was interrupted.

    Parameters
    ----------
    target
        A Target, or whatever else has a domain: a BrokenLine, say. The data are points of it.
    settings
        One or more, with different names.
    seeds
        Integers from 0 to 2³² − 1.
    path
        A Parquet file that keeps what is done. If it is there already, only what it lacks is computed.
    workers
        Processes on this machine; None leaves it to joblib's configuration, so that inside of
        ``joblib.parallel_config("dask")`` a cluster does it.
    progress
        As for :func:`train`: True shows a progress bar, False none; it needs tqdm.

    Returns
    -------
    structured array
        One row for each setting and seed, in this order, with the columns ``setting``, ``seed``, and: ``sup`` and
        ``rms``, the errors on the target's domain; ``worth`` in ideal pieces; ``loss``, the mean squared error on the
        data after training; how many kinks are ``inside`` of the domain and how many neurons ``dead`` on it; the
        ``leftmost`` and ``rightmost`` kink inside (NaN if there is none); the ``condition`` number of the output
        layer's least-squares problem on the data.

    Raises
    ------
    ImportError
        `path` is given and pyarrow is not installed, or workers are and joblib is not:
        ``pip install 'reluapprox[sweep]'``.
    TypeError, ValueError
        An argument is not as said, or the file holds another target, or another setting of one of the names.

    Examples
    --------
    >>> from reluapprox import TARGETS, Setting, sweep
    >>> rows = sweep(TARGETS["square"], [Setting("short", width=8, epochs=50)], seeds=range(3))
    >>> rows["seed"], bool((rows["worth"] < 9).all())
    (array([0, 1, 2]), True)
    """
    goal = target_on(target, None)[0]
    plan = _checked(settings)
    numbers = seeds_of(seeds)
    file = None if path is None else Ledger(Path(path), goal, plan)
    rows: dict[tuple[str, int], tuple[float, ...]] = {} if file is None else file.rows()
    tasks = []
    for setting in plan.values():
        lacking = [seed for seed in dict.fromkeys(numbers) if (setting.name, seed) not in rows]
        tasks += [(setting, lacking[i : i + _TOGETHER]) for i in range(0, len(lacking), _TOGETHER)]
    found = _each(lambda task: _measured(goal, *task), tasks, workers)
    for done in watched(found, len(tasks), "sweep", f"{_TOGETHER} runs", progress):
        rows |= done
        if file is not None:
            file.write(rows)
    return _table([(name, seed, *rows[name, seed]) for name, seed in itertools.product(plan, numbers)])


def _checked(settings: Sequence[Setting]) -> dict[str, Setting]:
    if not isinstance(settings, list | tuple) or not settings:
        raise TypeError(f"settings must be a list of at least one Setting, got {settings!r}")
    for setting in settings:
        if not isinstance(setting, Setting):
            raise TypeError(f"settings must be a list of Setting, got {setting!r} in it")
        whole_number(f"samples of {setting.name!r}", setting.samples, 2)
        whole_number(f"refit of {setting.name!r}", setting.refit, 0)
    plan = {setting.name: setting for setting in settings}
    if len(plan) < len(settings):
        raise ValueError(f"settings must have different names, got {[setting.name for setting in settings]}")
    return plan


def _each(work: Callable[[Any], Any], tasks: Sequence[Any], workers: int | None) -> Iterable[Any]:
    """The results as they come, in any order."""
    if workers is not None and whole_number("workers", workers, 1) == 1:
        return map(work, tasks)
    joblib = imported("joblib")
    return joblib.Parallel(n_jobs=workers, return_as="generator_unordered")(map(joblib.delayed(work), tasks))


def _measured(goal: Target, setting: Setting, seeds: list[int]) -> dict[tuple[str, int], tuple[float, ...]]:
    """The figures of some runs in one setting."""
    x = np.linspace(*goal.domain, setting.samples)
    y = goal(x)
    ideal = setting.initialization == "ideal"
    options = {name: getattr(setting, name) for name in ("width", "epochs", "learning_rate", "optimizer")}
    runs = train_many(
        x,
        y,
        seeds=seeds,
        initialization="default" if ideal else setting.initialization,  # type: ignore[arg-type]
        kinks=_ideal_kinks(goal, setting.width) if ideal else None,
        standardized=setting.standardized,
        frozen_hinges=setting.frozen_hinges,
        **options,
    )
    found = {}
    for seed, network, loss in zip(seeds, runs.networks, runs.losses[:, -1], strict=True):
        if setting.refit:
            points = np.linspace(*goal.domain, setting.refit)
            network = refit(network, points, goal(points))
        found[setting.name, seed] = _figures(network, goal, x, float(loss))
    return found


def _ideal_kinks(goal: Target, width: int) -> NDArray[np.float64]:
    """Those of the best line, or where it needs fewer, these and the middles between."""
    knots = best_broken_line(goal, pieces=width + 1).line.knots
    return np.interp(np.linspace(0, 1, width + 2), np.linspace(0, 1, len(knots)), knots)[1:-1]


def _figures(network: Network, goal: Target, x: NDArray[np.float64], loss: float) -> tuple[float, ...]:
    a, b = goal.domain
    hinges = network.hinges((a, b))
    inside = hinges.kinks[hinges.bent]
    singular = np.linalg.svd(design(network, x), compute_uv=False)
    sup = sup_error(network, goal)
    return (
        sup,
        rms_error(network, goal),
        pieces_worth(sup, goal) if sup > goal.rounding((a, b)) else np.inf,
        loss,
        float(len(inside)),
        float(hinges.dead.sum()),
        float(inside.min(initial=np.inf)) if len(inside) else np.nan,
        float(inside.max(initial=-np.inf)) if len(inside) else np.nan,
        float(singular[0] / singular[-1]) if singular[-1] > 0 else np.inf,
    )


def _table(rows: list[tuple[Any, ...]]) -> NDArray[np.void]:
    longest = max(len(row[0]) for row in rows)
    kinds = {"inside": np.int64, "dead": np.int64}
    columns = [("setting", f"U{longest}"), ("seed", np.int64)]
    return np.array(rows, [*columns, *((name, kinds.get(name, np.float64)) for name in FIGURES)])
