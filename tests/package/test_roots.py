import numpy as np
import pytest

from reluapprox.roots import monotone_roots


def solve(f, left, right, resolution=0.0):
    return monotone_roots(lambda x, i: f(x), np.atleast_1d(left) * 1.0, np.atleast_1d(right) * 1.0, resolution)


def test_rising_and_falling_at_once():
    level = np.array([0.1, 0.5, 2.0, 7.0])
    sign = np.array([1.0, -1.0, 1.0, -1.0])
    found = monotone_roots(lambda x, i: sign[i] * (np.exp(x) - 1 - level[i]), np.zeros(4), np.full(4, 3.0), 0.0)
    assert found == pytest.approx(np.log(1 + level), rel=1e-15)


@pytest.mark.parametrize("power", [1, 3, 7, 31])
def test_a_flat_root(power):
    assert solve(lambda x: (x - 0.3) ** power, -1, 2) == pytest.approx(0.3, abs=1e-12 if power == 1 else 1e-3)


def test_a_jump_is_found_to_the_last_bit():
    assert solve(lambda x: np.where(x < 0.1, -1.0, 2.0), -1, 1) == pytest.approx(0.1, rel=1e-15)
    # The height of a jump may be endless on one side.
    assert solve(lambda x: np.where(x < 0.1, -np.inf, 2.0), -1, 1) == pytest.approx(0.1, rel=1e-15)


def test_an_infinite_value_at_an_end():
    with np.errstate(divide="ignore"):
        found = solve(lambda x: 0.5 / np.sqrt(x) - 40, 0, 1)
    assert found == pytest.approx(1 / 6400, rel=1e-12)


def test_without_a_root_it_ends_beside_an_end():
    assert solve(lambda x: x + 1, 0, 1) == pytest.approx(0, abs=1e-8)
    assert solve(lambda x: x - 2, 0, 1) == pytest.approx(1, abs=1e-8)
    assert 0 <= float(solve(lambda x: 0 * x, 0, 1)[0]) <= 1


def test_the_resolution_is_what_is_left_to_gain():
    # ∫ from the point found to the root, of x − r, is (x − r)²/2.
    roots = np.linspace(0.01, 0.99, 50)
    for resolution in (1e-3, 1e-6, 1e-12):
        found = monotone_roots(lambda x, i: x**3 - roots[i] ** 3, np.zeros(50), np.ones(50), resolution)
        left_to_gain = np.abs((found**4 - roots**4) / 4 - roots**3 * (found - roots))
        assert left_to_gain.max() <= resolution
