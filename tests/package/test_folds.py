import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from problems import exact_line

from reluapprox import (
    TARGETS,
    broken_line,
    chord_error,
    deep_product,
    deep_square,
    linear_regions,
    most_pieces,
    parabola_floor,
    pieces_worth,
    sup_error,
    tent,
    zigzag,
)


@pytest.mark.parametrize("depth", [1, 2, 3, 7, 16])
def test_tents_to_the_last_bit(depth):
    line = broken_line(tent(depth), (0, 1))
    knots = np.arange(2**depth + 1) / 2**depth
    np.testing.assert_array_equal(line.knots, knots)
    np.testing.assert_array_equal(line.values, np.arange(2**depth + 1) % 2)
    assert tent(depth).widths == (2,) * depth
    np.testing.assert_array_equal(tent(depth)(knots), line.values)
    # Composed by hand, in the tent map's own words.
    x = np.arange(0, 1, 2.0**-20)[:: 2**4]
    y = x
    for _ in range(depth):
        y = np.where(y <= 0.5, 2 * y, 2 - 2 * y)
    np.testing.assert_array_equal(tent(depth)(x), y)


@pytest.mark.parametrize("depth", [1, 3, 10])
def test_one_layer_needs_as_many_neurons_as_pieces(depth):
    x = np.arange(4097) / 4096
    np.testing.assert_array_equal(zigzag(2**depth)(x), tent(depth)(x))
    assert zigzag(2**depth).widths == (2**depth,)
    assert len(broken_line(tent(depth), (0, 1))) == 2**depth <= most_pieces((2,) * depth)


@pytest.mark.parametrize("domain", [(-1, 1), (-8, 8), (0, 1), (2, 4), (-10, 10), (-7, 1), (100, 101), (2, 5)])
@pytest.mark.parametrize("tents", [1, 2, 3, 5, 8])
def test_a_deep_square_is_the_best_line(domain, tents):
    network = deep_square(domain, tents=tents)
    pieces = 2 ** (tents + 1)
    line = broken_line(network, domain)
    centered = domain[0] == -domain[1]
    assert sum(network.widths) == 3 * tents + (1 if centered else 2)
    assert len(network.widths) == tents + 1
    assert len(line) == pieces
    floor = parabola_floor(domain, pieces=pieces)
    room = 16 * np.finfo(float).eps * max(abs(domain[0]), abs(domain[1])) ** 2
    assert sup_error(network, TARGETS["square"], domain) == pytest.approx(floor, rel=0, abs=room)
    assert line.knots == pytest.approx(np.linspace(*domain, pieces + 1), abs=1e-9)


@pytest.mark.parametrize("domain", [(-1, 1), (-8, 8), (0, 2), (-6, 2)])
@pytest.mark.parametrize("tents", [1, 3, 8])
def test_a_dyadic_deep_square_is_exact(domain, tents):
    """Equality, not closeness: knots, heights, and the error, in rational arithmetic."""
    network = deep_square(domain, tents=tents)
    pieces = 2 ** (tents + 1)
    knots, slopes = exact_line(network, *domain)
    step = Fraction(domain[1] - domain[0], pieces)
    assert knots == [domain[0] + i * step for i in range(pieces + 1)]
    assert slopes == [u + v for u, v in itertools.pairwise(knots)]
    assert network(np.array(knots, float)).tolist() == [float(t * t - step * step / 8) for t in knots]


def test_sixteen_neurons_are_worth_sixty_four_pieces():
    network = deep_square((-10, 10), tents=5)
    assert (network.widths, network.parameters) == ((2, 2, 3, 3, 3, 3), 59)
    assert pieces_worth(sup_error(network, TARGETS["square"], (-10, 10)), TARGETS["square"], (-10, 10)) == (
        pytest.approx(64, rel=1e-9)
    )
    deeper = deep_square((-10, 10), tents=8)
    assert (sum(deeper.widths), deeper.parameters) == (25, 95)
    assert pieces_worth(sup_error(deeper, TARGETS["square"], (-10, 10)), TARGETS["square"], (-10, 10)) == (
        pytest.approx(512, rel=1e-9)
    )
    assert sup_error(deep_square((-1, 1), tents=4), TARGETS["square"], (-1, 1)) == chord_error(4) / 2


@pytest.mark.parametrize("tents", [1, 2, 4])
@pytest.mark.parametrize("radius", [1, 8, 10])
def test_products(radius, tents):
    network = deep_product(radius, tents=tents)
    n = 2**tents
    assert sum(network.widths) == 6 * tents + 2
    box = ((-radius, radius), (-radius, radius))
    regions = linear_regions(network, box)
    assert regions.pieces == 2 * n * (n + 1)
    # On a tile the network less xy is a saddle, so on each side of it a parabola that is 0 at no end, or convex: what
    # is farthest lies on a side, in the middle or at an end of it.
    worst = 0.0
    for polygon, gradient, offset in zip(regions.polygons, regions.gradients, regions.offsets, strict=True):
        after = np.roll(polygon, -1, axis=0)
        for points in (polygon, (polygon + after) / 2):
            worst = max(worst, np.abs(points @ gradient + offset - points.prod(axis=1)).max())
    assert worst == pytest.approx(radius**2 * chord_error(tents), rel=1e-12)
    rng = np.random.default_rng(tents)
    points = rng.uniform(-radius, radius, (10_000, 2))
    assert np.abs(network(points) - points.prod(axis=1)).max() <= worst * (1 + 1e-12)


def test_products_of_whole_numbers_are_exact():
    across, up = np.meshgrid(np.arange(-8, 9), np.arange(-8, 9))
    times = deep_product(8, tents=4)
    np.testing.assert_array_equal(times(np.stack([across, up], axis=-1)), across * up)


def test_bad_input_is_named():
    for depth in (0, 51, 2.0, True):
        with pytest.raises((TypeError, ValueError), match="depth must be"):
            tent(depth)
    with pytest.raises(ValueError, match="tents must be at most 25"):
        deep_square((0, 1), tents=26)
    with pytest.raises(ValueError, match=r"domain must be \(a, b\) with a < b"):
        deep_square((1, 0), tents=3)
    for radius in (0, -1, math.nan):
        with pytest.raises(ValueError, match="radius must be"):
            deep_product(radius, tents=3)
