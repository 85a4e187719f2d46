"""The weights that PyTorch draws for one hidden layer, bit for bit, without PyTorch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np

from .checks import FloatArray, whole_number

#: How the weights start. "default": as PyTorch draws them. "he": as He et al. (2015) do, all biases zero. "spread" and
#: "he-spread": as these two, but with the first layer's kinks evenly spread over the data.
Initialization: TypeAlias = Literal["default", "he", "spread", "he-spread"]

#: Seeds are those of the Mersenne Twister.
_MOST_SEED = 2**32 - 1


def spread_places(x: FloatArray, width: int) -> FloatArray:
    """Places evenly spread over the data, half a step from its ends; shape (width,)."""
    return x.min() + np.ptp(x) * (np.arange(width) + 0.5) / width


def seeds_of(seeds: Sequence[int]) -> list[int]:
    """One seed or more, each from 0 to 2³² − 1.

    Raises
    ------
    TypeError, ValueError
        They are not.
    """
    if not isinstance(seeds, list | tuple | range) or not len(seeds):
        raise TypeError(f"seeds must be a list of at least one whole number, got {seeds!r}")
    return [whole_number("seeds", seed, 0, _MOST_SEED) for seed in seeds]


class Drawn:
    """The hinges of many networks, one a row.

    Attributes
    ----------
    weights, biases, scales
        Shape (runs, width).
    offsets
        Shape (runs,).
    """

    def __init__(self, width: int, seeds: list[int], initialization: Initialization) -> None:
        he = initialization.startswith("he")
        count, runs = 3 * width + 1, len(seeds)
        numbers = np.empty((runs, count + 2 * width * he), np.uint32)
        for row, seed in zip(numbers, seeds, strict=True):
            row[:] = np.frombuffer(np.random.RandomState(seed).bytes(4 * len(row)), np.uint32)
        shares: FloatArray = (numbers & 0xFFFFFF) * np.float64(2.0**-24)
        inner = _uniform(shares[:, : 2 * width], 1.0)
        outer = _uniform(shares[:, 2 * width : count], width**-0.5)
        self.weights, self.biases = inner[:, :width], inner[:, width:]
        self.scales, self.offsets = outer[:, :width], outer[:, width]
        if he:
            # PyTorch draws its own weights first, and then He's in their place.
            self.weights = _uniform(shares[:, count : count + width], 6**0.5)
            self.scales = _uniform(shares[:, count + width :], (6 / width) ** 0.5)
            self.biases, self.offsets = np.zeros_like(self.biases), np.zeros_like(self.offsets)

    def place(self, kinks: FloatArray) -> None:
        """Biases that put the kinks there; shape (width,)."""
        self.biases = (-(self.weights.astype(np.float32) * kinks.astype(np.float32))).astype(np.float64)


def _uniform(shares: FloatArray, bound: float) -> FloatArray:
    """Numbers of single precision on ±bound from 24 random bits each."""
    low, high = np.float32(-bound), np.float32(bound)
    return (shares * (float(high) - float(low)) + float(low)).astype(np.float32).astype(np.float64)
