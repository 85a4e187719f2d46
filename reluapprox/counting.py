"""Theorems on the number of pieces and regions as functions, each with its source."""

from __future__ import annotations

import math

from .checks import Interval, interval, sizes, whole_number


def most_regions(neurons: int, inputs: int) -> int:
    """The most activation regions of one hidden layer: Σ C(neurons, j), j = 0 … inputs.

    Attained exactly where its hyperplanes are in general position: any `inputs` of them meet in one point, and no more
    of them do (Zaslavsky 1975).

    Parameters
    ----------
    neurons, inputs
        1 or more.

    Returns
    -------
    int

    Raises
    ------
    TypeError, ValueError
        They are no positive whole numbers.

    Examples
    --------
    >>> from reluapprox import most_regions
    >>> most_regions(16, 2), most_regions(16, 1)
    (137, 17)
    """
    n, d = whole_number("neurons", neurons, 1), whole_number("inputs", inputs, 1)
    return sum(math.comb(n, j) for j in range(min(n, d) + 1))


def most_pieces(widths: int | tuple[int, ...]) -> int:
    """The most pieces of a network of one input: Π (nₗ + 1) over its hidden layers.

    No network has more; where every layer has three neurons or more, some network has as many (Serra,
    Tjandraatmadja and Ramalingam 2018, Theorem 5). At initialization, and after training, networks have far fewer:
    on average a number that grows linearly with the number of neurons (Hanin and Rolnick 2019).

    Parameters
    ----------
    widths
        Neurons in each hidden layer.

    Returns
    -------
    int

    Raises
    ------
    TypeError, ValueError
        They are no positive whole numbers.

    Examples
    --------
    >>> from reluapprox import most_pieces
    >>> most_pieces(64), most_pieces((16, 16, 16, 16))
    (65, 83521)
    """
    return math.prod(n + 1 for n in sizes("widths", widths))


def reachable_regions(widths: int | tuple[int, ...], inputs: int) -> int:
    """A number of regions that some network of these widths reaches: a lower bound on the largest.

    Π ⌊nₗ/d⌋^d over all hidden layers but the last, times Σ C(n_L, j), j = 0 … d (Montúfar, Pascanu, Cho and Bengio
    2014, Theorem 5), for layers no narrower than the number d of inputs.

    Parameters
    ----------
    widths
        Neurons in each hidden layer, each `inputs` or more.
    inputs
        d, 1 or more.

    Returns
    -------
    int

    Raises
    ------
    TypeError, ValueError
        They are no such whole numbers.

    Examples
    --------
    >>> from reluapprox import reachable_regions
    >>> reachable_regions((16, 16, 16), 2)
    561152
    """
    d, hidden = whole_number("inputs", inputs, 1), sizes("widths", widths)
    if min(hidden) < d:
        raise ValueError(f"widths must each be at least inputs = {d}, got {hidden}")
    return math.prod((n // d) ** d for n in hidden[:-1]) * most_regions(hidden[-1], d)


def kinks_at_start(neurons: int, domain: Interval) -> float:
    """How many kinks of one hidden layer, as PyTorch draws it, lie in an interval on average.

    ``nn.Linear(1, n)`` draws weight and bias uniformly from ±1, so a kink −b/w is beyond t > 0 with
    probability ½ − t/4 for t ≤ 1, and 1/(4t) farther out. Derived for this book; it is the case of one input and one
    layer of what Hanin and Rolnick (2019) show of any depth, that the number of pieces along a line grows linearly
    with that of the neurons.

    Parameters
    ----------
    neurons
        1 or more.
    domain
        (a, b).

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        `neurons` is no positive whole number, or `domain` no interval.

    Examples
    --------
    >>> from reluapprox import kinks_at_start
    >>> kinks_at_start(64, (-10, 10))
    60.8
    """
    count, (a, b) = whole_number("neurons", neurons, 1), interval("domain", domain)

    def below(t: float) -> float:
        beyond = 0.5 - abs(t) / 4 if abs(t) <= 1 else 1 / (4 * abs(t))
        return 1 - beyond if t > 0 else beyond

    return count * (below(b) - below(a))
