"""The yardstick in the mean square: closed forms, and L-BFGS-B from many starts."""

import itertools
import math

import numpy as np
import pytest
from problems import SMOOTH
from scipy.optimize import minimize

from reluapprox import TARGETS, BrokenLine, Target, best_broken_line, rms_error


@pytest.mark.parametrize("domain", [(-10.0, 10.0), (0.0, 1.0), (3.0, 3.5)])
@pytest.mark.parametrize("n", [1, 2, 5, 16, 200])
def test_the_parabola_in_closed_form(n, domain):
    a, b = domain
    best = best_broken_line(TARGETS["square"], domain, pieces=n, norm="rms")
    assert best.error == pytest.approx((b - a) ** 2 / (6 * math.sqrt(5) * n * n), rel=1e-9)
    assert best.error == rms_error(best.line, TARGETS["square"], domain)
    assert best.line.knots == pytest.approx(np.linspace(a, b, n + 1), abs=1e-6 * (b - a))
    assert best.lower_bound <= best.error
    assert best.touches.shape == best.signs.shape == (0,)


def descended(target, n, starts):
    """The least RMS error that L-BFGS-B finds from random knots; heights by least squares on Gauss nodes."""
    a, b = target.domain
    s, w = np.polynomial.legendre.leggauss(12)
    s, w = (s + 1) / 2, w / 2
    corners = target.kinks_inside(target.domain)

    def squared(z):
        share = np.exp(z - z.max())
        knots = a + (b - a) * np.concatenate([[0.0], np.cumsum(share) / share.sum()])
        ends = np.union1d(
            knots, np.concatenate([corners, np.linspace(a, b, 40), a + (b - a) * 4.0 ** -np.arange(1, 14)])
        )
        h = np.diff(ends)[:, None]
        x, weights = (ends[:-1, None] + h * s).ravel(), np.sqrt(h * w).ravel()
        hats = np.array([np.interp(x, knots, e) for e in np.eye(n + 1)]).T * weights[:, None]
        rest = target(x) * weights
        heights = np.linalg.lstsq(hats, rest, rcond=None)[0]
        return math.log(float(((hats @ heights - rest) ** 2).sum() / (b - a))) / 2

    found = []
    for seed in range(starts):
        rng = np.random.default_rng(seed)
        z = rng.normal(size=n) * (0.1 + 0.3 * (seed % 4))
        found.append(minimize(squared, z, method="L-BFGS-B", options={"maxiter": 60}).fun)
    return math.exp(min(found))


@pytest.mark.parametrize(("name", "n"), [*itertools.product(("sine", "exponential", "Runge", "wavy"), (2, 3, 5))])
def test_never_above_gradient_descent(name, n):
    """Four starts; heights and integrals by other means."""
    best = best_broken_line(TARGETS[name], pieces=n, norm="rms")
    assert best.error <= descended(TARGETS[name], n, starts=4) * (1 + 1e-8)


def waves(seed):
    """A curve with more waves than a few pieces can follow."""
    rng = np.random.default_rng(seed)
    sizes, paces, shifts = rng.uniform(0.2, 1, 3), rng.uniform(1, 14, 3), rng.uniform(0, 6, 3)

    def f(x):
        return sum(c * np.sin(w * x + s) for c, w, s in zip(sizes, paces, shifts, strict=True))

    def slope(x):
        return sum(c * w * np.cos(w * x + s) for c, w, s in zip(sizes, paces, shifts, strict=True))

    return Target(f"waves {seed}", f, slope, (0, 3))


def scattered(target, n, starts):
    """The knots of the least RMS error that descent finds from random ones, on a fine grid.

    The error is a least-squares fit of hats at the knots, its derivative that of the projection (Golub and Pereyra
    1973).
    """
    a, b = target.domain
    x = np.linspace(a, b, 802)
    x = (x[1:] + x[:-1]) / 2
    y = target(x)

    def squared(inner):
        knots = np.concatenate([[a], np.sort(inner), [b]])
        if (np.diff(knots) < 1e-3 * (b - a)).any():
            return 1e3, np.zeros_like(inner)
        j = np.clip(np.searchsorted(knots, x) - 1, 0, n - 1)
        h = np.diff(knots)[j]
        share = (x - knots[j]) / h
        hats = np.zeros((len(x), n + 1))
        hats[np.arange(len(x)), j], hats[np.arange(len(x)), j + 1] = 1 - share, share
        heights = np.linalg.solve(hats.T @ hats, hats.T @ y)
        rest = hats @ heights - y
        slopes = (np.diff(heights) / np.diff(knots))[j]
        by_knot = np.zeros(n + 1)
        np.add.at(by_knot, j, -2 * rest * slopes * (1 - share))
        np.add.at(by_knot, j + 1, -2 * rest * slopes * share)
        return float(rest @ rest) / len(x), by_knot[1:-1] / len(x)

    rng = np.random.default_rng(n)
    found = [
        minimize(squared, np.sort(rng.uniform(a, b, n - 1)), jac=True, method="BFGS", options={"maxiter": 80})
        for _ in range(starts)
    ]
    return np.concatenate([[a], np.sort(min(found, key=lambda one: one.fun).x), [b]])


@pytest.mark.parametrize("seed", range(10))
def test_never_above_a_search_from_many_starts(seed):
    """Forty pairs; the search's knots are then judged with exact heights, by quadrature."""
    target = waves(seed)
    for n in (3, 5, 8, 12):
        best = best_broken_line(target, pieces=n, norm="rms")
        knots = scattered(target, n, starts=8)
        s, w = np.polynomial.legendre.leggauss(40)
        h = np.diff(knots)[:, None]
        x, weights = (knots[:-1, None] + h * (s + 1) / 2).ravel(), np.sqrt(h * w / 2).ravel()
        hats = np.array([np.interp(x, knots, e) for e in np.eye(n + 1)]).T * weights[:, None]
        heights = np.linalg.lstsq(hats, target(x) * weights, rcond=None)[0]
        rival = math.sqrt(float(((hats @ heights - target(x) * weights) ** 2).sum()) / np.ptp(target.domain))
        assert best.error <= rival * (1 + 1e-6)
        assert best.lower_bound <= min(best.error, rival)


def test_where_waves_outnumber_pieces():
    mixed = Target("mixed", lambda x: np.sin(x) ** 2 + np.sin(x * x), domain=(0, 5))
    best = best_broken_line(mixed, pieces=6, norm="rms")
    assert best.error <= 0.361688
    # Wavy in four pieces: several hollows, the deepest at 0.23158.
    assert best_broken_line(TARGETS["wavy"], pieces=4, norm="rms").error == pytest.approx(0.23158, abs=1e-5)


@pytest.mark.parametrize("target", [t for t in TARGETS.values() if t.name != "absolute value"], ids=lambda t: t.name)
@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 7, 11, 16, 40, 64])
def test_the_bound_is_close(target, n):
    best = best_broken_line(target, pieces=n, norm="rms")
    assert best.lower_bound >= (0.99 if n <= 16 else 0.95) * best.error


@pytest.mark.parametrize("n", [2, 3, 4, 5, 8])
def test_the_bound_holds_for_what_the_search_does_not_know(n):
    """Random lines, on a target that is known exactly: none is below the best one, nor that below the bound."""
    rng = np.random.default_rng(n)
    x = np.sort(np.concatenate([[0, 1], rng.uniform(0, 1, 9)]))
    target = Target.from_points(x, rng.normal(size=11))
    best = best_broken_line(target, pieces=n, norm="rms")
    assert 0 < best.lower_bound <= best.error
    for _ in range(300):
        knots = np.concatenate([[0], np.sort(rng.uniform(0, 1, n - 1)), [1]])
        fine = np.union1d(knots, x)
        s, w = np.polynomial.legendre.leggauss(3)
        h = np.diff(fine)[:, None]
        at, weights = (fine[:-1, None] + h * (s + 1) / 2).ravel(), np.sqrt(h * w / 2).ravel()
        hats = np.array([np.interp(at, knots, e) for e in np.eye(n + 1)]).T * weights[:, None]
        rest = np.linalg.lstsq(hats, target(at) * weights, rcond=None)[1]
        rival = math.sqrt(float(rest[0]))
        assert rival >= best.error * (1 - 1e-9) >= best.lower_bound * (1 - 1e-9)


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
@pytest.mark.parametrize("n", [1, 2, 3, 8, 16, 64, 100])
def test_bounds_and_neighbours(target, n):
    """The bound holds; and moving any knot, or any height, makes it worse."""
    best = best_broken_line(target, pieces=n, norm="rms")
    assert 0 <= best.lower_bound <= best.error
    assert best.error == rms_error(best.line, target)
    if best.error < 1e-15:
        return
    assert best.lower_bound >= 0.94 * best.error
    rng = np.random.default_rng(n)
    for step in (1e-2, 1e-3):
        h = np.diff(best.line.knots).min()
        move = np.concatenate([[0.0], rng.uniform(-step, step, len(best.line) - 1) * h, [0.0]])
        lift = rng.normal(size=len(best.line) + 1) * best.error * step
        moved = BrokenLine(best.line.knots + move, best.line.values + lift)
        assert rms_error(moved, target) >= best.error * (1 - 1e-9)


@pytest.mark.parametrize("name", ["sine", "exponential", "Runge", "wavy"])
def test_the_rate_for_many_pieces(name):
    a, b = TARGETS[name].domain
    best = best_broken_line(TARGETS[name], pieces=10_000, norm="rms")
    # The free-knot rate in L²: N²·‖error‖ → (∫|f″|^⅖)^(5/2)/(12√5).
    wanted = SMOOTH[name].curvature(2 / 5) ** 2.5 / (12 * math.sqrt(5)) / math.sqrt(b - a)
    assert best.error * 1e8 == pytest.approx(wanted, rel=1e-3)


def test_corners():
    teeth = Target("sawtooth", lambda x: np.abs((3 * x) % 2 - 1), domain=(0, 2), kinks=tuple(np.arange(1, 6) / 3))
    errors = [best_broken_line(teeth, pieces=n, norm="rms").error for n in range(1, 7)]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 1e-15
    assert errors[0] == pytest.approx(math.sqrt(1 / 12), rel=1e-9)


def test_norms_differ():
    """On the parabola the least-squares line has the same knots and 4/3 of the sup error."""
    sup, rms = (best_broken_line(TARGETS["square"], pieces=4, norm=norm) for norm in ("sup", "rms"))
    from reluapprox import sup_error

    assert sup_error(rms.line, TARGETS["square"]) == pytest.approx(4 / 3 * sup.error, rel=1e-9)
    assert rms_error(sup.line, TARGETS["square"]) > rms.error
