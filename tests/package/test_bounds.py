import math

import numpy as np
import pytest
import torch
from problems import SMOOTH
from torch import nn

from reluapprox import (
    Network,
    best_broken_line,
    bowl_floor,
    broken_line,
    chord_error,
    depth_separation,
    free_knot_rate,
    kinks_at_start,
    linear_regions,
    most_pieces,
    most_regions,
    parabola_floor,
    reachable_regions,
)


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("norm", ["sup", "rms"])
def test_the_free_knot_rate_is_what_the_best_lines_tend_to(name, norm):
    problem, pieces = SMOOTH[name], 400
    rate = free_knot_rate(problem.second, problem.target.domain, pieces=pieces, norm=norm)
    assert best_broken_line(problem.target, pieces=pieces, norm=norm).error == pytest.approx(rate, rel=0.02)


def test_the_floor_of_the_bowl_is_that_of_balls_as_large_as_the_tiles():
    for tiles in (1, 7, 10**9):
        assert bowl_floor((-3, 5), inputs=1, tiles=tiles) == pytest.approx(parabola_floor((-3, 5), pieces=tiles))
        # Balls of other dimensions, each from the one two below.
        content, of_one = {0: 1.0, 1: 2.0}, (-1, 1)
        for d in range(2, 60):
            content[d] = content[d - 2] * 2 * math.pi / d
            radius = math.sqrt(2 * bowl_floor(of_one, inputs=d, tiles=tiles))
            assert tiles * content[d] * radius**d == pytest.approx(2.0**d, rel=1e-9)
    assert 0 < bowl_floor((-1, 1), inputs=10_000, tiles=most_regions(64, 10_000)) < math.inf


def test_no_network_beats_the_floor_of_the_bowl():
    rng = np.random.default_rng(0)
    at = np.stack(np.meshgrid(*2 * [np.linspace(-1, 1, 201)]), axis=-1).reshape(-1, 2)
    for _ in range(20):
        rows, biases = rng.normal(size=(30, 2)), rng.normal(size=30) / 2
        features = np.column_stack([np.ones(len(at)), np.maximum(0, at @ rows.T + biases)])
        heights = np.linalg.lstsq(features, (at**2).sum(axis=1), rcond=None)[0]
        network = Network([rows, heights[None, 1:]], [biases, heights[:1]])
        tiles = len(linear_regions(network, ((-1, 1), (-1, 1))))
        error = np.abs(network(at).ravel() - (at**2).sum(axis=1)).max()
        assert error > bowl_floor((-1, 1), inputs=2, tiles=tiles)


def test_regions_of_one_layer():
    for n in range(1, 6):
        for d in range(1, 8):
            # Sign patterns of so many random hyperplanes, by a count that does not know the formula.
            rows = (
                1 if n == 0 else most_regions(n - 1, d) + (most_regions(n - 1, d - 1) if d > 1 else 1) if n > 1 else 2
            )
            assert most_regions(n, d) == rows
    rng = np.random.default_rng(0)
    network = Network([rng.normal(size=(9, 2)), np.ones((1, 9))], [rng.normal(size=9), [0]])
    assert len(linear_regions(network, ((-1e5, 1e5), (-1e5, 1e5)))) == most_regions(9, 2) == 46


def test_pieces_of_a_deep_network_stay_below_the_most():
    for seed in range(20):
        torch.manual_seed(seed)
        model = nn.Sequential(nn.Linear(1, 4), nn.ReLU(), nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 1))
        assert len(broken_line(model, (-50, 50))) <= most_pieces((4, 3)) == 20
    # One layer folds the line three times over [0, 1]; the second folds each of the three pieces three times.
    fold = [[3], [6], [6]]
    saw = [[1.0, -1.0, 1.0]]
    three = Network([fold, np.array(fold) @ saw, saw], [[0, -2, -4], [0, -2, -4], [0]])
    assert len(broken_line(three, (-1, 2))) <= most_pieces((3, 3)) == 16
    assert len(broken_line(three, (0, 1))) == 9


def test_regions_that_some_network_reaches():
    assert reachable_regions((8,), 2) == most_regions(8, 2)
    assert reachable_regions((4, 4), 2) == 4 * 11
    assert reachable_regions((3, 3), 1) == 12 <= most_pieces((3, 3))
    with pytest.raises(ValueError, match="widths must each be at least inputs = 3, got"):
        reachable_regions((4, 2), 3)


@pytest.mark.parametrize("domain", [(-10, 10), (-1, 1), (0, 0.5), (2, 7), (-3, 0.25)])
def test_kinks_at_the_start_are_as_many_as_pytorch_draws(domain):
    torch.manual_seed(0)
    layer = nn.Linear(1, 400_000)
    kinks = (-layer.bias / layer.weight[:, 0]).detach().numpy()
    inside = ((domain[0] < kinks) & (kinks < domain[1])).mean()
    assert kinks_at_start(1, domain) == pytest.approx(inside, abs=4 * math.sqrt(0.25 / 400_000))


def test_chords_and_depth():
    x = np.linspace(0, 1, 2**12 + 1)
    for tents in range(5):
        chords = np.interp(x, np.arange(2**tents + 1) / 2**tents, (np.arange(2**tents + 1) / 2**tents) ** 2)
        assert (chords - x**2).max() == chord_error(tents)
    assert depth_separation(2) == (24, 36, 2, 4, 1 / 64)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: most_regions(0, 2), "neurons must be at least 1"),
        (lambda: most_regions(2, 0), "inputs must be at least 1"),
        (lambda: most_pieces(()), "widths must be at least one"),
        (lambda: kinks_at_start(3, (1, 1)), "domain must be"),
        (lambda: chord_error(-1), "tents must be at least 0"),
        (lambda: depth_separation(0), "k must be at least 1"),
        (lambda: free_knot_rate(2.0, (0, 1), pieces=2), "second must be callable"),
        (lambda: free_knot_rate(abs, (0, 1), pieces=2, norm="max"), 'norm must be "sup" or "rms"'),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()
