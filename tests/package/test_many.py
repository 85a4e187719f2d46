import itertools

import numpy as np
import pytest
import torch
from torch import nn

from reluapprox import Network, refit, train, train_many

X = np.arange(-10.0, 11.0)
Y = X**2


def by_torch(model, x, y, optimizer, epochs):
    """PyTorch's own loop, in double precision."""
    model = model.double()
    step = optimizer([p for p in model.parameters() if p.requires_grad])
    inputs, outputs = torch.tensor(x)[:, None], torch.tensor(y)[:, None]
    losses = []
    for epoch in range(epochs + 1):
        step.zero_grad()
        loss = nn.functional.mse_loss(model(inputs), outputs)
        losses.append(loss.item())
        if epoch < epochs:
            loss.backward()
            step.step()
    return Network.from_torch(model), np.array(losses)


def drawn(seed, width):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(1, width), nn.ReLU(), nn.Linear(width, 1))


def apart(one, other):
    return max(np.abs(u - v).max() for u, v in zip(one.weights + one.biases, other.weights + other.biases, strict=True))


@pytest.mark.parametrize("initialization", ["default", "he", "spread", "he-spread"])
@pytest.mark.parametrize("width", [1, 2, 5, 15, 16, 17, 64, 300])
def test_it_starts_from_the_bits_that_pytorch_draws(initialization, width):
    seeds = [0, 1, 7, 12345, 2**31, 2**32 - 1]
    ours = train_many(X, Y, width=width, seeds=seeds, epochs=0, initialization=initialization)
    for seed, network in zip(seeds, ours.networks, strict=True):
        theirs = train(X, Y, width=width, seed=seed, epochs=0, initialization=initialization).network
        assert apart(network, theirs) == 0


@pytest.mark.parametrize("seed", range(4))
def test_every_run_is_train_s(seed):
    """In single precision there; over a thousand epochs, within 1e-5 of the largest value."""
    ours = train_many(X, Y, width=64, seeds=range(4), snapshot_epochs=[10])
    theirs = train(X, Y, width=64, seed=seed, snapshot_epochs=[10])
    x = np.linspace(-12, 12, 1001)
    for one, other in ((ours.networks, theirs.network), (ours.snapshots[10], theirs.snapshots[10])):
        assert np.abs(one[seed](x) - other(x)).max() <= 1e-5 * np.abs(other(x)).max()
    assert ours.losses[seed] == pytest.approx(theirs.losses, rel=1e-3)


@pytest.mark.parametrize("epochs", [1, 50, 1000])
def test_adam_is_torch_s(epochs):
    ours = train_many(X, Y, width=20, seeds=[3], epochs=epochs)
    theirs, losses = by_torch(drawn(3, 20), X, Y, lambda p: torch.optim.Adam(p, lr=0.01), epochs)
    assert apart(ours.networks[0], theirs) < 1e-10
    assert ours.losses[0] == pytest.approx(losses, rel=1e-10)


def test_gradient_descent_with_momentum_is_torch_s():
    x = np.linspace(-1, 1, 30)
    ours = train_many(x, np.cos(3 * x), width=12, seeds=[5], epochs=300, optimizer="momentum", learning_rate=0.02)
    theirs, losses = by_torch(drawn(5, 12), x, np.cos(3 * x), lambda p: torch.optim.SGD(p, 0.02, momentum=0.9), 300)
    assert apart(ours.networks[0], theirs) < 1e-11
    assert ours.losses[0] == pytest.approx(losses, rel=1e-10)


def test_frozen_hinges_stay():
    model = drawn(2, 16)
    model[0].requires_grad_(False)
    ours = train_many(X, Y, width=16, seeds=[2], epochs=200, frozen_hinges=True)
    theirs, _ = by_torch(model, X, Y, lambda p: torch.optim.Adam(p, lr=0.01), 200)
    assert apart(ours.networks[0], theirs) < 1e-11
    for optimizer in ("momentum", "l-bfgs"):
        runs = train_many(X / 10, Y, width=16, seeds=[2], epochs=5, frozen_hinges=True, optimizer=optimizer)
        np.testing.assert_array_equal(runs.networks[0].weights[0], runs.snapshots[0][0].weights[0])
        assert runs.losses[0, -1] < runs.losses[0, 0]


def test_standardized_is_the_same_on_standardized_data():
    x, y = np.linspace(2, 9, 40), 1e3 + 50 * np.sin(np.linspace(2, 9, 40))
    ours = train_many(x, y, width=10, seeds=[0, 1], epochs=100, standardized=True)
    plain = train_many((x - x.mean()) / x.std(), (y - y.mean()) / y.std(), width=10, seeds=[0, 1], epochs=100)
    for one, other in zip(ours.networks, plain.networks, strict=True):
        assert one(x) == pytest.approx(other((x - x.mean()) / x.std()) * y.std() + y.mean(), rel=1e-12)
    assert ours.losses == pytest.approx(plain.losses * y.var(), rel=1e-12)
    level = train_many([1, 1, 1], [2, 2, 2], width=3, seeds=[0], epochs=1, standardized=True)
    assert np.isfinite(level.losses).all()


def test_l_bfgs_goes_down_where_adam_stops():
    adam = train_many(X, Y, width=32, seeds=range(5), standardized=True)
    lbfgs = train_many(X, Y, width=32, seeds=range(5), standardized=True, optimizer="l-bfgs")
    assert (np.diff(lbfgs.losses, axis=1) <= 0).all()
    assert np.median(lbfgs.losses[:, -1]) < np.median(adam.losses[:, -1]) / 10
    # As PyTorch's loss says of the networks that came back.
    for network, loss in zip(lbfgs.networks, lbfgs.losses[:, -1], strict=True):
        assert np.mean((network(X) - Y) ** 2) == pytest.approx(loss, rel=1e-6, abs=1e-12)


def test_a_run_does_not_depend_on_its_company():
    options = {"width": 17, "epochs": 60}
    together = train_many(X, Y, seeds=range(40), **options)
    for part in ([5], [39, 5], list(range(3, 20))):
        alone = train_many(X, Y, seeds=part, **options)
        for seed, network in zip(part, alone.networks, strict=True):
            assert apart(network, together.networks[seed]) == 0
        np.testing.assert_array_equal(alone.losses, together.losses[part])


def test_unsorted_and_repeated_samples():
    rng = np.random.default_rng(0)
    x = rng.integers(-3, 4, 50).astype(float)
    y = rng.normal(size=50)
    ours = train_many(x, y, width=9, seeds=[1], epochs=100)
    theirs, _ = by_torch(drawn(1, 9), x, y, lambda p: torch.optim.Adam(p, lr=0.01), 100)
    assert apart(ours.networks[0], theirs) < 1e-11


def test_kinks_are_put_where_they_are_wanted():
    places = np.linspace(-9, 8, 12)
    for standardized in (False, True):
        runs = train_many(X, Y, width=12, seeds=[0, 4], epochs=0, kinks=places, standardized=standardized)
        for network in runs.networks:
            assert network.hinges((-10, 10)).kinks == pytest.approx(places, abs=1e-5)


def test_refit_is_the_least_squares_output_layer():
    network = train_many(X, Y, width=8, seeds=[0], epochs=100).networks[0]
    x = np.linspace(-10, 10, 501)
    best = refit(network, x, x**2)
    error = np.mean((best(x) - x**2) ** 2)
    assert error <= np.mean((network(x) - x**2) ** 2)
    np.testing.assert_array_equal(best.weights[0], network.weights[0])
    # The residual is orthogonal to every feature and to the constant.
    features = np.column_stack([best.features(x), np.ones(501)])
    assert np.abs(features.T @ (best(x) - x**2)).max() < 1e-7 * np.abs(features.T @ x**2).max()
    deep = train(X, Y, width=(6, 5), seed=0, epochs=50).network
    assert np.mean((refit(deep, X, Y)(X) - Y) ** 2) <= np.mean((deep(X) - Y) ** 2)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"width": 0}, ValueError, "width must be at least 1"),
        ({"width": (3, 3)}, TypeError, "width must be a whole number"),
        ({"seeds": []}, TypeError, "seeds must be a list of at least one"),
        ({"seeds": 3}, TypeError, "seeds must be a list"),
        ({"seeds": [2**32]}, ValueError, "seeds must be at most 4294967295"),
        ({"epochs": -1}, ValueError, "epochs must be at least 0"),
        ({"learning_rate": 0}, ValueError, "learning_rate must be positive"),
        ({"optimizer": "sgd"}, ValueError, 'optimizer must be one of "adam", "momentum", "l-bfgs", got \'sgd\''),
        ({"initialization": "xavier"}, ValueError, "initialization must be one of"),
        ({"kinks": [0, 1]}, ValueError, "kinks must be one for each of the 4 neurons, got 2"),
        ({"snapshot_epochs": [11]}, ValueError, "snapshot_epochs must be at most 10"),
        ({"x": [[1], [2]]}, ValueError, "x must have 1 axes"),
        ({"x": [1.0]}, ValueError, "x and y must be of one length, got 1 and 21"),
        ({"x": [], "y": []}, ValueError, "x must be at least one sample"),
        ({"y": np.full(21, np.nan)}, ValueError, "y must be finite"),
        ({"optimizer": "momentum", "learning_rate": 1e4}, FloatingPointError, r"the loss of seed 0 became .* epochs"),
    ],
)
def test_bad_input_is_named(changes, error, message):
    options = {"x": X, "y": Y, "width": 4, "seeds": [0], "epochs": 10} | changes
    with pytest.raises(error, match=message):
        train_many(options.pop("x"), options.pop("y"), **options)


def test_refit_refuses_what_has_no_such_layer():
    for network in (Network([[[1]]], [[0]]), Network([[[1, 1]], [[1]]], [[0], [0]])):
        with pytest.raises(ValueError, match="refit needs one input, one output and a hidden layer"):
            refit(network, [0, 1], [0, 1])


def test_losses_are_those_of_the_snapshots():
    runs = train_many(X, Y, width=6, seeds=[0, 1], epochs=30, snapshot_epochs=range(0, 31, 10))
    assert list(runs.snapshots) == [0, 10, 20, 30]
    for (epoch, networks), run in itertools.product(runs.snapshots.items(), range(2)):
        assert np.mean((networks[run](X) - Y) ** 2) == pytest.approx(runs.losses[run, epoch], rel=1e-12)
