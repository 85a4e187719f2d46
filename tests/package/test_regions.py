import math
import time
from fractions import Fraction

import numpy as np
import pytest
import shapely
import torch
from hypothesis import given, settings
from problems import network_as_drawn, small_networks
from torch import nn

from reluapprox import Network, linear_regions

BOX = ((-1.0, 1.0), (-1.0, 1.0))


def planar(rng, *widths):
    return network_as_drawn(rng, 2, widths)


def exact_regions(network, box):
    """Pattern → (area, gradient), every region by itself, in rational arithmetic: half-planes cut it out."""

    def cut(polygon, plane):
        """The part of a polygon where a plane is positive."""
        kept = []
        values = [plane[0] * x + plane[1] * y + plane[2] for x, y in polygon]
        for (p, u), (q, v) in zip(
            zip(polygon, values, strict=True),
            zip(polygon[1:] + polygon[:1], values[1:] + values[:1], strict=True),
            strict=True,
        ):
            if u >= 0:
                kept.append(p)
            if u * v < 0:
                t = u / (u - v)
                kept.append((p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])))
        return kept

    def area(polygon):
        return sum(p[0] * q[1] - q[0] * p[1] for p, q in zip(polygon, polygon[1:] + polygon[:1], strict=True)) / 2

    (a, b), (c, d) = ((Fraction(u), Fraction(v)) for u, v in box)
    one, zero = Fraction(1), Fraction(0)
    found = [([(a, c), (b, c), (b, d), (a, d)], (), [(one, zero, zero), (zero, one, zero)])]
    layers = list(zip(network.weights, network.biases, strict=True))
    for number, (w, bias) in enumerate(layers):
        after = []
        for polygon, pattern, channels in found:
            planes = [
                tuple(
                    sum((Fraction(float(k)) * f[i] for k, f in zip(row, channels, strict=True)), zero)
                    + (Fraction(float(shift)) if i == 2 else 0)
                    for i in range(3)
                )
                for row, shift in zip(w, bias, strict=True)
            ]
            if number == len(layers) - 1:
                after.append((polygon, pattern, planes))
                continue
            parts = [(polygon, ())]
            for plane in planes:
                minus = tuple(-c for c in plane)
                halves = [(cut(p, side), (*on, side is plane)) for p, on in parts for side in (plane, minus)]
                # On a neuron that is 0 everywhere both halves are the whole; it is not active there.
                parts = [(p, on) for p, on in halves if area(p) > 0 and (any(plane) or not on[-1])]
            for part, on in parts:
                passed = [f if active else (zero, zero, zero) for f, active in zip(planes, on, strict=True)]
                after.append((part, pattern + on, passed))
        found = after
    return {pattern: (float(area(p)), tuple(map(float, planes[0]))) for p, pattern, planes in found}


@settings(max_examples=300, deadline=None)
@given(small_networks(inputs=2))
def test_against_rational_arithmetic(network):
    regions = linear_regions(network, BOX)
    expected = exact_regions(network, BOX)
    assert len(regions) == len(expected)
    for pattern, area, gradient, offset in zip(
        regions.patterns.tolist(), regions.areas, regions.gradients, regions.offsets, strict=True
    ):
        exact_area, plane = expected[tuple(pattern)]
        assert area == pytest.approx(exact_area, rel=1e-12, abs=1e-14)
        assert [*gradient, offset] == pytest.approx(plane, rel=1e-12, abs=1e-12)


SHAPES = [(16,), (64,), (16, 16), (8, 8, 8, 8), (32, 32, 32), (3, 2, 5)]


@pytest.mark.parametrize("widths", SHAPES)
@pytest.mark.parametrize("seed", range(3))
def test_the_regions_tile_the_box(widths, seed):
    box = ((-3.0, 1.0), (0.5, 2.5))
    network = planar(np.random.default_rng(seed), *widths)
    regions = linear_regions(network, box)
    assert regions.areas.sum() == pytest.approx(8, rel=1e-12)
    shapes = [shapely.Polygon(polygon) for polygon in regions.polygons]
    assert shapely.area(shapes) == pytest.approx(regions.areas, rel=1e-12, abs=1e-15)
    assert all(shape.is_valid and shape.exterior.is_ccw for shape in shapes)
    # No two overlap.
    tree = shapely.STRtree(shapes)
    one, other = tree.query(shapes, predicate="overlaps")
    assert shapely.area(shapely.intersection(np.array(shapes)[one], np.array(shapes)[other])).sum() < 1e-11
    # The values are those of the network, and of the plane.
    for polygon, values, gradient, offset in zip(
        regions.polygons, regions.values, regions.gradients, regions.offsets, strict=True
    ):
        forward = network(polygon)
        assert np.abs(values - forward).max() <= 1e-12 * max(np.abs(forward).max(), 1e-3)
        assert values == pytest.approx(polygon @ gradient + offset, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("widths", SHAPES)
def test_against_the_patterns_on_a_dense_grid(widths):
    network = planar(np.random.default_rng(7), *widths)
    regions = linear_regions(network, BOX)
    grid = np.stack(np.meshgrid(np.linspace(-1, 1, 701), np.linspace(-1, 1, 701)), axis=-1).reshape(-1, 2)
    hidden = torch.tensor(grid)
    patterns = []
    for layer in network.to_torch():
        hidden = layer(hidden)
        if isinstance(layer, nn.ReLU):
            patterns.append(hidden.detach().numpy() > 0)
    on_grid = np.concatenate(patterns, axis=1)
    seen = {row.tobytes() for row in on_grid}
    known = {row.tobytes(): i for i, row in enumerate(regions.patterns)}
    assert len(known) == len(regions)
    assert seen <= set(known)
    # And those that the grid did not see are too thin for it.
    missed = [i for row, i in known.items() if row not in seen]
    thickness = 2 * regions.areas / [np.ptp(polygon, axis=0).max() for polygon in regions.polygons]
    assert (thickness[missed] < 3 * 2 / 700).all()
    assert regions.at(grid[:2000]).tolist() == [known[row.tobytes()] for row in on_grid[:2000]]


@pytest.mark.parametrize("neurons", [1, 2, 3, 7, 20, 60])
def test_one_layer_on_a_box_that_holds_all_crossings(neurons):
    """Zaslavsky (1975): lines in general position."""
    rng = np.random.default_rng(neurons)
    angles = (np.arange(neurons) + 0.2 + 0.6 * rng.random(neurons)) * np.pi / neurons
    network = Network(
        [np.stack([np.cos(angles), np.sin(angles)], axis=1), np.ones((1, neurons))], [rng.normal(size=neurons), [0]]
    )
    far = ((-1e4, 1e4), (-1e4, 1e4))
    assert len(linear_regions(network, far)) == 1 + neurons + math.comb(neurons, 2)


@pytest.mark.parametrize("rows", [1, 5, 64])
def test_parallel_and_repeated_lines(rows):
    x = np.linspace(-0.9, 0.9, rows)
    weights, biases = np.tile([[1.0, 0.0]], (rows, 1)), -x
    stripes = linear_regions(Network([weights, np.ones((1, rows))], [biases, [0]]), BOX)
    assert len(stripes) == stripes.pieces == rows + 1
    twice = Network([np.tile(weights, (2, 1)), np.ones((1, 2 * rows))], [np.tile(biases, 2), [0]])
    assert len(linear_regions(twice, BOX)) == rows + 1
    opposite = Network([np.concatenate([weights, -weights]), np.ones((1, 2 * rows))], [np.concatenate([-x, x]), [0]])
    assert len(linear_regions(opposite, BOX)) == rows + 1


@pytest.mark.parametrize("lines", [2, 3, 12, 48])
def test_lines_through_one_point(lines):
    angles = np.arange(lines) * np.pi / lines + 0.1
    at = np.array([0.3, -0.2])
    weights = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    regions = linear_regions(Network([weights, np.ones((1, lines))], [-weights @ at, [0]]), BOX)
    assert len(regions) == 2 * lines
    assert regions.areas.sum() == pytest.approx(4, rel=1e-12)


def test_lines_along_the_box():
    sides = Network([[[1, 0], [-1, 0], [0, 1], [1, 1]], [[1, 1, 1, 1]]], [[-1, -1, 1, -2], [0]])
    assert len(linear_regions(sides, BOX)) == 1
    assert linear_regions(sides, BOX).areas.tolist() == [4.0]


def test_dead_layers_and_zero_weights():
    dead = Network([[[1, 0], [0, 1]], [[0, 0], [-1, -1]], [[1, 1]]], [[0, 0], [0, -1], [3]])
    regions = linear_regions(dead, BOX)
    assert len(regions) == 4
    assert regions.pieces == 1
    assert regions.gradients.tolist() == [[0, 0]] * 4
    assert regions.offsets.tolist() == [3] * 4
    affine = linear_regions(Network([[[2, -1]]], [[1]]), BOX)
    assert (len(affine), affine.pieces, affine.gradients.tolist(), affine.offsets.tolist()) == (1, 1, [[2, -1]], [1])
    assert affine.patterns.shape == (1, 0)


def test_pieces_are_not_patterns():
    """relu(x) − relu(−x) is x: two patterns, one piece. And two equal planes that do not meet are two pieces."""
    identity = Network([[[1, 0], [-1, 0]], [[1, -1]]], [[0, 0], [0]])
    assert (len(linear_regions(identity, BOX)), linear_regions(identity, BOX).pieces) == (2, 1)
    hat = Network([[[1, 0], [1, 0], [1, 0]], [[1, -2, 1]]], [[0.5, 0, -0.5], [0]])
    assert (len(linear_regions(hat, BOX)), linear_regions(hat, BOX).pieces) == (4, 4)
    deep = planar(np.random.default_rng(0), 8, 8)
    assert 1 < linear_regions(deep, BOX).pieces <= len(linear_regions(deep, BOX))


def test_the_neurons_that_make_the_sides():
    network = planar(np.random.default_rng(3), 6, 5)
    regions = linear_regions(network, BOX)
    for polygon, neurons in zip(regions.polygons, regions.neurons, strict=True):
        for i, neuron in enumerate(neurons):
            middle = (polygon[i] + polygon[(i + 1) % len(polygon)]) / 2
            hidden, values = middle, []
            for w, b in zip(network.weights[:-1], network.biases[:-1], strict=True):
                hidden = w @ hidden + b
                values += hidden.tolist()
                hidden = np.maximum(hidden, 0)
            if neuron < 0:
                assert np.abs(np.abs(middle) - 1).min() < 1e-15
            else:
                assert abs(values[neuron]) < 1e-14


def test_points_on_sides_and_corners():
    network = planar(np.random.default_rng(5), 12, 12)
    regions = linear_regions(network, BOX)
    which = regions.at(regions.vertices)
    on_plane = (regions.gradients[which] * regions.vertices).sum(axis=1) + regions.offsets[which]
    assert on_plane == pytest.approx(network(regions.vertices), abs=1e-12)
    assert regions.at([0.0, 0.0]).shape == ()
    with pytest.raises(ValueError, match=r"points must lie in the box .* got \[0.0, 1.5\]"):
        regions.at([[0, 0], [0, 1.5]])
    with pytest.raises(ValueError, match=r"points must have shape \(..., 2\), got \(3,\)"):
        regions.at([1, 2, 3])


@pytest.mark.parametrize("widths", SHAPES)
def test_the_level_set_is_the_boundary_of_what_is_above(widths):
    network = planar(np.random.default_rng(13), *widths)
    regions = linear_regions(network, BOX)
    values = np.concatenate(regions.values)
    level = float(values.min() + 0.6 * np.ptp(values))
    segments = regions.level_set(level)
    assert np.abs(network(segments) - level).max() < 1e-13
    # Green's theorem: with the box's own sides above the level, they enclose the area above it.
    above = sum(
        shapely.Polygon(cut).area
        for polygon, values in zip(regions.polygons, regions.values, strict=True)
        if len(cut := above_level(polygon, values - level)) > 2
    )
    middles, along = segments.mean(axis=1), np.diff(segments, axis=1)[:, 0]
    normals = np.stack([along[:, 1], -along[:, 0]], axis=1)
    flux = (middles * normals).sum() / 2
    t = np.linspace(-1, 1, 400_001)
    t = (t[1:] + t[:-1]) / 2
    one = np.ones_like(t)
    for side in ((one, t), (-one, t), (t, one), (t, -one)):
        flux += (network(np.stack(side, axis=-1)) > level).mean()
    assert flux == pytest.approx(above, abs=1e-4)


def above_level(polygon, values):
    kept = []
    for i in range(len(polygon)):
        j = (i + 1) % len(polygon)
        if values[i] > 0:
            kept.append(polygon[i])
        if (values[i] > 0) != (values[j] > 0):
            kept.append(polygon[i] + values[i] / (values[i] - values[j]) * (polygon[j] - polygon[i]))
    return kept


def test_a_plateau_at_the_level_is_outlined_once():
    hill = Network([[[1, 0], [-1, 0]], [[1, 1]]], [[-0.5, -0.5], [0]])
    segments = linear_regions(hill, BOX).level_set()
    assert sorted(segments[:, :, 0].tolist()) == [[-0.5, -0.5], [0.5, 0.5]]
    # Above is on the left.
    assert [bool(s[1, 1] > s[0, 1]) for s in segments if s[0, 0] > 0] == [False]


def test_far_from_the_origin_and_tiny():
    network = planar(np.random.default_rng(2), 16, 16)
    for size, at in ((1e-6, 0.3), (1e3, 0.0), (2.0, 500.0)):
        box = ((at - size, at + size), (at - size / 2, at + size / 2))
        regions = linear_regions(network, box)
        assert regions.areas.sum() == pytest.approx(2 * size**2, rel=1e-12)
        assert len(regions) >= 1


def test_from_torch_and_deterministic():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1))
    one, two = linear_regions(model, BOX), linear_regions(Network.from_torch(model), BOX)
    np.testing.assert_array_equal(one.vertices, two.vertices)
    assert repr(one) == f"{len(one)} activation regions of a 2 → 8 → 1 ReLU network, 33 parameters on [-1, 1] × [-1, 1]"


def test_many_regions_in_little_memory_and_time():
    network = planar(np.random.default_rng(0), 96, 96)
    start = time.perf_counter()
    regions = linear_regions(network, ((-2, 2), (-2, 2)))
    assert time.perf_counter() - start < 20
    assert len(regions) > 5000
    assert regions.areas.sum() == pytest.approx(16, rel=1e-12)


def test_too_many_regions_are_refused_before_they_fill_the_memory():
    rng = np.random.default_rng(0)
    wide = Network([rng.normal(size=(4000, 2)), np.ones((1, 4000))], [rng.normal(size=4000), [0]])
    with pytest.raises(ValueError, match=r"network must have fewer regions on the box .* of 4000 neurons each"):
        linear_regions(wide, BOX)
    # Where it is cut less often, it is divided.
    assert len(linear_regions(wide, ((0, 0.01), (0, 0.01)))) > 100


@pytest.mark.parametrize(
    ("network", "box", "error", "message"),
    [
        (Network([[[1.0]]], [[0]]), BOX, ValueError, "two inputs and one output, got a 1 → 1"),
        (Network([[[1, 1], [1, 2]]], [[0, 0]]), BOX, ValueError, "two inputs and one output, got a 2 → 2"),
        (np.sin, BOX, TypeError, "network must be a Network or an nn.Sequential, got ufunc"),
        (Network([[[1, 1]]], [[0]]), (-1, 1), ValueError, r"box\[0\] must be two numbers"),
        (Network([[[1, 1]]], [[0]]), 3, ValueError, "box must be two intervals"),
        (Network([[[1, 1]]], [[0]]), ((-1, 1), (1, 1)), ValueError, r"box\[1\] must be \(a, b\) with a < b"),
        (Network([[[1, 1]]], [[0]]), ((-1, np.inf), (0, 1)), ValueError, r"box\[0\] must be finite"),
    ],
)
def test_bad_input_is_named(network, box, error, message):
    with pytest.raises(error, match=message):
        linear_regions(network, box)
