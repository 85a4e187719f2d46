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


def _unwrapped(module: Any, where: str) -> Any:
    """What is inside of torch.compile, DataParallel and an averaged model; a module without its own code is refused."""
    torch = pytorch()
    while True:
        if isinstance(module, torch.jit.ScriptModule):
            raise TypeError(f"{where}is traced or scripted; pass the module that it was made from")
        if "quantized" in type(module).__module__:
            raise TypeError(f"{where}is quantized; pass the module in floating point that it was made from")
        wrappers = (
            torch.nn.DataParallel,
            torch.nn.parallel.DistributedDataParallel,
            torch.optim.swa_utils.AveragedModel,
        )
        if isinstance(module, wrappers):
            module = module.module
        elif "_orig_mod" in module._modules:
            module = module._orig_mod
        else:
            return module


def _flattened(module: Any, place: str) -> Iterator[tuple[str, Any]]:
    """The Linear, BatchNorm1d and ReLU layers of a module, in order, each with its place ("2.0")."""
    nn = pytorch().nn
    where = f"layer {place} " if place else "module "
    module = _unwrapped(module, where)
    kind = type(module)
    if "forward" in vars(module) or module._forward_hooks or module._forward_pre_hooks:
        raise TypeError(f"{where}must have no forward of its own and no forward hooks; this {kind.__name__} has")
    if hasattr(module, "parametrizations"):
        raise TypeError(f"{where}must have no parametrizations, got {kind.__name__}; remove them first")

    def plain(*kinds: Any) -> bool:
        return any(isinstance(module, one) and kind.forward is one.forward for one in kinds)

    if module.training and (plain(nn.BatchNorm1d) or (plain(nn.Dropout) and module.p > 0)):
        raise TypeError(f"{where}is a {kind.__name__} in training mode; call eval() on the whole module first")
    if plain(nn.BatchNorm1d) and module.running_var is None:
        raise TypeError(f"{where}must have running statistics, or what this BatchNorm1d does depends on the batch")
    if plain(nn.Linear, nn.ReLU, nn.BatchNorm1d):
        yield place or "0", module
    elif plain(nn.Identity, nn.Dropout) or (plain(nn.Flatten) and module.start_dim == 1):
        return
    elif plain(nn.Sequential):
        # Not .children(), which leaves out a layer that is used twice.
        for i, child in enumerate(module):
            yield from _flattened(child, f"{place}.{i}" if place else str(i))
    else:
        raise TypeError(
            f"{where}must be Linear, ReLU, BatchNorm1d, Dropout, Identity, Flatten or a Sequential of them, "
            f"got {kind.__module__}.{kind.__name__}"
        )


def affine_layers(module: Any) -> tuple[list[FloatArray], list[FloatArray]]:
    """The weights and biases of a stack of affine layers and ``ReLU``, one pair for each affine map between two ReLUs.

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
    if not any(isinstance(layer, nn.Linear) for _, layer in layers):
        raise ValueError("module must hold at least one Linear layer, got none")
    sizes = (getattr(layer, "in_features", None) or getattr(layer, "num_features", None) for _, layer in layers)
    width = next(size for size in sizes if size)

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
    # One-dimensional while it is diagonal: the square of a wide layer's width would fill the memory.
    w, b, pending = np.ones(width), np.zeros(width), False
    for place, layer in layers:
        if isinstance(layer, nn.Linear):
            if layer.in_features != len(w):
                raise ValueError(f"layer {place} must take the {len(w)} outputs before it, got {layer.in_features}")
            step = double(place, "weight", layer.weight, (layer.out_features, layer.in_features))
            w, b, pending = step * w if w.ndim == 1 else step @ w, step @ b, True
            if layer.bias is not None:
                b = b + double(place, "bias", layer.bias, (layer.out_features,))
        elif isinstance(layer, nn.BatchNorm1d):
            size = (layer.num_features,)
            if size[0] != len(w):
                raise ValueError(f"layer {place} must take the {len(w)} outputs before it, got {size[0]}")
            scale = 1 / np.sqrt(double(place, "running_var", layer.running_var, size) + layer.eps)
            if layer.affine:
                scale = scale * double(place, "weight", layer.weight, size)
            b = scale * (b - double(place, "running_mean", layer.running_mean, size))
            if layer.affine:
                b = b + double(place, "bias", layer.bias, size)
            w, pending = scale * w if w.ndim == 1 else scale[:, None] * w, True
        elif pending or not weights:
            # A ReLU after a ReLU changes nothing; one at the very start needs the identity before it.
            weights, biases = [*weights, _whole(w)], [*biases, b]
            w, b, pending = np.ones(len(w)), np.zeros(len(w)), False
    return [*weights, _whole(w)], [*biases, b]


def _whole(w: FloatArray) -> FloatArray:
    """A matrix, of which only the diagonal may be given."""
    return np.diag(w) if w.ndim == 1 else w
