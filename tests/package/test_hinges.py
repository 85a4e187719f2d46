import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from reluapprox import relu, shifted_relu


@given(st.floats(allow_nan=False))
def test_relu_of_a_float_is_the_larger_of_it_and_zero(x):
    assert relu(x) == max(0.0, x)
    assert type(relu(x)) is float


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_positive_shift_moves_the_bend_left(x, shift):
    assert shifted_relu(x, shift) == max(0.0, x + shift)
    assert shifted_relu(-shift, shift) == 0.0


def test_integers_become_floats():
    assert type(relu(3)) is float
    assert relu(np.array([-1, 2])).dtype == np.float64
    assert relu(torch.tensor([-1, 2])).dtype == torch.get_default_dtype()
    assert type(shifted_relu(3, 1)) is float
    np.testing.assert_array_equal(relu([-1, 2]), [0.0, 2.0])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_arrays_keep_shape_and_dtype(dtype):
    x = np.linspace(-2, 2, 6, dtype=dtype).reshape(2, 3)
    for y in (relu(x), shifted_relu(x, np.float64(0.5)), shifted_relu(x, np.full(3, 0.5))):
        assert y.dtype == dtype
        assert y.shape == (2, 3)
    assert relu(dtype(2)).dtype == dtype
    assert relu(np.empty(0, dtype)).shape == (0,)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_tensors_keep_dtype_and_agree_with_pytorch(dtype):
    x = torch.linspace(-2, 2, 9, dtype=dtype)
    assert torch.equal(relu(x), torch.relu(x))
    assert torch.equal(shifted_relu(x, -0.5), torch.relu(x - 0.5))
    assert shifted_relu(x, np.float64(0.5)).dtype == dtype


def test_gradients_flow_and_are_zero_at_the_kink():
    x = torch.tensor([-1.0, 0.0, 2.0], requires_grad=True)
    h = torch.tensor(0.0, requires_grad=True)
    shifted_relu(x, h).sum().backward()
    assert x.grad.tolist() == [0, 0, 1]
    assert h.grad.item() == 1


def test_an_array_with_a_tensor_shift_becomes_a_tensor():
    h = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    y = shifted_relu(np.array([-3.0, 2.0]), h)
    assert y.tolist() == [0, 3]
    assert y.requires_grad


def test_nan_is_kept():
    assert np.isnan(relu(float("nan")))
    assert np.isnan(relu(np.array([np.nan]))).all()
    assert torch.isnan(relu(torch.tensor(float("nan"))))


@pytest.mark.parametrize("bad", ["1", 1j, None, np.array([1j]), np.array(["a"]), torch.tensor(1j)])
def test_what_is_not_real_is_named(bad):
    with pytest.raises(TypeError, match=r"x must be"):
        relu(bad)
    with pytest.raises(TypeError, match=r"shift must be"):
        shifted_relu(1.0, bad)
