import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import small

from reluapprox import Network, kink_velocity
from reluapprox.gradients import Loss


def by_autograd(parameters, x, y):
    p = torch.tensor(parameters, dtype=torch.float64, requires_grad=True)
    n = (len(parameters) - 1) // 3
    w, b, a, c = p[:n], p[n : 2 * n], p[2 * n : 3 * n], p[-1]
    residual = torch.relu(torch.tensor(x)[:, None] * w + b) @ a + c - torch.tensor(y)
    loss = (residual**2).mean()
    loss.backward()
    return loss.item(), p.grad.numpy()


@settings(deadline=None, max_examples=200)
@given(st.integers(1, 5).flatmap(lambda n: st.lists(small, min_size=3 * n + 1, max_size=3 * n + 1)), st.data())
def test_against_autograd_where_kinks_meet_samples(parameters, data):
    """Half-integer weights and samples: kinks on samples, on each other, weights of 0, dead neurons."""
    points = st.lists(small, min_size=1, max_size=6)
    x = np.array(data.draw(points))
    y = np.array(data.draw(st.lists(small, min_size=len(x), max_size=len(x))))
    losses, gradients = Loss(x, y)(np.array([parameters]))
    loss, gradient = by_autograd(parameters, x, y)
    assert losses[0] == pytest.approx(loss, rel=1e-12, abs=1e-12)
    assert gradients[0] == pytest.approx(gradient, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_many_random_networks_at_once(seed):
    rng = np.random.default_rng(seed)
    parameters, x = rng.normal(size=(7, 3 * 40 + 1)), rng.normal(size=200)
    y = np.cos(x)
    losses, gradients = Loss(x, y)(parameters)
    for row, loss, gradient in zip(parameters, losses, gradients, strict=True):
        expected = by_autograd(row, x, y)
        assert loss == pytest.approx(expected[0], rel=1e-12)
        assert gradient == pytest.approx(expected[1], rel=1e-10, abs=1e-11)


@pytest.mark.parametrize("seed", range(5))
def test_kinks_move_as_a_small_step_moves_them(seed):
    rng = np.random.default_rng(seed)
    w, b, a = rng.normal(size=(3, 12))
    network = Network.from_hinges(w, b, a, 0.3)
    x = rng.uniform(-2, 2, 50)
    y = x**2
    found = kink_velocity(network, x, y)
    _, gradient = by_autograd(np.concatenate([w, b, a, [0.3]]), x, y)
    step = 1e-7
    for sign in (1, -1):
        moved = np.concatenate([w, b, a]) - sign * step * gradient[:-1]
        u, v, s = moved.reshape(3, -1)
        assert sign * (-v / u + b / w) / step == pytest.approx(found.kinks, rel=1e-4, abs=1e-5)
        assert sign * (s * np.abs(u) - a * np.abs(w)) / step == pytest.approx(found.jumps, rel=1e-4, abs=1e-5)


def test_the_formula_of_the_documentation():
    rng = np.random.default_rng(9)
    w, b, a = rng.normal(size=(3, 6))
    x = rng.uniform(-2, 2, 30)
    network = Network.from_hinges(w, b, a)
    found = kink_velocity(network, x, np.sin(x))
    residual = network(x) - np.sin(x)
    seen = x[:, None] * w + b > 0
    p, q = 2 * (residual[:, None] * seen).mean(axis=0), 2 * ((residual * x)[:, None] * seen).mean(axis=0)
    t = -b / w
    assert found.kinks == pytest.approx(a * (p + t * q) / w)
    assert found.jumps == pytest.approx(np.abs(w) * w * (t * p - q) - a * a * np.sign(w) * q)


def test_what_sees_nothing_stays():
    network = Network.from_hinges([1, 1, 0], [-5, 0, 1], [1, 1, 1])
    found = kink_velocity(network, [-1, 0.5], [0, 2])
    assert found.kinks[0] == found.jumps[0] == 0
    assert np.isnan(found.kinks[2])
    assert found.jumps[2] == 0


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="kink_velocity needs one input, one hidden layer and one output"):
        kink_velocity(Network([[[1]]], [[0]]), [0], [0])
    with pytest.raises(ValueError, match="x and y must be of one length"):
        kink_velocity(Network.from_hinges([1], [0], [1]), [0, 1], [0])
