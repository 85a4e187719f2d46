import itertools
import math

import numpy as np
import pytest
from scipy.differentiate import derivative

from reluapprox import TARGETS, Target, relu
from reluapprox.arguments import as_target, target_on


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_derivative_is_the_derivative(target):
    a, b = target.domain
    x = np.linspace(a, b, 41)[1:-1]
    x = x[~np.isin(x, target.kinks_inside((a, b)))]
    numeric = derivative(target.f, x, initial_step=(b - a) / 1000)
    np.testing.assert_allclose(target.slope(x), numeric.df, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_the_slope_is_monotone_between_kinks_and_inflections_and_turns_at_each(target):
    a, b = target.domain
    directions = []
    for lo, hi in itertools.pairwise(target.cuts((a, b))):
        steps = np.diff(target.slope(np.linspace(lo, hi, 500)[1:-1]))
        assert (steps >= -1e-12).all() or (steps <= 1e-12).all()
        directions.append(np.sign(steps.sum()))
    if not target.kinks:
        assert all(x != y for x, y in itertools.pairwise(directions))


def test_the_table_holds_the_promised_functions():
    assert set(TARGETS) >= {"square", "sine", "exponential", "square root", "absolute value", "Runge", "wavy"}
    assert TARGETS["square"].domain == (-10, 10)
    assert TARGETS["square root"].slope(0.0) == np.inf
    assert TARGETS["Runge"](0.2) == pytest.approx(0.5)


def test_inflections_of_a_periodic_target_follow_the_domain():
    sine = TARGETS["sine"]
    np.testing.assert_allclose(sine.cuts((-1.2, 1.2)), [-1.2, -1, -0.5, 0, 0.5, 1, 1.2], atol=1e-15)
    assert len(TARGETS["wavy"].cuts((-3.0, 3.0))) == 18 + 2


def test_any_callable_is_a_target_in_one_line():
    cubic = Target("cubic", lambda x: x**3)
    assert cubic(2.0) == 8
    assert cubic.domain == (-1, 1)
    np.testing.assert_array_equal(Target("of floats", math.floor)([0.5, 1.5]), [0, 1])
    np.testing.assert_array_equal(Target("constant", lambda x: 3.0)(np.zeros((2, 2))), np.full((2, 2), 3.0))
    assert as_target(np.cos).name == "cos"
    assert as_target(relu).name == "relu"
    assert target_on(cubic, None) == (cubic, (-1, 1))


def test_targets_do_not_change_their_input():
    x = np.array([1.0, 2.0])
    Target("in place", lambda t: t.__imul__(2))(x)
    np.testing.assert_array_equal(x, [1, 2])


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((1, abs), TypeError, "name must be a string, got 1"),
        (("f", 1), TypeError, "f must be callable, got 1"),
        (("f", abs, 1), TypeError, "derivative must be callable or None, got 1"),
        (("f", abs, None, (1, 1)), ValueError, r"domain must be \(a, b\) with a < b"),
        (("f", abs, None, (1, 0)), ValueError, r"domain must be \(a, b\) with a < b, got \(1.0, 0.0\)"),
        (("f", abs, None, (0, math.inf)), ValueError, "domain must be finite numbers, got inf"),
        (("f", abs, None, (-1.7e308, 1.7e308)), ValueError, "finite length"),
        (("f", abs, None, (0, 1, 2)), ValueError, "two numbers"),
        (("f", abs, None, "ab"), TypeError, "domain must be real numbers"),
    ],
)
def test_a_bad_target_is_named(arguments, error, message):
    with pytest.raises(error, match=message):
        Target(*arguments)


def test_a_target_that_is_not_finite_says_where():
    with pytest.raises(ValueError, match=r"'log' is -?(inf|nan) at x = 0\.0"):
        Target("log", np.log)([1.0, 0.0])
    with pytest.raises(ValueError, match=r"derivative of 'f' is NaN at x = 0\.5"):
        Target("f", abs, lambda x: x * np.nan).slope(0.5)
    with pytest.raises(TypeError, match="'abs' has no derivative"):
        as_target(abs).slope(0.0)
    with pytest.raises(ValueError, match=r"shape \(3,\) went in, \(2,\) came out"):
        Target("short", lambda x: x[:2])([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="kinks of 'f' must be finite"):
        Target("f", abs, kinks=lambda a, b: [np.nan]).kinks_inside((0, 1))


def test_a_fault_in_the_callable_is_shown():
    def broken(x):
        raise TypeError("my own fault")

    with pytest.raises(TypeError, match="my own fault"):
        Target("broken", broken)(1.0)
    with pytest.raises(TypeError, match="target must be a Target, a broken line, a network or a callable, got 3"):
        as_target(3)
    with pytest.raises(TypeError, match="domain must be given"):
        target_on(abs, None)
