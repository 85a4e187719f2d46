"""From an ``nn.Sequential`` of Linear and ReLU to weights and biases. Imports torch only when it is called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .checks import FloatArray, real_array


def pytorch() -> Any:
    """PyTorch, imported when it is first needed.

    Raises
    ------
    ImportError
        It is not installed; the message tells how to get it.
    """
    try:
        import torch
    except ImportError as error:
        raise ImportError(
            f"conversion needs PyTorch ({error}); install it with: pip install 'reluapprox[train]'"
        ) from error
    return torch


def _flattened(module: Any, place: str) -> Iterator[tuple[str, Any]]:
    """The Linear and ReLU layers of a module, in order, each with its place ("2.0")."""
    nn = pytorch().nn
    kind = type(module)
    where = f"layer {place} " if place else "module "
    if "forward" in vars(module) or module._forward_hooks or module._forward_pre_hooks:
        raise TypeError(f"{where}must have no forward of its own and no forward hooks; this {kind.__name__} has")
    if hasattr(module, "parametrizations"):
        raise TypeError(f"{where}must have no parametrizations, got {kind.__name__}; remove them first")
    for allowed in (nn.Linear, nn.ReLU):
        if isinstance(module, allowed) and kind.forward is allowed.forward:
            yield place or "0", module
            return
    if not isinstance(module, nn.Sequential) or kind.forward is not nn.Sequential.forward:
        raise TypeError(f"{where}must be Linear, ReLU or a Sequential of them, got {kind.__name__}")
    # Not .children(), which leaves out a layer that is used twice.
    for i, child in enumerate(module):
        yield from _flattened(child, f"{place}.{i}" if place else str(i))


def affine_layers(module: Any) -> tuple[list[FloatArray], list[FloatArray]]:
    """The weights and biases of a stack of ``Linear`` and ``ReLU``, one pair for each affine map between two ReLUs.

    Raises
    ------
    TypeError, ValueError
        As :meth:`Network.from_torch`.
    """
    torch = pytorch()
    nn = torch.nn
    if not isinstance(module, nn.Module):
        raise TypeError(f"module must be an nn.Sequential of Linear and ReLU, got {type(module).__name__}")
    layers = list(_flattened(module, ""))
    width = next((layer.in_features for _, layer in layers if isinstance(layer, nn.Linear)), None)
    if width is None:
        raise ValueError("module must hold at least one Linear layer, got none")

    def double(place: str, name: str, tensor: Any, shape: tuple[int, ...]) -> FloatArray:
        if not isinstance(tensor, torch.Tensor) or tuple(tensor.shape) != shape:
            got = tuple(getattr(tensor, "shape", ())) or type(tensor).__name__
            raise ValueError(f"the {name} of layer {place} must have shape {shape}, got {got}")
        if tensor.is_meta or isinstance(tensor, nn.parameter.UninitializedParameter):
            raise ValueError(f"the {name} of layer {place} must hold numbers, got one that was never filled")
        if tensor.is_complex():
            raise TypeError(f"the {name} of layer {place} must be real, got {tensor.dtype}")
        return real_array(f"the {name} of layer {place}", tensor.detach().to("cpu", torch.float64).numpy())

    weights: list[FloatArray] = []
    biases: list[FloatArray] = []
    w, b, pending = np.eye(width), np.zeros(width), False
    for place, layer in layers:
        if isinstance(layer, nn.Linear):
            if layer.in_features != len(w):
                raise ValueError(f"layer {place} must take the {len(w)} outputs before it, got {layer.in_features}")
            step = double(place, "weight", layer.weight, (layer.out_features, layer.in_features))
            w, b, pending = step @ w, step @ b, True
            if layer.bias is not None:
                b = b + double(place, "bias", layer.bias, (layer.out_features,))
        elif pending or not weights:
            # A ReLU after a ReLU changes nothing; one at the very start needs the identity before it.
            weights, biases = [*weights, w], [*biases, b]
            w, b, pending = np.eye(len(w)), np.zeros(len(w)), False
    return [*weights, w], [*biases, b]
