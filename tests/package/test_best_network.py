"""The best network: closed forms for the parabola, and what polishing makes of a trained network."""

import numpy as np
import pytest
import torch
from problems import by_hand
from scipy.optimize import minimize
from torch import nn

from reluapprox import (
    TARGETS,
    BestNetwork,
    BrokenLine,
    Network,
    best_broken_line,
    best_network,
    interpolant,
    pieces,
    polish,
    sup_error,
    train,
)

SQUARE = TARGETS["square"]


@pytest.mark.parametrize(
    ("neurons", "error"), [(1, 1 / 2), (2, 1 / 18), (3, 1 / 18), (4, 1 / 50), (6, 1 / 98), (8, 1 / 162)]
)
def test_the_parabola_around_zero(neurons, error):
    best = best_network(SQUARE, (-1, 1), neurons=neurons)
    assert best.error == pytest.approx(error, rel=1e-9)
    assert best.error == sup_error(best.line, SQUARE, (-1, 1))
    assert best.network.widths[0] <= neurons
    assert best.network(best.line.knots) == pytest.approx(best.line.values, abs=1e-12)
    if neurons % 2 == 0:
        assert best.lower_bound == pytest.approx(error, rel=1e-9)
        assert "is flat" in best.case
    else:
        assert best.case == "as many pieces as neurons"


@pytest.mark.parametrize("neurons", [1, 2, 3, 5])
def test_the_parabola_beside_zero(neurons):
    # The first piece is flat: half of the 2N + 1 pieces on [-1, 1].
    best = best_network(SQUARE, (0, 1), neurons=neurons)
    assert best.error == pytest.approx(1 / (2 * (2 * neurons + 1) ** 2), rel=1e-9)
    assert best.line.kinks == pytest.approx((2 * np.arange(1, neurons + 1) - 1) / (2 * neurons + 1), abs=1e-6)
    assert best.case == f"one piece more: piece 1 of {neurons + 1} is flat"


@pytest.mark.parametrize("name", ["sine", "exponential", "Runge", "wavy", "square root"])
@pytest.mark.parametrize("neurons", [1, 2, 3])
def test_no_network_trained_from_many_starts_is_better(name, neurons):
    target = TARGETS[name]
    best = best_network(target, neurons=neurons)
    assert best.lower_bound <= best.error
    assert best.network.widths[0] <= neurons
    a, b = target.domain
    assert sup_error(best.network, target) == pytest.approx(best.error, rel=1e-6)
    x = np.linspace(a, b, 300)
    y = target(x)

    def worst(z):
        w, bias, scale = z[: 3 * neurons].reshape(3, neurons)
        return np.abs(np.maximum(w[:, None] * x + bias[:, None], 0).T @ scale + z[-1] - y).max()

    for seed in range(6):
        rng = np.random.default_rng(seed)
        found = minimize(worst, rng.normal(size=3 * neurons + 1), method="Nelder-Mead", options={"maxfev": 3000})
        assert found.fun >= best.error * (1 - 5e-3)


def test_polishing_a_trained_network():
    x = np.arange(-10, 11)
    network = train(x, x * x, width=64, seed=0).network
    polished = polish(network, SQUARE)
    assert isinstance(polished, BestNetwork)
    assert polished.network.widths == (64,)
    assert polished.error <= 1.01 * best_broken_line(SQUARE, pieces=65).error
    assert sup_error(polished.network, SQUARE) == pytest.approx(polished.error, rel=1e-9)


def test_polishing_lines_and_deep_networks():
    chords = interpolant(SQUARE, np.linspace(-10, 10, 9))
    assert polish(chords, SQUARE).error == pytest.approx(sup_error(chords, SQUARE) / 2, rel=1e-12)
    assert polish(by_hand(4), SQUARE).error == pytest.approx(2, rel=1e-9)
    torch.manual_seed(0)
    deep = nn.Sequential(nn.Linear(1, 8), nn.ReLU(), nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 1))
    count = len(pieces(deep, SQUARE.domain))
    assert polish(deep, SQUARE).error == best_broken_line(SQUARE, pieces=count).error


def test_many_neurons():
    best = best_network(TARGETS["sine"], neurons=30)
    assert best.lower_bound <= best.error <= best_broken_line(TARGETS["sine"], pieces=30).error
    assert best.network.widths[0] <= 30


def test_bad_input_is_named():
    for bad in (0, -3):
        with pytest.raises(ValueError, match="neurons must be at least 1"):
            best_network(SQUARE, neurons=bad)
    with pytest.raises(TypeError, match="neurons must be a whole number"):
        best_network(SQUARE, neurons=2.0)
    with pytest.raises(TypeError, match="target must be"):
        best_network("square", (0, 1), neurons=2)
    with pytest.raises(TypeError, match="approximation must be a BrokenLine, a Network or an nn"):
        polish(3, SQUARE)
    with pytest.raises(ValueError, match="one input and one output"):
        polish(Network([[[1, 1]]], [[0]]), SQUARE)
    assert polish(BrokenLine([-10, 10], [0, 0]), SQUARE).error == pytest.approx(50)
