import numpy as np
import pytest

from reluapprox import TARGETS, broken_line, hat, interpolant, parabola_floor, ramp, sup_error, zigzag
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


def test_ramps_and_hats_are_exact():
    x = np.arange(-64, 65) / 16
    np.testing.assert_array_equal(ramp()(x), np.clip(x + 0.5, 0, 1))
    np.testing.assert_array_equal(ramp(-2, 2)(x), np.clip((x + 2) / 4, 0, 1))
    assert len(broken_line(ramp(), (-2, 2))) == 3
    np.testing.assert_array_equal(hat(-1, 0, 2)(x), np.interp(x, [-1, 0, 2], [0, 1, 0]))
    assert len(broken_line(hat(-1, 0, 2), (-4, 4))) == 4
    # A line is the sum of its values times the hats on its knots.
    knots, values = [-4, -1, 0, 2, 4], [0, 3, -2, 1, 0]
    hats = [hat(*knots[i - 1 : i + 2]) for i in (1, 2, 3)]
    total = sum(value * one(x) for value, one in zip(values[1:-1], hats, strict=True))
    assert total == pytest.approx(np.interp(x, knots, values), abs=1e-14)


@pytest.mark.parametrize("pieces", [1, 2, 3, 8, 100])
def test_a_zigzag(pieces):
    line = broken_line(zigzag(pieces), (0, 1))
    assert line.knots == pytest.approx(np.arange(pieces + 1) / pieces, abs=1e-15)
    assert line.values == pytest.approx(np.arange(pieces + 1) % 2, abs=1e-12)
    assert zigzag(pieces)([-3, -0.5]).tolist() == [0, 0]


def test_what_cannot_be_written_is_named():
    with pytest.raises(ValueError, match=r"\(left, right\) must be \(a, b\) with a < b"):
        ramp(1, 1)
    with pytest.raises(ValueError, match=r"\(left, center, right\) must increase strictly"):
        hat(0, 2, 1)
    with pytest.raises(ValueError, match="pieces must be at most 1048576"):
        zigzag(2**21)
