import tracemalloc
from warnings import catch_warnings, simplefilter

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import HAND_BIASES, HAND_SCALES, HAND_WEIGHTS, by_hand, random_network, small, small_networks
from torch import nn

from reluapprox import Network, relu


def test_repr_says_what_it_is():
    rng = np.random.default_rng(0)
    assert repr(random_network(rng, 1, 64)) == "1 → 64 → 1 ReLU network, 193 parameters"
    assert repr(Network([[[1, 2]]], [[0]])) == "2 → 1 ReLU network, 3 parameters"


def test_from_hinges_is_the_sum_that_it_says():
    x = np.linspace(-10, 10, 101)
    neurons = zip(HAND_WEIGHTS, HAND_BIASES, HAND_SCALES, strict=True)
    by_definition = -1.0 + sum(a * np.maximum(0, w * x + b) for w, b, a in neurons)
    np.testing.assert_allclose(by_hand(4)(x), by_definition, rtol=0, atol=1e-13)


@settings(deadline=None)
@given(small_networks(), st.lists(small, min_size=1, max_size=5))
def test_evaluation_follows_the_definition(network, points):
    for x in points:
        values = [x]
        for i, (w, b) in enumerate(zip(network.weights, network.biases, strict=True)):
            values = [sum(c * v for c, v in zip(row, values, strict=True)) + d for row, d in zip(w, b, strict=True)]
            if i < len(network.weights) - 1:
                values = [max(0.0, v) for v in values]
        assert float(network(x)) == pytest.approx(values[0], abs=1e-12)


@settings(deadline=None)
@given(small_networks(), st.lists(small, min_size=1, max_size=5))
def test_terms_and_offset_sum_to_the_output(network, points):
    x = np.array(points).reshape(-1, 1)
    terms = network.terms(x)
    assert terms.shape == (*x.shape, *network.weights[-1].shape[1:])
    np.testing.assert_allclose(terms.sum(axis=-1) + network.offset, network(x), rtol=0, atol=1e-11)
    for i in range(network.widths[-1] if network.widths else 0):
        np.testing.assert_allclose(network.term(i)(x), terms[..., i], rtol=0, atol=1e-12)


@pytest.mark.parametrize(("inputs", "outputs"), [(1, 1), (1, 3), (2, 1), (3, 2)])
def test_shapes_and_agreement_with_pytorch(inputs, outputs):
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(inputs, 5), nn.ReLU(), nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, outputs))
    network = Network.from_torch(module)
    assert (network.inputs, network.widths, network.outputs) == (inputs, (5, 4), outputs)
    assert network.parameters == sum(p.numel() for p in module.parameters())
    x = np.random.default_rng(0).normal(size=(7, 2) if inputs == 1 else (7, 2, inputs))
    rows = torch.tensor(x.reshape(14, inputs))
    wanted = module.double()(rows).detach().numpy()
    got = network(x)
    assert got.shape == ((7, 2) if outputs == 1 else (7, 2, outputs))
    np.testing.assert_allclose(got.reshape(14, outputs), wanted, rtol=1e-12, atol=1e-14)
    assert network.terms(x).shape == ((7, 2, 4) if outputs == 1 else (7, 2, 4, outputs))
    neurons = -1 if outputs == 1 else -2
    np.testing.assert_allclose(network.terms(x).sum(axis=neurons) + network.offset, got, rtol=1e-12, atol=1e-13)
    back = network.to_torch()
    np.testing.assert_allclose(back(rows).detach().numpy(), wanted, rtol=1e-12, atol=1e-14)
    assert all(p.dtype == torch.float64 for p in back.parameters())


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_from_torch_takes_every_dtype_exactly(dtype):
    torch.manual_seed(1)
    module = nn.Sequential(nn.Linear(1, 8), nn.ReLU(), nn.Linear(8, 1)).to(dtype)
    x = np.linspace(-3, 3, 50)
    wanted = module.double()(torch.tensor(x)[:, None])[:, 0].detach().numpy()
    np.testing.assert_allclose(Network.from_torch(module)(x), wanted, rtol=1e-12, atol=1e-15)


def test_from_torch_flattens_and_merges():
    torch.manual_seed(2)
    shared = nn.ReLU()
    module = nn.Sequential(
        nn.ReLU(),
        nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 4, bias=False)),
        shared,
        shared,
        nn.Sequential(nn.Sequential(nn.Linear(4, 2)), nn.ReLU()),
    )
    network = Network.from_torch(module)
    assert network.widths == (2, 4, 2)
    x = np.random.default_rng(0).normal(size=(20, 2))
    wanted = module.double()(torch.tensor(x)).detach().numpy()
    np.testing.assert_allclose(network(x), wanted, atol=1e-12)


def test_five_linear_layers_are_one():
    torch.manual_seed(3)
    module = nn.Sequential(*(nn.Linear(8, 8) for _ in range(5)))
    network = Network.from_torch(module)
    assert network.parameters == 72
    x = np.random.default_rng(0).normal(size=(20, 8))
    np.testing.assert_allclose(network(x), module.double()(torch.tensor(x)).detach().numpy(), atol=1e-12)


def test_a_single_linear_layer_is_a_module_too():
    assert Network.from_torch(nn.Linear(1, 1)).widths == ()


def test_conversion_leaves_the_random_state_alone():
    before = torch.get_rng_state()
    by_hand(4).to_torch()
    assert torch.equal(before, torch.get_rng_state())


def test_hinges_are_where_the_formula_says():
    h = by_hand(4).hinges((-10, 10))
    np.testing.assert_allclose(h.kinks, [2.85 / 2.8, -3.09 / 2.1, 5.63 / 2, -4.58 / 2.2])
    np.testing.assert_allclose(h.jumps, [1.9 * 2.8, 2.3 * 2.1, 3.1 * 2.0, 2.5 * 2.2])
    np.testing.assert_array_equal(h.faces, [1, -1, 1, -1])
    assert h.bent.all()
    assert len(h) == 4


def test_dead_and_always_on_neurons_are_told_apart():
    #                          bends, at left end, right end: on, dead; beyond right: dead, on; never bends: on, dead
    network = Network.from_hinges([1, 1, 1, 1, -1, 0, 0], [0, 1, -1, -2, 2, 3, -3], np.ones(7))
    h = network.hinges((-1, 1))
    np.testing.assert_array_equal(h.bent, [True, False, False, False, False, False, False])
    np.testing.assert_array_equal(h.always_on, [False, True, False, False, True, True, False])
    np.testing.assert_array_equal(h.dead, [False, False, True, True, False, False, True])
    np.testing.assert_array_equal(np.isnan(h.kinks), [False] * 5 + [True] * 2)
    np.testing.assert_array_equal(h.faces, [1, 1, 1, 1, -1, 0, 0])


def test_a_network_is_immutable_and_owns_its_numbers():
    weights = np.ones((1, 1))
    network = Network([weights], [[0.0]])
    weights[0, 0] = 5
    assert network(1.0) == 1
    with pytest.raises(ValueError, match="read-only"):
        network.weights[0][0, 0] = 2
    with pytest.raises(AttributeError):
        network.weights = ()


def test_points_of_any_shape():
    network = by_hand(4)
    assert type(network(1.0)) is float
    assert type(network(np.float32(1))) is float
    assert network([]).shape == (0,)
    assert network(np.zeros((2, 3, 4))).shape == (2, 3, 4)
    assert network.features(np.zeros((2, 3))).shape == (2, 3, 4)
    np.testing.assert_array_equal(Network([[[1, 2]]], [[0]]).features([[3, 4]]), [[3, 4]])


class Opaque(nn.Sequential):
    def forward(self, x):
        return super().forward(x) + 1


def hooked():
    module = nn.Sequential(nn.Linear(1, 1))
    module.register_forward_hook(lambda *_: None)
    return module


@pytest.mark.parametrize(
    ("module", "error", "message"),
    [
        (nn.Sequential(nn.Linear(1, 2), nn.Tanh()), TypeError, "layer 1 must be Linear, ReLU.* got .*Tanh"),
        (nn.Sequential(nn.Linear(1, 2), nn.Sequential(nn.ReLU(), nn.Dropout())), TypeError, "layer 1.1 .* call eval"),
        (nn.Sequential(nn.Linear(1, 2), nn.BatchNorm1d(2)), TypeError, "layer 1 is a BatchNorm1d in .* call eval"),
        (nn.Sequential(nn.BatchNorm1d(1, track_running_stats=False).eval()), TypeError, "layer 0 must have running"),
        (nn.Sequential(nn.Linear(1, 2), nn.BatchNorm1d(3)).eval(), ValueError, "layer 1 must take the 2 outputs"),
        (nn.Sequential(nn.Linear(1, 2), nn.ReLU6()), TypeError, "got .*ReLU6"),
        (Opaque(nn.Linear(1, 1)), TypeError, "got .*Opaque"),
        (nn.DataParallel(Opaque(nn.Linear(1, 1))), TypeError, "got .*Opaque"),
        (hooked(), TypeError, "no forward of its own and no forward hooks"),
        (nn.Sequential(), ValueError, "at least one Linear"),
        (nn.Sequential(nn.ReLU()), ValueError, "at least one Linear"),
        (nn.Sequential(nn.Linear(1, 2), nn.Linear(3, 1)), ValueError, "layer 1 must take the 2 outputs .* got 3"),
        (nn.Sequential(nn.Linear(1, 2, device="meta")), ValueError, "weight of layer 0 must hold numbers"),
        (nn.Sequential(nn.Linear(1, 2, dtype=torch.complex64)), TypeError, "weight of layer 0 must be real"),
        ([nn.Linear(1, 1)], TypeError, "module must be an nn.Sequential .* got list"),
    ],
)
def test_a_module_that_is_not_a_relu_stack_is_named(module, error, message):
    with pytest.raises(error, match=message):
        Network.from_torch(module)


def normalized():
    """A stack with all that does nothing, or something affine, when it is evaluated; its statistics are not trivial."""
    torch.manual_seed(3)
    module = nn.Sequential(
        nn.Flatten(),
        nn.BatchNorm1d(1),
        nn.Linear(1, 5),
        nn.Identity(),
        nn.BatchNorm1d(5),
        nn.ReLU(),
        nn.Sequential(nn.Dropout(0.3), nn.Linear(5, 4), nn.ReLU(), nn.BatchNorm1d(4, affine=False)),
        nn.Linear(4, 1),
    )
    for _ in range(3):
        module(torch.randn(20, 1) * 3 + 1)
    return module.eval()


@pytest.mark.parametrize(
    "wrap",
    [
        lambda module: module,
        torch.compile,
        nn.DataParallel,
        torch.optim.swa_utils.AveragedModel,
        lambda module: nn.Sequential(torch.compile(nn.DataParallel(module))),
    ],
)
def test_what_changes_nothing_and_what_is_affine_is_taken(wrap):
    module = normalized()
    x = np.linspace(-5, 5, 41)
    with torch.no_grad():
        expected = module.double()(torch.tensor(x)[:, None])[:, 0].numpy()
    with catch_warnings():
        # What one part of PyTorch finds outdated in another.
        simplefilter("ignore")
        wrapped = wrap(module).eval()
    network = Network.from_torch(wrapped)
    assert network.widths == (5, 4)
    np.testing.assert_allclose(network(x), expected, rtol=1e-12, atol=1e-12)


def test_a_module_without_its_own_code_is_sent_back():
    module = nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 1))
    with catch_warnings():
        simplefilter("ignore")
        traced = torch.jit.trace(module, torch.zeros(1, 1))
        quantized = torch.ao.quantization.quantize_dynamic(module, {nn.Linear})
    with pytest.raises(TypeError, match="traced or scripted; pass the module that it was made from"):
        Network.from_torch(traced)
    with pytest.raises(TypeError, match="layer 0 is quantized; pass the module in floating point"):
        Network.from_torch(quantized)


def test_a_module_that_was_tampered_with_is_refused():
    module = nn.Sequential(nn.Linear(1, 1), nn.ReLU())
    module[1].forward = lambda x: x * x
    with pytest.raises(TypeError, match="layer 1 must have no forward of its own"):
        Network.from_torch(module)
    with pytest.raises(TypeError, match="must have no parametrizations"):
        Network.from_torch(nn.utils.parametrizations.weight_norm(nn.Linear(1, 1)))
    wrong = nn.Linear(2, 1)
    wrong.weight = nn.Parameter(torch.ones(1, 5))
    with pytest.raises(ValueError, match=r"weight of layer 0 must have shape \(1, 2\), got \(1, 5\)"):
        Network.from_torch(wrong)


def test_a_module_with_a_nan_is_named():
    module = nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 1))
    with torch.no_grad():
        module[2].bias[0] = float("nan")
    with pytest.raises(ValueError, match="bias of layer 2 must be finite numbers, got nan"):
        Network.from_torch(module)


@pytest.mark.parametrize(
    ("weights", "biases", "error", "message"),
    [
        ([], [], ValueError, "weights must be one array for each layer, got none"),
        ([[[1]]], [], ValueError, "biases must be one array for each of the 1 weights, got 0"),
        ([[1]], [[1]], ValueError, r"weights\[0\] must have 2 axes, got shape \(1,\)"),
        ([np.empty((0, 1))], [[]], ValueError, "at least one neuron"),
        ([[[1]]], [[1, 2]], ValueError, r"biases\[0\] must have shape \(1,\).* got \(2,\)"),
        ([[[1], [1]], [[1]]], [[0, 0], [0]], ValueError, r"weights\[1\] must take the 2 outputs"),
        ([[[np.nan]]], [[0]], ValueError, r"weights\[0\] must be finite numbers, got nan"),
        ([[["a"]]], [[0]], TypeError, r"weights\[0\] must be real numbers"),
        ([[[1, 2], [3]]], [[0]], ValueError, r"weights\[0\] must be a rectangular array"),
    ],
)
def test_bad_weights_are_named(weights, biases, error, message):
    with pytest.raises(error, match=message):
        Network(weights, biases)


def test_other_bad_arguments_are_named():
    with pytest.raises(ValueError, match="one length, got 2, 1 and 1 numbers"):
        Network.from_hinges([1, 2], [1], [1])
    with pytest.raises(ValueError, match="at least one neuron"):
        Network.from_hinges([], [], [])
    with pytest.raises(TypeError, match="offset must be one number"):
        Network.from_hinges([1], [1], [1], [1, 2])
    two = Network([[[1, 2]], [[1]]], [[0], [0]])
    with pytest.raises(ValueError, match=r"x must have shape \(\.\.\., 2\) for 2 inputs, got \(3,\)"):
        two([1, 2, 3])
    with pytest.raises(ValueError, match="hinges needs one input, one hidden layer and one output, got a 2 → 1 → 1"):
        two.hinges((-1, 1))
    with pytest.raises(ValueError, match=r"a < b, got \(1\.0, -1\.0\)"):
        by_hand(1).hinges((1, -1))
    with pytest.raises(ValueError, match="x must be finite numbers, got nan"):
        by_hand(1)([0, np.nan])
    with pytest.raises(ValueError, match="neuron must be below 4, got 4"):
        by_hand(4).term(4)
    with pytest.raises(ValueError, match="term needs a hidden layer"):
        Network([[[1]]], [[0]]).term(0)


def test_the_last_hidden_layer_is_made_of_relus():
    x = np.linspace(-3, 3, 11)
    np.testing.assert_array_equal(by_hand(1).features(x)[:, 0], relu(2.8 * x - 2.85))


@pytest.mark.parametrize("norm", [False, True])
def test_a_wide_module_takes_no_square_of_its_width(norm):
    layers = [nn.Linear(1, 20_000), *[nn.BatchNorm1d(20_000)] * norm, nn.ReLU(), *[nn.BatchNorm1d(20_000)] * norm]
    module = nn.Sequential(*layers, nn.Linear(20_000, 1)).eval()
    tracemalloc.start()
    network = Network.from_torch(module)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2e7
    x = np.linspace(-1, 1, 5)
    with torch.no_grad():
        wanted = module.double()(torch.from_numpy(x)[:, None])[:, 0].numpy()
    np.testing.assert_allclose(network(x), wanted, rtol=1e-10, atol=1e-12)
