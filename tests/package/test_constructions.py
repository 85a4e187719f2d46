import numpy as np
import pytest

from reluapprox import TARGETS, interpolant, parabola_floor, sup_error
from reluapprox.brokenline import BrokenLine


def test_interpolant_meets_the_target_at_its_knots():
    for target in TARGETS.values():
        knots = np.linspace(*target.domain, 8)
        np.testing.assert_array_equal(interpolant(target, knots)(knots), target(knots))
    assert len(interpolant(np.cos, [0, 1, 3])) == 2


def test_bad_knots_are_named():
    with pytest.raises(ValueError, match="knots must be at least 2 numbers, got 1"):
        interpolant(abs, [0])
    with pytest.raises(ValueError, match="knots must increase strictly"):
        interpolant(abs, [0, 0])
    with pytest.raises(ValueError, match="'log' is -inf at x = 0"):
        interpolant(np.log, [0, 1])
    with pytest.raises(TypeError, match="target must be"):
        interpolant(1, [0, 1])


@pytest.mark.parametrize("pieces", [1, 2, 3, 5, 65])
@pytest.mark.parametrize("domain", [(-10, 10), (0, 1), (2, 5)])
def test_the_floor_is_attained_and_no_random_line_beats_it(pieces, domain):
    floor = parabola_floor(domain, pieces=pieces)
    knots = np.linspace(*domain, pieces + 1)
    square = TARGETS["square"]
    assert sup_error(BrokenLine(knots, knots**2 - floor), square, domain) == pytest.approx(floor, rel=1e-10)
    rng = np.random.default_rng(pieces)
    for _ in range(50):
        moved = np.array([domain[0], *np.sort(rng.uniform(*domain, pieces - 1)), domain[1]])
        line = BrokenLine(moved, moved**2 - rng.uniform(0, 2 * floor, pieces + 1))
        assert sup_error(line, square, domain) >= floor * (1 - 1e-9)


def test_the_book_s_numbers():
    assert parabola_floor((-10, 10), pieces=5) == 2
    assert parabola_floor((-1, 1), pieces=3) == pytest.approx(1 / 18)
    assert parabola_floor((-10, 10), pieces=65) == pytest.approx(0.0118, abs=5e-5)


def test_bad_bounds_are_named():
    with pytest.raises(ValueError, match="pieces must be at least 1, got 0"):
        parabola_floor((0, 1), pieces=0)
    for bad in (2.0, True, "2", None):
        with pytest.raises(TypeError, match="pieces must be a whole number"):
            parabola_floor((0, 1), pieces=bad)
