"""What is known of a target: lines and networks exactly, jumps and wrong derivatives refused, nothing for ever."""

import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import by_hand
from torch import nn

from reluapprox import (
    TARGETS,
    BrokenLine,
    Network,
    Target,
    best_broken_line,
    best_network,
    error_at,
    fewest_pieces,
    pieces_worth,
    rms_error,
    sup_error,
    worst_point,
)

ZERO = Network.from_hinges([0.0], [0.0], [0.0])
FLAT = BrokenLine([-1, 1], [0, 0])


def spike(width):
    """1 at 0.3, and 0 from `width` beside it on."""
    return Network.from_hinges([1, 1, 1], [-(0.3 - width), -0.3, -(0.3 + width)], [1 / width, -2 / width, 1 / width])


# Networks and lines as targets


@pytest.mark.parametrize("width", [1e-2, 1e-4, 1e-7])
def test_a_network_as_target_is_exact(width):
    needle = spike(width)
    for target in (
        needle,
        needle.to_torch(),
        Target.from_points([-1, 0.3 - width, 0.3, 0.3 + width, 1], [0, 0, 1, 0, 0]),
    ):
        assert sup_error(ZERO, target, (-1, 1)) == pytest.approx(1, rel=1e-6)
        assert worst_point(ZERO, target, (-1, 1))[0] == pytest.approx(0.3, abs=1e-9)
        # The mean of a triangle's square is a third of its width.
        assert rms_error(ZERO, target, (-1, 1)) == pytest.approx(math.sqrt(width / 3), rel=1e-6)
        assert best_broken_line(target, (-1, 1), pieces=4).error == pytest.approx(0, abs=1e-9)
        assert fewest_pieces(target, (-1, 1), tolerance=0.49).pieces == 4
    assert sup_error(needle, ZERO, (-1, 1)) == sup_error(ZERO, needle, (-1, 1))


def test_a_deep_network_against_another():
    deep = Network([[[1], [-1]], [[1, 1], [1, 1]], [[1, -2]]], [[0, 0], [0, -0.5], [0.0]])
    assert sup_error(deep, deep, (-1, 1)) == 0
    assert sup_error(FLAT, deep) == pytest.approx(0.5, rel=1e-15)
    assert pieces_worth(0.25, deep, (-1, 1)) < 4


def optimum(x, y, pieces):
    """The least error of lines whose knots are at some of the points' x, of all subsets: an upper bound."""
    from itertools import combinations

    from scipy.optimize import linprog

    least = np.inf
    for inner in combinations(x[1:-1], pieces - 1):
        knots = np.array([x[0], *inner, x[-1]])
        rows = np.array([np.interp(x, knots, unit) for unit in np.eye(len(knots))]).T
        bound = -np.ones((len(x), 1))
        answer = linprog(
            np.eye(1, len(knots) + 1, len(knots))[0],
            A_ub=np.vstack([np.hstack([rows, bound]), np.hstack([-rows, bound])]),
            b_ub=np.concatenate([y, -y]),
            bounds=[(None, None)] * len(knots) + [(0, None)],
        )
        least = min(least, answer.fun)
    return least


@pytest.mark.parametrize("seed", range(8))
def test_the_best_line_through_few_points_beside_all_choices_of_knots(seed):
    rng = np.random.default_rng(seed)
    x, y = np.cumsum(rng.uniform(0.1, 1, 9)), rng.normal(size=9)
    target = Target.from_points(x, y)
    for pieces in (1, 2, 3):
        best = best_broken_line(target, pieces=pieces)
        assert best.lower_bound <= best.error <= best.lower_bound * (1 + 1e-9)
        assert best.error <= optimum(x, y, pieces) * (1 + 1e-9)
        if pieces == 1:
            assert best.error == pytest.approx(optimum(x, y, 1), rel=1e-9)


def test_thousands_of_points():
    rng = np.random.default_rng(0)
    x = np.linspace(0, 1, 10_000)
    walk = Target.from_points(x, np.cumsum(rng.normal(size=10_000)))
    for pieces in (1, 5, 20):
        best = best_broken_line(walk, pieces=pieces)
        # The certificate rests on the points themselves.
        assert best.error <= best.lower_bound * (1 + 1e-9)
        assert best.error == np.abs(best.line(x) - walk(x)).max()


def test_fewest_pieces_of_noisy_points():
    rng = np.random.default_rng(1)
    x = np.linspace(0, 1, 200)
    y = np.sin(6 * x) + 0.1 * rng.normal(size=200)
    before = 0
    for tolerance in (0.5, 0.2, 0.1, 0.01, 1e-6):
        found = fewest_pieces(Target.from_points(x, y), tolerance=tolerance)
        assert found.best.error <= tolerance
        assert found.pieces == 1 or found.fewer.lower_bound > tolerance
        assert found.pieces >= before
        before = found.pieces
    assert before >= 195


@given(st.lists(st.floats(-10, 10), min_size=2, max_size=12), st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_a_line_is_its_own_best(heights, pieces):
    line = BrokenLine(np.arange(len(heights)), heights)
    best = best_broken_line(line, pieces=pieces)
    assert best.error == sup_error(best.line, line)
    assert best.error <= best.lower_bound * (1 + 1e-9) + 1e-13
    if len(line) <= pieces:
        assert best.error <= 1e-14


def test_domains_are_taken_from_what_has_one():
    line = BrokenLine([0, 1], [0, 1])
    assert sup_error(line, np.sin) == pytest.approx(1 - math.sin(1))
    assert sup_error(by_hand(2), BrokenLine([-1, 1], [0, 0])) == sup_error(by_hand(2), FLAT, (-1, 1))
    assert best_broken_line(line, pieces=1).error == 0
    assert best_network(line, neurons=1).error == 0
    with pytest.raises(TypeError, match="domain must be given, since neither"):
        sup_error(ZERO, np.sin)
    with pytest.raises(ValueError, match=r"domain must lie inside the target's, \(0.0, 1.0\)"):
        sup_error(ZERO, line, (0, 2))
    with pytest.raises(ValueError, match=r"domain must lie inside the line's"):
        sup_error(line, np.sin, (0, 2))


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([0, 2, 1], [0, 0, 0], "x must increase strictly, got 2.0 then 1.0 at index 1"),
        ([0, 1, 1], [0, 0, 0], "x must increase strictly, got 1.0 then 1.0 at index 1"),
        ([0, 1, 2], [0, np.nan, 0], "y must be finite numbers, got nan at index 1"),
        ([0, np.inf], [0, 0], "x must be finite numbers, got inf at index 1"),
        ([0, 1, 2], [0, 0], "y must be one for each of the 3 x, got 2"),
        ([0], [0], "x must be at least 2 numbers, got 1"),
    ],
)
def test_bad_points_are_named(x, y, message):
    with pytest.raises(ValueError, match=message):
        Target.from_points(x, y)


def test_points_by_themselves_are_told_where_to_go():
    for ask in (lambda points: best_broken_line(points, pieces=2), lambda points: sup_error(FLAT, points)):
        with pytest.raises(TypeError, match=r"for measured points, Target\.from_points\(x, y\)"):
            ask((np.arange(3), np.arange(3)))


def test_a_target_says_in_one_line_what_it_is():
    assert repr(Target.from_points(np.arange(5000), np.zeros(5000))) == "target 'points' on [0, 4999]"
    assert repr(TARGETS["square"]) == "target 'square' on [-10, 10]"
    assert not TARGETS["square"].sampled
    assert not Target.from_points([0, 1], [0, 1]).sampled
    assert Target("f", np.sin).sampled
    assert Target("f", np.sin, np.cos).sampled


# Jumps

STEP = [
    ("a step", lambda x: np.where(x < 0, 0.0, 1.0), (-1, 1), (), 0.0),
    ("two lines", lambda x: np.where(x < 100, 2 * x, 1.5 * x + 60), (0, 300), (), 100.0),
    ("declared", lambda x: np.where(x < 100, 2 * x, 1.5 * x + 60), (0, 300), (100.0,), 100.0),
    ("a small one", lambda x: 10 * x + 1e-4 * (x > 0.1234), (0, 1), (), 0.1234),
    ("down while it rises", lambda x: 5 * x - 1e-3 * (x > 0.7), (0, 1), (), 0.7),
    ("one point", lambda x: np.where(x == 0.25, 1.0, 0.0), (-1, 1), (), 0.25),
    ("at an end", lambda x: np.where(x <= 0, 1.0, x), (0, 1), (), 0.0),
    ("of one float", lambda x: 1.0 if x > 1 / 3 else 0.0, (0, 1), (), 1 / 3),
    ("a pole", lambda x: 1 / x, (-1, 1.1), (), 0.0),
    ("many", np.floor, (0.5, 3.5), (), 3.0),
]


@pytest.mark.parametrize(("f", "domain", "kinks", "place"), [row[1:] for row in STEP], ids=[row[0] for row in STEP])
def test_a_jump_is_found_and_refused_with_its_place(f, domain, kinks, place):
    target = Target("it", f, domain=domain, kinks=kinks)
    start = time.perf_counter()
    for ask in (
        lambda: sup_error(BrokenLine(domain, [0, 0]), target),
        lambda: rms_error(BrokenLine(domain, [0, 0]), target),
        lambda: best_broken_line(target, pieces=3),
        lambda: best_broken_line(target, pieces=2, norm="rms"),
        lambda: best_network(target, neurons=2),
        lambda: fewest_pieces(target, tolerance=0.1),
        lambda: pieces_worth(0.1, target),
    ):
        with pytest.raises(
            ValueError, match=r"the target 'it' must be continuous; at x = \S+ it jumps from \S+ to \S+"
        ):
            ask()
    assert time.perf_counter() - start < 5
    with pytest.raises(ValueError, match="it jumps") as refused:
        sup_error(BrokenLine(domain, [0, 0]), target)
    assert float(str(refused.value).split("x = ")[1].split()[0]) == pytest.approx(place, abs=1e-9)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.abs(x - 0.1) ** 0.5,
        lambda x: np.sign(x) * np.abs(x) ** 0.2,
        lambda x: np.clip(1e6 * (x - 0.3), 0, 1),
        lambda x: np.abs((7 * x) % 1 - 0.5),
        lambda x: np.float32(np.sin(3 * x)),
        lambda x: np.float64(np.float32(np.sin(3 * x))),
        lambda x: np.tanh(1e5 * x),
        lambda x: np.zeros_like(x),
    ],
)
def test_what_is_steep_is_no_jump(f):
    target = Target("steep", f)
    assert target.rounding((-1, 1)) < 1e-4
    assert sup_error(FLAT, target) <= 1.1


# Derivatives


def test_a_derivative_that_is_nan_at_a_corner():
    """Its slopes there are infinite, on both sides."""
    for place in (0.1, 0.0, -0.7):
        cusp = Target(
            "cusp",
            lambda x, c=place: np.sqrt(np.abs(x - c)),
            lambda x, c=place: np.sign(x - c) / (2 * np.sqrt(np.abs(x - c))),
            kinks=(place,),
            inflections=(),
        )
        assert abs(cusp.slope(place)) == np.inf
        best = best_broken_line(cusp, pieces=3)
        assert best.error <= best.lower_bound * (1 + 1e-9)
        if place == 0.1:
            assert best.error == pytest.approx(0.118585412, abs=1e-9)
    corner = Target("corner", np.abs, lambda x: x / np.abs(x), kinks=(0.0,), inflections=())
    assert abs(corner.slope(0.0)) == 1
    assert best_broken_line(corner, pieces=1).error == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("f", "wrong"),
    [
        (lambda x: x**3, lambda x: 2 * x * x),
        (np.sin, lambda x: -np.cos(x)),
        (np.exp, lambda x: np.exp(x) + 0.01),
        (lambda x: np.where(x < 0.5, x * x, x - 0.25), lambda x: 2 * x),
    ],
)
def test_a_wrong_derivative_is_refused(f, wrong):
    target = Target("it", f, wrong)
    for ask in (lambda: sup_error(FLAT, target), lambda: best_broken_line(target, pieces=2)):
        with pytest.raises(
            ValueError, match=r"the derivative of 'it' must be that of f; at x = \S+ it is \S+, where f grows by"
        ):
            ask()


def test_error_at_takes_every_kind_of_target():
    x = np.linspace(-1, 1, 5)
    np.testing.assert_array_equal(error_at(FLAT, ZERO, x), np.zeros(5))
    np.testing.assert_array_equal(
        error_at(FLAT, nn.Sequential(nn.Identity(), by_hand(1).to_torch()), x), -by_hand(1)(x)
    )
    assert error_at(FLAT, math.sin, 0.5) == -math.sin(0.5)
