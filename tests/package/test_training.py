import itertools

import numpy as np
import pytest
import torch
from torch import nn
from tqdm.std import tqdm

from reluapprox import Network, train

X = np.arange(-10, 11)
Y = X**2


def plain_loop(widths, epochs, rate, seed, x=X, y=Y):
    """As a reader would write it, from the top of any tutorial."""
    torch.manual_seed(seed)
    layers = []
    for n, m in itertools.pairwise(widths):
        layers += [nn.Linear(n, m), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    x = torch.tensor(x, dtype=torch.float32).reshape(len(x), -1)
    y = torch.tensor(y, dtype=torch.float32).reshape(len(y), -1)
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    losses = []
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        losses.append(loss.item())
        loss.backward()
        optimizer.step()
    return model, losses


@pytest.mark.parametrize("widths", [(1, 64, 1), (1, 8, 8, 1)])
def test_equals_the_plain_loop_bit_for_bit(widths):
    model, losses = plain_loop(widths, 200, 0.01, 3)
    run = train(X, Y, width=widths[1:-1], epochs=200, seed=3)
    assert run.losses[:-1].tolist() == losses
    for mine, theirs in zip(run.network.weights, Network.from_torch(model).weights, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    for mine, theirs in zip(run.network.biases, Network.from_torch(model).biases, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_the_same_seed_gives_the_same_bits_and_the_global_state_stays():
    torch.manual_seed(123)
    np.random.seed(123)  # noqa: NPY002 - the global state is what must not change
    torch_state, numpy_state = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    first, second, other = (train(X, Y, width=8, epochs=20, seed=s) for s in (5, 5, 6))
    assert torch.equal(torch_state, torch.get_rng_state())
    np.testing.assert_array_equal(numpy_state, np.random.get_state()[1])  # noqa: NPY002
    np.testing.assert_array_equal(first.losses, second.losses)
    assert first.losses[-1] != other.losses[-1]


def test_snapshots_are_the_networks_on_the_way():
    run = train(X, Y, width=8, epochs=30, seed=0, snapshot_epochs=(10, 20))
    assert list(run.snapshots) == [0, 10, 20, 30]
    for epoch, network in run.snapshots.items():
        on_the_way = train(X, Y, width=8, epochs=epoch, seed=0).network
        np.testing.assert_array_equal(network(X), on_the_way(X))
        assert np.mean((network(X) - Y) ** 2) == pytest.approx(run.losses[epoch], rel=1e-4)
    assert run.snapshots[30] is run.network
    assert run.losses.shape == (31,)
    with pytest.raises(TypeError):
        run.snapshots[0] = run.network


def test_several_inputs_and_outputs():
    rng = np.random.default_rng(0)
    run = train(rng.normal(size=(10, 2)), rng.normal(size=(10, 3)), width=(4, 5), epochs=3, seed=0)
    assert repr(run.network) == "2 → 4 → 5 → 3 ReLU network, 55 parameters"


def test_training_learns():
    run = train(X, Y, width=64, seed=0)
    assert run.losses[-1] < 1e-3 * run.losses[0]


def test_a_bar_appears_only_where_it_was_asked_for(capsys, monkeypatch):
    monkeypatch.setattr("reluapprox.progress._PATIENCE", 0.0)
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    train(X, Y, width=2, epochs=3, seed=0)
    assert capsys.readouterr().err == ""
    train(X, Y, width=2, epochs=3, seed=0, progress=True)
    said = capsys.readouterr().err
    assert "training" in said
    # Four losses for three epochs; and the bar is closed.
    assert "4/4" in said
    assert not tqdm._instances


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"x": []}, ValueError, r"x must have shape .* not empty, got \(0,\)"),
        ({"y": [1]}, ValueError, "one row for each sample, got 21 and 1"),
        ({"x": np.full(21, np.nan)}, ValueError, "x must be finite numbers, got nan"),
        ({"y": np.full(21, 1e39)}, ValueError, "y must fit into float32, got 1e"),
        ({"x": np.zeros((21, 1, 1))}, ValueError, r"x must have shape"),
        ({"x": ["a"]}, TypeError, "x must be real numbers"),
        ({"width": 0}, ValueError, "width must be at least 1, got 0"),
        ({"width": ()}, ValueError, "width must be at least one whole number"),
        ({"width": (4, 0)}, ValueError, r"width\[1\] must be at least 1, got 0"),
        ({"width": 2.5}, TypeError, "width must be a whole number, got 2.5"),
        ({"epochs": -1}, ValueError, "epochs must be at least 0, got -1"),
        ({"learning_rate": 0}, ValueError, "learning_rate must be positive, got 0"),
        ({"learning_rate": np.inf}, ValueError, "learning_rate must be finite"),
        ({"seed": -1}, ValueError, "seed must be at least 0, got -1"),
        ({"seed": None}, TypeError, "seed must be a whole number, got None"),
        ({"seed": 2**64}, ValueError, "seed must be at most"),
        ({"snapshot_epochs": (11,)}, ValueError, "snapshot_epochs must not exceed epochs = 10, got 11"),
        (
            {"initialization": "xavier"},
            ValueError,
            'must be one of "default", "he", "spread", "he-spread", got \'xavier\'',
        ),
        ({"initialization": None}, ValueError, "initialization must be one of"),
        ({"x": np.ones((21, 2)), "initialization": "spread"}, ValueError, "needs one input, got x of 2 columns"),
        ({"learning_rate": 1e30}, FloatingPointError, r"the loss became (inf|nan) after \d+ epochs"),
    ],
)
def test_bad_input_is_named(changes, error, message):
    arguments = {"x": X, "y": Y, "width": 4, "epochs": 10, "seed": 0} | changes
    with pytest.raises(error, match=message):
        train(**arguments)


def test_training_trains_in_whatever_mode_it_is_called():
    plain = train(X, Y, width=4, epochs=5, seed=0)
    for mode in (torch.no_grad(), torch.inference_mode(), torch.device("meta")):
        with mode:
            again = train(X, Y, width=4, epochs=5, seed=0)
        np.testing.assert_array_equal(again.losses, plain.losses)


def test_he_puts_every_kink_at_zero():
    network = train(X, Y, width=(200, 50), epochs=0, seed=1, initialization="he").network
    assert not any(np.any(bias) for bias in network.biases)
    for weights in network.weights:
        bound = np.sqrt(6 / weights.shape[1])
        assert np.abs(weights).max() <= bound * (1 + 1e-6)
        assert weights.var() == pytest.approx(2 / weights.shape[1], rel=0.3)


def test_spread_puts_the_kinks_evenly_over_the_data():
    plain = train(X, Y, width=10, epochs=0, seed=1).network
    spread = train(X, Y, width=10, epochs=0, seed=1, initialization="spread").network
    np.testing.assert_allclose(spread.hinges((-10, 10)).kinks, np.arange(-9, 10, 2), rtol=1e-6)
    np.testing.assert_array_equal(spread.weights[0], plain.weights[0])
    np.testing.assert_array_equal(spread.weights[1], plain.weights[1])
