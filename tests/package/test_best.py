"""The yardstick in the sup norm: closed forms, linear programs, and lines that try to beat it."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from problems import SMOOTH
from scipy.optimize import linprog, minimize

from reluapprox import (
    TARGETS,
    BrokenLine,
    Target,
    best_broken_line,
    fewest_pieces,
    interpolant,
    pieces_worth,
    sup_error,
)
from reluapprox.best.certificate import Chain
from reluapprox.best.curve import Curve
from reluapprox.best.runs import by_runs

EPS = np.finfo(float).eps


def rounding(target):
    """What cannot be asked for more, in units of y."""
    x = np.linspace(*target.domain, 1001)
    return 8 * EPS * np.abs(target(x)).max()


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_error_and_proof_agree(target):
    errors = []
    for n in [*range(1, 65), 256, 1024, 10_000]:
        best = best_broken_line(target, pieces=n)
        assert len(best.line) <= n
        assert best.error == sup_error(best.line, target)
        assert best.lower_bound <= best.error <= best.lower_bound * (1 + 1e-9) + rounding(target)
        errors.append(best.error)
    assert (np.diff(errors) <= rounding(target)).all()


@pytest.mark.parametrize("domain", [(-10.0, 10.0), (0.0, 1.0), (3.0, 3.5), (-2.0, 0.25)])
@pytest.mark.parametrize("n", [1, 2, 3, 5, 16, 65])
def test_the_parabola_in_closed_form(n, domain):
    a, b = domain
    best = best_broken_line(TARGETS["square"], domain, pieces=n)
    floor = (b - a) ** 2 / (8 * n * n)
    assert best.error == pytest.approx(floor, rel=1e-12, abs=2 * EPS * max(a * a, b * b))
    assert best.line.knots == pytest.approx(np.linspace(a, b, n + 1), abs=1e-9 * (b - a))
    # Equal ripples: below at every knot, above in every middle.
    assert best.touches == pytest.approx(np.linspace(a, b, 2 * n + 1), abs=1e-5 * (b - a))
    assert best.signs.tolist() == [-1, 1] * n + [-1]


@pytest.mark.parametrize("n", [1, 2, 3, 8, 100])
def test_the_square_root_in_closed_form(n):
    # Pieces of equal deviation: √t grows by 1, 2, 3, … shares, and the first piece deviates by √t₁/4.
    best = best_broken_line(TARGETS["square root"], pieces=n)
    assert best.error == pytest.approx(1 / (4 * n * (n + 1)), rel=1e-10)
    triangular = np.cumsum(np.arange(n + 1))
    assert best.line.knots == pytest.approx((triangular / triangular[-1]) ** 2, rel=1e-6)


def test_the_absolute_value_needs_two():
    one, two = (best_broken_line(TARGETS["absolute value"], pieces=n) for n in (1, 2))
    assert (one.error, one.lower_bound) == (0.5, 0.5)
    assert (two.error, len(two.line)) == (0, 2)
    assert len(best_broken_line(TARGETS["absolute value"], pieces=1000).line) == 2


@pytest.mark.parametrize("name", SMOOTH)
def test_the_rate_for_many_pieces(name):
    best = best_broken_line(TARGETS[name], pieces=10_000)
    assert best.error * 10_000**2 == pytest.approx(SMOOTH[name].curvature(1 / 2) ** 2 / 16, rel=1e-3)


def least_on_points(f, x, pieces):
    """The least sup error on the points x of any continuous line of so many pieces: exhaustive linear programming.

    Each kink lies in some gap between neighbouring points. Two lines cross in a gap if their difference
    changes sign over it, which is linear once the sign is chosen.
    """
    best = np.inf
    gaps = range(1, len(x))
    for kinks in itertools.combinations(gaps, pieces - 1):
        ends = [0, *kinks, len(x)]
        for signs in itertools.product((1, -1), repeat=pieces - 1):
            rows, limits = [], []
            for i in range(pieces):
                for t in x[ends[i] : ends[i + 1]]:
                    for s in (1, -1):
                        row = np.zeros(2 * pieces + 1)
                        row[2 * i], row[2 * i + 1], row[-1] = s, s * t, -1
                        rows.append(row)
                        limits.append(s * f(t))
            for i, s in enumerate(signs):
                for t, side in ((x[ends[i + 1] - 1], s), (x[ends[i + 1]], -s)):
                    row = np.zeros(2 * pieces + 1)
                    row[2 * i : 2 * i + 4] = side, side * t, -side, -side * t
                    rows.append(row)
                    limits.append(0.0)
            goal = np.zeros(2 * pieces + 1)
            goal[-1] = 1
            bounds = [(None, None)] * (2 * pieces) + [(0, best)]
            found = linprog(goal, A_ub=np.array(rows), b_ub=limits, bounds=bounds)
            if found.x is not None:
                best = min(best, found.x[-1])
    return best


@pytest.mark.parametrize(("name", "n"), [*itertools.product(("sine", "Runge", "wavy"), (1, 2, 3))])
def test_against_exhaustive_linear_programs(name, n):
    target = TARGETS[name]
    best = best_broken_line(target, pieces=n)
    few = np.unique(np.round(np.concatenate([best.touches, target.domain]), 9))
    assert least_on_points(lambda t: float(target(t)), few, n) == pytest.approx(best.error, rel=1e-6)


@pytest.mark.parametrize(("name", "n"), [*itertools.product(("sine", "Runge", "wavy"), (4, 5, 6))])
def test_no_search_over_knots_finds_better(name, n):
    """At given knots, the best heights are a linear program over the points; the knots are searched."""
    target = TARGETS[name]
    best = best_broken_line(target, pieces=n)
    a, b = target.domain
    x = np.union1d(np.linspace(a, b, 120), best.touches)
    y = target(x)

    def at(z):
        share = np.exp(z - z.max())
        knots = a + (b - a) * np.concatenate([[0.0], np.cumsum(share) / share.sum()])
        hats = np.array([np.interp(x, knots, e) for e in np.eye(len(knots))]).T
        minus = -np.ones((len(x), 1))
        rows = np.vstack([np.hstack([hats, minus]), np.hstack([-hats, minus])])
        bounds = [(None, None)] * len(knots) + [(0, None)]
        goal = np.eye(1, len(knots) + 1, len(knots))[0]
        return linprog(goal, A_ub=rows, b_ub=np.concatenate([y, -y]), bounds=bounds).fun

    found = []
    starts = [np.log(np.diff(best.line.knots))] if len(best.line) == n else []
    for seed in range(2):
        starts.append(np.random.default_rng(seed).normal(size=n) / 2)
    for z in starts:
        found.append(minimize(at, z, method="Nelder-Mead", options={"maxfev": 150}).fun)
    assert min(found) >= best.lower_bound * (1 - 1e-6)
    if len(best.line) == n:
        # The points hold all touches, so from there the search comes out where the line does.
        assert found[0] == pytest.approx(best.error, rel=1e-6)


piecewise = st.tuples(
    st.lists(st.floats(-2, 2), min_size=5, max_size=5),
    st.lists(st.tuples(st.integers(-7, 7), st.floats(-2, 2)), max_size=3, unique_by=lambda k: k[0]),
    st.floats(0, 2),
    st.integers(1, 12),
)


def drawn_target(shape):
    """A polynomial, corners and a wave, on [-1, 1]."""
    coefficients, corners, height, pace = shape
    poly = np.polynomial.Polynomial(coefficients)
    slope = poly.deriv()
    at = tuple(k / 8 for k, _ in corners)

    def f(x):
        return poly(x) + sum(c * np.abs(x - k / 8) for k, c in corners) + height * np.sin(pace * x)

    def derivative(x):
        bent = sum(c * np.sign(x - k / 8) for k, c in corners)
        return slope(x) + bent + height * pace * np.cos(pace * x)

    return Target("drawn", f, derivative, (-1, 1), kinks=at)


#: Its slope is extreme beside two of its corners, one of which is not one.
BESIDE_CORNERS = ([0.0, 0.0, 1.73, 1.73, -1.0], [(-7, 0.0), (4, -0.84), (6, -1.87)], 0.34, 2)


@given(piecewise, st.integers(1, 12))
@example(BESIDE_CORNERS, 2)
@settings(deadline=None, max_examples=60)
def test_drawn_targets(shape, n):
    target = drawn_target(shape)
    best = best_broken_line(target, pieces=n)
    size = np.abs(target(np.linspace(-1, 1, 200))).max() + 1e-3
    assert best.error == sup_error(best.line, target)
    assert best.lower_bound <= best.error <= best.lower_bound * (1 + 1e-7) + 1e-12 * size
    more = best_broken_line(target, pieces=n + 1)
    assert more.error <= best.error * (1 + 1e-9) + 1e-12 * size
    # No line of as many pieces, through or off the curve, comes below.
    rng = np.random.default_rng(n)
    for _ in range(5):
        knots = np.concatenate([[-1], np.sort(rng.uniform(-1, 1, n - 1)), [1]])
        if (np.diff(knots) > 0).all():
            rival = BrokenLine(knots, target(knots) + rng.normal(size=n + 1) * best.error)
            assert sup_error(rival, target) >= best.lower_bound * (1 - 1e-12)


@given(piecewise, st.integers(1, 9), st.floats(0.01, 100), st.floats(-3, 3), st.booleans())
@settings(deadline=None, max_examples=40)
def test_shifting_scaling_and_mirroring(shape, n, scale, shift, mirror):
    f = drawn_target(shape)
    way = -1.0 if mirror else 1.0
    # x = way·(u − shift)/scale, and y is scaled and turned over.
    g = Target(
        "moved",
        lambda u: -scale * f.f(way * (u - shift) / scale) + shift,
        lambda u: -way * f.derivative(way * (u - shift) / scale),
        (shift - scale, shift + scale),
        kinks=[shift + way * scale * k for k in f.kinks],
    )
    ours, theirs = best_broken_line(f, pieces=n), best_broken_line(g, pieces=n)
    size = np.abs(f(np.linspace(-1, 1, 200))).max() + 1e-3
    noise = 1e-11 * (size + abs(shift) / scale) * (1 + abs(shift) / scale)
    assert theirs.error == pytest.approx(scale * ours.error, rel=1e-7, abs=scale * noise)


@given(st.sampled_from(("sine", "Runge", "wavy", "square root")), st.integers(2, 9), st.integers(0, 10**6))
@settings(deadline=None, max_examples=60)
def test_a_chain_never_proves_too_much(name, n, seed):
    """Chains of wrong points prove less, or nothing: they must not prove more than is true."""
    target = TARGETS[name]
    curve = Curve(target, target.domain, 64)
    rng = np.random.default_rng(seed)
    truth = best_broken_line(target, pieces=n).error
    found = by_runs(curve, n)
    if found is None:
        points = np.sort(rng.uniform(*target.domain, (n, 3)), axis=1)
        chain = Chain(*points[np.argsort(points[:, 0])].T, rng.choice([-1.0, 1.0], n))
    else:
        _, _, good = found
        shake = rng.choice([0.0, 1e-6, 1e-3, 0.05], (3, n)) * rng.normal(size=(3, n)) * np.ptp(target.domain)
        start, turn, stop = (
            np.clip(part + s, *target.domain) for part, s in zip((good.start, good.turn, good.stop), shake, strict=True)
        )
        chain = Chain(start, turn, stop, good.side * rng.choice([1.0, 1.0, 1.0, -1.0], n))
    assert chain.bound(curve) <= truth * (1 + 1e-9)


def hard_targets():
    sines = {"kinks": lambda a, b: np.pi / 3 * np.arange(np.ceil(a * 3 / np.pi), np.floor(b * 3 / np.pi) + 1)}
    return [
        Target("sawtooth", lambda x: np.abs((3 * x) % 2 - 1), domain=(0, 2), kinks=tuple(np.arange(1, 6) / 3)),
        Target("|sin|", lambda x: np.abs(np.sin(3 * x)), domain=(-2, 2), **sines),
        Target("inflection near an end", lambda x: x**3, lambda x: 3 * x * x, (-1e-3, 1), inflections=(0.0,)),
        Target("flat inflection", lambda x: x**5 - x**3, lambda x: 5 * x**4 - 3 * x * x),
        Target("tiny", lambda x: 1e-8 * np.sin(5 * x), lambda x: 5e-8 * np.cos(5 * x), (0, 2)),
        Target("huge", lambda x: 1e8 * np.sin(5 * x), lambda x: 5e8 * np.cos(5 * x), (0, 2)),
        Target("far from 0", lambda x: (x - 1e4) ** 2, lambda x: 2 * (x - 1e4), (1e4 - 1, 1e4 + 1), inflections=()),
        Target("a steep step", lambda x: np.tanh(200 * x), lambda x: 200 / np.cosh(np.clip(200 * x, -300, 300)) ** 2),
        Target("cube root", np.cbrt),
        Target("semicircle", lambda x: np.sqrt(np.maximum(1 - x * x, 0))),
        Target("corner in a bowl", lambda x: abs(x) + x * x, lambda x: np.sign(x) + 2 * x, kinks=(0,), inflections=()),
        Target("straight, then bent", lambda x: np.maximum(x, 0) ** 2, lambda x: 2 * np.maximum(x, 0), inflections=()),
    ]


@pytest.mark.parametrize("target", hard_targets(), ids=lambda t: t.name)
@pytest.mark.parametrize("n", [1, 2, 3, 4, 7, 16, 40])
def test_hard_targets(target, n):
    best = best_broken_line(target, pieces=n)
    x = np.linspace(*target.domain, 1001)
    size = np.abs(target(x)).max() + np.abs(x).max() * np.abs(np.diff(target(x)) / np.diff(x)).max()
    assert best.error == sup_error(best.line, target)
    assert best.lower_bound <= best.error <= best.lower_bound * (1 + 1e-8) + 16 * EPS * size


def test_many_waves_and_few_pieces():
    waves = Target("waves", lambda x: np.sin(50 * x), lambda x: 50 * np.cos(50 * x), (0, 3))
    for n in (1, 2, 5, 20):
        assert best_broken_line(waves, pieces=n).error == pytest.approx(1, rel=1e-9)
    # 3·50/π = 47.7 half waves: with a piece for each of them it is another matter.
    assert best_broken_line(waves, pieces=48).error < 0.4


def test_straight_targets_take_one_piece():
    for f in (lambda x: 0 * x + 3, lambda x: 2 * x - 7, lambda x: 0.0):
        best = best_broken_line(f, (-5, 9), pieces=4)
        assert len(best.line) == 1
        assert best.error <= 1e-14


def test_bare_callables():
    known, bare = best_broken_line(TARGETS["sine"], pieces=7), best_broken_line(TARGETS["sine"].f, (0, 1), pieces=7)
    assert bare.error == pytest.approx(known.error, rel=1e-9)
    assert best_broken_line(math.sin, (0, 3), pieces=4).error == pytest.approx(0.023089, rel=1e-4)
    corner = best_broken_line(lambda x: abs(x - 0.1234567), (-1, 1), pieces=2)
    assert corner.error < 1e-6


def test_corners_that_hide_between_samples():
    """The corners of these fall on points of any even mesh, between which they are straight."""
    for f, domain, pieces in (
        (np.abs, (-1, 1), 2),
        (lambda x: np.maximum(x, 0), (-1, 2), 2),
        (lambda x: np.minimum(x, 1 - x), (0, 1), 2),
        (lambda x: np.clip(x, -0.5, 0.5), (-1, 1), 3),
        (lambda x: np.abs((4 * x) % 2 - 1), (0, 1), 4),
    ):
        for more in (0, 1, 30):
            assert best_broken_line(f, domain, pieces=pieces + more).error < 1e-14
            assert best_broken_line(f, domain, pieces=pieces + more, norm="rms").error < 1e-14
        assert best_broken_line(f, domain, pieces=pieces - 1).lower_bound > 0.1
        assert fewest_pieces(f, domain, tolerance=1e-6).pieces == pieces


def test_a_trace_of_curvature():
    nearly = Target("nearly straight", lambda x: 1 + x + 1e-12 * x * x, lambda x: 1 + 2e-12 * x, inflections=())
    for n in (1, 2):
        assert best_broken_line(nearly, pieces=n).error == pytest.approx(5e-13 / n**2, abs=16 * EPS)


def test_links_that_change_walls_where_they_stop():
    """Waves of which the path has to skip some; the optimum is proved, and was once missed by far."""
    mixed = Target(
        "mixed waves",
        lambda x: np.sin(30 * x) + 0.3 * np.sin(71 * x),
        lambda x: 30 * np.cos(30 * x) + 21.3 * np.cos(71 * x),
        (0, 1),
    )
    for n in (9, 10, 11, 12):
        best = best_broken_line(mixed, pieces=n)
        assert best.error <= best.lower_bound * (1 + 1e-9)


def test_fewest_pieces_on_closed_forms():
    square = TARGETS["square"]
    for n in (1, 2, 3, 7, 64, 1000):
        found = fewest_pieces(square, tolerance=400 / (8 * n * n))
        assert found.pieces == n == len(found.best.line)
        assert (found.fewer is None) == (n == 1)
        if found.fewer is not None:
            assert found.fewer.lower_bound > 400 / (8 * n * n)
    root = TARGETS["square root"]
    for n in (1, 2, 10):
        assert fewest_pieces(root, tolerance=1 / (4 * n * (n + 1))).pieces == n
        assert fewest_pieces(root, tolerance=0.999 / (4 * n * (n + 1))).pieces == n + 1
    assert fewest_pieces(TARGETS["absolute value"], tolerance=1e-12).pieces == 2


@pytest.mark.parametrize("name", TARGETS)
def test_fewest_pieces_is_monotone_and_proved(name):
    target = TARGETS[name]
    size = np.ptp(target(np.linspace(*target.domain, 1001)))
    counts = []
    for tolerance in size * 10.0 ** -np.arange(1, 7):
        found = fewest_pieces(target, tolerance=tolerance)
        assert found.best.error <= tolerance * (1 + 1e-12)
        assert found.fewer is None or found.fewer.lower_bound > tolerance
        counts.append(found.pieces)
    assert counts == sorted(counts)


@given(st.floats(1e-3, 60.0))
@settings(deadline=None, max_examples=30)
def test_the_worth_of_a_fit_of_the_parabola(error):
    assert pieces_worth(error, TARGETS["square"]) == pytest.approx(20 / math.sqrt(8 * error), rel=1e-9)


def test_worth_of_best_lines_and_of_chords():
    for name in ("square root", "exponential"):
        for n in (1, 5, 16, 33):
            error = best_broken_line(TARGETS[name], pieces=n).error
            assert pieces_worth(error, TARGETS[name]) == pytest.approx(n, rel=1e-9)
    chords = sup_error(interpolant(TARGETS["square"], np.linspace(-10, 10, 21)), TARGETS["square"])
    assert pieces_worth(chords, TARGETS["square"]) == pytest.approx(20 / math.sqrt(2))
    # Nothing but all of its pieces brings a broken line to 0.
    assert pieces_worth(1e-9, TARGETS["absolute value"]) == 1
    assert pieces_worth(2.0, TARGETS["absolute value"]) == 0.5


def test_bad_input_is_named():
    square = TARGETS["square"]
    for bad in (0, -1):
        with pytest.raises(ValueError, match="pieces must be at least 1"):
            best_broken_line(square, pieces=bad)
    for bad in (1.5, True, None, "4"):
        with pytest.raises(TypeError, match="pieces must be a whole number"):
            best_broken_line(square, pieces=bad)
    with pytest.raises(ValueError, match='norm must be "sup" or "rms", got \'l2\''):
        best_broken_line(square, pieces=2, norm="l2")
    with pytest.raises(TypeError, match="target must be a Target, a broken line, a network or a callable"):
        best_broken_line(3, (0, 1), pieces=2)
    with pytest.raises(TypeError, match="domain must be given"):
        best_broken_line(math.sin, pieces=2)
    with pytest.raises(ValueError, match="domain must be"):
        best_broken_line(square, (1, 0), pieces=2)
    hole = Target("hole", lambda x: np.where(x > 0.7, np.nan, x), domain=(0, 1))
    for norm in ("sup", "rms"):
        with pytest.raises(ValueError, match="'hole' is nan at x = 0\\.7"):
            best_broken_line(hole, pieces=3, norm=norm)
    for bad in (0, -1.0, math.nan, math.inf):
        with pytest.raises(ValueError, match="tolerance must be"):
            fewest_pieces(square, tolerance=bad)
        with pytest.raises(ValueError, match="error must be"):
            pieces_worth(bad, square)
    with pytest.raises(TypeError, match="tolerance must be"):
        fewest_pieces(square, tolerance="small")
    with pytest.raises(ValueError, match="tolerance must be such that"):
        fewest_pieces(square, tolerance=1e-12)
    with pytest.raises(ValueError, match="pieces must be at most 100000"):
        best_broken_line(square, pieces=2**62)
