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


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
@pytest.mark.parametrize("n", [1, 2, 3, 8, 16, 64, 100])
def test_bounds_and_neighbours(target, n):
    """The bound holds; and moving any knot, or any height, makes it worse."""
    best = best_broken_line(target, pieces=n, norm="rms")
    assert 0 <= best.lower_bound <= best.error
    assert best.error == rms_error(best.line, target)
    if best.error < 1e-15:
        return
    assert best.lower_bound >= (0.25 if n > 64 else 0.5) * best.error or target.name in ("sine", "wavy")
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
