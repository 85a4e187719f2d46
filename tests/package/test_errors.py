import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import HAND_SUP, broken_lines, by_hand
from scipy.integrate import quad
from scipy.optimize import minimize_scalar
from torch import nn

from reluapprox import (
    TARGETS,
    BrokenLine,
    Network,
    Target,
    error_at,
    interpolant,
    rms_error,
    sup_error,
    worst_point,
)

SQUARE = TARGETS["square"]


def brute_force(line, f, a, b):
    """The largest error on a fine grid, refined where it is largest."""
    x = np.union1d(np.linspace(a, b, 200_001), line.knots[(a <= line.knots) & (line.knots <= b)])
    errors = np.abs(line(x) - f(x))
    i = int(errors.argmax())
    lo, hi = x[max(i - 1, 0)], x[min(i + 1, len(x) - 1)]
    refined = minimize_scalar(
        lambda t: -abs(float(line(t)) - float(f(t))), bounds=(lo, hi), method="bounded", options={"xatol": 1e-13}
    )
    return max(errors.max(), -refined.fun)


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
@pytest.mark.parametrize("pieces", [1, 3, 8, 50])
def test_sup_and_rms_against_brute_force(target, pieces):
    a, b = target.domain
    rng = np.random.default_rng(pieces)
    knots = np.sort(rng.uniform(a, b, pieces - 1))
    line = BrokenLine([a, *knots, b], rng.normal(size=pieces + 1) * 0.1 + target([a, *knots, b]))
    exact = sup_error(line, target)
    assert exact == pytest.approx(brute_force(line, target.f, a, b), rel=1e-9)
    # The same without the derivative, and without knowing where it turns.
    assert sup_error(line, target.f, target.domain) == pytest.approx(exact, rel=1e-8)
    unknown = Target("x", target.f, target.derivative, target.domain, kinks=target.kinks)
    assert sup_error(line, unknown) == pytest.approx(exact, rel=1e-9)
    cuts = np.union1d(line.knots, target.cuts((a, b)))
    total = sum(
        quad(lambda t: float((line(t) - target(t)) ** 2), lo, hi, epsabs=0, epsrel=1e-12)[0]
        for lo, hi in itertools.pairwise(cuts)
    )
    assert rms_error(line, target) == pytest.approx(np.sqrt(total / (b - a)), rel=1e-9)


@given(broken_lines(), st.floats(-4, 4), st.floats(-4, 4))
@settings(deadline=None)
def test_on_parabolas_against_the_closed_form(shape, p, q):
    knots, values = shape
    line = BrokenLine(knots, values)
    f = Target("parabola", lambda x: x * x + p * x + q, lambda x: 2 * x + p, line.domain, inflections=())
    candidates = [line(t) - f(t) for t in knots]
    for lo, hi, slope in zip(knots[:-1], knots[1:], line.slopes, strict=True):
        if lo < (slope - p) / 2 < hi:
            candidates.append(line((slope - p) / 2) - f((slope - p) / 2))
    assert sup_error(line, f) == pytest.approx(max(abs(float(e)) for e in candidates), rel=1e-12, abs=1e-12)
    x, error = worst_point(line, f)
    assert error == float(error_at(line, f, x))


@pytest.mark.parametrize("n", [1, 2, 5, 100, 10_000])
@pytest.mark.parametrize("domain", [(-10.0, 10.0), (0.0, 1.0), (3.0, 3.5)])
def test_chords_of_the_parabola_in_closed_form(n, domain):
    a, b = domain
    line = interpolant(SQUARE, np.linspace(a, b, n + 1))
    step = (b - a) / n
    # The floor of rounding: values of size b² are subtracted.
    floor = 4e-16 * max(a * a, b * b)
    assert sup_error(line, SQUARE, domain) == pytest.approx(step**2 / 4, rel=1e-12, abs=floor)
    assert rms_error(line, SQUARE, domain) == pytest.approx(step**2 / np.sqrt(30), rel=1e-9, abs=floor)


def test_the_hand_picked_networks():
    for n, wanted in enumerate(HAND_SUP, start=1):
        x, error = worst_point(by_hand(n), SQUARE)
        assert (x, error) == (-10.0, pytest.approx(-wanted))
    assert rms_error(by_hand(3), SQUARE) < rms_error(by_hand(2), SQUARE)


def test_the_square_root_has_an_infinite_slope_and_an_exact_error():
    root = TARGETS["square root"]
    for n in (1, 4, 1024):
        line = interpolant(root, np.linspace(0, 1, n + 1))
        x, error = worst_point(line, root)
        assert -error == pytest.approx(1 / (4 * np.sqrt(n)), rel=1e-12)
        assert x == pytest.approx(1 / (4 * n), rel=1e-6)
    # ∫(√x − x)² = 1/2 − 4/5 + 1/3
    assert rms_error(interpolant(root, [0, 1]), root) == pytest.approx(np.sqrt(1 / 30), rel=1e-10)


def test_kinks_of_the_target_are_seen():
    absolute = TARGETS["absolute value"]
    assert sup_error(BrokenLine([-1, 1], [1, 1]), absolute) == 1
    assert worst_point(BrokenLine([-1, 1], [0.5, 0.5]), absolute) == (-1.0, -0.5)
    assert sup_error(BrokenLine([-1, 0, 1], [1, 0, 1]), absolute) == pytest.approx(0, abs=1e-15)
    assert rms_error(BrokenLine([-1, 1], [0, 0]), absolute) == pytest.approx(np.sqrt(1 / 3), rel=1e-12)
    # A bare callable whose corner falls between samples.
    assert sup_error(BrokenLine([-1, 1], [0, 0]), lambda x: 1 - abs(x - 0.12345), (-1, 1)) == pytest.approx(1, abs=1e-8)


def test_a_part_of_the_line_s_domain():
    line = BrokenLine([-10, 0, 10], [100, 0, 100])
    assert sup_error(line, SQUARE, (0, 10)) == 25
    assert sup_error(line, SQUARE, (0, 1)) == 9
    assert rms_error(line, SQUARE, (0, 10)) == pytest.approx(100 / np.sqrt(30), rel=1e-12)


def test_networks_and_modules_are_taken_as_they_are():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(1, 8), nn.ReLU(), nn.Linear(8, 1))
    network = Network.from_torch(module)
    assert sup_error(module, SQUARE) == sup_error(network, SQUARE)
    assert error_at(module, SQUARE, 2.0) == network(2.0) - 4
    assert error_at(network, abs, [-2.0]) == network(-2.0) - 2


def test_perfect_and_constant_fits():
    constant = Target("constant", lambda x: 2.0, lambda x: 0.0, (0, 1), inflections=())
    assert sup_error(BrokenLine([0, 1], [2, 2]), constant) == 0
    assert rms_error(BrokenLine([0, 1], [2, 2]), constant) == 0
    assert rms_error(BrokenLine([0, 1], [5, 5]), constant) == pytest.approx(3, rel=1e-14)


@pytest.mark.parametrize("scale", [1e-8, 1e8])
def test_errors_scale_with_the_values(scale):
    f = Target("scaled", lambda x: scale * np.sin(x), lambda x: scale * np.cos(x), (0, 3), inflections=())
    line = BrokenLine([0, 1, 3], np.zeros(3))
    assert sup_error(line, f) == pytest.approx(scale, rel=1e-12)
    assert rms_error(line, f) == pytest.approx(scale * np.sqrt((1.5 - np.sin(6) / 4) / 3), rel=1e-10)


def test_bad_input_is_named():
    line = BrokenLine([0, 1], [0, 1])
    with pytest.raises(ValueError, match=r"domain must lie inside the line's, \[0\.0, 1\.0\], got \(-10\.0, 10\.0\)"):
        sup_error(line, SQUARE)
    with pytest.raises(TypeError, match=r"approximation must be a BrokenLine, a Network or an nn\.Sequential, got int"):
        sup_error(3, SQUARE)
    with pytest.raises(TypeError, match="approximation must be"):
        error_at(3, SQUARE, 1.0)
    with pytest.raises(TypeError, match="target must be a Target, a broken line, a network or a callable"):
        rms_error(line, 3)
    with pytest.raises(TypeError, match="domain must be given"):
        sup_error(by_hand(1), abs)
    with pytest.raises(ValueError, match="one input and one output"):
        sup_error(Network([[[1, 1]]], [[0]]), SQUARE)
    with pytest.raises(ValueError, match="'hole' is nan at x = "):
        sup_error(line, Target("hole", lambda x: np.where(x > 0.7, np.nan, x)), (0, 1))
    with pytest.raises(ValueError, match="'hole' is nan at x = "):
        rms_error(line, Target("hole", lambda x: np.where(x > 0.7, np.nan, x)), (0, 1))


def test_a_narrow_peak_is_measured_whether_or_not_its_inflections_are_given():
    width = 1e-3
    peak = Target(
        "peak", lambda x: 1 / (1 + (x / width) ** 2), lambda x: -2 * x / width**2 / (1 + (x / width) ** 2) ** 2
    )
    flat = BrokenLine([-1, 1], [0, 0])
    # ∫ 1/(1 + t²)² dt = t/(2(1 + t²)) + arctan(t)/2
    wanted = np.sqrt(width * (1 / width / (1 + 1 / width**2) + np.arctan(1 / width)) / 2)
    assert sup_error(flat, peak) == pytest.approx(1, rel=1e-12)
    assert rms_error(flat, peak) == pytest.approx(wanted, rel=1e-9)


def test_rms_finds_the_corner_of_a_bare_callable():
    corner = 0.1234567
    exact = np.sqrt((corner**3 + (1 - corner) ** 3) / 3)
    assert rms_error(BrokenLine([0, 1], [0, 0]), lambda x: abs(x - corner), (0, 1)) == pytest.approx(exact, rel=1e-12)


def test_slopes_at_a_corner_may_be_of_either_side():
    f = Target("f", lambda x: abs(x) - x * x / 3, lambda x: np.sign(x) - 2 * x / 3, kinks=(0.0,), inflections=())
    assert sup_error(interpolant(f, [-1, 0, 1]), f) == pytest.approx(1 / 12, rel=1e-12)
    g = Target("g", lambda x: np.where(x < 0, 0, 3 * x - x * x), lambda x: np.where(x <= 0, 0, 3 - 2 * x), kinks=(0,))
    assert sup_error(BrokenLine([-1, 0, 1], [0, 0, 2]), g) == pytest.approx(0.25, rel=1e-9)


def test_stretches_of_one_unit_in_the_last_place():
    line = BrokenLine([0, np.nextafter(0.5, 1), 1], [0, 0, 0])
    assert rms_error(line, TARGETS["sine"]) == pytest.approx(np.sqrt(0.5), rel=1e-12)
    assert rms_error(BrokenLine([0, 1], [0, 0]), SQUARE, (1 - 1e-16, 1)) == pytest.approx(1)
    assert np.isfinite(rms_error(BrokenLine([-1, 5e-324, 1], [1, 0, 1]), TARGETS["absolute value"]))


def test_a_bare_callable_may_turn_next_to_the_end():
    step = 3 / 2048
    found = sup_error(BrokenLine([0, 3], [0, 0]), lambda x: np.cos(x - 0.45 * step), (0, 3))
    assert found == pytest.approx(1, abs=1e-9)


def test_a_callable_with_a_branch_is_taken():
    assert sup_error(BrokenLine([-1, 1], [0, 0]), lambda x: x if x > 0 else 0.0, (-1, 1)) == 1
    with pytest.raises(TypeError, match="must return real numbers, got complex128"):
        sup_error(BrokenLine([-1, 1], [0, 0]), np.emath.sqrt, (-1, 1))


def test_errors_need_one_input_and_one_output():
    with pytest.raises(ValueError, match="approximation must have one input and one output"):
        error_at(Network([[[1, 2]]], [[0]]), SQUARE, [1.0, 2.0])


@pytest.mark.parametrize("waves", [100, 1000, 10_000])
def test_rms_of_fast_waves(waves):
    flat = BrokenLine([0, 1], [0, 0])
    assert rms_error(flat, lambda x: np.sin(2 * np.pi * waves * x), (0, 1)) == pytest.approx(np.sqrt(0.5), rel=1e-9)


@pytest.mark.parametrize("sharpness", [1e2, 1e4, 1e5])
def test_rms_of_a_needle_that_samples_may_miss(sharpness):
    flat = BrokenLine([0, 1], [0, 0])
    needle = rms_error(flat, lambda x: np.exp(-((sharpness * (x - 0.3)) ** 2)), (0, 1))
    assert needle == pytest.approx((np.pi / 2) ** 0.25 / np.sqrt(sharpness), rel=1e-9)


def test_rms_where_the_quadrature_has_to_halve():
    # Corners on a grid that no sample knows of.
    flat = BrokenLine([0, 1], [0, 0])
    teeth = rms_error(flat, lambda x: np.abs((x * 3 + 0.1) % 1 - 0.5), (0, 1))
    assert teeth == pytest.approx(np.sqrt(1 / 12), rel=1e-9)
