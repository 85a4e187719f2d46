"""Deep networks that are written down, not trained: each layer folds the line once more."""

from __future__ import annotations

import numpy as np

from .checks import FloatArray, Interval, interval, positive_number, whole_number
from .network import Network

#: How often an interval may be folded: with more, neighbouring knots round to one number.
_MOST_TENTS = 50
#: What a tent makes of relu(t) and relu(t − ½), and the biases of these two.
_FOLD, _SPLIT = np.array([[2.0, -4.0]]), np.array([0.0, -0.5])


def tent(depth: int) -> Network:
    """The tent map x ↦ 2x up to ½, 2 − 2x beyond, composed with itself: 2^depth pieces on [0, 1].

    Every fold halves the pieces and doubles their number: on a piece of the map so far, its value runs once through
    [0, 1], where the next fold makes two of it. So 2·depth neurons make what one hidden layer needs 2^depth for (the
    construction of Telgarsky 2015). At multiples of 2^−depth its values, 0 and 1, are exact in floating point.

    Parameters
    ----------
    depth
        How many folds, 1 to 50.

    Returns
    -------
    Network
        Of `depth` hidden layers of two neurons each. It is meant for [0, 1].

    Raises
    ------
    TypeError, ValueError
        `depth` is no such number.

    Examples
    --------
    >>> from reluapprox import broken_line, tent
    >>> tent(2)([0, 0.25, 0.5, 0.75, 1])
    array([0., 1., 0., 1., 0.])
    >>> len(broken_line(tent(10), (0, 1)))
    1024
    """
    folds = whole_number("depth", depth, 1, _MOST_TENTS)
    weights = [np.ones((2, 1)), *[_FOLD[[0, 0]]] * (folds - 1), _FOLD]
    return Network(weights, [*[_SPLIT] * folds, np.zeros(1)])


def deep_square(domain: Interval, *, tents: int) -> Network:
    """The best broken line of 2^(tents + 1) pieces for x², written down as a deep network.

    The construction of Yarotsky (2017). On [0, 1] the chords of v² at the multiples of 2^−m are
    v − Σ g_s/4^s, s = 1 … m, where g_s is the s-fold tent map: halving a piece, whose chord lies 4^−s/4 above the
    parabola in its middle, takes just that away there, by a tent. They are off by 4^−m/4 at most. The first layer
    folds the domain to ``v = |x − c|/R``, with its center c and half length R; so the number of pieces doubles once
    more. Lowered by half of what it is off, the line is the best of its number of pieces: equal pieces, and the
    error R²·4^−m/8 of :func:`~reluapprox.parabola_floor`.

    Parameters
    ----------
    domain
        (a, b).
    tents
        m, from 1 to 25.

    Returns
    -------
    Network
        Of m + 1 hidden layers and 3m + 1 neurons where the domain's center is 0, else 3m + 2. Outside of the domain
        it is of no use.

    Raises
    ------
    TypeError, ValueError
        `domain` is no interval, or `tents` no such number.

    Examples
    --------
    >>> from reluapprox import TARGETS, deep_square, parabola_floor, sup_error
    >>> network = deep_square((-1, 1), tents=5)
    >>> network
    1 → 2 → 2 → 3 → 3 → 3 → 3 → 1 ReLU network, 59 parameters
    >>> sup_error(network, TARGETS["square"], (-1, 1)) == parabola_floor((-1, 1), pieces=64)
    True
    """
    a, b = interval("domain", domain)
    m = whole_number("tents", tents, 1, _MOST_TENTS // 2)
    center, radius = (a + b) / 2, (b - a) / 2
    # x² = R²v² + 2cRu + c², u = (x − c)/R. What is left of the center is carried along, and may not be negative.
    tilt = 2 * center / radius
    fold = np.array([[1.0], [-1.0]])
    weights, biases = [fold / radius], [-fold[:, 0] * (center / radius)]
    rows = [np.ones(2), np.ones(2)] + [np.array([1 + tilt, 1 - tilt])] * (center != 0)
    weights.append(np.array(rows))
    biases.append(np.array([*_SPLIT, abs(tilt)][: len(rows)]))
    inner, last = _tents(m, center != 0)
    weights += [*inner, radius**2 * last[None]]
    biases += [np.array([*_SPLIT, 0.0])] * (m - 1)
    biases.append(np.array([center**2 - radius**2 * (abs(tilt) + 4.0**-m / 8)]))
    return Network(weights, biases)


def _tents(m: int, carried: bool) -> tuple[list[FloatArray], FloatArray]:
    """The layers from relu(v), relu(v − ½) (and v, or what is `carried` with it) on, and the row of v − Σ g_s/4^s."""
    width, layers = 2 + carried, []
    for s in range(1, m + 1):
        tent_, rest = np.zeros(width), np.zeros(width)
        tent_[:2] = _FOLD[0]
        # At first the sum is v itself, which is relu(v).
        rest[-1 if width == 3 else 0] = 1.0
        rest -= tent_ / 4.0**s
        if s < m:
            layers.append(np.array([tent_, tent_, rest]))
            width = 3
    return layers, rest


def deep_product(radius: float, *, tents: int) -> Network:
    """The product of two inputs of size up to `radius`, by squares: xy = ((x + y)² − (x − y)²)/4.

    With products, sums and constants a network comes near every polynomial, and so near every continuous function
    (Yarotsky 2017). The chords of :func:`~reluapprox.deep_square`, unlowered, stand for the squares of
    ``v = |x + y|/2R`` and ``w = |x − y|/2R`` in xy = R²(v² − w²). Each is 0 to
    4^−m/4 too high, so the error is R²·4^−m/4, attained where one of them touches its parabola and
    the other is farthest from it.

    Parameters
    ----------
    radius
        R, positive: both inputs lie in [−R, R].
    tents
        m, from 1 to 25.

    Returns
    -------
    Network
        Two inputs; m + 1 hidden layers, 6m + 2 neurons. On the square it has 2n(n + 1) pieces, n = 2^m.

    Raises
    ------
    TypeError, ValueError
        `radius` is not positive, or `tents` no such number.

    Examples
    --------
    >>> from reluapprox import deep_product
    >>> times = deep_product(8, tents=6)
    >>> float(times([3, 5])), float(times([3.5, -2]))
    (15.0, -7.0)
    """
    size = positive_number("radius", radius)
    m = whole_number("tents", tents, 1, _MOST_TENTS // 2)
    both = np.array([[1.0, 1.0], [-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]])
    inner, last = _tents(m, False)
    two = np.eye(2)
    weights = [both / (2 * size), np.kron(two, np.ones((2, 2))), *(np.kron(two, layer) for layer in inner)]
    weights.append(size**2 * np.concatenate([last, -last])[None])
    biases = [np.zeros(4), np.tile(_SPLIT, 2), *[np.tile([*_SPLIT, 0.0], 2)] * (m - 1), np.zeros(1)]
    return Network(weights, biases)
