"""The best network: theorems for the parabola, values of two independent programs, and general searches."""

import itertools
import time

import numpy as np
import pytest
from scipy.optimize import linprog, minimize

from reluapprox import (
    TARGETS,
    Target,
    best_broken_line,
    best_network,
    sup_error,
)
from reluapprox.best.curve import Curve
from reluapprox.best.exclusion import excluded

SQUARE = TARGETS["square"]


@pytest.mark.parametrize(
    ("neurons", "error"),
    [
        (1, 1 / 2),
        *((n, 1 / (2 * (n + 1) ** 2)) for n in (2, 4, 6, 8)),
        *((n, 8 / (4 * n + 1) ** 2) for n in (3, 5, 7, 9)),
    ],
)
def test_the_parabola_around_zero(neurons, error):
    """Even N: a flat piece in the middle. Odd N: exactly L²/(8(N + 1/4)²), which is proved."""
    best = best_network(SQUARE, (-1, 1), neurons=neurons)
    assert best.error == pytest.approx(error, rel=1e-9)
    assert best.proved
    assert best.lower_bound == pytest.approx(error, rel=2e-9)
    assert best.error == sup_error(best.line, SQUARE, (-1, 1))
    assert best.network.widths[0] <= neurons
    assert best.network(best.line.knots) == pytest.approx(best.line.values, abs=1e-12)
    if neurons % 2 == 0:
        assert "is flat" in best.case


def test_three_neurons_on_the_parabola():
    best = best_network(SQUARE, (-1, 1), neurons=3)
    kinks, slopes = np.array([-5, 3, 11]) / 13, np.array([-18, -2, 14, 32]) / 13
    mirrored = (-kinks[::-1], -slopes[::-1])
    found = (best.line.kinks, best.line.slopes)
    assert any(
        np.allclose(found[0], k, atol=1e-6) and np.allclose(found[1], s, atol=1e-5)
        for k, s in ((kinks, slopes), mirrored)
    )
    assert best.network.widths == (3,)


#: (neurons → L²/8/error)^(1/2) for the parabola on an interval of length L, its vertex so far from the centre, in L.
VERTEX = {
    0.1: (1.25, 2.5, 3.75, 4.2913),
    0.2: (1.6667, 2.2748, 3.5714, 5),
    0.25: (2, 2.2247, 3.3660, 4.6667),
    0.3: (1.875, 2.5, 3.2613, 4.3932),
    0.5: (1.5, 2.5, 3.5, 4.5),
    1: (1.1830, 2.1124, 3.0792, 4.0607),
}


@pytest.mark.parametrize("off", VERTEX)
def test_the_parabola_on_any_interval(off):
    for neurons, pieces in enumerate(VERTEX[off], start=1):
        best = best_network(SQUARE, (off - 0.5, off + 0.5), neurons=neurons)
        assert (8 * best.error) ** -0.5 == pytest.approx(pieces, abs=6e-5)
        assert best.proved


CONVEX = {
    "square": (lambda x: x * x, lambda x: 2 * x, (0.0473372781, 0.0181405896, 0.0095124851)),
    "fourth power": (lambda x: x**4, lambda x: 4 * x**3, (0.0567364390, 0.0233283775, 0.0126956133)),
    "cube of the distance": (
        lambda x: abs(x) ** 3,
        lambda x: 3 * x * abs(x),
        (0.0519296014, 0.0198773764, 0.0109305174),
    ),
}


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("name", CONVEX)
def test_convex_and_concave_targets(name, sign):
    f, slope, errors = CONVEX[name]
    target = Target(name, lambda x: sign * f(x), lambda x: sign * slope(x), inflections=())
    for neurons, error in zip((3, 5, 7), errors, strict=True):
        best = best_network(target, neurons=neurons)
        assert best.error == pytest.approx(error, rel=1e-7)
        assert best.proved
        assert best.lower_bound <= best.error <= best.lower_bound * (1 + 2e-9)
        assert best.network.widths == (neurons,)
        assert sup_error(best.network, target) == pytest.approx(best.error, rel=1e-9)


def least_on_a_grid(f, x, kinks):
    """The least sup error on a grid of any network with hinges at these kinks, facing any way: by linear programs."""
    x, least = np.union1d(x, kinks), np.inf
    for faces in itertools.product((-1, 1), repeat=len(kinks)):
        hinges = np.maximum(np.array(faces) * (x[:, None] - np.array(kinks)), 0)
        rows = np.column_stack([hinges, np.ones_like(x)])
        bound = -np.ones((len(x), 1))
        answer = linprog(
            np.eye(1, rows.shape[1] + 1, rows.shape[1])[0],
            A_ub=np.vstack([np.hstack([rows, bound]), np.hstack([-rows, bound])]),
            b_ub=np.concatenate([f(x), -f(x)]),
            bounds=[(None, None)] * rows.shape[1] + [(0, None)],
        )
        least = min(least, answer.fun)
    return least


@pytest.mark.parametrize("seed", range(4))
def test_no_search_over_kinks_and_faces_is_better(seed):
    """On random convex targets; heights and faces exact for given kinks, kinks by search from many starts."""
    rng = np.random.default_rng(seed)
    rate, power, share = rng.uniform(0.3, 3), rng.uniform(2, 5), rng.uniform(0, 1)

    def f(x):
        return np.exp(rate * x) * share + np.abs(x) ** power

    def slope(x):
        return rate * np.exp(rate * x) * share + power * np.sign(x) * np.abs(x) ** (power - 1)

    best = best_network(Target("random", f, slope, inflections=()), neurons=2)
    assert best.proved
    x = np.linspace(-1, 1, 801)
    # Between points of the grid an error may be larger by so much.
    between = np.abs(np.diff(f(x), 2)).max() / 8
    starts = itertools.combinations(np.linspace(-0.8, 0.8, 6), 2)
    found = min(
        minimize(lambda k: least_on_a_grid(f, x, k), start, method="Nelder-Mead", options={"maxfev": 40}).fun
        for start in itertools.islice(starts, 0, None, 4)
    )
    assert best.error <= found + between


@pytest.mark.parametrize("neurons", [1, 2, 3, 5])
def test_the_parabola_beside_zero(neurons):
    # The first piece is flat: half of the 2N + 1 pieces on [-1, 1].
    best = best_network(SQUARE, (0, 1), neurons=neurons)
    assert best.error == pytest.approx(1 / (2 * (2 * neurons + 1) ** 2), rel=1e-9)
    assert best.line.kinks == pytest.approx((2 * np.arange(1, neurons + 1) - 1) / (2 * neurons + 1), abs=1e-6)
    assert best.case == f"one piece more: piece 1 of {neurons + 1} is flat"


@pytest.mark.parametrize("name", ["sine", "exponential", "Runge", "wavy", "square root"])
@pytest.mark.parametrize("neurons", [1, 2, 3])
def test_no_network_trained_from_many_starts_is_better(name, neurons):
    target = TARGETS[name]
    best = best_network(target, neurons=neurons)
    assert best.lower_bound <= best.error
    assert best.network.widths[0] <= neurons
    a, b = target.domain
    assert sup_error(best.network, target) == pytest.approx(best.error, rel=1e-6)
    x = np.linspace(a, b, 300)
    y = target(x)

    def worst(z):
        w, bias, scale = z[: 3 * neurons].reshape(3, neurons)
        return np.abs(np.maximum(w[:, None] * x + bias[:, None], 0).T @ scale + z[-1] - y).max()

    for seed in range(6):
        rng = np.random.default_rng(seed)
        found = minimize(worst, rng.normal(size=3 * neurons + 1), method="Nelder-Mead", options={"maxfev": 3000})
        assert found.fun >= best.error * (1 - 5e-3)


def test_many_neurons():
    best = best_network(TARGETS["sine"], neurons=30)
    assert best.lower_bound <= best.error <= best_broken_line(TARGETS["sine"], pieces=30).error
    assert best.network.widths[0] <= 30
    for name in TARGETS:
        start = time.perf_counter()
        best = best_network(TARGETS[name], neurons=10_000)
        # Once it took the memory of a machine.
        assert time.perf_counter() - start < 10
        assert best.network.widths[0] <= 10_000
        assert best.error == sup_error(best.line, TARGETS[name])


def test_bad_input_is_named():
    for bad in (0, -3):
        with pytest.raises(ValueError, match="neurons must be at least 1"):
            best_network(SQUARE, neurons=bad)
    with pytest.raises(TypeError, match="neurons must be a whole number"):
        best_network(SQUARE, neurons=2.0)
    with pytest.raises(TypeError, match="target must be"):
        best_network("square", (0, 1), neurons=2)


@pytest.mark.parametrize(
    ("name", "neurons", "reached"),
    # Found by searches from every set of slopes, to their ends.
    [
        ("sine", 4, 0.050545),
        ("sine", 6, 0.029144),
        ("sine", 8, 0.016284),
        ("wavy", 6, 0.086574),
        ("Runge", 3, 0.072376),
    ],
)
def test_no_worse_than_from_every_set_of_slopes(name, neurons, reached):
    best = best_network(TARGETS[name], neurons=neurons)
    assert best.lower_bound <= best.error <= reached
    assert not best.proved


CUBIC = Target("cubic", lambda x: x**3, lambda x: 3 * x * x, inflections=(0.0,))


@pytest.mark.parametrize(
    ("target", "domain", "neurons", "share"),
    [
        (SQUARE, (-1, 1), 3, 0.99),
        (SQUARE, (-1, 1), 5, 0.99),
        (SQUARE, (-0.3, 1), 4, 0.98),
        (TARGETS["exponential"], (0, 2), 3, 0.98),
        (CUBIC, (-1, 1), 4, 0.98),
        (TARGETS["sine"], (-1, 1), 4, 0.97),
        (TARGETS["sine"], (-1, 1), 6, 0.97),
        (TARGETS["Runge"], (-1, 1), 3, 0.99),
    ],
)
def test_what_is_excluded_is_below_what_is_possible(target, domain, neurons, share):
    """For convex targets the optimum is known by other means; for others at least something is attained."""
    best = best_network(target, domain, neurons=neurons)
    low = best_broken_line(target, domain, pieces=neurons + 1).lower_bound
    bound = excluded(Curve(target, domain, 1), neurons + 1, low, best.error)
    assert share * best.error <= bound <= best.error
    assert best.lower_bound >= share * best.error


@pytest.mark.parametrize("seed", range(6))
def test_no_network_of_two_neurons_is_below_the_bound(seed):
    """Networks of random kinks whose heights are the best for them, by linear programming on a grid."""
    rng = np.random.default_rng(seed)
    a, b, c = rng.uniform(1, 5, 3) * [1, 1, 0.3]
    target = Target(
        "drawn", lambda x: np.sin(a * x + b) + 0.3 * x * x * c, lambda x: a * np.cos(a * x + b) + 0.6 * x * c
    )
    best = best_network(target, neurons=2)
    x = np.linspace(-1, 1, 81)
    for kinks in itertools.combinations(np.linspace(-1, 1, 17), 2):
        for faces in itertools.product((-1, 1), repeat=2):
            hinges = np.array([np.maximum(f * (x - k), 0) for f, k in zip(faces, kinks, strict=True)] + [np.ones(81)]).T
            error = -np.ones((81, 1))
            answer = linprog(
                [0, 0, 0, 1],
                A_ub=np.vstack([np.hstack([hinges, error]), np.hstack([-hinges, error])]),
                b_ub=np.concatenate([target(x), -target(x)]),
                bounds=[(None, None)] * 3 + [(0, None)],
            )
            # The grid misses this much of a curve between its points.
            assert answer.fun >= best.lower_bound - 0.125 * 0.025**2 * 30


@pytest.mark.parametrize("neurons", [20, 48])
def test_a_sum_of_three_slopes_among_many(neurons):
    """Which hinges face left is then known, and not to be found among all ways to turn them."""
    best = best_network(TARGETS["sine"], neurons=neurons)
    assert len(best.line) == neurons + 1
    assert best.network.widths == (neurons,)
    assert sup_error(best.network, TARGETS["sine"]) == pytest.approx(best.error, rel=1e-9)
    assert best.error <= 1.001 * best.lower_bound
