"""Networks and targets that carry their exact answer, and slow, independent ways to find one."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st
from scipy.integrate import quad

from reluapprox import TARGETS, Network, Target

#: The four hinges that the book picks by hand, and what is known of the first one, two, three and four.
HAND_WEIGHTS = (2.8, -2.1, 2.0, -2.2)
HAND_BIASES = (-2.85, -3.09, -5.63, -4.58)
HAND_SCALES = (1.9, 2.3, 3.1, 2.5)
HAND_SUP = (101.0, 59.807, 59.807, 16.257)


def by_hand(neurons: int) -> Network:
    return Network.from_hinges(HAND_WEIGHTS[:neurons], HAND_BIASES[:neurons], HAND_SCALES[:neurons], -1.0)


def exact_line(network: Network, a: float, b: float) -> tuple[list[Fraction], list[Fraction]]:
    """Knots and slopes of a one-input network in rational arithmetic, without a single rounding.

    Every float is a rational number. On an interval where no neuron of the layers so far switches, each
    channel is an affine function (slope, value at 0); the next layer cuts the interval at its zeros.
    """
    stretches = [(Fraction(a), Fraction(b), [(Fraction(1), Fraction(0))])]
    layers = list(zip(network.weights, network.biases, strict=True))
    for number, (w, bias) in enumerate(layers):
        cut = []
        for left, right, channels in stretches:
            after = [
                (
                    sum((Fraction(float(c)) * m for c, (m, _) in zip(row, channels, strict=True)), Fraction(0)),
                    sum((Fraction(float(c)) * v for c, (_, v) in zip(row, channels, strict=True)), Fraction(float(d))),
                )
                for row, d in zip(w, bias, strict=True)
            ]
            if number == len(layers) - 1:
                cut.append((left, right, after))
                continue
            zeros = {-v / m for m, v in after if m != 0 and left < -v / m < right}
            ends = [left, *sorted(zeros), right]
            for lo, hi in itertools.pairwise(ends):
                middle = (lo + hi) / 2
                zero = (Fraction(0), Fraction(0))
                cut.append((lo, hi, [(m, v) if m * middle + v > 0 else zero for m, v in after]))
        stretches = cut
    knots, slopes = [Fraction(a)], []
    for _, right, ((slope, _),) in stretches:
        if slopes and slopes[-1] == slope:
            knots[-1] = right
        else:
            slopes.append(slope)
            knots.append(right)
    return knots, slopes


def random_network(rng: np.random.Generator, depth: int, width: int) -> Network:
    """One input, one output, weights and biases as PyTorch starts them."""
    return network_as_drawn(rng, 1, [width] * depth)


def network_as_drawn(rng: np.random.Generator, inputs: int, widths: Sequence[int]) -> Network:
    """One output, weights and biases as PyTorch starts them."""
    sizes = [inputs, *widths, 1]
    bounds = [1 / np.sqrt(n) for n in sizes[:-1]]
    weights = [rng.uniform(-k, k, (m, n)) for k, n, m in zip(bounds, sizes[:-1], sizes[1:], strict=True)]
    biases = [rng.uniform(-k, k, m) for k, m in zip(bounds, sizes[1:], strict=True)]
    return Network(weights, biases)


#: Numbers in which neurons coincide, cancel and die: whole and half ones.
small = st.integers(-4, 4).map(lambda n: n / 2)


@st.composite
def small_networks(draw: st.DrawFn, max_depth: int = 3, max_width: int = 4, inputs: int = 1) -> Network:
    """One-output networks with small half-integer weights: lines coincide, meet in one point, and neurons are dead."""
    widths = [inputs, *draw(st.lists(st.integers(1, max_width), min_size=0, max_size=max_depth)), 1]
    weights, biases = [], []
    for n, m in itertools.pairwise(widths):
        weights.append(np.array(draw(st.lists(small, min_size=n * m, max_size=n * m))).reshape(m, n))
        biases.append(np.array(draw(st.lists(small, min_size=m, max_size=m))))
    return Network(weights, biases)


@st.composite
def broken_lines(draw: st.DrawFn, max_pieces: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """Knots (at least 1/8 apart) and values."""
    n = draw(st.integers(2, max_pieces + 1))
    steps = draw(st.lists(st.integers(1, 16), min_size=n - 1, max_size=n - 1))
    start = draw(st.integers(-20, 20))
    values = draw(st.lists(st.integers(-32, 32), min_size=n, max_size=n))
    return start + np.concatenate([[0], np.cumsum(steps)]) / 8, np.array(values) / 4


@dataclass(frozen=True)
class Problem:
    """A smooth target with its second derivative, from which the rates for many pieces follow."""

    target: Target
    second: Callable[[float], float]

    def curvature(self, power: float) -> float:
        """∫|f″|^power over the domain."""
        a, b = self.target.domain
        cuts = self.target.cuts((a, b))
        parts = itertools.pairwise(cuts)
        return sum(quad(lambda x: abs(self.second(x)) ** power, lo, hi, limit=200)[0] for lo, hi in parts)


SMOOTH = {
    "square": Problem(TARGETS["square"], lambda x: 2),
    "sine": Problem(TARGETS["sine"], lambda x: 4 * math.pi**2 * math.sin(2 * math.pi * x)),
    "exponential": Problem(TARGETS["exponential"], math.exp),
    "Runge": Problem(TARGETS["Runge"], lambda x: (3750 * x * x - 50) / (1 + 25 * x * x) ** 3),
    "wavy": Problem(TARGETS["wavy"], lambda x: 2 - 4.5 * math.pi**2 * math.sin(3 * math.pi * x)),
}
