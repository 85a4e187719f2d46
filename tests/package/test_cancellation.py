"""Whether a slope changes, against rational arithmetic."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

from reluapprox import Network, broken_line
from reluapprox.cancellation import _primes, slope_changes


def in_fractions(weights, left, right):
    """The same with fractions, one kink at a time: the slopes of both sides, to the end."""

    def slope(on):
        slopes = [Fraction(1)]
        for number, w in enumerate(weights):
            rows = [sum((Fraction(float(c)) * s for c, s in zip(row, slopes, strict=True)), Fraction(0)) for row in w]
            passed = [True] if number == len(on) else on[number]
            slopes = [s if o else Fraction(0) for s, o in zip(rows, passed, strict=True)]
        return slopes[0]

    return [slope([p[k] for p in left]) != slope([p[k] for p in right]) for k in range(len(left[0]))]


KINDS = {
    "signs": lambda rng, shape: rng.integers(-1, 2, shape),
    "tenths": lambda rng, shape: rng.integers(-3, 4, shape) / 10,
    "normal": lambda rng, shape: rng.normal(size=shape),
    "far apart": lambda rng, shape: rng.integers(-1, 2, shape) * 2.0 ** rng.integers(-400, 400, shape),
    "tiny": lambda rng, shape: rng.integers(-1, 2, shape) * 5e-324,
}


@pytest.mark.parametrize("kind", KINDS)
def test_as_in_fractions(kind):
    rng = np.random.default_rng(0)
    seen = set()
    for _ in range(60):
        sizes = [1, *rng.integers(1, 5, rng.integers(1, 4)), 1]
        weights = [KINDS[kind](rng, (m, n)).astype(float) for n, m in itertools.pairwise(sizes)]
        left, right = ([rng.random((8, n)) < 0.7 for n in sizes[1:-1]] for _ in range(2))
        # Some kinks at which few neurons switch, as in life.
        for before, after in zip(left, right, strict=True):
            after[:5] = before[:5]
        right[0][:5, 0] ^= True
        wanted = in_fractions(weights, left, right)
        assert slope_changes(weights, left, right).tolist() == wanted
        seen |= set(wanted)
    assert seen == {True, False}


def test_a_change_that_a_prime_divides_is_one():
    prime = next(_primes(math.isqrt(2**53)))
    assert slope_changes([np.array([[1.0]]), np.array([[float(prime)]])], [np.array([[False]])], [np.array([[True]])])


def test_deep_cancelling_is_seen_through():
    """A second half undoes the first, but for the last bit of one weight: no kink, and one with a slope of 1e-17."""
    rng = np.random.default_rng(1)
    first, mixing = rng.uniform(1, 2, (6, 1)), rng.uniform(1, 2, (6, 6))
    both = [np.vstack([first, first]), np.kron(np.eye(2), mixing), np.hstack([np.ones((1, 6)), -np.ones((1, 6))])]
    biases = [np.zeros(12), np.zeros(12), np.zeros(1)]
    assert len(broken_line(Network(both, biases), (-1, 1))) == 1
    both[1][7, 8] *= 1 + 2.0**-52
    line = broken_line(Network(both, biases), (-1, 1))
    np.testing.assert_array_equal(line.knots, [-1, 0, 1])
