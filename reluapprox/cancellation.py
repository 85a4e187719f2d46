"""Whether a slope really changes where neurons switch: decided exactly, since floats are rational numbers.

Computed modulo primes, in whole numbers that fit into float64 and so at the speed of its matrix products. A change that
is not zero modulo one prime is none; one that is zero modulo so many that their product is larger than it can be is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from .checks import FloatArray

Pattern = Sequence[NDArray[np.bool_]]


def slope_changes(weights: Sequence[FloatArray], left: Pattern, right: Pattern) -> NDArray[np.bool_]:
    """At which of several kinks the output's slope changes; shape (kinks,).

    Parameters
    ----------
    weights
        All layers', the output's included: one output.
    left, right
        For each hidden layer, which neurons are on beside each kink; shape (kinks, neurons).
    """
    changes = np.zeros(len(left[0]), bool)
    open_ = np.flatnonzero(_reaching(left, right))
    widest = max(w.shape[1] for w in weights)
    bits = _bits(weights)
    for prime in _primes(math.isqrt(2**53 // widest)):
        if not len(open_) or bits <= 0:
            break
        residues = [_residues(w, prime) for w in weights]
        change = _change(residues, [on[open_] for on in left], [on[open_] for on in right], prime)
        changes[open_[change != 0]] = True
        open_ = open_[change == 0]
        bits -= math.log2(prime)
    return changes


def _reaching(left: Pattern, right: Pattern) -> NDArray[np.bool_]:
    """Where some way leads from a neuron that switches, through neurons that are on, to the output; shape (kinks,)."""
    reached = np.zeros(len(left[0]), bool)
    for before, after in zip(left, right, strict=True):
        reached = (reached & (before & after).any(axis=1)) | (before != after).any(axis=1)
    return reached


def _change(residues: Sequence[FloatArray], left: Pattern, right: Pattern, prime: int) -> FloatArray:
    """The change of the output's slope modulo a prime, in units of the layers' common scale; shape (kinks,).

    The change is carried by itself: a neuron that stays on passes it, one that comes on adds its new slope, and one
    that goes off takes its old one away.
    """
    slope, change = np.ones((len(left[0]), 1)), np.zeros((len(left[0]), 1))
    for w, before, after in zip(residues[:-1], left, right, strict=True):
        slope, change = (slope @ w.T) % prime, (change @ w.T) % prime
        change = after * (slope + change) - before * slope
        slope, change = before * slope, change % prime
    return (change @ residues[-1][0]) % prime


def _exponents(w: FloatArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Whole numbers m and e ≥ 0 with w = m·2^e in units that all entries share; of the shape of w."""
    mantissa, exponent = np.frexp(w)
    used = w != 0
    least = int(exponent[used].min()) if used.any() else 0
    return (mantissa * 2.0**53).astype(np.int64), np.where(used, exponent - least, 0).astype(np.int64)


def _residues(w: FloatArray, prime: int) -> FloatArray:
    """The weights, scaled to whole numbers, modulo a prime: from 0 to prime − 1."""
    whole, exponent = _exponents(w)
    kinds, which = np.unique(exponent, return_inverse=True)
    powers = np.array([pow(2, int(e), prime) for e in kinds])[which.reshape(w.shape)]
    return ((whole % prime) * powers % prime).astype(np.float64)


def _bits(weights: Sequence[FloatArray]) -> float:
    """The logarithm, to base 2, of a number that no change of slope in these units reaches."""
    total = 2.0
    for w in weights:
        _, exponent = _exponents(w)
        total += 53 + float(exponent.max()) + math.log2(w.shape[1])
    return total


def _primes(below: int) -> Iterator[int]:
    """Primes from `below` down."""
    for number in range(below - (below % 2 == 0), 2, -2):
        if all(number % factor for factor in range(3, math.isqrt(number) + 1, 2)):
            yield number
