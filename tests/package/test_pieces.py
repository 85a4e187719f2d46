import time
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import by_hand, exact_line, random_network, small, small_networks
from torch import nn

from reluapprox import BrokenLine, Network, broken_line, broken_lines, train_many


def layers(width):
    """Networks of one hidden layer of this width, with small half-integer weights."""
    numbers = st.lists(small, min_size=width, max_size=width)
    return st.builds(Network.from_hinges, numbers, numbers, numbers, small)


@settings(max_examples=300, deadline=None)
@given(small_networks())
def test_against_rational_arithmetic(network):
    line = broken_line(network, (-3, 3))
    knots, slopes = exact_line(network, -3, 3)
    assert len(line) == len(slopes)
    np.testing.assert_allclose(line.knots, [float(t) for t in knots], rtol=0, atol=1e-12)
    np.testing.assert_allclose(line.slopes, [float(m) for m in slopes], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("depth", "width"), [(1, 12), (2, 8), (3, 6), (5, 4)])
@pytest.mark.parametrize("seed", range(3))
def test_random_weights_against_rational_arithmetic(depth, width, seed):
    network = random_network(np.random.default_rng(seed), depth, width)
    knots, slopes = exact_line(network, -2, 2)
    line = broken_line(network, (-2, 2))
    assert len(line) == len(slopes)
    np.testing.assert_allclose(line.knots, [float(t) for t in knots], rtol=0, atol=1e-13)


@pytest.mark.parametrize("depth", range(1, 11))
def test_deep_networks_against_a_million_points(depth):
    network = random_network(np.random.default_rng(depth), depth, 64)
    line = broken_line(network, (-10, 10))
    x = np.linspace(-10, 10, 1_000_001)
    # In parts, since a layer of a million times 64 numbers takes longer to find room for than to compute.
    y = np.concatenate([network(part) for part in np.array_split(x, 100)])
    assert np.abs(line(x) - y).max() <= 1e-12 * np.abs(y).max()
    # Where the grid's own slope changes by more than rounding can, there is a kink within one step.
    bend = np.abs(np.diff(y, 2))
    seen = x[1:-1][bend > 1e-13 * max(1.0, np.abs(y).max())]
    nearest = np.abs(line.kinks[np.clip(np.searchsorted(line.kinks, seen), 0, len(line.kinks) - 1)] - seen)
    before = np.abs(line.kinks[np.clip(np.searchsorted(line.kinks, seen) - 1, 0, len(line.kinks) - 1)] - seen)
    assert len(seen) > 10
    assert np.minimum(nearest, before).max() <= 1.001 * (x[1] - x[0])


def test_the_line_equals_the_network_at_its_knots_to_the_last_bit():
    network = random_network(np.random.default_rng(0), 4, 16)
    line = broken_line(network, (-5, 5))
    np.testing.assert_array_equal(line.values, network(line.knots))
    assert line.domain == (-5, 5)


def test_bends_that_cancel_are_no_knots():
    identity = Network.from_hinges([1, -1], [0, 0], [1, -1])
    assert len(broken_line(identity, (-1, 1))) == 1
    # Three times the number that is written 0.1 is not the one that is written 0.3: these do not quite cancel.
    assert len(broken_line(Network.from_hinges([0.1, 1], [0, 0], [3, -0.3]), (-1, 1))) == 2
    assert len(broken_line(Network.from_hinges([0.125, 1], [0, 0], [3, -0.375]), (-1, 1))) == 1
    # A neuron that nothing listens to.
    deaf = Network([[[1.0], [1.0]], [[1.0, 0.0]]], [[0.0, -0.5], [0.0]])
    np.testing.assert_array_equal(broken_line(deaf, (-1, 1)).knots, [-1, 0, 1])


def test_kinks_that_rounding_cannot_tell_apart_are_one():
    network = Network.from_hinges([3, 0.3], [-1, -0.1], [1, 1])
    assert len(broken_line(network, (-1, 1))) == 2


def test_a_dead_network_is_one_flat_piece():
    line = broken_line(Network.from_hinges([1], [-5], [1], 2.0), (-1, 1))
    assert len(line) == 1
    np.testing.assert_array_equal(line.values, [2, 2])


def test_domains_of_every_size_and_place():
    network = by_hand(4)
    assert len(broken_line(network, (1e8, 2e8))) == 1
    assert len(broken_line(network, (1.0, 1.0 + 1e-15))) == 1
    wide = broken_line(network, (-1e8, 1e8))
    assert len(wide) == 5
    np.testing.assert_allclose(wide.kinks, np.sort(network.hinges((-1, 1)).kinks), rtol=1e-12)
    tiny = Network.from_hinges([1.0], [-1e-9], [1.0])
    np.testing.assert_allclose(broken_line(tiny, (0, 2e-9)).kinks, [1e-9])


def test_a_module_will_do():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(1, 8), nn.ReLU(), nn.Linear(8, 1))
    np.testing.assert_array_equal(
        broken_line(module, (-1, 1)).knots, broken_line(Network.from_torch(module), (-1, 1)).knots
    )


@pytest.mark.parametrize(
    ("network", "domain", "error", "message"),
    [
        (Network([[[1, 1]]], [[0]]), (-1, 1), ValueError, "one input and one output, got a 2 → 1 ReLU network"),
        (Network([[[1], [1]]], [[0, 0]]), (-1, 1), ValueError, "got a 1 → 2 ReLU network"),
        (nn.Sequential(nn.Linear(1, 1), nn.GELU()), (-1, 1), TypeError, "layer 1 .* got .*GELU"),
        (lambda x: x, (-1, 1), TypeError, "network must be a Network or an nn.Sequential, got function"),
        (by_hand(1), (1, -1), ValueError, "domain must be"),
        (by_hand(1), (0, np.inf), ValueError, "domain must be finite"),
        (by_hand(1), 3, ValueError, "domain must be two numbers"),
        (by_hand(1), None, TypeError, "domain must be real numbers"),
    ],
)
def test_bad_input_is_named(network, domain, error, message):
    with pytest.raises(error, match=message):
        broken_line(network, domain)


@pytest.mark.parametrize(("depth", "width"), [(20, 64), (24, 32), (30, 16)])
def test_very_deep_networks_keep_their_kinks(depth, width):
    rng = np.random.default_rng(depth)
    sizes = [1, *[width] * depth, 1]
    weights = [rng.normal(0, np.sqrt(2 / n), (m, n)) for n, m in pairwise(sizes)]
    network = Network(weights, [rng.normal(0, 0.1, m) for m in sizes[1:]])
    line = broken_line(network, (-1, 1))
    x = np.linspace(-1, 1, 20_001)
    y = network(x)
    assert np.abs(line(x) - y).max() <= 1e-12 * np.abs(y).max()


def test_a_domain_may_end_at_a_kink():
    for seed in range(200):
        network = random_network(np.random.default_rng(seed), 2, 4)
        kinks = broken_line(network, (-3, 3)).kinks
        for kink in kinks:
            line = broken_line(network, (kink - 1, kink))
            assert line.domain == (kink - 1, kink)
            x = np.linspace(kink - 1, kink, 50)
            np.testing.assert_allclose(line(x), network(x), rtol=0, atol=1e-13)


def test_kinks_near_zero_are_told_apart_as_finely_as_floats_are():
    spike = Network.from_hinges([1, 1, 1], [0, -1e-15, -2e-15], [1e16, -2e16, 1e16])
    line = broken_line(spike, (-10, 10))
    np.testing.assert_allclose(line.kinks, [0, 1e-15, 2e-15], rtol=1e-15)
    assert line(1e-15) == pytest.approx(10)


@pytest.mark.parametrize("levels", [1, 5, 10, 14])
def test_tent_maps_fold_the_line_exactly(levels):
    fold = [[[2.0, -4.0]], [0.0]]
    weights, biases = [[[1.0], [1.0]]], [[0.0, -0.5]]
    for _ in range(levels - 1):
        weights.append([fold[0][0], fold[0][0]])
        biases.append([0.0, -0.5])
    line = broken_line(Network([*weights, fold[0]], [*biases, fold[1]]), (0, 1))
    np.testing.assert_array_equal(line.knots, np.arange(2**levels + 1) / 2**levels)
    np.testing.assert_array_equal(line.values, np.arange(2**levels + 1) % 2)


@pytest.mark.parametrize("neurons", [300, 2000, 20_000])
def test_wide_networks(neurons):
    """The kinks are those of the neurons; the heights, though not from a forward pass, are the network's."""
    rng = np.random.default_rng(neurons)
    network = random_network(rng, 1, neurons)
    start = time.perf_counter()
    line = broken_line(network, (-3, 3))
    assert time.perf_counter() - start < 1
    hinges = network.hinges((-3, 3))
    assert len(line) == hinges.bent.sum() + 1
    np.testing.assert_array_equal(line.kinks, np.sort(hinges.kinks[hinges.bent]))
    x = rng.uniform(-3, 3, 200)
    size = float(np.abs(network.terms(x)).sum(axis=-1).max())
    np.testing.assert_allclose(line(x), network(x), rtol=0, atol=1e-14 * size)


def test_many_lines_are_each_network_s():
    x = np.linspace(-10, 10, 21)
    runs = train_many(x, x**2, width=64, seeds=range(4), epochs=100, snapshot_epochs=range(0, 101, 10))
    networks = [network for epoch in runs.snapshots.values() for network in epoch]
    for line, network in zip(broken_lines(networks, (-10, 10)), networks, strict=True):
        alone = broken_line(network, (-10, 10))
        np.testing.assert_array_equal(line.knots, alone.knots)
        np.testing.assert_allclose(line.values, alone.values, rtol=0, atol=1e-12 * np.abs(alone.values).max())


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 5).flatmap(lambda n: st.lists(layers(n), min_size=1, max_size=5)))
def test_many_lines_where_kinks_coincide_and_cancel(networks):
    for line, network in zip(broken_lines(networks, (-3, 3)), networks, strict=True):
        alone = broken_line(network, (-3, 3))
        np.testing.assert_array_equal(line.knots, alone.knots)
        np.testing.assert_allclose(line.values, alone.values, rtol=0, atol=1e-13)


def test_many_lines_of_other_shapes():
    rng = np.random.default_rng(0)
    mixed = [random_network(rng, depth, width) for depth, width in ((1, 3), (1, 4), (3, 5))]
    assert broken_lines(mixed, (-2, 2)) == [broken_line(network, (-2, 2)) for network in mixed]
    assert broken_lines([], (0, 1)) == []
    with pytest.raises(TypeError, match="networks must be a list of networks, got Network"):
        broken_lines(mixed[0], (0, 1))
    with pytest.raises(TypeError, match=r"networks\[1\] must be a Network"):
        broken_lines([mixed[0], BrokenLine([0, 1], [0, 1])], (0, 1))
