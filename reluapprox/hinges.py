"""The one nonlinearity: max(0, x), for floats, NumPy arrays and torch tensors alike; and what neurons make of it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from .checks import FloatArray

Number = TypeVar("Number")


def _is_tensor(x: object) -> bool:
    # Whoever holds a tensor has imported torch already; nobody else has to wait for it.
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(x, torch.Tensor)


def _as_floating(name: str, x: Any) -> Any:
    """`x` as a floating-point float, array or tensor: its own kind, or the default one for integers."""
    if _is_tensor(x):
        torch = sys.modules["torch"]
        if x.is_complex():
            raise TypeError(f"{name} must be real, got a tensor of {x.dtype}")
        return x if x.is_floating_point() else x.to(torch.get_default_dtype())
    try:
        array = np.asarray(x)
    except ValueError:
        array = np.asarray(None)
    if array.dtype.kind not in "biuf" or np.ma.is_masked(x):
        raise TypeError(f"{name} must be a real number, array or tensor, got {type(x).__name__} {x!r:.60}")
    if array.dtype.kind != "f":
        array = array.astype(np.float64)
    if isinstance(x, int | float) and not isinstance(x, np.generic):
        return float(x)
    return array[()]


def relu(x: Number) -> Number:
    """max(0, x), element by element.

    Parameters
    ----------
    x
        A float, a NumPy array (any shape) or a torch tensor (any shape, any device). Integers become
        floats; lists become arrays.

    Returns
    -------
    float, array or tensor
        The same kind, shape, dtype and device. For a tensor, gradients flow; at exactly 0 the derivative
        is 0, the convention of PyTorch. A NaN stays a NaN.

    Raises
    ------
    TypeError
        `x` is complex, a string, or otherwise not a real number.

    Examples
    --------
    >>> from reluapprox import relu
    >>> relu(-2.0), relu([-1, 0, 3])
    (0.0, array([0., 0., 3.]))
    """
    value = _as_floating("x", x)
    if _is_tensor(value):
        return value.relu()
    if isinstance(value, float) and not isinstance(value, np.generic):
        # Written so that a NaN comes back as itself; max(0.0, nan) would hide it.
        return 0.0 if value <= 0.0 else value  # type: ignore[return-value]
    return np.maximum(value, value.dtype.type(0))


def shifted_relu(x: Number, shift: Any) -> Number:
    """relu(x + shift): the hinge moved along x. It bends at x = **−shift**.

    A positive shift moves the bend to the *left*, a negative one to the right; shift and a neuron's bias
    are the same thing.

    Parameters
    ----------
    x
        As for :func:`relu`.
    shift
        A number, in the units of `x`, or an array or tensor that broadcasts against it.

    Returns
    -------
    float, array or tensor
        relu(x + shift), of the kind and dtype of `x` (a tensor if either is one).

    Raises
    ------
    TypeError
        `x` or `shift` is not real.
    ValueError
        Their shapes do not broadcast.

    Examples
    --------
    >>> from reluapprox import shifted_relu
    >>> shifted_relu([0, 1, 2, 3], -2)
    array([0., 0., 0., 1.])
    """
    value, moved = _as_floating("x", x), _as_floating("shift", shift)
    if not _is_tensor(value) and not _is_tensor(moved):
        # A float64 scalar would promote a float32 array.
        dtype = np.asarray(value).dtype
        moved = float(moved) if np.ndim(moved) == 0 else moved.astype(dtype)
    elif _is_tensor(value) and not _is_tensor(moved):
        torch = sys.modules["torch"]
        moved = torch.as_tensor(moved, dtype=value.dtype, device=value.device)
    elif _is_tensor(moved) and not _is_tensor(value):
        torch = sys.modules["torch"]
        value = torch.as_tensor(value, dtype=moved.dtype, device=moved.device)
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            total = value + moved
    except (ValueError, RuntimeError):
        shapes = f"{tuple(np.shape(moved))} with {tuple(np.shape(value))}"
        raise ValueError(f"shift must broadcast against x, got shapes {shapes}") from None
    return relu(total)


@dataclass(frozen=True, eq=False)
class Hinges:
    """What each neuron of a one-input, one-hidden-layer network does to the line, as arrays of shape (neurons,).

    Neuron i contributes aᵢ·relu(wᵢx + bᵢ).

    Attributes
    ----------
    kinks
        Where it bends, −bᵢ/wᵢ, in the units of x; NaN where wᵢ = 0, since that neuron never bends.
    jumps
        By how much the slope grows at the kink, ``aᵢ|wᵢ|``, in units of y per x.
    faces
        The side on which it is active: +1 right of the kink (wᵢ > 0), −1 left of it (wᵢ < 0), 0 for wᵢ = 0.
    dead, always_on, bent
        Exactly one is True for each neuron, on the domain asked about: it is zero on all of it; it is
        active on all of it, a straight line; or it bends strictly inside.
    """

    kinks: FloatArray
    jumps: FloatArray
    faces: NDArray[np.int_]
    dead: NDArray[np.bool_]
    always_on: NDArray[np.bool_]

    @property
    def bent(self) -> NDArray[np.bool_]:
        """Whether each neuron bends strictly inside the domain."""
        return ~(self.dead | self.always_on)

    def __len__(self) -> int:
        return len(self.kinks)
